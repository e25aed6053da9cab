package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// lseMatrix are the inner loops of the matrix functions of lse. Exponentials are to base 2: the callers scale.
var lseMatrix = []machine.Kernel{
	{
		Name: "ExpAffine",
		Doc: "sets dst[j] = 2^(scale*(shift[j]-c[j]) + bias), every operation rounded, and returns the sum;\n" +
			"len(shift) = len(c) = len(dst).",
		Signature: "func(dst, shift, c []T, scale, bias T) (sum T)",
		Writes:    []string{"dst"},
		Build:     buildExpAffine,
	},
	{
		Name: "AddThenExp",
		Doc: "adds weight*row[j] to sums[j], sets dst[j] = 2^(shift[j] - scale*c[j] + bias), and returns the sum of these;\n" +
			"neither product is rounded. len(row) = len(sums) = len(shift) = len(c) = len(dst); dst may be row, or c.",
		Signature: "func(dst, row, sums, shift, c []T, scale, bias, weight T) (sum T)",
		Writes:    []string{"dst", "sums"},
		Build:     buildAddThenExp,
	},
	{
		Name:      "MaxAffine",
		Doc:       "is the largest scale*(shift[j]-c[j]), -Inf for none; NaN entries may be passed over. len(shift) = len(c).",
		Signature: "func(shift, c []T, scale T) (largest T)",
		Build:     buildMaxAffine,
	},
	{
		Name:      "MaxColumns",
		Doc:       "sets largest[j] = max(largest[j], scale*(shift-c[j])); NaN entries may be passed over. len(c) = len(largest).",
		Signature: "func(largest, c []T, scale, shift T)",
		Writes:    []string{"largest"},
		Build:     buildMaxColumns,
	},
	{
		Name:      "AddExpColumns",
		Doc:       "adds 2^(scale*(shift-c[j]) - largest[j]) to sums[j]; len(c) = len(largest) = len(sums).",
		Signature: "func(sums, largest, c []T, scale, shift T)",
		Writes:    []string{"sums"},
		Build:     buildAddExpColumns,
	},
	{
		Name: "AddRows",
		Doc: "adds weights[0]*rows[j] + weights[1]*rows[stride+j] + ... to sums[j], in the order of the rows, each product and\n" +
			"sum with one rounding.",
		Signature: "func(sums, rows []T, stride int, weights []T)",
		Writes:    []string{"sums"},
		Build:     buildAddRows,
	},
	{
		Name:      "DotRows",
		Doc:       "sets dst[i] = sum of rows[i*stride+j]*v[j] over j < len(v).",
		Signature: "func(dst, rows []T, stride int, v []T)",
		Writes:    []string{"dst"},
		Build:     buildDotRows,
	},
}

// depth is how many vectors of an exponential to have in flight.
func depth(m machine.Machine) int {
	if m.Registers() == 16 {
		return 3
	}
	return 4
}

func buildExpAffine(m machine.Machine) {
	shift, scale, bias := m.Pointer("shift"), m.Broadcast("scale"), m.Broadcast("bias")
	// The row is in the first cache, where its maximum was looked for; 8 KiB on is what will be looked through next.
	expRow(m, 8192, []machine.Pointer{shift}, func(b machine.Block, i int, c machine.Pointer) machine.Vector {
		// Not fused: where bias is minus the maximum, the largest exponent must be 0 however large the product is.
		return m.Add(m.Mul(m.Sub(b.Load(shift, i), b.Load(c, i)), scale), bias)
	})
}

// buildAddThenExp adds a row to the column sums, with a factor that depends on its sum, beside the exponentials of the next
// row: a pass of its own would wait for memory, and this one waits for the multipliers.
func buildAddThenExp(m machine.Machine) {
	row, sums, shift := m.Pointer("row"), m.Pointer("sums"), m.Pointer("shift")
	scale, bias, weight := m.Broadcast("scale"), m.Broadcast("bias"), m.Broadcast("weight")
	expRow(m, 2048, []machine.Pointer{row, sums, shift}, func(b machine.Block, i int, c machine.Pointer) machine.Vector {
		s := b.Load(sums, i)
		m.FMATo(s, b.Load(row, i), weight)
		b.Store(sums, i, s)
		t := b.Load(shift, i)
		m.FNMATo(t, b.Load(c, i), scale)
		m.AddTo(t, bias)
		return t
	})
}

// expRow builds dst = 2^exponent and the sum of it; others are the pointers that exponent reads beside c, of which it asks
// for what lies so many bytes ahead.
func expRow(m machine.Machine, ahead int, others []machine.Pointer,
	exponent func(b machine.Block, i int, c machine.Pointer) machine.Vector) {
	dst, c, n := m.Pointer("dst"), m.Pointer("c"), m.Length("dst")
	e := newExp2(m)
	sums := zeros(m, depth(m))
	m.Traverse(n, append(others, dst, c), depth(m), func(b machine.Block) {
		t := make([]machine.Vector, b.Vectors())
		for i := range t {
			t[i] = exponent(b, i, c)
		}
		for i, p := range e.of(t...) {
			b.Store(dst, i, p)
			if b.Partial() {
				p = b.Present(p, m.Zero())
			}
			m.AddTo(sums[i], p)
		}
		prefetch(m, c, ahead/m.Type().Bytes(), b.Vectors()*m.Lanes(), b)
	})
	m.Return("sum", m.SumLanes(total(m, sums)))
}

