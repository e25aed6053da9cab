package family

import "github.com/raphson-go/raphson/gen/machine"

// coordLoss are losses with their first and second derivatives, in one pass.
var coordLoss = []machine.Kernel{
	lossKernel("Logistic", "log(1 + e^(-x*y))", "", 2, newLogisticLoss),
	lossKernel("Squared", "(x-y)^2/2", "", 4, func(m machine.Machine) lossFormula {
		one, half := m.Constant(1), m.Constant(0.5)
		return func(x, y machine.Vector) (value, first, second machine.Vector) {
			d := m.Sub(x, y)
			return m.Mul(m.Mul(d, d), half), d, one
		}
	}),
	lossKernel("Huber", "Huber's function of x-y", ", delta T", 4, func(m machine.Machine) lossFormula {
		one, half, zero, magnitude := m.Constant(1), m.Constant(0.5), m.Constant(0), magnitudes(m)
		delta := m.Broadcast("delta")
		least := m.Sub(zero, delta)
		return func(x, y machine.Vector) (value, first, second machine.Vector) {
			d := m.Sub(x, y)
			first = m.Select(m.Compare(machine.Less, d, least), least, d)
			first = m.Select(m.Compare(machine.Less, delta, first), delta, first)
			second = m.Select(m.Compare(machine.LessEqual, magnitude(d), delta), one, zero)
			return m.Mul(first, m.Sub(d, m.Mul(half, first))), first, second
		}
	}),
	lossKernel("Hinge", "max(0, 1 - x*y)", "", 4, func(m machine.Machine) lossFormula {
		one, zero, sign := m.Constant(1), m.Constant(0), signBit(m)
		return func(x, y machine.Vector) (value, first, second machine.Vector) {
			z := m.Mul(x, y)
			value = m.Select(m.Compare(machine.LessEqual, one, z), zero, m.Sub(one, z))
			return value, m.Select(m.Compare(machine.Less, z, one), m.Xor(y, sign), zero), zero
		}
	}),
	lossKernel("SquaredHinge", "max(0, 1 - x*y)^2/2", "", 4, func(m machine.Machine) lossFormula {
		one, half, zero, sign := m.Constant(1), m.Constant(0.5), m.Constant(0), signBit(m)
		return func(x, y machine.Vector) (value, first, second machine.Vector) {
			z := m.Mul(x, y)
			short := m.Select(m.Compare(machine.LessEqual, one, z), zero, m.Sub(one, z))
			second = m.Select(m.Compare(machine.Less, z, one), one, zero)
			return m.Mul(m.Mul(short, short), half), m.Mul(m.Xor(y, sign), short), second
		}
	}),
}

// lossFormula is a loss of x and y and its derivatives with respect to x.
type lossFormula func(x, y machine.Vector) (value, first, second machine.Vector)

// lossKernel is the row of a loss.
func lossKernel(name, what, parameters string, unroll int, prepare func(m machine.Machine) lossFormula) machine.Kernel {
	return machine.Kernel{
		Name:      name,
		Doc:       "returns the sum of " + what + " and sets gradient and curvature to its derivatives with respect to x.",
		Signature: "func(gradient, curvature, x, y []T" + parameters + ") (sum T)",
		Writes:    []string{"gradient", "curvature"},
		Build: func(m machine.Machine) {
			f, zero, sums := prepare(m), m.Constant(0), zeros(m, unroll)
			g, c, x, y := m.Pointer("gradient"), m.Pointer("curvature"), m.Pointer("x"), m.Pointer("y")
			m.Traverse(m.Length("x"), []machine.Pointer{g, c, x, y}, unroll, func(b machine.Block) {
				for i := range b.Vectors() {
					value, first, second := f(b.Load(x, i), b.Load(y, i))
					b.Store(g, i, first)
					b.Store(c, i, second)
					m.AddTo(sums[i], b.Present(value, zero))
				}
			})
			m.Return("sum", m.SumLanes(total(m, sums)))
		},
	}
}

// newLogisticLoss builds the logistic loss of z = x*y from one exponential: with e = e^-|z| the value is max(-z, 0) + log(1 + e),
// and 1/(1 + e^z) is 1/(1+e) for z <= 0 and e/(1+e) beyond.
func newLogisticLoss(m machine.Machine) lossFormula {
	e, l := newExponential(m), newWholeLogarithm(m)
	sign := signBit(m)
	return func(x, y machine.Vector) (value, first, second machine.Vector) {
		z := m.Mul(x, y)
		power := e.of(m.Or(z, sign))
		inverse := m.Div(l.one, m.Add(l.one, power))
		least := m.Mul(power, inverse)
		positive := m.Compare(machine.Less, l.zero, z)
		first = m.Mul(m.Xor(y, sign), m.Select(positive, least, inverse))
		value = m.Sub(l.onePlusUnit(power), m.Select(positive, l.zero, z))
		return value, first, m.Mul(least, inverse)
	}
}
