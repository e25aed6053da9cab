package family

import "github.com/raphson-go/raphson/gen/machine"

// The kernels of this file add to elements that their columns name. Neighbouring entries may have to wait for each other, so each
// moves alone; what is gained on compiled code is the checks of bounds, and one rounding.

// eachEntryFrom is eachEntry for entries that may come from memory, which are asked for beforehand.
func eachEntryFrom(m machine.Machine, entries machine.Int, columns, values machine.Pointer, body func(column machine.Int, value machine.Vector)) {
	const unroll = 4
	m.Blocks(entries, unroll, func() {
		if _, ok := m.(machine.Prefetcher); ok {
			askFor(m, values, columns, unroll, 1, columnBytes)
		}
		for u := range unroll {
			body(m.IntAt(columns, u, columnBytes), m.BroadcastFrom(values, u))
		}
		m.Advance(values, unroll)
		m.AdvanceInts(columns, unroll, columnBytes)
	})
	eachEntry(m, entries, columns, values, body)
}

// eachEntry emits a loop over entries: body gets the column, and the value in every lane.
func eachEntry(m machine.Machine, entries machine.Int, columns, values machine.Pointer, body func(column machine.Int, value machine.Vector)) {
	m.While(entries, 1, func() {
		body(m.IntAt(columns, 0, columnBytes), m.BroadcastFrom(values, 0))
		m.Advance(values, 1)
		m.AdvanceInts(columns, 1, columnBytes)
	})
}

// addProduct adds x*y, the same in every lane, to the element at p.
func addProduct(m machine.Machine, p machine.Pointer, x, y machine.Vector) {
	sum := m.BroadcastFrom(p, 0)
	m.FMATo(sum, x, y)
	m.StoreLane0(p, 0, sum)
}

// before is p moved back by so many elements: a base for columns that are counted from an offset.
func before(m machine.Machine, p machine.Pointer, elements machine.Int) machine.Pointer {
	zero := m.IntLess(elements, elements)
	m.AdvanceBy(p, m.IntLess(zero, elements))
	return p
}

func scatterRows(m machine.Machine) {
	acc := before(m, m.Pointer("acc"), m.IntParam("offset"))
	columns, values, x, alpha := m.Pointer("columns"), m.Pointer("values"), m.Pointer("x"), m.Broadcast("alpha")
	eachRow(m, func(entries machine.Int) {
		factor := m.Mul(m.BroadcastFrom(x, 0), alpha)
		m.Advance(x, 1)
		eachEntryFrom(m, entries, columns, values, func(column machine.Int, value machine.Vector) {
			addProduct(m, m.Element(acc, column), value, factor)
		})
	})
}

func scatterWide(m machine.Machine) {
	acc, x, stride := m.Pointer("acc"), m.Pointer("x"), m.IntParam("stride")
	acc = before(m, acc, m.IntMul(m.IntParam("offset"), stride))
	acrossWidth(m, []machine.Pointer{x, acc}, func(vectors int, l load, s store) {
		from, columns, values, alpha := m.CopyPointer(x), m.Pointer("columns"), m.Pointer("values"), m.Broadcast("alpha")
		eachRow(m, func(entries machine.Int) {
			factors := make([]machine.Vector, vectors)
			for j := range factors {
				factors[j] = m.Mul(l(from, j*m.Lanes()), alpha)
			}
			m.AdvanceBy(from, m.IntParam("strideX"))
			eachEntry(m, entries, columns, values, func(column machine.Int, value machine.Vector) {
				to := m.Element(acc, m.IntMul(column, stride))
				for j, factor := range factors {
					sum := l(to, j*m.Lanes())
					m.FMATo(sum, factor, value)
					s(to, j*m.Lanes(), sum)
				}
			})
		})
	})
}

func symmetricRows(m machine.Machine) {
	y, x, first, alpha := m.Pointer("y"), m.Pointer("x"), m.IntParam("first"), m.Broadcast("alpha")
	columns, values := m.Pointer("columns"), m.Pointer("values")
	own, ownX := m.CopyPointer(y), m.CopyPointer(x) // of the row
	m.AdvanceBy(own, first)
	m.AdvanceBy(ownX, first)
	eachRow(m, func(entries machine.Int) {
		m.AddInt(entries, -1)
		sum, xi := m.Zero(), m.BroadcastFrom(ownX, 0)
		factor := m.Mul(xi, alpha)
		eachEntry(m, entries, columns, values, func(column machine.Int, value machine.Vector) {
			m.FMATo(sum, value, m.BroadcastFrom(m.Element(x, column), 0))
			addProduct(m, m.Element(y, column), value, factor)
		})
		m.FMATo(sum, m.BroadcastFrom(values, 0), xi)
		addProduct(m, own, sum, alpha)
		m.Advance(values, 1)
		m.AdvanceInts(columns, 1, columnBytes)
		m.Advance(own, 1)
		m.Advance(ownX, 1)
	})
}