func buildMaxAffine(m machine.Machine) {
	shift, c, n := m.Pointer("shift"), m.Pointer("c"), m.Length("c")
	scale := m.Broadcast("scale")
	lowest := m.Constant(math.Inf(-1))
	acc := make([]machine.Vector, 4)
	for i := range acc {
		acc[i] = m.Copy(lowest)
	}
	m.Traverse(n, []machine.Pointer{shift, c}, len(acc), func(b machine.Block) {
		for i := range b.Vectors() {
			t := m.Mul(m.Sub(b.Load(shift, i), b.Load(c, i)), scale)
			m.MaxTo(acc[i], b.Present(t, lowest))
		}
	})
	m.MaxTo(acc[0], acc[1])
	m.MaxTo(acc[2], acc[3])
	m.MaxTo(acc[0], acc[2])
	m.Return("largest", m.MaxLanes(acc[0]))
}

func buildMaxColumns(m machine.Machine) {
	largest, c, n := m.Pointer("largest"), m.Pointer("c"), m.Length("largest")
	scale, shift := m.Broadcast("scale"), m.Broadcast("shift")
	m.Traverse(n, []machine.Pointer{largest, c}, 4, func(b machine.Block) {
		for i := range b.Vectors() {
			t := m.Mul(m.Sub(shift, b.Load(c, i)), scale)
			b.Store(largest, i, m.Max(b.Load(largest, i), t))
		}
	})
}

func buildAddExpColumns(m machine.Machine) {
	sums, largest, c, n := m.Pointer("sums"), m.Pointer("largest"), m.Pointer("c"), m.Length("sums")
	scale, shift := m.Broadcast("scale"), m.Broadcast("shift")
	e := newExp2(m)
	m.Traverse(n, []machine.Pointer{sums, largest, c}, depth(m), func(b machine.Block) {
		t := make([]machine.Vector, b.Vectors())
		for i := range t {
			t[i] = m.Mul(m.Sub(shift, b.Load(c, i)), scale)
			m.SubFrom(t[i], b.Load(largest, i))
		}
		for i, p := range e.of(t...) {
			b.Store(sums, i, m.Add(b.Load(sums, i), p))
		}
	})
}

// rowsAtOnce is how many rows share one pass over the vector they have in common.
const rowsAtOnce = 4

// rowPointers are the addresses of count rows that are the parameter stride apart; first is left at the row after them.
func rowPointers(m machine.Machine, first machine.Pointer, count int) []machine.Pointer {
	stride := m.IntParam("stride")
	pointers := make([]machine.Pointer, count)
	for r := range pointers {
		pointers[r] = m.CopyPointer(first)
		m.AdvanceBy(first, stride)
	}
	return pointers
}

// prefetch asks for so many elements of memory, from p + distance elements on, where the block is whole.
func prefetch(m machine.Machine, p machine.Pointer, distance, elements int, b machine.Block) {
	prefetcher, ok := m.(machine.Prefetcher)
	if !ok || b.Partial() {
		return
	}
	line := 64 / m.Type().Bytes()
	for i := 0; i < elements; i += line {
		prefetcher.Prefetch(p, distance+i)
	}
}

func buildAddRows(m machine.Machine) { addRows(m, m.BroadcastFrom) }

// addRows builds sums += weights[0]*rows[0] + weights[1]*rows[1] + ..., each weight as weight makes it of the one in memory.
func addRows(m machine.Machine, weight func(weights machine.Pointer, r int) machine.Vector) {
	rows, weights, left := m.Pointer("rows"), m.Pointer("weights"), m.Length("weights")
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			w := make([]machine.Vector, count)
			for r := range w {
				w[r] = weight(weights, r)
			}
			// Parameters are loaded again for each block: x86 has no general register to spare.
			from := rowPointers(m, rows, count)
			to := m.Pointer("sums")
			m.Traverse(m.Length("sums"), append(from, to), 2, func(b machine.Block) {
				for i := range b.Vectors() {
					acc := b.Load(to, i)
					for r := range w {
						m.FMATo(acc, b.Load(from[r], i), w[r])
					}
					b.Store(to, i, acc)
				}
			})
			m.Advance(weights, count)
		})
	}
}

func buildDotRows(m machine.Machine) {
	dst := m.Pointer("dst")
	dotRows(m, func(sums []machine.Vector) {
		for r, sum := range sums {
			m.StoreLane0(dst, r, sum)
		}
		m.Advance(dst, len(sums))
	})
}

// dotRows builds the products of rows with v, as many as dst is long; store takes those of a few rows in lane 0.
func dotRows(m machine.Machine, store func(sums []machine.Vector)) {
	rows, left := m.Pointer("rows"), m.Length("dst")
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			const unroll = 2 // a sum has as many accumulators, whether its row is alone or one of a block
			acc := make([][]machine.Vector, count)
			for r := range acc {
				acc[r] = zeros(m, unroll)
			}
			from := rowPointers(m, rows, count)
			shared := m.Pointer("v")
			m.Traverse(m.Length("v"), append(from, shared), unroll, func(b machine.Block) {
				for i := range b.Vectors() {
					x := b.Load(shared, i)
					for r := range acc {
						m.FMATo(acc[r][i], b.Load(from[r], i), x)
					}
				}
			})
			sums := make([]machine.Vector, count)
			for r := range sums {
				sums[r] = m.SumLanes(total(m, acc[r]))
			}
			store(sums)
		})
	}
}
