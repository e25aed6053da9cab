package neon

import (
	"fmt"
	"math/bits"

	"github.com/raphson-go/raphson/gen/machine"
)

func (m *neon) IntAt(p machine.Pointer, i, bytes int) machine.Int {
	d := m.newR()
	m.loadInteger(d, p.Op.(R), i, bytes)
	return machine.Int{Op: d}
}

func (m *neon) AdvanceInts(p machine.Pointer, n, bytes int) { m.addImmediate(p.Op.(R), n*bytes) }

func (m *neon) AdvanceIntsBy(p machine.Pointer, n machine.Int, bytes int) {
	m.addShifted(p.Op.(R), n.Op.(R), bits.TrailingZeros(uint(bytes)))
}

func (m *neon) Element(p machine.Pointer, k machine.Int) machine.Pointer {
	d := m.newR()
	m.addElements(d, p.Op.(R), k.Op.(R), m.typ)
	return machine.Pointer{Op: d}
}

// Collect loads lane after lane.
func (m *neon) Collect(base, index machine.Pointer, first, bytes int) vector {
	return m.fresh(func(d V) {
		for lane := range m.Lanes() {
			at := m.Element(base, m.IntAt(index, first+lane, bytes)).Op.(R)
			if lane == 0 {
				m.loadScalar(m.typ, d, at, 0)
			} else {
				m.loadLane(m.typ, d, at, lane)
			}
		}
	})
}

func (m *neon) CollectFar(base, index machine.Pointer, first, bytes int) vector {
	return m.Collect(base, index, first, bytes)
}

// FMALane0To multiplies zeros in the other lanes.
func (m *neon) FMALane0To(acc vector, p, q machine.Pointer) {
	x, y := m.newV(), m.newV()
	m.loadScalar(m.typ, x, p.Op.(R), 0)
	m.loadScalar(m.typ, y, q.Op.(R), 0)
	m.fmla(m.typ, m.changed(acc), x, y)
}

// loadInteger fills d with unsigned integer i of those of so many bytes at p.
func (a *assembler) loadInteger(d, p R, i, bytes int) {
	opcode := map[int]string{2: "MOVHU", 4: "MOVWU", 8: "MOVD"}[bytes]
	a.emit(opcode, registers(d), registers(p), memory{p.register, i * bytes}, general(d))
}

// addElements is d = p + k elements.
func (a *assembler) addElements(d, p, k R, t machine.Float) {
	shifted := text{fmt.Sprintf("R%%d<<%d", bits.TrailingZeros(uint(t.Bytes()))), []*register{k.register}}
	a.emit("ADD", registers(d), registers(p, k), shifted, general(p), general(d))
}
