package family

import "github.com/raphson-go/raphson/gen/machine"

// matmulPairs are the product of operands in bfloat16 where the processor has dot products of pairs: a strip as any other,
// whose elements of A and B are two factors each, at k and the next.
var matmulPairs = []machine.Kernel{
	{
		Name: "StripPackedPairs",
		Doc: "is StripPacked for k columns of A and rows of B that are pairs of bfloat16: each is a product more. They are as\n" +
			"machine.Dotter says, the upper half's before the lower one's.",
		Signature: "func(rows, cols, k int, alpha float32, a, b []float32, bRow int, beta float32, d []float32, dRow int, c []float32, cRow int)",
		Strided:   true,
		Types:     []machine.Float{machine.F32},
		Sets:      []string{"avx512"},
		Needs:     "BFloat16",
		Build:     func(m machine.Machine) { stripPacked(m, m.(machine.Dotter).DotScalarTo) },
	},
	{
		Name:      "StripPairs",
		Doc:       "is Strip for such pairs.",
		Signature: "func(rows, cols, k int, alpha float32, a []float32, aRow, aColumn int, b []float32, bRow int, beta float32, d []float32, dRow int, c []float32, cRow, far int)",
		Strided:   true,
		Types:     []machine.Float{machine.F32},
		Sets:      []string{"avx512"},
		Needs:     "BFloat16",
		Build:     func(m machine.Machine) { stripInPlace(m, false, m.(machine.Dotter).DotScalarTo) },
	},
	{
		Name: "PackPairs",
		Doc: "sets the lower half of dst[i*dstRow+j] to first[2*i*srcRow+j] and the upper one to second[2*i*srcRow+j] for i < rows and\n" +
			"j < cols, and writes zeros behind each row until the vector is full; dstRow may be less than that, for the next row\n" +
			"overwrites them.",
		Signature: "func(dst []float32, dstRow int, first, second []uint16, srcRow int, rows, cols int)",
		Strided:   true,
		Types:     []machine.Float{machine.F32},
		Sets:      []string{"avx512"},
		Build:     packPairs,
	},
}

// packPairs is packPanel for rows that are merged in twos: two of them are srcRow elements of 32 bits.
func packPairs(m machine.Machine) {
	dst, first, second, rows, cols := m.Pointer("dst"), m.Pointer("first"), m.Pointer("second"), m.IntParam("rows"), m.IntParam("cols")
	dstRow, srcRow := m.IntParam("dstRow"), m.IntParam("srcRow")
	byWidth(m, func() machine.Int { return cols }, widestPanel(m), func(width int) {
		columns := newColumns(m, m.CopyInt(cols), width)
		m.While(rows, 1, func() {
			for j := range width {
				m.StoreVector(dst, j*m.Lanes(), columns.loadPairs(first, second, j))
			}
			m.AdvanceBy(dst, dstRow)
			m.AdvanceBy(first, srcRow)
			m.AdvanceBy(second, srcRow)
		})
	})
}
