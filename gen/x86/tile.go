package x86

import (
	"math"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

// Scalars stay in memory until they are used: each is then spread over a register for all its products, so that a load
// port is free for every other multiply-add.
func (m *x86) Scalars(p machine.Pointer, first, count int) []machine.Scalar {
	scalars := make([]machine.Scalar, count)
	for i := range scalars {
		scalars[i] = machine.Scalar{Op: m.at(p, first+i)}
	}
	return scalars
}

// FMAScalarTo leaves a scalar in memory where that is no detour. Zen 4 spreads elements over 512 bits at two thirds of the rate
// at which it multiplies by elements in memory; processors with twice its multiply-adds and no more loads can do with a load for each of them where one
// vector is multiplied, which takes one anyway, but not for both of two: there it is every other scalar.
func (m *x86) FMAScalarTo(sums, v []vector, s machine.Scalar) {
	m.scalars++
	if m.wide && (len(sums) == 1 || len(sums) == 2 && m.scalars%2 == 0) {
		for j := range sums {
			m.FMATo(sums[j], v[j], vector{Op: broadcast{s.Op.(operand.Mem)}})
		}
		return
	}
	m.scalarTo(m.FMATo, sums, v, s)
}

func (m *x86) scalarTo(multiply func(acc, x, y vector), sums, v []vector, s machine.Scalar) {
	factor := m.Copy(vector{Op: broadcast{s.Op.(operand.Mem)}})
	for j := range sums {
		multiply(sums[j], v[j], factor)
	}
}

func (m *x86) LoadVector(p machine.Pointer, i int) vector {
	dst := m.vector()
	m.emit("VMOVU"+m.packed(), m.at(p, i), dst)
	return vector{Op: dst}
}

func (m *x86) StoreVector(p machine.Pointer, i int, v vector) {
	m.emit("VMOVU"+m.packed(), m.register(v), m.at(p, i))
}

// edge is the number of lanes, and their mask.
type edge struct {
	lanes machine.Int
	mask  reg.Register
}

func (m *x86) Edge(n machine.Int) machine.Edge {
	return machine.Edge{Op: edge{n, m.restMask(n)}}
}

func (m *x86) LoadFirst(p machine.Pointer, i int, e machine.Edge) vector {
	dst, mask := m.vector(), e.Op.(edge).mask
	if m.wide {
		m.emit("VMOVU"+m.packed()+"_Z", m.at(p, i), mask, dst)
		m.overwrites(dst)
	} else {
		m.emit("VMASKMOV"+m.packed(), m.at(p, i), mask, dst)
	}
	return vector{Op: dst}
}

func (m *x86) StoreFirst(p machine.Pointer, i int, e machine.Edge, v vector) {
	v = m.register(v)
	if m.wide {
		m.emit("VMOVU"+m.packed(), v, e.Op.(edge).mask, m.at(p, i))
		return
	}
	n := e.Op.(edge).lanes
	m.IfAtLeast(n, m.Lanes(), func() { m.StoreVector(p, i, v) }, func() { m.storeRest(p, i, n, v) })
}

// rowsPerBase rows are addressed from one register with an index of one, three or five strides; more need another base.
const rowsPerBase = 7

type rows struct {
	m                *x86
	bases            []machine.Pointer
	one, three, five reg.Register // strides in bytes
}

func (m *x86) Rows(p machine.Pointer, stride machine.Int, count int) machine.Rows {
	r := &rows{m: m, one: m.copyGeneral(stride.Op)}
	m.emit("SHLQ", operand.U8(bits.TrailingZeros(uint(m.typ.Bytes()))), r.one)
	multiple := func(scale uint8) reg.Register {
		dst := m.ctx.GP64()
		m.emit("LEAQ", operand.Mem{Base: r.one, Index: r.one, Scale: scale}, dst)
		return dst
	}
	if count > 3 {
		r.three = multiple(2)
	}
	if count > 5 {
		r.five = multiple(4)
	}
	r.bases = append(r.bases, m.CopyPointer(p))
	for len(r.bases)*rowsPerBase < count {
		next := m.ctx.GP64()
		m.emit("LEAQ", r.At(len(r.bases)*rowsPerBase-1).Op, next)
		m.emit("ADDQ", r.one, next)
		r.bases = append(r.bases, machine.Pointer{Op: next})
	}
	return r
}

func (r *rows) At(i int) machine.Pointer {
	mem := operand.Mem{Base: r.bases[i/rowsPerBase].Op.(reg.Register), Scale: 1}
	switch i % rowsPerBase {
	case 1:
		mem.Index = r.one
	case 2:
		mem.Index, mem.Scale = r.one, 2
	case 3:
		mem.Index = r.three
	case 4:
		mem.Index, mem.Scale = r.one, 4
	case 5:
		mem.Index = r.five
	case 6:
		mem.Index, mem.Scale = r.three, 2
	}
	return machine.Pointer{Op: mem}
}

func (r *rows) AdvanceBy(elements machine.Int) {
	for _, base := range r.bases {
		r.m.AdvanceBy(base, elements)
	}
}

func (r *rows) Pointers() []machine.Pointer { return r.bases }

func (m *x86) BlocksOfParam(param string, step int, body func()) {
	again, done := m.label("strip"), m.label("stripDone")
	count, size := m.resolve(m.ctx.Param(param)), operand.I32(step)
	m.emit("CMPQ", count, size)
	m.emit("JLT", operand.LabelRef(done))
	m.ctx.Label(again)
	m.depth++
	body()
	m.depth--
	m.emit("SUBQ", size, count)
	m.emit("CMPQ", count, size)
	m.emit("JGE", operand.LabelRef(again))
	m.ctx.Label(done)
}

func (m *x86) AdvanceParam(param string, elements int) {
	m.emit("ADDQ", operand.I32(elements*m.typ.Bytes()), m.resolve(m.pointerParam(param)))
}

func (m *x86) IntLess(a, b machine.Int) machine.Int { return m.general("SUBQ", a, b) }
func (m *x86) IntMul(a, b machine.Int) machine.Int  { return m.general("IMULQ", a, b) }

func (m *x86) IntTimes(a machine.Int, factor int) machine.Int {
	dst := m.CopyInt(a)
	m.emit("SHLQ", operand.U8(bits.TrailingZeros(uint(factor))), dst.Op)
	return dst
}

func (m *x86) general(name string, a, b machine.Int) machine.Int {
	dst := m.CopyInt(a)
	m.emit(name, b.Op, dst.Op)
	return dst
}

func (m *x86) IfAtLeast(n machine.Int, least int, then, otherwise func()) {
	other, done := m.label("less"), m.label("done")
	m.emit("CMPQ", n.Op, operand.I32(least))
	m.emit("JLT", operand.LabelRef(other))
	m.depth++
	then()
	if otherwise != nil {
		m.emit("JMP", operand.LabelRef(done))
	}
	m.ctx.Label(other)
	if otherwise != nil {
		otherwise()
		m.ctx.Label(done)
	}
	m.depth--
}

// Narrowed emits body for vectors of 256 bits.
func (m avx512) Narrowed(body func()) {
	m.halved = true
	body()
	m.halved = false
}

func (m *x86) UnlessOne(param string, body func()) {
	one := m.label("one")
	value := m.resolve(m.ctx.Param(param))
	if m.typ == machine.F32 {
		m.emit("CMPL", value, operand.U32(math.Float32bits(1)))
	} else {
		bits := m.ctx.GP64()
		m.emit("MOVQ", operand.U64(math.Float64bits(1)), bits)
		m.emit("CMPQ", value, bits)
	}
	m.emit("JEQ", operand.LabelRef(one))
	m.depth++
	body()
	m.depth--
	m.ctx.Label(one)
}
