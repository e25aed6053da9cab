package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// Lse is the exponential family: element by element functions, vectors, and the sweeps over matrices.
var Lse = machine.Family{
	Name:    "lse",
	Package: "kernels/lse",
	Kernels: append([]machine.Kernel{
		ofEach("Exp", "sets dst[i] = e^x[i].", abreast, newExp),
		ofEach("Expm1", "sets dst[i] = e^x[i] - 1.", oneByOne, func(m machine.Machine) function { return newExponentialMinusOne(m) }),
		ofEach("Log", "sets dst[i] = log x[i].", logarithms, newLog),
		ofEach("Log1p", "sets dst[i] = log(1 + x[i]).", pairs, newLog1p),
		ofEach("Tanh", "sets dst[i] = tanh x[i].", oneByOne, func(m machine.Machine) function { return newHyperbolicTangent(m) }),
		ofEach("Sigmoid", "sets dst[i] = 1/(1 + e^-x[i]).", oneByOne, func(m machine.Machine) function { return newLogistic(m) }),
		ofEach("Softplus", "sets dst[i] = log(1 + e^x[i]).", oneByOne, func(m machine.Machine) function { return newSoftplus(m) }),
		{
			Name:      "LogAddExp",
			Doc:       "sets dst[i] = log(e^x[i] + e^y[i]); the lengths are equal.",
			Signature: "func(dst, x, y []T)",
			Writes:    []string{"dst"},
			Build:     buildLogAddExp,
		},
		{
			Name:      "Largest",
			Doc:       "is the largest element, -Inf for none; NaN elements may be passed over.",
			Signature: "func(x []T) (largest T)",
			Build:     buildLargest,
		},
		{
			Name:      "SumExp",
			Doc:       "is the sum of e^(x[i]-shift).",
			Signature: "func(x []T, shift T) (sum T)",
			Build:     buildSumExp,
		},
		{
			Name:      "ExpShifted",
			Doc:       "sets dst[i] = factor*e^(x[i]-shift) and returns the sum of dst; len(dst) = len(x).",
			Signature: "func(dst, x []T, shift, factor T) (sum T)",
			Writes:    []string{"dst"},
			Build:     buildExpShifted,
		},
		{
			Name:      "SubtractBoth",
			Doc:       "sets dst[i] = (x[i] - a) - b; len(dst) = len(x).",
			Signature: "func(dst, x []T, a, b T)",
			Writes:    []string{"dst"},
			Build:     buildSubtractBoth,
		},
	}, lseMatrix...),
}

// function is a function of one variable whose constants are loaded.
type function interface {
	of(x machine.Vector) machine.Vector
}

// reader is a function that may read its variable twice, so as not to keep it in a register.
type reader interface {
	from(x func() machine.Vector) machine.Vector
}

// ofEach is the row of a function of one variable.
func ofEach(name, doc string, side sides, prepare func(m machine.Machine) function) machine.Kernel {
	return machine.Kernel{
		Name:      name,
		Doc:       doc + " The lengths are equal; dst may be x.",
		Signature: "func(dst, x []T)",
		Writes:    []string{"dst"},
		Build: func(m machine.Machine) {
			dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("x")
			g, group := interleave(m)
			f := prepare(g)
			m.Traverse(n, []machine.Pointer{dst, x}, side.unroll(m), func(b machine.Block) {
				group.groups(b, side, func(first int) {
					load := func() machine.Vector { return group.load(b, x, first) }
					var y machine.Vector
					if r, ok := f.(reader); ok {
						y = r.from(load)
					} else {
						y = f.of(load())
					}
					for i := range group.members {
						b.Store(dst, first+i, member(y, i))
					}
				})
			})
		},
	}
}

// exp is e^x with its variable in memory.
type exp struct{ *exponential }

func newExp(m machine.Machine) function { return exp{newExponential(m)} }

func (e exp) from(x func() machine.Vector) machine.Vector {
	if e.brancher == nil {
		return e.of(x())
	}
	return e.usual(x(), x)
}

