package neon

import "github.com/raphson-go/raphson/gen/machine"

func (m *neon) LoadUpper(p machine.Pointer, i int) vector {
	narrow := m.fresh(func(d V) { m.loadScalar(machine.F64, d, p.Op.(R), 2*i) })
	return m.fresh(func(d V) {
		m.emit("WORD", registers(d), registers(asV(narrow)), word{0x2E613800, text{"shll v%d.4s, v%d.4h, #16", raw(d, asV(narrow))}})
	})
}

func (m *neon) StoreUpper(p machine.Pointer, i int, v vector) {
	narrow := m.fresh(func(d V) {
		m.emit("WORD", registers(d), registers(asV(v)), word{0x0F108400, text{"shrn v%d.4h, v%d.4s, #16", raw(d, asV(v))}})
	})
	m.storeScalar(machine.F64, p.Op.(R), 2*i, asV(narrow))
}

func (m *neon) AdvanceHalf(p machine.Pointer, elements int) { m.addImmediate(p.Op.(R), 2*elements) }
