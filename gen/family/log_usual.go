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
	unusual := l.brancher.NotNormal(x)
	e, moved := l.exponent(x)
	y := l.sum(e, m.Sub(m.IntAdd(m.And(moved, l.mantissa), l.lowest), l.one))
	l.others(y, unusual, read, l.beyond.of)
	return y
}

// exponent is e, and x with the distance added.
func (l *usualLogarithm) exponent(x machine.Vector) (e, moved machine.Vector) {
	m := l.m
	mantissa, _ := format(m)
	moved = m.IntAdd(x, l.distance)
	return m.Sub(m.Or(m.ShiftRight(moved, mantissa), l.counted), l.bias), moved
}

// others replaces y, where one of its lanes is unusual.
func (l *usualLogarithm) others(y machine.Vector, unusual machine.Mask, read func() machine.Vector, of func(x machine.Vector) machine.Vector) {
	l.brancher.Rarely(unusual, func() {
		x := read()
		for i := range members(y) {
			l.beyond.m.Assign(member(y, i), of(member(x, i)))
		}
	})
}

// usualLog1p builds log(1+x) where u = 1+x is a positive normal number, and not so large that 2^-e is none.
type usualLog1p struct {
	*usualLogarithm
	most, twice, field, sign machine.Vector
}

func newUsualLog1p(m machine.Machine, brancher machine.Brancher) usualLog1p {
	mantissa, bias := format(m)
	return usualLog1p{
		usualLogarithm: newUsualLogarithm(m, brancher),
		most:           m.Constant(math.Ldexp(1, byType(m, 120, 1000))),
		twice:          m.ConstantBits(2 * uint64(bias) << mantissa),
		field:          m.ConstantBits(^uint64(0) << mantissa),
		sign:           signBit(m),
	}
}

func (l usualLog1p) of(x machine.Vector) machine.Vector {
	return l.from(func() machine.Vector { return x })
}

func (l usualLog1p) from(read func() machine.Vector) machine.Vector {
	m := l.m
	u := m.Add(read(), l.one)
	unusual := m.MaskOr(l.brancher.NotNormal(u), l.brancher.Beyond(u, l.most))
	e, moved := l.exponent(u)
	power := m.IntSub(l.twice, m.And(moved, l.field)) // 2^-e
	f := m.Sub(power, l.one)
	m.FMATo(f, read(), power)
	y := m.Or(l.sum(e, f), m.And(l.sign, read()))
	l.others(y, unusual, read, l.beyond.onePlus)
	return y
}
