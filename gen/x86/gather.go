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

// Gather leaves the rest to VGATHER for its mask.
func (m *x86) Gather(b machine.Block, base, index machine.Pointer, i int) machine.Vector {
	if mask := b.(block).mask; mask != nil {
		return m.gatherRest(base, index, mask)
	}
	return m.Collect(base, index, i*m.Lanes(), 4)
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
