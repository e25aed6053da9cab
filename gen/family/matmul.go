package family

import (
	"slices"

	"github.com/raphson-go/raphson/gen/machine"
)

// Matmul is the matrix products. All of them run on one body, a strip of the result that is a few vectors wide.
var Matmul = machine.Family{
	Name:    "matmul",
	Package: "kernels/matmul",
	Kernels: slices.Concat(matmulStrips, matmulBFloat16, matmulPairs, matrixVector, solves, batches),
	Choices: []machine.Choice{blocking, tileColumns, filledLanes},
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
		Doc: "is StripPacked for A and B where they lie: element (i, p) of A at i*aRow + p*aColumn, rows of B bRow apart. Nothing\n" +
			"between the rows of B is read.",
		Signature: "func(rows, cols, k int, alpha T, a []T, aRow, aColumn int, b []T, bRow int, beta T, d []T, dRow int, c []T, cRow int)",
		Strided:   true,
		Sets:      []string{"avx2", "avx512"},
		Build:     func(m machine.Machine) { stripInPlace(m, m.FMAScalarTo) },
	},
	{
		Name: "PackTransposed",
		Doc: "sets dst[j*dstRow+i] to src[i*srcRow+j] for i < rows and j < cols, rows at most the lanes of a vector and cols a\n" +
			"multiple of them. It writes a whole vector for each j: what is behind the rows is then unspecified. What is ahead elements\n" +
			"behind each that is read will be read soon.",
		Signature: "func(dst []T, dstRow int, src []T, srcRow int, rows, cols, ahead int)",
		Strided:   true,
		Build:     packTransposed,
	},
	{
		Name: "PackPanel",
		Doc: "sets dst[i*dstRow+j] to src[i*srcRow+j] for i < rows and j < cols, and writes zeros behind each row until the vector is\n" +
			"full; dstRow may be less than that, for the next row overwrites them. ahead is as for PackTransposed.",
		Signature: "func(dst []T, dstRow int, src []T, srcRow int, rows, cols, ahead int)",
		Strided:   true,
		Build:     packPanel,
	},
}

// tile is the largest block of the result that is held in registers: so many rows of so many vectors, and the lesser
// heights for the rows that are left. What matters is the ratio of multiply-adds to loads, and that there are as many sums
// as a multiply-add has latency times units; then that any number of rows is a sum of few heights.
type tile struct {
	vectors int
	heights []int
}

// tiles by instruction set. With 512 bits: 24 sums, 3 vectors of B, the element of A; 8 rows of C that fall on
// each other in the first cache stay there, 14 rows of 2 vectors would not. With 256: 12, 2 and 1 of 16 registers. NEON takes the elements of A
// from the lanes of whole vectors: 24, 3 and 2 (4 in float64) of 32.
var tiles = map[string]tile{
	"avx512": {3, []int{8, 4, 2, 1}},
	"avx2":   {2, []int{6, 5, 4, 3, 2, 1}},
	"neon":   {3, []int{8, 4, 2, 1}},
}

// operands is what one step of the loop over k reads: vectors of B and elements of A.
type operands struct {
	b []machine.Vector
	a []machine.Scalar
}

// scalarTo does sums[j] += v[j]*s, as FMAScalarTo does.
type scalarTo func(sums, v []machine.Vector, s machine.Scalar)

// tileSteps emits the loop over k for a tile, of a height and of columns that of describes, where so many rows are left and C begins
// at c: it calls multiply with the operands of each step.
type tileSteps func(left machine.Int, c machine.Pointer, height int, of columnsOf, multiply func(operands))

// strip emits the loops over the rows of C.
func strip(m machine.Machine, multiplyAdd scalarTo, steps tileSteps) {
	byWidth(m, func() machine.Int { return m.IntParam("cols") }, tiles[m.Set()].vectors, func(width int) {
		stripOf(m, edgedColumns(m, width), multiplyAdd, steps)
	})
}

// stripWhole is strip with code of its own for columns that are whole vectors: where a step loads and a tile stores through no mask,
// products of 16 to 64 columns gain 2 to 3 %.
func stripWhole(m machine.Machine, multiplyAdd scalarTo, steps tileSteps) {
	cols := func() machine.Int { return m.IntParam("cols") }
	byWidth(m, cols, tiles[m.Set()].vectors, func(width int) {
		m.IfAtLeast(cols(), width*m.Lanes(), func() {
			stripOf(m, wholeColumns(m, width), multiplyAdd, steps)
		}, func() {
			stripOf(m, edgedColumns(m, width), multiplyAdd, steps)
		})
	})
}

