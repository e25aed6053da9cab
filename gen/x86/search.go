package x86

import (
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// Greater and Lesser: the instruction returns its second source unless the first is greater (less), so also where either is NaN.
func (m *x86) Greater(a, b vector) vector { return m.binary("VMAX"+m.packed(), b, a) }
func (m *x86) Lesser(a, b vector) vector  { return m.binary("VMIN"+m.packed(), b, a) }

func (m *x86) Truncate(v vector) machine.Int {
	n := m.ctx.GP64()
	m.emit("VCVTT"+m.pick("SS", "SD")+"2SIQ", low(m.register(v)), n)
	return machine.Int{Op: n}
}

func (m *x86) SubInt(n, other machine.Int) { m.emit("SUBQ", other.Op, n.Op) }

func (m *x86) Whole(vectors int) machine.Block { return block{m: m, vectors: vectors} }

// Find leaves the loop of blocks for that of single vectors when the block has what is searched for.
func (m *x86) Find(n machine.Int, p machine.Pointer, unroll int, holds func(b machine.Block) machine.Mask) {
	single, rest, found, done := m.label("findVector"), m.label("findRest"), m.label("found"), m.label("findDone")
	lanes := m.ctx.GP64() // a bit for each lane, lane 0 lowest
	compare := func(b block) {
		mask := holds(b)
		if m.wide {
			m.emit("KMOVW", mask.Op, lanes.As32())
		} else {
			m.emit("VMOVMSK"+m.packed(), mask.Op, lanes.As32())
		}
	}
	loop := func(name string, vectors int, found, next string) {
		elements, again := vectors*m.Lanes(), m.label(name)
		m.emit("CMPQ", n.Op, operand.I32(elements))
		m.emit("JLT", operand.LabelRef(next))
		m.ctx.Label(again)
		compare(block{m: m, vectors: vectors})
		m.emit("TESTL", lanes.As32(), lanes.As32())
		m.emit("JNE", operand.LabelRef(found))
		m.Advance(p, elements)
		m.emit("SUBQ", operand.I32(elements), n.Op)
		m.emit("CMPQ", n.Op, operand.I32(elements))
		m.emit("JGE", operand.LabelRef(again))
		m.ctx.Label(next)
	}
	m.depth++
	if unroll > 1 {
		loop("findBlock", unroll, single, single)
	}
	loop("find", 1, found, rest)
	m.emit("TESTQ", n.Op, n.Op)
	m.emit("JLE", operand.LabelRef(done))
	compare(block{m: m, vectors: 1, mask: m.restMask(n)})
	m.emit("BTSQ", n.Op, lanes) // as if the lane behind the last element had it
	m.ctx.Label(found)
	first := m.ctx.GP64()
	m.emit("BSFQ", lanes, first)
	m.emit("SUBQ", first, n.Op)
	m.ctx.Label(done)
	m.depth--
}
