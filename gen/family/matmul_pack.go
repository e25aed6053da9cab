package family

import "github.com/raphson-go/raphson/gen/machine"

// packTransposed goes through the columns in square blocks.
func packTransposed(m machine.Machine) {
	n := m.Lanes()
	dst, src, rows := m.Pointer("dst"), m.Pointer("src"), m.IntParam("rows")
	dstRow, srcRow, cols := m.IntParam("dstRow"), m.IntParam("srcRow"), m.IntParam("cols")
	m.While(cols, n, func() {
		columns := make([]machine.Vector, n)
		for i := range columns {
			columns[i] = m.Zero()
		}
		row := m.CopyPointer(src)
		var load func(i int)
		load = func(i int) {
			m.Assign(columns[i], m.LoadVector(row, 0))
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

// packRowsOfA goes through all rows of a panel at a time.
func packRowsOfA(m machine.Machine) {
	height := tiles[m.Set()].heights[0]
	packPanels(m, height, height)
}

// packRowsOfB goes through as many rows of a panel at a time as there are addresses for: what is stored is whole lines then.
func packRowsOfB(m machine.Machine) {
	const addresses, few = 16, 8
	width := tiles[m.Set()].vectors * m.Lanes()
	if width <= addresses {
		packPanels(m, width, width)
	} else {
		packPanels(m, width, few)
	}
}

// packPanels makes panels of so many rows of src, a part of them together, a vector's columns at a time; the last columns, if they are fewer, follow from some that have been. No more rows
// than half a vector has lanes are transposed in such.
func packPanels(m machine.Machine, height, together int) {
	if h, ok := m.(machine.Narrower); ok && together <= m.Lanes()/2 {
		h.Narrowed(func() { packPanels(m, height, together) })
		return
	}
	n := m.Lanes()
	dst, src, srcRow := m.Pointer("dst"), m.Pointer("src"), m.IntParam("srcRow")
	m.BlocksOfParam("rows", height, func() {
		for first := 0; first < height; first += together {
			to := dst
			if first+together < height {
				to = m.CopyPointer(dst)
			}
			part, columns := m.Rows(src, srcRow, together), m.IntParam("k")
			for range together {
				m.AdvanceBy(src, srcRow)
			}
			below := m.CopyPointer(src) // what is packed next
			block := func() {
				storeColumns(m, to, first, part, together, height)
				for _, p := range append(part.Pointers(), below) {
					m.Advance(p, n)
				}
				m.Advance(to, n*height)
			}
			if p, ok := m.(machine.Prefetcher); ok {
				perLine := 64 / m.Type().Bytes() / n
				m.Blocks(columns, perLine*n, func() {
					askForRows(m, p, below, srcRow, together)
					for range perLine {
						block()
					}
				})
			}
			m.Blocks(columns, n, block)
			m.IfAtLeast(columns, 1, func() {
				m.AddInt(columns, -n)
				part.AdvanceBy(columns)
				for range height {
					m.AdvanceBy(to, columns)
				}
				block()
			}, nil)
		}
	})
}

// askForRows asks for a line of each of so many rows.
func askForRows(m machine.Machine, prefetcher machine.Prefetcher, first machine.Pointer, stride machine.Int, rows int) {
	row := m.CopyPointer(first)
	for i := range rows {
		if prefetcher.PrefetchFar(row, 0); i+1 < rows {
			m.AdvanceBy(row, stride)
		}
	}
}

// storeColumns writes the columns of as many elements as a vector has, of so many rows from the first on, in places for columns of so many elements. The last rows come first:
// where they fill no vector they spill into the next column.
func storeColumns(m machine.Machine, dst machine.Pointer, first int, rows machine.Rows, count, height int) {
	n := m.Lanes()
	if c, ok := m.(machine.Columner); ok && count == 6 && height == 6 {
		var vectors []machine.Vector
		for i := range count {
			vectors = append(vectors, m.LoadVector(rows.At(i), 0))
		}
		for i, v := range c.Columns(vectors) {
			m.StoreVector(dst, i*n, v)
		}
		return
	}
	for start := (count - 1) / n * n; start >= 0; start -= n {
		vectors := make([]machine.Vector, n)
		for i := range vectors {
			if start+i < count {
				vectors[i] = m.LoadVector(rows.At(start+i), 0)
			} else {
				vectors[i] = m.Zero()
			}
		}
		for p, v := range m.Transpose(vectors) {
			m.StoreVector(dst, p*height+first+start, v)
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
