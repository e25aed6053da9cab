package x86

import (
	"math"
	"slices"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

type vector = machine.Vector

func (m *x86) Add(a, b vector) vector { return m.commutative("VADD"+m.packed(), a, b) }
func (m *x86) Sub(a, b vector) vector { return m.binary("VSUB"+m.packed(), a, b) }
func (m *x86) Mul(a, b vector) vector { return m.commutative("VMUL"+m.packed(), a, b) }
func (m *x86) Div(a, b vector) vector { return m.binary("VDIV"+m.packed(), a, b) }
func (m *x86) Max(a, b vector) vector { return m.commutative("VMAX"+m.packed(), a, b) }
func (m *x86) Min(a, b vector) vector { return m.commutative("VMIN"+m.packed(), a, b) }

// AtLeast puts v second: the instruction returns its second source where either is NaN.
func (m *x86) AtLeast(v, bound vector) vector {
	return m.binary("VMAX"+m.packed(), bound, m.register(v))
}
func (m *x86) AtMost(v, bound vector) vector {
	return m.binary("VMIN"+m.packed(), bound, m.register(v))
}

func (m *x86) Sqrt(a vector) vector {
	dst := m.vector()
	m.emit("VSQRT"+m.packed(), m.register(a), dst)
	return vector{Op: dst}
}
func (m *x86) Abs(a vector) vector { return m.AndNot(a, m.signs()) }

// signs is the constant with only the sign bits set.
func (m *x86) signs() vector { return m.Constant(math.Copysign(0, -1)) }

// MulAdd picks the form of the instruction that leaves the constant, if there is one, in memory.
func (m *x86) MulAdd(x, y, c vector) vector {
	x = m.own(x)
	if isRegister(c) && !isRegister(y) {
		m.emit("VFMADD132"+m.packed(), y, c, x)
		return x
	}
	m.emit("VFMADD213"+m.packed(), c, m.register(y), x)
	return x
}

func (m *x86) accumulate(name string, acc, v vector) { m.emit(name, v, m.mustOwn(acc), acc) }

func (m *x86) AddTo(acc, v vector)   { m.accumulate("VADD"+m.packed(), acc, v) }
func (m *x86) SubFrom(acc, v vector) { m.accumulate("VSUB"+m.packed(), acc, v) }
func (m *x86) MulBy(acc, v vector)   { m.accumulate("VMUL"+m.packed(), acc, v) }
func (m *x86) MaxTo(acc, v vector)   { m.accumulate("VMAX"+m.packed(), acc, v) }
func (m *x86) MinTo(acc, v vector)   { m.accumulate("VMIN"+m.packed(), acc, v) }

func (m *x86) FMATo(acc, x, y vector)  { m.fused("VFMADD231", acc, x, y) }
func (m *x86) FNMATo(acc, x, y vector) { m.fused("VFNMADD231", acc, x, y) }

func (m *x86) fused(name string, acc, x, y vector) {
	if !isRegister(x) {
		x, y = y, x
	}
	m.emit(name+m.packed(), y, m.register(x), m.mustOwn(acc))
}

func (m *x86) And(a, b vector) vector { return m.commutative("VAND"+m.packed(), a, b) }
func (m *x86) Or(a, b vector) vector  { return m.commutative("VOR"+m.packed(), a, b) }
func (m *x86) Xor(a, b vector) vector { return m.commutative("VXOR"+m.packed(), a, b) }

// AndNot is a &^ b; the instruction complements its first source.
func (m *x86) AndNot(a, b vector) vector { return m.binary("VANDN"+m.packed(), b, a) }

func (m *x86) IntAdd(a, b vector) vector { return m.commutative("VPADD"+m.integer(), a, b) }
func (m *x86) IntSub(a, b vector) vector { return m.binary("VPSUB"+m.integer(), a, b) }

func (m *x86) IntMax(a, b vector) vector {
	if m.wide || m.typ == machine.F32 {
		return m.commutative("VPMAXS"+m.integer(), a, b)
	}
	return m.Select(m.intGreater(a, b), a, b)
}

func (m *x86) IntMin(a, b vector) vector {
	if m.wide || m.typ == machine.F32 {
		return m.commutative("VPMINS"+m.integer(), a, b)
	}
	return m.Select(m.intGreater(a, b), b, a)
}

// intGreater is AVX2's comparison of 64-bit integers, for which it has no maximum.
func (m *x86) intGreater(a, b vector) machine.Mask {
	return machine.Mask{Op: m.binary("VPCMPGTQ", a, b).Op}
}

func (m *x86) ShiftLeft(a vector, bits int) vector  { return m.shift("VPSLL", a, bits) }
func (m *x86) ShiftRight(a vector, bits int) vector { return m.shift("VPSRL", a, bits) }

func (m *x86) shift(name string, a vector, bits int) vector {
	dst := m.vector()
	m.emit(name+m.integer(), operand.U8(bits), m.register(a), dst)
	return vector{Op: dst}
}

// Round: immediate 8 is nearest even, without raising the inexact flag.
func (m *x86) Round(a vector) vector {
	dst := m.vector()
	name := "VROUND"
	if m.wide {
		name = "VRNDSCALE"
	}
	m.emit(name+m.packed(), operand.U8(8), m.register(a), dst)
	return vector{Op: dst}
}

// format is the layout of an element: bits of the stored mantissa, exponent bias.
func (m *x86) format() (mantissa int, bias float64) {
	if m.typ == machine.F32 {
		return 23, 127
	}
	return 52, 1023
}

func (m *x86) ScaleByPower(p, n vector) vector {
	if m.wide {
		return m.scaleByFloor(p, n)
	}
	// Two factors: 2^h with h = n/2 is exact on p in [0.5, 4), and 2^(n-h) rounds once. Each is made by adding a number
	// whose unit in the last place is 1, which leaves the biased exponent in the low bits, and shifting it into place.
	mantissa, bias := m.format()
	n = m.AtLeast(m.AtMost(n, m.Constant(2*bias)), m.Constant(-2*bias+6))
	magic := m.Constant(1.5*math.Ldexp(1, mantissa) + bias)
	half := m.Round(m.Mul(n, m.Constant(0.5)))
	first := m.ShiftLeft(m.Add(half, magic), mantissa)
	second := m.ShiftLeft(m.Add(m.Sub(n, half), magic), mantissa)
	return m.Mul(m.Mul(p, first), second)
}

func (m avx512) ScaleByFloor(p, n vector) vector { return m.scaleByFloor(p, n) }
func (m *x86) scaleByFloor(p, n vector) vector   { return m.binary("VSCALEF"+m.packed(), p, n) }

func (m *x86) Split(a vector) (fraction, exponent vector) {
	if m.wide {
		fraction, exponent = vector{Op: m.vector()}, vector{Op: m.vector()}
		m.emit("VGETMANT"+m.packed(), operand.U8(2), m.register(a), fraction) // 2: in [1/2, 1)
		m.emit("VGETEXP"+m.packed(), m.register(a), exponent)
		return fraction, m.Add(exponent, m.Constant(1))
	}
	mantissa, bias := m.format()
	lift := float64(mantissa + 2) // makes every subnormal normal
	subnormal := m.Compare(machine.Less, a, m.Constant(math.Ldexp(1, int(1-bias))))
	a = m.Select(subnormal, m.Mul(a, m.Constant(math.Ldexp(1, int(lift)))), a)
	// The exponent field, put into the mantissa of 2^mantissa, is that number plus the field.
	big := m.Constant(math.Ldexp(1, mantissa))
	exponent = m.Sub(m.Or(m.ShiftRight(a, mantissa), big), m.Constant(math.Ldexp(1, mantissa)+bias-1))
	exponent = m.Sub(exponent, m.And(vector(subnormal), m.Constant(lift)))
	fraction = m.Or(m.And(a, m.ConstantBits(1<<mantissa-1)), m.Constant(0.5))
	return fraction, exponent
}

// predicates are the immediates of VCMP: ordered and quiet.
var predicates = map[machine.Compare]uint8{machine.Less: 17, machine.LessEqual: 18, machine.Equal: 0, machine.Unordered: 3}

func (m *x86) Compare(how machine.Compare, a, b vector) machine.Mask {
	predicate := operand.U8(predicates[how])
	if m.wide {
		k := m.ctx.K()
		m.emit("VCMP"+m.packed(), predicate, b, m.register(a), k)
		return machine.Mask{Op: k}
	}
	dst := m.vector()
	m.emit("VCMP"+m.packed(), predicate, b, m.register(a), dst)
	return machine.Mask{Op: dst}
}

func (m *x86) Select(mask machine.Mask, yes, no vector) vector {
	dst := m.vector()
	if m.wide {
		m.emit("VBLENDM"+m.packed(), yes, m.register(no), mask.Op, dst)
		m.overwrites(dst)
	} else {
		m.emit("VBLENDV"+m.packed(), mask.Op, yes, m.register(no), dst)
	}
	return vector{Op: dst}
}

// overwrites corrects the last instruction: avo takes every masked one to merge into its destination, which would be live,
// and hold a register, from the start of the function.
func (m *x86) overwrites(dst operand.Op) {
	file, err := m.ctx.Result()
	if err != nil {
		panic(err)
	}
	functions := file.Functions()
	last := functions[len(functions)-1].Nodes
	instruction := last[len(last)-1].(*ir.Instruction)
	instruction.Inputs = slices.DeleteFunc(instruction.Inputs, func(op operand.Op) bool { return op == dst })
}

func (m *x86) MaskOr(a, b machine.Mask) machine.Mask  { return m.masks("KORW", "VOR", a, b) }
func (m *x86) MaskAnd(a, b machine.Mask) machine.Mask { return m.masks("KANDW", "VAND", a, b) }

func (m *x86) masks(wide, narrow string, a, b machine.Mask) machine.Mask {
	if m.wide {
		k := m.ctx.K()
		m.emit(wide, a.Op, b.Op, k)
		return machine.Mask{Op: k}
	}
	return machine.Mask(m.binary(narrow+m.packed(), vector(a), vector(b)))
}
