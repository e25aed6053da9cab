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
