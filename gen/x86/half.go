package x86

import (
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

func (m *x86) half(p machine.Pointer, i int) operand.Mem {
	mem := m.at(p, 0)
	mem.Disp += 2 * i
	return mem
}

func (m *x86) LoadUpper(p machine.Pointer, i int) vector {
	wide := m.vector()
	m.emit("VPMOVZXWD", m.half(p, i), wide)
	return m.ShiftLeft(vector{Op: wide}, 16)
}

// StoreUpper packs within halves of a register on AVX2, and then brings the two quarters that count together.
func (m *x86) StoreUpper(p machine.Pointer, i int, v vector) {
	shifted := m.ShiftRight(v, 16)
	if m.wide {
		narrow := m.ctx.YMM()
		m.emit("VPMOVDW", shifted, narrow)
		m.emit("VMOVDQU", narrow, m.half(p, i))
		return
	}
	packed, ordered := m.vector(), m.vector()
	m.emit("VPACKUSDW", shifted, shifted, packed)
	m.emit("VPERMQ", operand.U8(0x08), packed, ordered)
	m.emit("VMOVDQU", low(vector{Op: ordered}), m.half(p, i))
}

func (m *x86) AdvanceHalf(p machine.Pointer, elements int) {
	m.emit("ADDQ", operand.I32(2*elements), p.Op)
}
