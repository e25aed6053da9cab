package x86

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

var (
	_ machine.Gatherer = avx2{}
	_ machine.Gatherer = avx512{}
)

func (m *x86) AdvanceIndex(index machine.Pointer, elements int) {
	m.emit("ADDQ", operand.I32(4*elements), index.Op)
}

// Gather puts full vectors together from scalar loads: on Zen 5 that takes 0.22 ns an element of float64 from the nearest
// cache where VGATHER takes 0.27 and compiled code 0.31. The rest is left to VGATHER for its mask.
func (m *x86) Gather(b machine.Block, base, index machine.Pointer, i int) machine.Vector {
	if mask := b.(block).mask; mask != nil {
		return m.gatherRest(base, index, mask)
	}
	return machine.Vector{Op: m.full(m.gatherLanes(m.width(), base, index, i*m.Lanes()))}
}

// gatherLanes fills the low bytes of a register from the indices that begin at element first.
func (m *x86) gatherLanes(bytes int, base, index machine.Pointer, first int) reg.Vec {
	if bytes == 16 {
		return m.gatherXMM(base, index, first)
	}
	low := m.gatherLanes(bytes/2, base, index, first)
	high := m.gatherLanes(bytes/2, base, index, first+bytes/2/m.typ.Bytes())
	if bytes == 32 {
		dst := m.ctx.YMM()
		m.emit("VINSERTF128", operand.U8(1), high, low.AsY(), dst)
		return dst
	}
	dst := m.ctx.ZMM()
	m.emit("VINSERTF64X4", operand.U8(1), high, low.AsZ(), dst)
	return dst
}

func (m *x86) gatherXMM(base, index machine.Pointer, first int) reg.Vec {
	var v reg.Vec
	for lane := range 16 / m.typ.Bytes() {
		k := m.ctx.GP64()
		m.emit("MOVL", operand.Mem{Base: index.Op.(reg.Register), Disp: 4 * (first + lane)}, k.As32())
		element := operand.Mem{Base: base.Op.(reg.Register), Index: k, Scale: uint8(m.typ.Bytes())}
		dst := m.ctx.XMM()
		switch {
		case lane == 0:
			m.emit("VMOV"+m.pick("SS", "SD"), element, dst)
		case m.typ == machine.F64:
			m.emit("VMOVHPD", element, v, dst)
		default:
			m.emit("VINSERTPS", operand.U8(lane<<4), element, v, dst)
		}
		v = dst
	}
	return v
}

// gatherRest gathers where mask says; the instruction clears its mask, so it gets a copy.
func (m *x86) gatherRest(base, index machine.Pointer, mask reg.Register) machine.Vector {
	at := operand.Mem{Base: index.Op.(reg.Register)}
	element := func(k reg.Register) operand.Mem {
		return operand.Mem{Base: base.Op.(reg.Register), Index: k, Scale: uint8(m.typ.Bytes())}
	}
	dst := m.Zero()
	if m.wide {
		var k reg.Register = m.ctx.ZMM()
		if m.typ == machine.F64 {
			k = m.ctx.YMM()
		}
		m.emit("VMOVDQU32_Z", at, mask, k)
		left := m.ctx.K()
		m.emit("KMOVW", mask, left)
		m.emit("VGATHERD"+m.packed(), element(k), left, dst)
		return dst
	}
	left := m.ctx.YMM()
	m.emit("VMOVUPS", mask, left)
	var k reg.Register
	if m.typ == machine.F32 {
		k = m.ctx.YMM()
		m.emit("VPMASKMOVD", at, mask, k)
	} else { // the mask of the indices is every other half of that of the elements
		upper, narrow := m.ctx.XMM(), m.ctx.XMM()
		m.emit("VEXTRACTF128", operand.U8(1), mask, upper)
		m.emit("VSHUFPS", operand.U8(0x88), upper, mask.(reg.Vec).AsX(), narrow)
		k = m.ctx.XMM()
		m.emit("VPMASKMOVD", at, narrow, k)
	}
	m.emit("VGATHERD"+m.packed(), left, element(k), dst)
	return dst
}
