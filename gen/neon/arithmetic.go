package neon

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// An operation of the layer on lanes of a type.
type (
	unaryOp  func(t machine.Float, d, n V)
	binaryOp func(t machine.Float, d, n, m V)
)

func (m *neon) one(f unaryOp, a vector) vector {
	return m.fresh(func(d V) { f(m.typ, d, asV(a)) })
}

func (m *neon) two(f binaryOp, a, b vector) vector {
	return m.fresh(func(d V) { f(m.typ, d, asV(a), asV(b)) })
}

// into is acc = f(acc, v).
func (m *neon) into(f binaryOp, acc, v vector) {
	d := m.changed(acc)
	f(m.typ, d, d, asV(v))
}

func (m *neon) Add(a, b vector) vector { return m.two(m.fadd, a, b) }
func (m *neon) Sub(a, b vector) vector { return m.two(m.fsub, a, b) }
func (m *neon) Mul(a, b vector) vector { return m.two(m.fmul, a, b) }
func (m *neon) Div(a, b vector) vector { return m.two(m.fdiv, a, b) }
func (m *neon) Max(a, b vector) vector { return m.two(m.fmax, a, b) }
func (m *neon) Min(a, b vector) vector { return m.two(m.fmin, a, b) }

// FMAX and FMIN return NaN where an operand is one.
func (m *neon) AtLeast(v, bound vector) vector { return m.Max(v, bound) }
func (m *neon) AtMost(v, bound vector) vector  { return m.Min(v, bound) }

func (m *neon) Sqrt(a vector) vector  { return m.one(m.fsqrt, a) }
func (m *neon) Abs(a vector) vector   { return m.one(m.fabs, a) }
func (m *neon) Round(a vector) vector { return m.one(m.frintn, a) }

// MulAdd accumulates on a copy of c, which allocation makes c itself when nobody needs c any more.
func (m *neon) MulAdd(x, y, c vector) vector {
	d := m.Copy(c)
	m.FMATo(d, x, y)
	return d
}

func (m *neon) AddTo(acc, v vector)   { m.into(m.fadd, acc, v) }
func (m *neon) SubFrom(acc, v vector) { m.into(m.fsub, acc, v) }
func (m *neon) MulBy(acc, v vector)   { m.into(m.fmul, acc, v) }
func (m *neon) MaxTo(acc, v vector)   { m.into(m.fmax, acc, v) }
func (m *neon) MinTo(acc, v vector)   { m.into(m.fmin, acc, v) }

func (m *neon) FMATo(acc, x, y vector)  { m.fmla(m.typ, m.changed(acc), asV(x), asV(y)) }
func (m *neon) FNMATo(acc, x, y vector) { m.fmls(m.typ, m.changed(acc), asV(x), asV(y)) }

// bitwise makes a binary operation of one that has no lanes.
func bitwise(f func(d, n, m V)) binaryOp { return func(_ machine.Float, d, n, m V) { f(d, n, m) } }

func (m *neon) And(a, b vector) vector    { return m.two(bitwise(m.and), a, b) }
func (m *neon) Or(a, b vector) vector     { return m.two(bitwise(m.orr), a, b) }
func (m *neon) Xor(a, b vector) vector    { return m.two(bitwise(m.eor), a, b) }
func (m *neon) AndNot(a, b vector) vector { return m.two(bitwise(m.bic), a, b) }
func (m *neon) IntAdd(a, b vector) vector { return m.two(m.add, a, b) }
func (m *neon) IntSub(a, b vector) vector { return m.two(m.sub, a, b) }

func (m *neon) ShiftLeft(a vector, bits int) vector {
	return m.fresh(func(d V) { m.shl(m.typ, d, asV(a), bits) })
}

func (m *neon) ShiftRight(a vector, bits int) vector {
	return m.fresh(func(d V) { m.ushr(m.typ, d, asV(a), bits) })
}

func (m *neon) IntMax(a, b vector) vector {
	if m.typ == machine.F32 {
		return m.two(bitwise(m.smax), a, b)
	}
	return m.Select(machine.Mask(m.two(m.cmgt, a, b)), a, b)
}

func (m *neon) IntMin(a, b vector) vector {
	if m.typ == machine.F32 {
		return m.two(bitwise(m.smin), a, b)
	}
	return m.Select(machine.Mask(m.two(m.cmgt, a, b)), b, a)
}

// format is the layout of an element: bits of the stored mantissa, exponent bias.
func (m *neon) format() (mantissa, bias int) {
	if m.typ == machine.F32 {
		return 23, 127
	}
	return 52, 1023
}

// ScaleByPower multiplies by 2^h, which is exact for p in [0.5, 4), and then by 2^(n-h), which rounds once. Adding a
// number whose unit in the last place is 1 leaves n + 2 bias as an integer in the low bits; half of it and the other
// half are the biased exponents of the two factors, and the shift into place drops everything above them. n is clamped
// first to where the result has long been zero or infinite.
func (m *neon) ScaleByPower(p, n vector) vector {
	mantissa, bias := m.format()
	n = m.Min(n, m.Constant(float64(bias+7)))
	n = m.Max(n, m.Constant(-float64(bias+mantissa+10)))
	sum := m.Add(n, m.Constant(1.5*math.Ldexp(1, mantissa)+float64(2*bias)))
	half := m.ShiftRight(sum, 1)
	first := m.ShiftLeft(half, mantissa)
	second := m.ShiftLeft(m.IntSub(sum, half), mantissa)
	return m.Mul(m.Mul(p, first), second)
}

// Split lifts subnormals into the normal range first, and takes the lift off their exponent.
func (m *neon) Split(a vector) (fraction, exponent vector) {
	mantissa, bias := m.format()
	lift := mantissa + 2
	subnormal := m.Compare(machine.Less, a, m.Constant(math.Ldexp(1, 1-bias)))
	a = m.Select(subnormal, m.Mul(a, m.Constant(math.Ldexp(1, lift))), a)
	excess := m.And(vector(subnormal), m.ConstantBits(uint64(lift)))
	whole := m.IntSub(m.ShiftRight(a, mantissa), m.ConstantBits(uint64(bias-1)))
	exponent = m.one(m.scvtf, m.IntSub(whole, excess))
	fraction = m.Or(m.And(a, m.ConstantBits(1<<mantissa-1)), m.Constant(0.5))
	return fraction, exponent
}

func (m *neon) Compare(how machine.Compare, a, b vector) machine.Mask {
	switch how {
	case machine.Less:
		return machine.Mask(m.two(m.fcmgt, b, a))
	case machine.LessEqual:
		return machine.Mask(m.two(m.fcmge, b, a))
	case machine.Equal:
		return machine.Mask(m.two(m.fcmeq, a, b))
	case machine.Unordered: // the maximum is NaN exactly where an operand is, and then alone differs from itself
		if a != b {
			a = m.Max(a, b)
		}
		equal := m.two(m.fcmeq, a, a)
		return machine.Mask(m.fresh(func(d V) { m.not(d, asV(equal)) }))
	}
	panic(kernelError{fmt.Errorf("unknown comparison %d", how)})
}

func (m *neon) Select(mask machine.Mask, yes, no vector) vector {
	return m.fresh(func(d V) { m.bitSelect(d, mask.Op.(V), asV(yes), asV(no)) })
}

func (m *neon) MaskOr(a, b machine.Mask) machine.Mask {
	return machine.Mask(m.Or(vector(a), vector(b)))
}

func (m *neon) MaskAnd(a, b machine.Mask) machine.Mask {
	return machine.Mask(m.And(vector(a), vector(b)))
}
