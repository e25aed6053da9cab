package neon

import (
	"fmt"
	"math/bits"

	"github.com/raphson-go/raphson/gen/machine"
)

func (m *neon) Advance(p machine.Pointer, elements int) {
	m.addImmediate(p.Op.(R), elements*m.typ.Bytes())
}

func (m *neon) AdvanceBy(p machine.Pointer, elements machine.Int) {
	m.addShifted(p.Op.(R), elements.Op.(R), bits.TrailingZeros(uint(m.typ.Bytes())))
}

func (m *neon) CopyPointer(p machine.Pointer) machine.Pointer {
	return machine.Pointer{Op: m.copyGeneral(p.Op)}
}

func (m *neon) CopyInt(n machine.Int) machine.Int { return machine.Int{Op: m.copyGeneral(n.Op)} }

func (m *neon) copyGeneral(op any) R {
	d := m.newR()
	m.copyR(d, op.(R))
	return d
}

func (m *neon) AddInt(n machine.Int, immediate int) { m.addImmediate(n.Op.(R), immediate) }

// loop emits: while n >= step { body; n -= step }.
func (m *neon) loop(name string, n machine.Int, step int, body func()) {
	m.labels++
	again, done := fmt.Sprintf("%s%d", name, m.labels), fmt.Sprintf("%s%dDone", name, m.labels)
	count := n.Op.(R)
	m.compareImmediate(count, step)
	m.branch("BLT", done)
	m.label(again)
	body()
	m.addImmediate(count, -step)
	m.compareImmediate(count, step)
	m.branch("BGE", again)
	m.label(done)
}

func (m *neon) While(n machine.Int, step int, body func())  { m.loop("while", n, step, body) }
func (m *neon) Blocks(n machine.Int, step int, body func()) { m.loop("rows", n, step, body) }

func (m *neon) BlocksFrom(n machine.Int, step, least int, body func()) {
	if least == step {
		m.Blocks(n, step, body)
		return
	}
	m.labels++
	again, enough, done := fmt.Sprintf("rows%d", m.labels), fmt.Sprintf("enough%d", m.labels), fmt.Sprintf("rows%dDone", m.labels)
	count := n.Op.(R)
	m.label(again)
	m.compareImmediate(count, least)
	m.branch("BGE", enough)
	m.compareImmediate(count, step)
	m.branch("BNE", done)
	m.label(enough)
	body()
	m.addImmediate(count, -step)
	m.jump(again)
	m.label(done)
}

// Traverse ends with one element at a time, in lane 0 of the same code.
func (m *neon) Traverse(n machine.Int, pointers []machine.Pointer, unroll int, body func(b machine.Block)) {
	step := func(name string, elements int, b block) {
		m.loop(name, n, elements, func() {
			body(b)
			for _, p := range pointers {
				m.Advance(p, elements)
			}
		})
	}
	if unroll > 1 {
		step("block", unroll*m.Lanes(), block{m, unroll, false})
	}
	step("vector", m.Lanes(), block{m, 1, false})
	step("rest", 1, block{m, 1, true})
}

// block is one step of Traverse.
type block struct {
	m       *neon
	vectors int
	partial bool
}

func (b block) Vectors() int  { return b.vectors }
func (b block) Partial() bool { return b.partial }

func (b block) Load(p machine.Pointer, i int) vector {
	return b.m.fresh(func(d V) {
		if b.partial {
			b.m.loadScalar(b.m.typ, d, p.Op.(R), 0)
		} else {
			b.m.loadV(d, p.Op.(R), i*bytesV)
		}
	})
}

func (b block) LoadOr(p machine.Pointer, i int, fill vector) vector {
	if !b.partial {
		return b.Load(p, i)
	}
	v := b.m.Copy(fill)
	b.m.loadLane0(b.m.typ, asV(v), p.Op.(R))
	return v
}

func (b block) Present(v, absent vector) vector {
	if !b.partial {
		return v
	}
	d := b.m.Copy(absent)
	b.m.insertLane0(b.m.typ, asV(d), asV(v))
	return d
}

func (b block) Store(p machine.Pointer, i int, v vector) {
	if b.partial {
		b.m.storeScalar(b.m.typ, p.Op.(R), 0, asV(v))
	} else {
		b.m.storeV(p.Op.(R), i*bytesV, asV(v))
	}
}
