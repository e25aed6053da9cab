package x86

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

func (m *x86) Advance(p machine.Pointer, elements int) {
	m.emit("ADDQ", operand.I32(m.elements(elements)), p.Op)
}

func (m *x86) AdvanceBy(p machine.Pointer, elements machine.Int) {
	m.emit("LEAQ", operand.Mem{Base: p.Op.(reg.Register), Index: elements.Op.(reg.Register), Scale: uint8(m.typ.Bytes())}, p.Op)
}

func (m *x86) CopyPointer(p machine.Pointer) machine.Pointer {
	return machine.Pointer{Op: m.copyGeneral(p.Op)}
}
func (m *x86) CopyInt(n machine.Int) machine.Int { return machine.Int{Op: m.copyGeneral(n.Op)} }

func (m *x86) copyGeneral(op any) reg.Register {
	dst := m.ctx.GP64()
	m.emit("MOVQ", op, dst)
	return dst
}

func (m *x86) AddInt(n machine.Int, immediate int) {
	m.emit("ADDQ", operand.I32(immediate), n.Op)
}

// label makes a name unique in its function.
func (m *x86) label(name string) string {
	m.labels++
	return fmt.Sprintf("%s%d", name, m.labels)
}

// loop emits: while n >= step { body; n -= step }.
func (m *x86) loop(name string, n machine.Int, step int, body func()) {
	again, done := m.label(name), m.label(name+"Done")
	m.emit("CMPQ", n.Op, operand.I32(step))
	m.emit("JLT", operand.LabelRef(done))
	m.ctx.Label(again)
	m.depth++
	body()
	m.depth--
	m.emit("SUBQ", operand.I32(step), n.Op)
	m.emit("CMPQ", n.Op, operand.I32(step))
	m.emit("JGE", operand.LabelRef(again))
	m.ctx.Label(done)
}

func (m *x86) While(n machine.Int, step int, body func())  { m.loop("while", n, step, body) }
func (m *x86) Blocks(n machine.Int, step int, body func()) { m.loop("rows", n, step, body) }

func (m *x86) BlocksFrom(n machine.Int, step, least int, body func()) {
	if least == step {
		m.Blocks(n, step, body)
		return
	}
	again, enough, done := m.label("rows"), m.label("enough"), m.label("rowsDone")
	m.ctx.Label(again)
	m.emit("CMPQ", n.Op, operand.I32(least))
	m.emit("JGE", operand.LabelRef(enough))
	m.emit("CMPQ", n.Op, operand.I32(step))
	m.emit("JNE", operand.LabelRef(done))
	m.ctx.Label(enough)
	m.depth++
	body()
	m.depth--
	m.emit("SUBQ", operand.I32(step), n.Op)
	m.emit("JMP", operand.LabelRef(again))
	m.ctx.Label(done)
}

func (m *x86) Traverse(n machine.Int, pointers []machine.Pointer, unroll int, body func(b machine.Block)) {
	m.whole(n, pointers, unroll, body)
	done := m.label("restDone")
	m.emit("TESTQ", n.Op, n.Op)
	m.emit("JLE", operand.LabelRef(done))
	m.depth++
	body(block{m: m, vectors: 1, mask: m.restMask(n), rest: n})
	m.depth--
	for _, p := range pointers {
		m.AdvanceBy(p, n)
	}
	m.ctx.Label(done)
}

// whole emits the loops of Traverse over full vectors.
func (m *x86) whole(n machine.Int, pointers []machine.Pointer, unroll int, body func(b machine.Block)) {
	full := func(name string, vectors int) {
		m.loop(name, n, vectors*m.Lanes(), func() {
			body(block{m: m, vectors: vectors})
			for _, p := range pointers {
				m.Advance(p, vectors*m.Lanes())
			}
		})
	}
	if unroll > 1 {
		full("block", unroll)
	}
	full("vector", 1)
}

// restMask selects the first n lanes, 0 < n < Lanes().
func (m *x86) restMask(n machine.Int) reg.Register {
	if m.wide {
		ones, k := m.ctx.GP32(), m.ctx.K()
		m.emit("MOVL", operand.U32(1<<m.Lanes()-1), ones)
		m.emit("BZHIL", n.Op.(reg.GP).As32(), ones, ones)
		m.emit("KMOVW", ones, k)
		return k
	}
	// All ones, then as many zeros: the mask is read n elements before the zeros begin.
	values := make([]uint64, 2*m.Lanes())
	for i := range m.Lanes() {
		values[i] = 1<<(8*m.typ.Bytes()) - 1
		if m.typ == machine.F64 {
			values[i] = ^uint64(0)
		}
	}
	base, offset := m.ctx.GP64(), m.ctx.GP64()
	mask := m.vector()
	m.emit("LEAQ", m.table("rest"+m.packed(), values), base)
	m.emit("MOVQ", n.Op, offset)
	m.emit("NEGQ", offset)
	m.emit("VMOVU"+m.packed(), operand.Mem{Base: base, Index: offset, Scale: uint8(m.typ.Bytes()), Disp: m.width()}, mask)
	return mask
}

// block is one step of Traverse; mask is nil for full vectors, and selects the first rest lanes of others.
type block struct {
	m       *x86
	vectors int
	mask    reg.Register
	rest    machine.Int
}

func (b block) Vectors() int  { return b.vectors }
func (b block) Partial() bool { return b.mask != nil }

func (b block) Load(p machine.Pointer, i int) vector {
	m, dst := b.m, b.m.vector()
	mem := m.at(p, i*m.Lanes())
	switch {
	case b.mask == nil:
		m.emit("VMOVU"+m.packed(), mem, dst)
	case m.wide:
		m.emit("VMOVU"+m.packed()+"_Z", mem, b.mask, dst)
	default:
		m.emit("VMASKMOV"+m.packed(), mem, b.mask, dst)
	}
	return vector{Op: dst}
}

func (b block) LoadOr(p machine.Pointer, i int, fill vector) vector {
	m := b.m
	switch {
	case b.mask == nil:
		return b.Load(p, i)
	case m.wide:
		dst := m.Copy(fill)
		m.emit("VMOVU"+m.packed(), m.at(p, i*m.Lanes()), b.mask, dst)
		return dst
	}
	return b.Present(b.Load(p, i), fill)
}

func (b block) Present(v, absent vector) vector {
	if b.mask == nil {
		return v
	}
	return b.m.Select(machine.Mask{Op: b.mask}, v, absent)
}

func (b block) Store(p machine.Pointer, i int, v vector) {
	m := b.m
	mem, v := m.at(p, i*m.Lanes()), m.register(v)
	switch {
	case b.mask == nil:
		m.emit("VMOVU"+m.packed(), v, mem)
	case m.wide:
		m.emit("VMOVU"+m.packed(), v, b.mask, mem)
	default:
		m.storeRest(p, i*m.Lanes(), b.rest, v)
	}
}

func (m *x86) Prefetch(p machine.Pointer, i int)    { m.emit("PREFETCHT0", m.at(p, i)) }
func (m *x86) PrefetchFar(p machine.Pointer, i int) { m.emit("PREFETCHT1", m.at(p, i)) }
