package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// usualLogarithm builds log x for positive normal x without what zero, subnormal numbers, infinity and NaN cost. A vector
// with such lanes is computed again.
//
// Splitting x into 2^e*(1+f) with 1+f in [sqrt(1/2), sqrt(2)) takes integers: with the distance of 1 from sqrt(1/2) added to
// the bits of x, the exponent changes at sqrt(1/2) and its neighbours, and the rest counts from there.
type usualLogarithm struct {
	*logarithm
	brancher machine.Brancher
	beyond   *logarithm

	distance, mantissa, lowest, counted, bias machine.Vector
}

func newUsualLogarithm(m machine.Machine, brancher machine.Brancher) *usualLogarithm {
	mantissa, bias := format(m)
	one, lowest := math.Float64bits(1), math.Float64bits(math.Sqrt2/2)
	if m.Type() == machine.F32 {
		one, lowest = uint64(math.Float32bits(1)), uint64(math.Float32bits(math.Sqrt2/2))
	}
	// An integer in the mantissa of 2^mantissa makes that number more by as much.
	count := math.Ldexp(1, mantissa)
	return &usualLogarithm{
		logarithm: newWholeLogarithm(m),
		brancher:  brancher,
		beyond:    newWholeLogarithm(alone(m)),
		distance:  m.ConstantBits(one - lowest),
		mantissa:  m.ConstantBits(1<<mantissa - 1),
		lowest:    m.ConstantBits(lowest),
		counted:   m.Constant(count),
		bias:      m.Constant(count + bias),
	}
}

func (l *usualLogarithm) of(x machine.Vector) machine.Vector {
	return l.from(func() machine.Vector { return x })
}

func (l *usualLogarithm) from(read func() machine.Vector) machine.Vector {
	m, x := l.m, read()
	mantissa, _ := format(m)
	unusual := l.brancher.NotNormal(x)
	moved := m.IntAdd(x, l.distance)
	e := m.Sub(m.Or(m.ShiftRight(moved, mantissa), l.counted), l.bias)
	f := m.Sub(m.IntAdd(m.And(moved, l.mantissa), l.lowest), l.one)
	y := l.sum(e, f)
	l.brancher.Rarely(unusual, func() {
		x := read()
		for i := range members(y) {
			l.beyond.m.Assign(member(y, i), l.beyond.of(member(x, i)))
		}
	})
	return y
}
