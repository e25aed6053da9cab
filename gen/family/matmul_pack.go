package family

import "github.com/raphson-go/raphson/gen/machine"

// packTransposed goes through the columns in square blocks.
func packTransposed(m machine.Machine) {
	n := m.Lanes()
	dst, src, rows := m.Pointer("dst"), m.Pointer("src"), m.IntParam("rows")
	dstRow, srcRow, cols, ahead := m.IntParam("dstRow"), m.IntParam("srcRow"), m.IntParam("cols"), m.IntParam("ahead")
	m.While(cols, n, func() {
		columns := make([]machine.Vector, n)
		for i := range columns {
			columns[i] = m.Zero()
		}
		row := m.CopyPointer(src)
		var load func(i int)
		load = func(i int) {
			m.Assign(columns[i], m.LoadVector(row, 0))
			askAhead(m, row, ahead, m.Lanes())
			if i+1 < n {
				m.AdvanceBy(row, srcRow)
				m.IfAtLeast(rows, i+2, func() { load(i + 1) }, nil)
			}
		}
		load(0)
		for _, v := range m.Transpose(columns) {
			m.StoreVector(dst, 0, v)
			m.AdvanceBy(dst, dstRow)
		}
		m.Advance(src, n)
	})
}

// packRows goes through a panel a vector's columns at a time; the last ones, if they are fewer, follow from some that have been. Tiles of no more rows than half a
// vector has lanes are packed by such.
func packRows(m machine.Machine) {
	height := tiles[m.Set()].heights[0]
	if h, ok := m.(machine.Narrower); ok && height <= m.Lanes()/2 {
		h.Narrowed(func() { packPanels(m, height) })
	} else {
		packPanels(m, height)
	}
}

func packPanels(m machine.Machine, height int) {
	n := m.Lanes()
	prefetcher, prefetches := m.(machine.Prefetcher)
	addressed := height
	if prefetches {
		addressed *= 2 // the rows below, which are packed next
	}
	dst, src, srcRow, rows := m.Pointer("dst"), m.Pointer("src"), m.IntParam("srcRow"), m.IntParam("rows")
	m.Blocks(rows, height, func() {
		panel, columns := m.Rows(src, srcRow, addressed), m.IntParam("k")
		block := func() {
			storeColumns(m, dst, panel, height)
			for _, p := range panel.Pointers() {
				m.Advance(p, n)
			}
			m.Advance(dst, n*height)
		}
		m.Blocks(columns, n, func() {
			for i := height; i < addressed; i++ {
				prefetcher.PrefetchFar(panel.At(i), 0)
			}
			block()
		})
		m.IfAtLeast(columns, 1, func() {
			m.AddInt(columns, -n)
			panel.AdvanceBy(columns)
			for range height {
				m.AdvanceBy(dst, columns)
			}
			block()
		}, nil)
		for range height {
			m.AdvanceBy(src, srcRow)
		}
	})
}

// storeColumns writes the columns of as many elements as a vector has, from each of so many rows, one column behind the other. Of all columns the last rows come first:
// where they fill no vector they spill into the next column.
func storeColumns(m machine.Machine, dst machine.Pointer, rows machine.Rows, height int) {
	n := m.Lanes()
	load := func(first, count int) (vectors []machine.Vector) {
		for i := range count {
			if first+i < height {
				vectors = append(vectors, m.LoadVector(rows.At(first+i), 0))
			} else {
				vectors = append(vectors, m.Zero())
			}
		}
		return vectors
	}
	if c, ok := m.(machine.Columner); ok && height == 6 {
		for i, v := range c.Columns(load(0, height)) {
			m.StoreVector(dst, i*n, v)
		}
		return
	}
	for first := (height - 1) / n * n; first >= 0; first -= n {
		for p, v := range m.Transpose(load(first, n)) {
			m.StoreVector(dst, p*height+first, v)
		}
	}
}

// mirrorColumns goes through the rows in square blocks.
func mirrorColumns(m machine.Machine) {
	n := m.Lanes()
	dst, src, rows := m.Pointer("dst"), m.Pointer("src"), m.IntParam("rows")
	dstRow, srcRow := m.IntParam("dstRow"), m.IntParam("srcRow")
	m.While(rows, n, func() {
		columns := make([]machine.Vector, n)
		for i := range columns {
			columns[i] = m.LoadVector(src, 0)
			m.AdvanceBy(src, srcRow)
		}
		row := m.CopyPointer(dst)
		for _, v := range m.Transpose(columns) {
			m.StoreVector(row, 0, v)
			m.AdvanceBy(row, dstRow)
		}
		m.Advance(dst, n)
	})
}

// askAhead asks for so many elements at p + ahead.
func askAhead(m machine.Machine, p machine.Pointer, ahead machine.Int, elements int) {
	prefetcher, ok := m.(machine.Prefetcher)
	if !ok {
		return
	}
	for i := 0; i < elements; i += 64 / m.Type().Bytes() {
		prefetcher.PrefetchFar(m.Element(p, ahead), i)
	}
}

// packPanel copies as many vectors a row as there are columns for.
func packPanel(m machine.Machine) {
	dst, src, rows, cols := m.Pointer("dst"), m.Pointer("src"), m.IntParam("rows"), m.IntParam("cols")
	dstRow, srcRow, ahead := m.IntParam("dstRow"), m.IntParam("srcRow"), m.IntParam("ahead")
	byWidth(m, func() machine.Int { return cols }, widestPanel(m), func(width int) {
		columns := newColumns(m, m.CopyInt(cols), width)
		m.While(rows, 1, func() {
			for j := range width {
				m.StoreVector(dst, j*m.Lanes(), columns.load(src, j))
			}
			askAhead(m, src, ahead, width*m.Lanes())
			m.AdvanceBy(dst, dstRow)
			m.AdvanceBy(src, srcRow)
		})
	})
}

// widestPanel is the vectors that a row of B, or a column of A, takes in a panel.
func widestPanel(m machine.Machine) int {
	t := tiles[m.Set()]
	return max(t.vectors, (t.heights[0]+m.Lanes()-1)/m.Lanes())
}
