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
	{
		Name: "ScaleRows",
		Doc: "sets dots[i] = sum of rows[i*stride+j]*v[j] and weights[i] = masses[i]/dots[i], and adds weights[i]*rows[i*stride+j] to sums[j], as\n" +
			"DotRows and AddRows do. The elements of a row before number whole, a multiple of 32, are gone through backwards when they are added.\n" +
			"len(dots) = len(weights) = len(masses), len(sums) = len(v).",
		Signature: "func(sums, dots, weights, rows []T, stride int, v, masses []T, whole int)",
		Writes:    []string{"sums", "dots", "weights"},
		Build:     buildScaleRows,
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
