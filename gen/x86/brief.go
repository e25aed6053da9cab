package x86

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

// AVX2's masked store takes AMD's processors up to Zen 4 some twelve cycles, and no later load is served from it before it
// is in the cache. So the rest is stored in pieces of 4, 2 and 1 elements, by the bits of its length, and where the body is
// short all of it is done in such pieces: their loads are then served from the stores of an earlier call.

func (m *x86) TraverseBriefly(n machine.Int, pointers []machine.Pointer, unroll int, body func(b machine.Block)) {
	if m.wide {
		m.Traverse(n, pointers, unroll, body)
		return
	}
	m.whole(n, pointers, unroll, body)
	done := m.label("restDone")
	m.emit("TESTQ", n.Op, n.Op)
	m.emit("JEQ", operand.LabelRef(done))
	m.depth++
	for lanes := m.Lanes() / 2; lanes > 0; lanes /= 2 {
		m.whenBit(n, lanes, func() {
			body(piece{block{m: m, vectors: 1}, lanes})
			for _, p := range pointers {
				m.Advance(p, lanes)
			}
		})
	}
	m.depth--
	m.ctx.Label(done)
}

// whenBit emits: if n & bit != 0 { body }.
func (m *x86) whenBit(n machine.Int, bit int, body func()) {
	done := m.label("bit")
	m.emit("TESTL", operand.U32(bit), n.Op.(reg.GP).As32())
	m.emit("JEQ", operand.LabelRef(done))
	body()
	m.ctx.Label(done)
}

// piece is a block of 4, 2 or 1 elements, in the low lanes; its vector is the only one.
type piece struct {
	block
	lanes int
}

func (b piece) Partial() bool { return true }

func (b piece) move() string { return pieceMoves[b.lanes*b.m.typ.Bytes()] }

// pieceMoves are, by their bytes, moves between memory and a register; a load clears the rest of the register.
var pieceMoves = map[int]string{16: "VMOVUPS", 8: "VMOVSD", 4: "VMOVSS"}

func (b piece) Load(p machine.Pointer, _ int) vector {
	dst := b.m.vector()
	b.m.emit(b.move(), b.m.at(p, 0), dst.AsX())
	return vector{Op: dst}
}

func (b piece) LoadOr(p machine.Pointer, i int, fill vector) vector {
	return b.Present(b.Load(p, i), fill)
}

func (b piece) Present(v, absent vector) vector {
	dst := b.m.vector()
	floats := b.lanes * b.m.typ.Bytes() / 4
	b.m.emit("VBLENDPS", operand.U8(1<<floats-1), b.m.register(v), b.m.register(absent), dst)
	return vector{Op: dst}
}

func (b piece) Store(p machine.Pointer, _ int, v vector) {
	b.m.emit(b.move(), low(b.m.register(v)), b.m.at(p, 0))
}

// storeRest stores the first n lanes, 0 < n < Lanes(), which is less than a vector of AVX2, at p + i elements.
func (m *x86) storeRest(p machine.Pointer, i int, n machine.Int, v vector) {
	left, to := m.ctx.YMM(), machine.Pointer{Op: m.ctx.GP64()}
	m.emit("LEAQ", m.at(p, i), to.Op)
	m.emit("VMOVAPS", m.register(v), left)
	for lanes := m.Lanes() / 2; lanes > 0; lanes /= 2 {
		m.whenBit(n, lanes, func() {
			piece{block{m: m}, lanes}.Store(to, 0, vector{Op: left})
			if lanes == 1 {
				return
			}
			m.Advance(to, lanes)
			if lanes*m.typ.Bytes() == 16 {
				m.emit("VEXTRACTF128", operand.U8(1), left, left.AsX())
			} else {
				m.emit("VPERMILPD", operand.U8(1), left.AsX(), left.AsX())
			}
		})
	}
}