func stripOf(m machine.Machine, of columnsOf, multiplyAdd scalarTo, steps tileSteps) {
	rows, c, d := m.IntParam("rows"), m.Pointer("c"), m.Pointer("d")
	for _, height := range tiles[m.Set()].heights {
		m.Comment("%d rows of %d vectors", height, of.width)
		m.Blocks(rows, height, func() {
			sums := make([][]machine.Vector, height)
			for i := range sums {
				sums[i] = zeros(m, of.width)
			}
			steps(rows, c, height, of, func(o operands) {
				for i := range sums {
					multiplyAdd(sums[i], o.b, o.a[i])
				}
			})
			writeBack(m, sums, of, c, d)
		})
	}
}

// writeBack stores alpha times the sums, plus beta*D if there is a D, and moves c and d on to the next rows.
func writeBack(m machine.Machine, sums [][]machine.Vector, of columnsOf, c, d machine.Pointer) {
	m.UnlessOne("alpha", func() { // of a product of 32 x 32 these multiplications are 3 %
		alpha := m.Broadcast("alpha")
		for _, row := range sums {
			for _, sum := range row {
				m.MulBy(sum, alpha)
			}
		}
	})
	columns := of.describe()
	m.IfAtLeast(m.Length("d"), 1, func() {
		beta, dRow := m.Broadcast("beta"), m.IntParam("dRow")
		for _, row := range sums {
			for j, sum := range row {
				m.FMATo(sum, columns.load(d, j), beta)
			}
			m.AdvanceBy(d, dRow)
		}
	}, nil)
	cRow := m.IntParam("cRow")
	for _, row := range sums {
		for j, sum := range row {
			columns.store(c, j, sum)
		}
		m.AdvanceBy(c, cRow)
	}
}

// prefetchRows asks for the tile of C, which would be waited for when the sums are done: it lies in the second cache at best.
func prefetchRows(m machine.Machine, c machine.Pointer, height, width int) {
	p, ok := m.(machine.Prefetcher)
	if !ok {
		return
	}
	row, cRow := m.CopyPointer(c), m.IntParam("cRow")
	for range height {
		for j := range width {
			p.Prefetch(row, j*m.Lanes())
		}
		m.AdvanceBy(row, cRow)
	}
}

// farA is how many bytes of a packed A are asked for ahead of time: it comes from the second cache while B goes through the first.
const farA = 8192

func stripPacked(m machine.Machine, multiplyAdd scalarTo) {
	const unroll = 4
	line := 64 / m.Type().Bytes()
	a := m.Pointer("a")
	prefetcher, prefetches := m.(machine.Prefetcher)
	var next machine.Pointer // the panel of B of the next strip, a line of which is asked for in each step
	if prefetches {
		next = m.Pointer("b")
		m.AdvanceBy(next, m.IntTimes(m.IntParam("k"), tiles[m.Set()].vectors*m.Lanes()))
	}
	strip(m, multiplyAdd, func(_ machine.Int, c machine.Pointer, height int, of columnsOf, multiply func(operands)) {
		prefetchRows(m, c, height, of.width)
		k, b, bRow := m.IntParam("k"), m.Pointer("b"), m.IntParam("bRow")
		step := func(count int) func() {
			return func() {
				for u := range count {
					if i := u * height; prefetches && i%line < height { // a line has begun
						prefetcher.Prefetch(a, farA/m.Type().Bytes()+i)
					}
					o := operands{a: m.Scalars(a, u*height, height)}
					for j := range of.width {
						o.b = append(o.b, m.LoadVector(b, j*m.Lanes()))
					}
					multiply(o)
					m.AdvanceBy(b, bRow)
				}
				m.Advance(a, count*height)
				if prefetches && count == unroll {
					prefetcher.PrefetchFar(next, 0)
					m.Advance(next, line)
				}
			}
		}
		m.Blocks(k, unroll, step(unroll))
		m.While(k, 1, step(1))
	})
}

func stripInPlace(m machine.Machine, multiplyAdd scalarTo) {
	stripWhole(m, multiplyAdd, func(left machine.Int, _ machine.Pointer, height int, of columnsOf, multiply func(operands)) {
		columns := of.describe()
		m.Comment("A from the first row not done: a register that went along would be one too many")
		start, aRow := m.Pointer("a"), m.IntParam("aRow")
		m.AdvanceBy(start, m.IntMul(aRow, m.IntLess(m.IntParam("rows"), left)))
		a := m.Rows(start, aRow, height)
		k, b, bRow, aColumn := m.IntParam("k"), m.Pointer("b"), m.IntParam("bRow"), m.IntParam("aColumn")
		m.While(k, 1, func() {
			o := operands{b: columns.row(b)}
			if p, ok := m.(machine.Prefetcher); ok {
				for j := range of.width {
					p.PrefetchFar(b, (of.width+j)*m.Lanes())
				}
			}
			for i := range height {
				o.a = append(o.a, m.Scalars(a.At(i), 0, 1)...)
			}
			multiply(o)
			a.AdvanceBy(aColumn)
			m.AdvanceBy(b, bRow)
		})
	})
}
