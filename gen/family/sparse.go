package family

import (
	"slices"

	"github.com/raphson-go/raphson/gen/machine"
)

// Sparse multiplies sparse matrices, stored in several ways, with vectors. All kernels but WideRows write A*x alone: scalars
// are applied to what still stands in the nearest cache.
var Sparse = machine.Family{Name: "sparse", Package: "kernels/sparse", Choices: []machine.Choice{filledLanes}, Kernels: []machine.Kernel{
	{
		Name: "CompressedRows",
		Doc: "sets y[i] to the sum of values[k]*x[columns[k]] over the entries k of row i, of which there are starts[i+1]-starts[i];\n" +
			"the first row begins with the first entry. far is 1 if the matrix is not in the second cache, and else 0.",
		Signature: "func(y []T, starts, columns []int32, values, x []T, far int)",
		Writes:    []string{"y"},
		Sets:      []string{"avx2", "neon"}, // a vector is put together from elements, which gains nothing from more of them
		Build:     compressedRows,
	},
	{
		Name: "WideRows",
		Doc: "sets the first width elements of row i of y to the sum of values[k] times those of row columns[k] of x, over the\n" +
			"entries k of row i, which stand as in CompressedRows. far is 1 if neither they nor the rows of x are expected in the second\n" +
			"cache, and else 0.",
		Signature: "func(y []T, strideY int, starts, columns []int32, values, x []T, strideX, width, far int)",
		Strided:   true,
		Long:      "wide[T](width)",
		Build:     wideRows,
	},
	{
		Name: "SampledRows",
		Doc: "sets dst[k] to alpha times the dot product of the first width elements, at least one, of row i of x and of row columns[k]\n" +
			"of y, for the entries k of row i, which stand as in CompressedRows.",
		Signature: "func(dst []T, alpha T, starts, columns []int32, x []T, strideX int, y []T, strideY, width int)",
		Strided:   true,
		Long:      "width >= 3*filledLanes[T]()", // below, adding up the lanes of wider vectors takes longer than multiplying with more of them
		Build:     sampledRows,
	},
	{
		Name: "SolveRows",
		Doc: "sets x[i] to b[i] plus the sum of values[k]*x[columns[k]] over the entries k of row i, from starts[i] to starts[i+1], divided\n" +
			"by diagonal[i] if there is a diagonal, for the rows i in order. x may be b.",
		Signature: "func(x, b []T, order, starts, columns []int32, values, diagonal []T)",
		Strided:   true,
		Sets:      []string{"avx2", "neon"}, // as CompressedRows
		Build:     solveRows,
	},
	{
		Name: "ScatterRows",
		Doc: "adds alpha*x[i]*values[k] to acc[columns[k]-offset] for the entries k of row i, which stand as in CompressedRows, in their\n" +
			"order.",
		Signature: "func(acc []T, offset int, alpha T, starts, columns []int32, values, x []T)",
		Strided:   true,
		Sets:      []string{"avx2", "neon"}, // an element at a time, which Zen 4 takes longer to spread over more lanes
		Build:     scatterRows,
	},
	{
		Name: "ScatterWide",
		Doc: "adds alpha*x[i*strideX+j]*values[k] to element j < width of row columns[k]-offset of acc, for the entries k of row i, in\n" +
			"their order; no two entries of a row have the same column.",
		Signature: "func(acc []T, stride, offset int, alpha T, starts, columns []int32, values, x []T, strideX, width int)",
		Strided:   true,
		Long:      "wide[T](width)",
		Build:     scatterWide,
	},
	{
		Name: "SymmetricRows",
		Doc: "adds alpha times the rows of a lower triangle, the first of which is row first and all of which end with their diagonal\n" +
			"element, and alpha times the mirror image of what stands before it, times x, to y. Entries stand as in CompressedRows.",
		Signature: "func(y []T, alpha T, first int, starts, columns []int32, values, x []T)",
		Strided:   true,
		Sets:      []string{"avx2", "neon"}, // as ScatterRows
		Build:     symmetricRows,
	},
	{
		Name: "DiagonalRows",
		Doc: "sets y[i] to the sum over j of values[at[2*j]+i]*x[at[2*j+1]+i], and check to 0 if all of them are finite and else\n" +
			"to NaN.",
		Signature: "func(y, values, x []T, at []int) (check T)",
		Strided:   true,
		Build:     diagonalRows,
	},
	{
		Name: "SlabRows",
		Doc: "sets y, slab after slab of 64 bytes, to the sums of values times x[columns[k]], a slab of values for each column k, of\n" +
			"which slab i has starts[i+1]-starts[i]; far is as for CompressedRows, check as for DiagonalRows.",
		Signature: "func(y []T, starts, columns []int32, values, x []T, far int) (check T)",
		Writes:    []string{"y"},
		Build: func(m machine.Machine) {
			slabs(m, 1, 4, func(x, columns machine.Pointer, first, vectors int, _ bool) []machine.Vector {
				v := m.BroadcastFrom(m.Element(x, m.IntAt(columns, first, 4)), 0)
				return slices.Repeat([]machine.Vector{v}, vectors)
			})
		},
	},
	{
		Name: "SortedRows",
		Doc: "is SlabRows with a column for every value: starts counts slabs of columns, and a slab of values is multiplied with\n" +
			"x at the same places of columns.",
		Signature: "func(y []T, starts, columns []int32, values, x []T, far int) (check T)",
		Writes:    []string{"y"},
		Build:     func(m machine.Machine) { sortedSlabs(m, 4) },
	},
	{
		Name:      "ShortRows",
		Doc:       "is SortedRows with columns of 16 bits.",
		Signature: "func(y []T, starts []int32, columns []uint16, values, x []T, far int) (check T)",
		Writes:    []string{"y"},
		Build:     func(m machine.Machine) { sortedSlabs(m, 2) },
	},
}}

