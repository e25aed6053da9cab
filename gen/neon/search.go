package neon

import (
	"fmt"

	"github.com/raphson-go/raphson/gen/machine"
)

// Greater and Lesser compare and insert; FMAX would keep a NaN, and FMAXNM one that signals.
func (m *neon) Greater(a, b vector) vector {
	greater := m.two(m.fcmgt, b, a)
	return m.Select(machine.Mask(greater), b, a)
}

func (m *neon) Lesser(a, b vector) vector {
	less := m.two(m.fcmgt, a, b)
	return m.Select(machine.Mask(less), b, a)
}

func (m *neon) Truncate(v vector) machine.Int {
	d := m.newR()
	m.truncate(m.typ, d, asV(v))
	return machine.Int{Op: d}
}

func (m *neon) SubInt(n, other machine.Int) { m.subtract(n.Op.(R), other.Op.(R)) }

func (m *neon) Whole(vectors int) machine.Block { return block{m, vectors, false} }

// Find narrows a mask to half its width, where it fits a general register. It leaves the loop of blocks for that of single
// vectors when the block has what is searched for.
func (m *neon) Find(n machine.Int, p machine.Pointer, unroll int, holds func(b machine.Block) machine.Mask) {
	single, found, done := m.uniqueLabel("findVector"), m.uniqueLabel("found"), m.uniqueLabel("findDone")
	lanes := m.newR()
	step := func(name string, elements int, b block, to string) {
		m.loop(name, n, elements, func() {
			mask := asV(vector(holds(b)))
			if b.partial {
				m.moveLane0(m.typ, lanes, mask)
			} else {
				narrow := m.newV()
				m.xtn(m.typ, narrow, mask)
				m.moveLane0(machine.F64, lanes, narrow)
			}
			m.compareImmediate(lanes, 0)
			m.branch("BNE", to)
			m.Advance(p, elements)
		})
	}
	if unroll > 1 {
		step("findBlock", unroll*m.Lanes(), block{m, unroll, false}, single)
		m.label(single)
	}
	step("find", m.Lanes(), block{m, 1, false}, found)
	step("findRest", 1, block{m, 1, true}, done)
	m.jump(done)
	m.label(found)
	m.trailingZeros(lanes)
	m.shiftRight(lanes, map[machine.Float]int{machine.F32: 4, machine.F64: 5}[m.typ])
	m.subtract(n.Op.(R), lanes)
	m.label(done)
}

func (m *neon) uniqueLabel(name string) string {
	m.labels++
	return fmt.Sprintf("%s%d", name, m.labels)
}

func (a *assembler) subtract(d, n R) {
	a.emit("SUB", registers(d), registers(d, n), general(n), general(d))
}

func (a *assembler) shiftRight(d R, bits int) {
	a.emit("LSR", registers(d), registers(d), immediate(bits), general(d))
}

// trailingZeros replaces d by the number of zeros below its lowest one.
func (a *assembler) trailingZeros(d R) {
	a.emit("RBIT", registers(d), registers(d), general(d), general(d))
	a.emit("CLZ", registers(d), registers(d), general(d), general(d))
}

// truncate converts lane 0 to an integer.
func (a *assembler) truncate(t machine.Float, d R, n V) {
	opcode := "FCVTZSS"
	if t == machine.F64 {
		opcode = "FCVTZSD"
	}
	a.emit(opcode, registers(d), registers(n), scalar(n), general(d))
}

// moveLane0 moves the bits of lane 0, the other bits of d are 0.
func (a *assembler) moveLane0(t machine.Float, d R, n V) {
	a.emit(move(t), registers(d), registers(n), scalar(n), general(d))
}

// xtn keeps the lower half of the bits of each lane, packed in the lower half of d.
func (a *assembler) xtn(t machine.Float, d, n V) {
	bits, format := uint32(0x0E612800), "xtn v%d.4h, v%d.4s"
	if t == machine.F64 {
		bits, format = 0x0EA12800, "xtn v%d.2s, v%d.2d"
	}
	a.emit("WORD", registers(d), registers(n), word{bits, text{format, raw(d, n)}})
}
