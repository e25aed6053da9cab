package family

import "github.com/raphson-go/raphson/gen/machine"

// byWidth emits body for each number of vectors, at most widest, that a row may take, and the choice between them: the least
// that holds as many columns as cols returns.
func byWidth(m machine.Machine, cols func() machine.Int, widest int, body func(width int)) {
	if widest == 1 {
		body(1)
		return
	}
	m.IfAtLeast(cols(), (widest-1)*m.Lanes()+1, func() { body(widest) }, func() { byWidth(m, cols, widest-1, body) })
}

// columnsParam reads the parameter that most kernels have for the number of columns.
func columnsParam(m machine.Machine) func() machine.Int {
	return func() machine.Int { return m.IntParam("cols") }
}

// columns are those of a row, in so many vectors. Unless they are whole, the last may hold fewer than its lanes.
type columns struct {
	m     machine.Machine
	width int
	whole bool
	edge  machine.Edge
}

// newColumns takes over cols, the number of columns.
func newColumns(m machine.Machine, cols machine.Int, width int) columns {
	m.AddInt(cols, -(width-1)*m.Lanes())
	return columns{m: m, width: width, edge: m.Edge(cols)}
}

// columnsOf describes the columns of a strip, anew for each of its loops: x86 has no register to keep a description in.
type columnsOf struct {
	width    int
	describe func() columns
}

func edgedColumns(m machine.Machine, cols func() machine.Int, width int) columnsOf {
	return columnsOf{width, func() columns { return newColumns(m, cols(), width) }}
}

func wholeColumns(m machine.Machine, width int) columnsOf {
	return columnsOf{width, func() columns { return columns{m: m, width: width, whole: true} }}
}

// load is vector j of the row at p; lanes behind the last column are +0 and not read.
func (c columns) load(p machine.Pointer, j int) machine.Vector {
	if c.whole || j < c.width-1 {
		return c.m.LoadVector(p, j*c.m.Lanes())
	}
	return c.m.LoadFirst(p, j*c.m.Lanes(), c.edge)
}

// loadPairs is load for pairs of the elements of 16 bits in two rows.
func (c columns) loadPairs(first, second machine.Pointer, j int) machine.Vector {
	dotter := c.m.(machine.Dotter)
	if c.whole || j < c.width-1 {
		return dotter.LoadPairs(first, second, j*c.m.Lanes())
	}
	return dotter.LoadFirstPairs(first, second, j*c.m.Lanes(), c.edge)
}

// row is all vectors of the row at p.
func (c columns) row(p machine.Pointer) []machine.Vector {
	vectors := make([]machine.Vector, c.width)
	for j := range vectors {
		vectors[j] = c.load(p, j)
	}
	return vectors
}

// store writes vector j of the row at p, and nothing behind the last column.
func (c columns) store(p machine.Pointer, j int, v machine.Vector) {
	if c.whole || j < c.width-1 {
		c.m.StoreVector(p, j*c.m.Lanes(), v)
	} else {
		c.m.StoreFirst(p, j*c.m.Lanes(), c.edge, v)
	}
}

// eachWidth emits body for each number of vectors up to the widest, whole or not, and the choice between them. With halves it does so for half a
// vector, too.
func eachWidth(m machine.Machine, cols func() machine.Int, widest int, halves bool, body func(of columnsOf)) {
	byWidth(m, cols, widest, func(width int) {
		edged := func() { body(edgedColumns(m, cols, width)) }
		m.IfAtLeast(cols(), width*m.Lanes(), func() { body(wholeColumns(m, width)) }, func() {
			if h, ok := m.(machine.Narrower); ok && width == 1 && halves {
				m.IfAtLeast(cols(), m.Lanes()/2+1, edged, func() { h.Narrowed(edged) })
			} else {
				edged()
			}
		})
	})
}