// eachRow emits a loop over the rows, or slabs, that starts counts: body gets the number of entries of one.
func eachRow(m machine.Machine, body func(entries machine.Int)) {
	starts, rows := m.Pointer("starts"), m.Length("starts")
	m.AddInt(rows, -1)
	m.While(rows, 1, func() {
		entries := m.IntLess(m.IntAt(starts, 1, 4), m.IntAt(starts, 0, 4))
		m.AdvanceInts(starts, 1, 4)
		body(entries)
	})
}

// load and store move a vector at p + i elements.
type (
	load  func(p machine.Pointer, i int) machine.Vector
	store func(p machine.Pointer, i int, v machine.Vector)
)

// acrossWidth emits body for as many vectors of columns as go through the entries together, moving on the pointers, and then for what is
// left of the width. Where that is not whole vectors, load and store leave out what is behind the row.
func acrossWidth(m machine.Machine, pointers []machine.Pointer, body func(vectors int, l load, s store)) {
	const widest = 4
	width := m.IntParam("width")
	m.Blocks(width, widest*m.Lanes(), func() {
		body(widest, m.LoadVector, m.StoreVector)
		for _, p := range pointers {
			m.Advance(p, widest*m.Lanes())
		}
	})
	m.IfAtLeast(width, 1, func() {
		byWidth(m, func() machine.Int { return width }, widest, func(vectors int) {
			last := (vectors - 1) * m.Lanes()
			m.AddInt(width, -last)
			m.IfAtLeast(width, m.Lanes(), func() { body(vectors, m.LoadVector, m.StoreVector) }, func() {
				edge := m.Edge(width)
				body(vectors,
					func(p machine.Pointer, i int) machine.Vector {
						if i < last {
							return m.LoadVector(p, i)
						}
						return m.LoadFirst(p, i, edge)
					},
					func(p machine.Pointer, i int, v machine.Vector) {
						if i < last {
							m.StoreVector(p, i, v)
						} else {
							m.StoreFirst(p, i, edge, v)
						}
					})
			})
		})
	}, nil)
}

func wideRows(m machine.Machine) {
	byDistance(m, func(far bool) {
		y, x := m.Pointer("y"), m.Pointer("x")
		acrossWidth(m, []machine.Pointer{x, y}, func(vectors int, l load, s store) {
			to, columns, values := m.CopyPointer(y), m.Pointer("columns"), m.Pointer("values")
			strideX, strideY := m.IntParam("strideX"), m.IntParam("strideY")
			eachRow(m, func(entries machine.Int) {
				// Entries that follow each other go to sums of their own, or each would wait for the one before it.
				chains := min(m.Registers()/2/vectors, 4)
				sums := zeroRows(m, vectors, chains)
				for _, unroll := range []int{chains, 1} {
					m.Blocks(entries, unroll, func() {
						if far && unroll > 1 {
							askFor(m, values, columns, unroll, 1, columnBytes)
						}
						for u := range unroll {
							from, value := m.Element(x, m.IntMul(m.IntAt(columns, u, columnBytes), strideX)), m.BroadcastFrom(values, u)
							for j := range sums {
								m.FMATo(sums[j][u], value, l(from, j*m.Lanes()))
							}
						}
						m.Advance(values, unroll)
						m.AdvanceInts(columns, unroll, columnBytes)
					})
				}
				for j := range sums {
					s(to, j*m.Lanes(), total(m, sums[j]))
				}
				m.AdvanceBy(to, strideY)
			})
		})
	})
}

