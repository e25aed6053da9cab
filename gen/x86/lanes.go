package x86

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

func (m *x86) SumLanes(v vector) vector { return m.reduce("VADD", m.packed(), m.typ, v) }
func (m *x86) MaxLanes(v vector) vector { return m.reduce("VMAX", m.packed(), m.typ, v) }
func (m *x86) MinLanes(v vector) vector { return m.reduce("VMIN", m.packed(), m.typ, v) }

func (m *x86) SumLanesWide(v vector) vector { return m.reduce("VADD", "PD", machine.F64, v) }

// reduce folds the upper half onto the lower until one lane is left.
func (m *x86) reduce(name, suffix string, typ machine.Float, v vector) vector {
	name += suffix
	r := m.register(v).Op.(reg.Vec)
	if m.wide {
		upper, sum := m.ctx.YMM(), m.ctx.YMM()
		m.emit("VEXTRACTF64X4", operand.U8(1), r, upper)
		m.emit(name, upper, r.AsY(), sum)
		r = sum
	}
	upper, sum := m.ctx.XMM(), m.ctx.XMM()
	if m.wide {
		m.emit("VEXTRACTF64X2", operand.U8(1), r, upper)
	} else {
		m.emit("VEXTRACTF128", operand.U8(1), r, upper)
	}
	m.emit(name, upper, r.AsX(), sum)
	swapped, folded := m.ctx.XMM(), m.ctx.XMM()
	m.emit("VPERMILPD", operand.U8(1), sum, swapped)
	m.emit(name, swapped, sum, folded)
	if typ == machine.F32 {
		odd, last := m.ctx.XMM(), m.ctx.XMM()
		m.emit("VMOVSHDUP", folded, odd)
		m.emit(name, odd, folded, last)
		folded = last
	}
	return vector{Op: m.full(folded)}
}

// full is the register of the machine's width whose low part is r.
func (m *x86) full(r reg.Vec) reg.Register {
	if m.wide {
		return r.AsZ()
	}
	return r.AsY()
}

func (m *x86) SpreadLane0(v vector) vector {
	dst := m.vector()
	m.emit("VBROADCAST"+m.pick("SS", "SD"), low(m.register(v)), dst)
	return vector{Op: dst}
}

func (m *x86) WidenLow(v vector) vector {
	r := m.register(v).Op.(reg.Vec)
	if m.wide {
		return m.widen(r.AsY())
	}
	return m.widen(r.AsX())
}

func (m *x86) WidenHigh(v vector) vector {
	r := m.register(v)
	if m.wide {
		upper := m.ctx.YMM()
		m.emit("VEXTRACTF64X4", operand.U8(1), r, upper)
		return m.widen(upper)
	}
	upper := m.ctx.XMM()
	m.emit("VEXTRACTF128", operand.U8(1), r, upper)
	return m.widen(upper)
}

func (m *x86) widen(half reg.Register) vector {
	dst := m.vector()
	m.emit("VCVTPS2PD", half, dst)
	return vector{Op: dst}
}

func (m *x86) AddWide(a, b vector) vector { return m.commutative("VADDPD", a, b) }
func (m *x86) FMAWideTo(acc, x, y vector) { m.emit("VFMADD231PD", y, x, acc) }
func (m *x86) elements(n int) int         { return n * m.typ.Bytes() }

// at is the address of an element; a pointer is a register, or the address of one of several rows.
func (m *x86) at(p machine.Pointer, element int) operand.Mem {
	mem, ok := p.Op.(operand.Mem)
	if !ok {
		mem = operand.Mem{Base: p.Op.(reg.Register)}
	}
	mem.Disp += m.elements(element)
	return mem
}

func (m *x86) BroadcastFrom(p machine.Pointer, i int) vector {
	dst := m.vector()
	m.emit("VBROADCAST"+m.pick("SS", "SD"), m.at(p, i), dst)
	return vector{Op: dst}
}

func (m *x86) StoreLane0(p machine.Pointer, i int, v vector) {
	m.emit("VMOV"+m.pick("SS", "SD"), low(m.register(v)), m.at(p, i))
}

// Table16 keeps 16 values in one register of float32, or two of float64.
func (m avx512) Table16(values [16]float64) machine.Table {
	perRegister := m.Lanes()
	var registers []reg.Register
	for first := 0; first < 16; first += perRegister {
		bits := make([]uint64, perRegister)
		name := "table"
		for i := range bits {
			v := values[first+i]
			bits[i] = math.Float64bits(v)
			if m.typ == machine.F32 {
				bits[i] = uint64(math.Float32bits(float32(v)))
			}
		}
		name += operandName(bits)
		dst := m.vector()
		m.emit("VMOVU"+m.packed(), m.table(name, bits), dst)
		registers = append(registers, dst)
	}
	return machine.Table{Op: registers}
}

// operandName identifies a table by its content.
func operandName(bits []uint64) string {
	hash := uint64(14695981039346656037) // FNV-1a over the words
	for _, b := range bits {
		hash = (hash ^ b) * 1099511628211
	}
	const digits = "0123456789abcdef"
	name := make([]byte, 16)
	for i := range name {
		name[i] = digits[hash>>(60-4*i)&15]
	}
	return string(name)
}

// Sixteenths: immediate 0x49 keeps four bits of fraction, rounding down and quiet.
func (m avx512) Sixteenths(t, magic vector) (r, index vector) {
	r, index = vector{Op: m.vector()}, vector{Op: m.vector()}
	m.emit("VREDUCE"+m.packed(), operand.U8(0x49), m.register(t), r)
	m.emit("VADD"+m.packed()+"_RD_SAE", m.register(magic), m.register(t), index)
	return r, index
}

// Parts: immediate 0 takes fractions in [1, 2).
func (m avx512) Parts(a vector) (fraction, exponent vector) {
	fraction, exponent = vector{Op: m.vector()}, vector{Op: m.vector()}
	m.emit("VGETMANT"+m.packed(), operand.U8(0), m.register(a), fraction)
	m.emit("VGETEXP"+m.packed(), m.register(a), exponent)
	return fraction, exponent
}

// Fix: immediate 0 reports no exceptions.
func (m avx512) Fix(y, x, responses vector) vector {
	y = m.own(y)
	m.emit("VFIXUPIMM"+m.packed(), operand.U8(0), m.register(responses), m.register(x), y)
	return y
}

// Within: immediate 2 takes the lesser magnitude, with the sign of the first source, and a number before NaN.
func (m avx512) Within(v, bound vector) vector {
	dst := vector{Op: m.vector()}
	m.emit("VRANGE"+m.packed(), operand.U8(2), m.register(bound), m.register(v), dst)
	return dst
}

func (m avx512) Lookup(t machine.Table, index vector) vector {
	registers := t.Op.([]reg.Register)
	if len(registers) == 1 {
		dst := m.vector()
		m.emit("VPERMPS", registers[0], m.register(index), dst)
		return vector{Op: dst}
	}
	dst := m.Copy(index)
	m.emit("VPERMI2PD", registers[1], registers[0], dst)
	return dst
}