func newLog(m machine.Machine) function {
	if brancher, ok := m.(machine.Brancher); ok {
		return newUsualLogarithm(m, brancher)
	}
	if tables, ok := m.(machine.Tables); ok {
		return newTabledLogarithm(m, tables)
	}
	return newWholeLogarithm(m)
}

func newLog1p(m machine.Machine) function {
	if brancher, ok := m.(machine.Brancher); ok {
		return newUsualLog1p(m, brancher)
	}
	return log1p{newWholeLogarithm(m)}
}

type log1p struct{ *logarithm }

func (l log1p) of(x machine.Vector) machine.Vector { return l.onePlus(x) }

func buildLogAddExp(m machine.Machine) {
	dst, x, y, n := m.Pointer("dst"), m.Pointer("x"), m.Pointer("y"), m.Length("dst")
	g, group := interleave(m)
	s := newSoftplus(g)
	m.Traverse(n, []machine.Pointer{dst, x, y}, oneByOne.unroll(m), func(b machine.Block) {
		group.groups(b, oneByOne, func(first int) {
			z := s.logAddExp(group.load(b, x, first), group.load(b, y, first))
			for i := range group.members {
				b.Store(dst, first+i, member(z, i))
			}
		})
	})
}

func buildLargest(m machine.Machine) {
	x, n := m.Pointer("x"), m.Length("x")
	lowest := m.Constant(math.Inf(-1))
	largest := make([]machine.Vector, 8)
	for i := range largest {
		largest[i] = m.Copy(lowest)
	}
	m.Traverse(n, []machine.Pointer{x}, len(largest), func(b machine.Block) {
		for i := range b.Vectors() {
			m.MaxTo(largest[i], b.LoadOr(x, i, lowest))
		}
	})
	for step := len(largest) / 2; step > 0; step /= 2 {
		for i := range step {
			m.MaxTo(largest[i], largest[i+step])
		}
	}
	m.Return("largest", m.MaxLanes(largest[0]))
}

func buildSumExp(m machine.Machine) {
	x, n := m.Pointer("x"), m.Length("x")
	shift, lowest := m.Broadcast("shift"), m.Constant(math.Inf(-1))
	g, group := interleave(m)
	e := newExponential(g)
	sums := zeros(m, pairs.unroll(m))
	m.Traverse(n, []machine.Pointer{x}, len(sums), func(b machine.Block) {
		group.groups(b, pairs, func(first int) {
			y := e.of(group.vectors(func(i int) machine.Vector { return m.Sub(b.LoadOr(x, first+i, lowest), shift) }))
			for i := range group.members {
				m.AddTo(sums[first+i], member(y, i))
			}
		})
	})
	m.Return("sum", m.SumLanes(total(m, sums)))
}

func buildExpShifted(m machine.Machine) {
	dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("x")
	shift, factor, zero := m.Broadcast("shift"), m.Broadcast("factor"), m.Constant(0)
	g, group := interleave(m)
	e := newExponential(g)
	sums := zeros(m, pairs.unroll(m))
	m.Traverse(n, []machine.Pointer{dst, x}, len(sums), func(b machine.Block) {
		group.groups(b, pairs, func(first int) {
			y := g.Mul(e.of(g.Sub(group.load(b, x, first), shift)), factor)
			for i := range group.members {
				b.Store(dst, first+i, member(y, i))
				m.AddTo(sums[first+i], b.Present(member(y, i), zero))
			}
		})
	})
	m.Return("sum", m.SumLanes(total(m, sums)))
}

func buildSubtractBoth(m machine.Machine) {
	dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("x")
	first, second := m.Broadcast("a"), m.Broadcast("b")
	m.Traverse(n, []machine.Pointer{dst, x}, 4, func(b machine.Block) {
		for i := range b.Vectors() {
			b.Store(dst, i, m.Sub(m.Sub(b.Load(x, i), first), second))
		}
	})
}