// finite collects in check whether sums are: NaN or infinity times zero is NaN.
func finite(m machine.Machine, check machine.Vector, sums ...machine.Vector) {
	zero := m.Zero()
	for _, sum := range sums {
		m.FMATo(check, sum, zero)
	}
}

// diagonalsAhead is how many bytes of a diagonal are asked for ahead of time: the processor does not see that so many short
// stretches belong together, and 27 diagonals come from the third cache and from memory 1.6 times as fast.
const diagonalsAhead = 2048

// diagonalsAtOnce is how many vectors of rows go along the diagonals together.
const diagonalsAtOnce = 8

func diagonalRows(m machine.Machine) {
	y, values, x, check := m.Pointer("y"), m.Pointer("values"), m.Pointer("x"), m.Zero()
	m.Traverse(m.Length("y"), []machine.Pointer{y, values, x}, diagonalsAtOnce, func(b machine.Block) {
		sums := zeros(m, b.Vectors())
		at := m.Pointer("at")
		m.While(m.Length("at"), 2, func() {
			v, from := m.CopyPointer(values), m.CopyPointer(x)
			m.AdvanceBy(v, m.IntAt(at, 0, 8))
			m.AdvanceBy(from, m.IntAt(at, 1, 8))
			for i, sum := range sums {
				m.FMATo(sum, b.Load(from, i), b.Load(v, i))
			}
			prefetch(m, v, diagonalsAhead/m.Type().Bytes(), b.Vectors()*m.Lanes(), b)
			m.AdvanceInts(at, 2, 8)
		})
		for i, sum := range sums {
			b.Store(y, i, sum)
		}
		finite(m, check, sums...)
	})
	m.Return("check", m.SumLanes(check))
}

// slabBytes is how many bytes of rows stand side by side in a slab: the widest vector.
const slabBytes = 64

// sortedSlabs multiplies slabs that have a column of so many bytes for every value.
func sortedSlabs(m machine.Machine, bytes int) {
	slabs(m, slabBytes/m.Type().Bytes(), bytes, func(x, columns machine.Pointer, first, vectors int, far bool) []machine.Vector {
		collect := m.Collect
		if far {
			collect = m.CollectFar
		}
		all := make([]machine.Vector, vectors)
		for j := range all {
			all[j] = collect(x, columns, first+j*m.Lanes(), bytes)
		}
		return all
	})
}

// slabs multiplies the vectors of each slab of values with those that factors gives for the columns of the slab, of which there
// are so many each, of so many bytes, and which begin with the one numbered first.
func slabs(m machine.Machine, each, bytes int, factors func(x, columns machine.Pointer, first, vectors int, far bool) []machine.Vector) {
	rows := slabBytes / m.Type().Bytes()
	vectors := rows / m.Lanes()
	x, check := m.Pointer("x"), m.Zero()
	atOnce := 4 / vectors // chains of sums that do not wait for each other
	y, columns, values := m.Pointer("y"), m.Pointer("columns"), m.Pointer("values")
	byDistance(m, func(far bool) {
		eachRow(m, func(left machine.Int) {
			sums := zeros(m, atOnce*vectors)
			step := func(unroll int) {
				if far {
					askFor(m, values, columns, unroll*rows, rows/each, bytes)
				}
				for u := range unroll {
					for j, v := range factors(x, columns, u*each, vectors, far) {
						m.FMATo(sums[u*vectors+j], m.LoadVector(values, u*rows+j*m.Lanes()), v)
					}
				}
				m.Advance(values, unroll*rows)
				m.AdvanceInts(columns, unroll*each, bytes)
			}
			if atOnce > 1 {
				m.Blocks(left, atOnce, func() { step(atOnce) })
			}
			m.While(left, 1, func() { step(1) })
			for u := 1; u < atOnce; u++ {
				for j := range vectors {
					m.AddTo(sums[j], sums[u*vectors+j])
				}
			}
			for j := range vectors {
				m.StoreVector(y, j*m.Lanes(), sums[j])
			}
			finite(m, check, sums[:vectors]...)
			m.Advance(y, rows)
		})
	})
	m.Return("check", m.SumLanes(check))
}
