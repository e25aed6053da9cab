package family

import (
	"slices"

	"github.com/raphson-go/raphson/gen/machine"
)

// Matmul is the matrix products. All of them run on one body, a strip of the result that is a few vectors wide.
var Matmul = machine.Family{
	Name:    "matmul",
	Package: "kernels/matmul",
	Kernels: slices.Concat(matmulStrips, matmulDots, matmulBFloat16, matmulPairs, matrixVector, solves, batches),
	Choices: []machine.Choice{blocking, filledLanes},
}

var matmulStrips = []machine.Kernel{
	{
		Name: "StripPacked",
		Doc: "sets a strip of rows x cols elements, C = alpha*A*B + beta*D, without D if that is empty. A is packed in panels of as\n" +
			"many rows as a tile, then of the largest of the lesser heights that is left, each k columns of that height one behind\n" +
			"the other; the k rows of B are of as many whole vectors as cols needs, bRow apart. Rows of D and C are dRow and cRow apart.",
		Signature: "func(rows, cols, k int, alpha T, a, b []T, bRow int, beta T, d []T, dRow int, c []T, cRow int)",
		Strided:   true,
		Build:     func(m machine.Machine) { stripPacked(m, m.FMAScalarTo) },
	},
	{
		Name: "Strip",
		Doc: "is StripPacked for A and B where they lie, and for any number of columns, a strip after the other: element (i, p) of A at\n" +
			"i*aRow + p*aColumn, rows of B bRow apart. Nothing between the rows of B is read. far is 1 if C and D are not expected in the second cache, and else 0.",
		Signature: "func(rows, cols, k int, alpha T, a []T, aRow, aColumn int, b []T, bRow int, beta T, d []T, dRow int, c []T, cRow, far int)",
		Strided:   true,
		Direct: machine.Direct{
			Name:      "stripOf",
			Signature: "func(aRow, aColumn int, alpha T, a, b *kernels.Matrix[T], beta T, d []T, c *kernels.Matrix[T])",
			Arguments: []string{"c.Rows", "c.Cols", "b.Rows", "alpha", "a.Data", "aRow", "aColumn", "b.Data", "b.Stride", "beta", "d", "c.Stride", "c.Data", "c.Stride", "0"},
		},
		Build: func(m machine.Machine) { stripInPlace(m, true, m.FMAScalarTo) },
	},
	{
		Name: "StripPacking",
		Doc: "is Strip for the rows of one tile, and lays B out for StripPacked as it goes: row p begins at p*cols of packed, where cols\n" +
			"is rounded up to whole vectors, which zeros fill. The load and store ports have nothing else to do.",
		Signature: "func(cols, k int, alpha T, a []T, aRow, aColumn int, b []T, bRow int, packed []T, beta T, d []T, dRow int, c []T, cRow int)",
		Strided:   true,
		Build:     stripPacking,
	},
	{
		Name: "PackTransposed",
		Doc: "sets dst[j*dstRow+i] to src[i*srcRow+j] for i < rows and j < cols, rows at most the lanes of a vector and cols a\n" +
			"multiple of them. It writes a whole vector for each j: what is behind the rows is then unspecified.",
		Signature: "func(dst []T, dstRow int, src []T, srcRow int, rows, cols int)",
		Strided:   true,
		Build:     packTransposed,
	},
	{
		Name: "PackRowsOfA",
		Doc: "lays k columns of A out for StripPacked, k at least the lanes of a vector: as many rows as a tile has, or a multiple of them, srcRow apart. It writes whole\n" +
			"vectors, of which the last may end behind the last row.",
		Signature: "func(dst, src []T, srcRow, rows, k int)",
		Strided:   true,
		Build:     packRowsOfA,
	},
	{
		Name:      "PackRowsOfB",
		Doc:       "is PackRowsOfA for a transposed B: its rows are the columns of a tile, and a multiple of them.",
		Signature: "func(dst, src []T, srcRow, rows, k int)",
		Strided:   true,
		Build:     packRowsOfB,
	},
	{
		Name: "PackPanel",
		Doc: "sets dst[i*dstRow+j] to src[i*srcRow+j] for i < rows and j < cols, and writes zeros behind each row until the vector is\n" +
			"full; dstRow may be less than that, for the next row overwrites them. What is ahead elements behind each\n" +
			"that is read will be read soon.",
		Signature: "func(dst []T, dstRow int, src []T, srcRow int, rows, cols, ahead int)",
		Strided:   true,
		Build:     packPanel,
	},
	{
		Name: "MirrorColumns",
		Doc: "sets dst[j*dstRow+i] to src[i*srcRow+j] for i < rows, a multiple of the lanes of a vector, and for as many j as it has lanes:\n" +
			"PackTransposed the other way round, along the rows of dst.",
		Signature: "func(dst []T, dstRow int, src []T, srcRow int, rows int)",
		Strided:   true,
		Build:     mirrorColumns,
	},
}

// tile is the largest block of the result that is held in registers: so many rows of so many vectors, and the lesser
// heights for the rows that are left. What matters is the ratio of multiply-adds to loads, and that there are as many sums
// as a multiply-add has latency times units; then that any number of rows is a sum of few heights.
type tile struct {
	vectors int
	heights []int
	narrow  int   // a height above the others, of tiles of one vector; 0 if there is none. A that is packed has none of it.
	from    []int // the rows from which on each height is taken, beside itself, where A is not packed and the tile is whole; nil if from itself on
	deep    int   // products no deeper than this have no tile of the largest height, unless A is packed. Its stores come all at once.
}

// heightsOf is the heights of tiles of so many vectors where A is not packed.
func (t tile) heightsOf(vectors int) []int {
	if vectors == 1 && t.narrow > 0 {
		return append([]int{t.narrow}, t.heights...)
	}
	return t.heights
}

// tiles by instruction set. With 512 bits: 24 sums, 3 vectors of B, the element of A; 8 rows of C that fall on
// each other in the first cache stay there, 14 rows of 2 vectors would not. With 256: 12, 2 and 1 of 16 registers; of one vector 6 rows
// are too few for the latency, and of two vectors less than 4: 7 rows are 4 and 3, 8 twice 4, 9 5 and 4. A processor with 32 KiB takes 24 stores of 512 bits in a row at 2 cycles each, while no multiply-add begins, and 12 at no
// cost: half a tile is faster up to a depth of 32. NEON takes the elements of A from the lanes of whole vectors: 24, 3 and 2 (4 in float64) of 32.
var tiles = map[string]tile{
	"avx512": {vectors: 3, heights: []int{8, 4, 2, 1}, deep: 32},
	"avx2":   {vectors: 2, heights: []int{6, 5, 4, 3, 2, 1}, from: []int{10, 9, 4, 3, 2, 1}, narrow: 8},
	"neon":   {vectors: 3, heights: []int{8, 4, 2, 1}},
}
