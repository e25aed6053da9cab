package neon

import "github.com/raphson-go/raphson/gen/machine"

// SumLanes folds the upper half of the lanes onto the lower until one is left, as every machine does:
// (l0 + l2) + (l1 + l3) for four lanes.
func (m *neon) SumLanes(v vector) vector { return m.fold(m.fadd, m.faddp, v) }
func (m *neon) MaxLanes(v vector) vector { return m.fold(m.fmax, m.fmaxp, v) }
func (m *neon) MinLanes(v vector) vector { return m.fold(m.fmin, m.fminp, v) }

func (m *neon) fold(f binaryOp, last unaryOp, v vector) vector {
	if m.typ == machine.F32 {
		upper := m.fresh(func(d V) { m.ext8(d, asV(v)) })
		v = m.two(f, v, upper)
	}
	return m.one(last, v)
}

func (m *neon) SpreadLane0(v vector) vector { return m.one(m.dup, v) }

func (m *neon) WidenLow(v vector) vector {
	return m.fresh(func(d V) { m.fcvtl(d, asV(v)) })
}

func (m *neon) WidenHigh(v vector) vector {
	return m.fresh(func(d V) { m.fcvtl2(d, asV(v)) })
}

func (m *neon) AddWide(a, b vector) vector {
	return m.fresh(func(d V) { m.fadd(machine.F64, d, asV(a), asV(b)) })
}

func (m *neon) FMAWideTo(acc, x, y vector) { m.fmla(machine.F64, m.changed(acc), asV(x), asV(y)) }

func (m *neon) SumLanesWide(v vector) vector {
	return m.fresh(func(d V) { m.faddp(machine.F64, d, asV(v)) })
}

func (m *neon) BroadcastFrom(p machine.Pointer, i int) vector {
	if i == 0 {
		return m.fresh(func(d V) { m.loadEvery(m.typ, d, p.Op.(R)) })
	}
	lane0 := m.fresh(func(d V) { m.loadScalar(m.typ, d, p.Op.(R), i*m.typ.Bytes()) })
	return m.SpreadLane0(lane0)
}

func (m *neon) StoreLane0(p machine.Pointer, i int, v vector) {
	m.storeScalar(m.typ, p.Op.(R), i*m.typ.Bytes(), asV(v))
}
