package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// quotient is a/(b+c) with the roundings of b+c and of the division made good, for |b| >= |c|: what a, b and c are off by
// is nearly all that the result is off by. It costs four more operations than a/(b+c).
func quotient(m machine.Machine, one, a, b, c machine.Vector) machine.Vector {
	denominator := m.Add(b, c)
	lost := m.Add(m.Sub(b, denominator), c)
	inverse := m.Div(one, denominator)
	q := m.Mul(a, inverse)
	remainder := m.Copy(a)
	m.FNMATo(remainder, q, denominator)
	m.FNMATo(remainder, q, lost)
	return m.MulAdd(remainder, inverse, q)
}

// hyperbolicTangent builds tanh x = t/(t+2) with t = e^(2|x|) - 1, and the sign of x. At most 2 ULP off.
// With t = 2^k*p it is p/(p + 2^(1-k)), in which nothing needs scaling.
type hyperbolicTangent struct {
	*exponentialMinusOne
	saturated machine.Vector
}

func newHyperbolicTangent(m machine.Machine) *hyperbolicTangent {
	// tanh x rounds to 1 from half of this on, well before 2^-k ends.
	return &hyperbolicTangent{newExponentialMinusOne(m), m.Constant(byType(m, 20.0, 40))}
}

func (t *hyperbolicTangent) of(x machine.Vector) machine.Vector {
	m := t.m
	a := m.Abs(x)
	p, _, power := t.scaled(m.AtMost(m.Add(a, a), t.saturated))
	power = m.Add(power, power)
	y := quotient(m, t.one, p, m.Max(p, power), m.Min(p, power))
	return m.Or(y, m.And(x, t.signs))
}

// logistic builds the sigmoid 1/(1 + e^-x): with e = e^-|x|, which does not overflow, it is 1/(1+e), or e/(1+e) for
// negative x, where small results keep their relative precision. At most 2 ULP off.
type logistic struct {
	*exponential
	signs, zero machine.Vector
}

func newLogistic(m machine.Machine) *logistic {
	return &logistic{newExponential(m), m.Constant(math.Copysign(0, -1)), m.Constant(0)}
}

func (s *logistic) of(x machine.Vector) machine.Vector {
	m := s.m
	e := s.exponential.of(m.Or(x, s.signs))
	return quotient(m, s.one, m.Select(m.Compare(machine.Less, x, s.zero), e, s.one), s.one, e)
}

// softplus builds log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). At most 2 ULP off.
type softplus struct {
	e     *exponential
	l     *logarithm
	signs machine.Vector
}

func newSoftplus(m machine.Machine) *softplus {
	return &softplus{newExponential(m), newWholeLogarithm(m), m.Constant(math.Copysign(0, -1))}
}

func (s *softplus) of(x machine.Vector) machine.Vector {
	m := s.e.m
	return m.Add(m.Max(x, s.l.zero), s.l.onePlusUnit(s.e.of(m.Or(x, s.signs))))
}

// logAddExp builds log(e^x + e^y) = max(x, y) + log(1 + e^-|x-y|). Equal infinities have the difference 0.
func (s *softplus) logAddExp(x, y machine.Vector) machine.Vector {
	m := s.e.m
	difference := m.Select(m.Compare(machine.Equal, x, y), s.l.zero, m.Sub(x, y))
	return m.Add(m.Max(x, y), s.l.onePlusUnit(s.e.of(m.Or(difference, s.signs))))
}
