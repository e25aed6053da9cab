package neon

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// lane is an element of a register.
type lane struct {
	register V
	index    int
}

// Scalars loads whole vectors, whose lanes multiply as they stand, and the rest one by one: to spread an element over a register as it is
// loaded takes a vector unit on Arm's cores.
func (m *neon) Scalars(p machine.Pointer, first, count int) []machine.Scalar {
	var scalars []machine.Scalar
	for count-len(scalars) >= m.Lanes() {
		v := asV(m.LoadVector(p, first+len(scalars)))
		for i := range m.Lanes() {
			scalars = append(scalars, machine.Scalar{Op: lane{v, i}})
		}
	}
	for len(scalars) < count {
		v := m.newV()
		m.loadScalar(m.typ, v, p.Op.(R), (first+len(scalars))*m.typ.Bytes())
		scalars = append(scalars, machine.Scalar{Op: lane{v, 0}})
	}
	return scalars
}

func (m *neon) FMAScalarTo(sums, v []vector, s machine.Scalar) {
	factor := s.Op.(lane)
	for j := range sums {
		m.fmlaLane(m.typ, m.changed(sums[j]), asV(v[j]), factor.register, factor.index)
	}
}

// fmlaLane is d += n*m[i], with one rounding.
func (a *assembler) fmlaLane(t machine.Float, d, n, m V, i int) {
	encoding, letter := uint32(0x4F801000|(i&1)<<21|i>>1<<11), "s"
	if t == machine.F64 {
		encoding, letter = uint32(0x4FC01000|i<<11), "d"
	}
	_, s := shape(t)
	format := fmt.Sprintf("fmla v%%d.%[1]s, v%%d.%[1]s, v%%d.%[2]s[%[3]d]", s, letter, i)
	a.emit("WORD", registers(d), registers(d, n, m), word{encoding, text{format, raw(d, n, m)}})
}

func (m *neon) LoadVector(p machine.Pointer, i int) vector {
	return m.fresh(func(d V) { m.loadV(d, p.Op.(R), i*m.typ.Bytes()) })
}

func (m *neon) StoreVector(p machine.Pointer, i int, v vector) {
	m.storeV(p.Op.(R), i*m.typ.Bytes(), asV(v))
}

func (m *neon) Edge(n machine.Int) machine.Edge { return machine.Edge{Op: n} }

// LoadFirst fills lane after lane until the edge.
func (m *neon) LoadFirst(p machine.Pointer, i int, e machine.Edge) vector {
	d, n := m.newV(), e.Op.(machine.Int)
	m.IfAtLeast(n, m.Lanes(), func() { m.loadV(d, p.Op.(R), i*m.typ.Bytes()) }, func() {
		m.loadScalar(m.typ, d, p.Op.(R), i*m.typ.Bytes())
		m.lanesBeforeEdge(p, i, n, func(at R, k int) { m.loadLane(m.typ, d, at, k) })
	})
	return vector{Op: d}
}

// StoreFirst stores lane after lane until the edge.
func (m *neon) StoreFirst(p machine.Pointer, i int, e machine.Edge, v vector) {
	n := e.Op.(machine.Int)
	m.IfAtLeast(n, m.Lanes(), func() { m.StoreVector(p, i, v) }, func() {
		m.storeScalar(m.typ, p.Op.(R), i*m.typ.Bytes(), asV(v))
		m.lanesBeforeEdge(p, i, n, func(at R, k int) { m.storeLane(m.typ, at, asV(v), k) })
	})
}

// lanesBeforeEdge calls move for the lanes from 1 on, each in code that runs where n is greater than the lane.
func (m *neon) lanesBeforeEdge(p machine.Pointer, i int, n machine.Int, move func(at R, lane int)) {
	at := m.copyGeneral(p.Op)
	m.addImmediate(at, i*m.typ.Bytes())
	for k := 1; k < m.Lanes()-1; k++ {
		m.IfAtLeast(n, k+1, func() {
			m.addImmediate(at, m.typ.Bytes())
			move(at, k)
		}, nil)
	}
}

// loadLane replaces a lane of d and keeps the others; storeLane stores one of n.
func (a *assembler) loadLane(t machine.Float, d V, p R, lane int) {
	a.emit("VLD1", registers(d), append(registers(d), p.register), memory{p.register, 0}, laneOf(t, d, lane))
}
func (a *assembler) storeLane(t machine.Float, p R, n V, lane int) {
	a.emit("VST1", nil, append(registers(n), p.register), laneOf(t, n, lane), memory{p.register, 0})
}

func laneOf(t machine.Float, v V, lane int) operand.Op {
	s, _ := shape(t)
	return arranged(v, fmt.Sprintf("%s[%d]", s[:1], lane))
}

// rows has a register a row.
type rows struct {
	m  *neon
	at []machine.Pointer
}

func (m *neon) Rows(p machine.Pointer, stride machine.Int, count int) machine.Rows {
	r := &rows{m: m, at: []machine.Pointer{m.CopyPointer(p)}}
	for len(r.at) < count {
		next := m.CopyPointer(r.at[len(r.at)-1])
		m.AdvanceBy(next, stride)
		r.at = append(r.at, next)
	}
	return r
}

func (r *rows) At(i int) machine.Pointer { return r.at[i] }

func (r *rows) Pointers() []machine.Pointer { return r.at }

func (r *rows) AdvanceBy(elements machine.Int) {
	for _, p := range r.at {
		r.m.AdvanceBy(p, elements)
	}
}

func (m *neon) BlocksOfParam(param string, step int, body func()) {
	m.labels++
	again, done := fmt.Sprintf("strip%d", m.labels), fmt.Sprintf("strip%dDone", m.labels)
	m.compareImmediate(m.integer(m.parameter(param)), step)
	m.branch("BLT", done)
	m.label(again)
	body()
	count := m.integer(m.parameter(param))
	m.addImmediate(count, -step)
	m.storeResult(m.parameter(param), count)
	m.compareImmediate(count, step)
	m.branch("BGE", again)
	m.label(done)
}

func (m *neon) AdvanceParam(param string, elements int) {
	p := m.Pointer(param)
	m.Advance(p, elements)
	m.storeResult(m.parameter(param), p.Op.(R))
}

// Transpose interleaves neighbours, and then, of four, pairs of pairs.
func (m *neon) Transpose(v []vector) []vector {
	if len(v) != m.Lanes() {
		panic(kernelError{fmt.Errorf("Transpose: %d vectors of %d lanes", len(v), m.Lanes())})
	}
	interleave := func(arrangement string, a, b vector) (even, odd vector) {
		return m.fresh(func(d V) { m.native3("VTRN1", arrangement, d, asV(a), asV(b)) }),
			m.fresh(func(d V) { m.native3("VTRN2", arrangement, d, asV(a), asV(b)) })
	}
	if m.typ == machine.F64 {
		a, b := interleave("D2", v[0], v[1])
		return []vector{a, b}
	}
	a, b := interleave("S4", v[0], v[1])
	c, d := interleave("S4", v[2], v[3])
	result := make([]vector, 4)
	result[0], result[2] = interleave("D2", a, c)
	result[1], result[3] = interleave("D2", b, d)
	return result
}

func (m *neon) IntLess(a, b machine.Int) machine.Int { return m.general("SUB", a, b) }
func (m *neon) IntMul(a, b machine.Int) machine.Int  { return m.general("MUL", a, b) }

func (m *neon) IntTimes(a machine.Int, factor int) machine.Int {
	d, x := m.newR(), a.Op.(R)
	m.emit("LSL", registers(d), registers(x), immediate(bits.TrailingZeros(uint(factor))), general(x), general(d))
	return machine.Int{Op: d}
}

// general is a op b; the assembler takes b first.
func (m *neon) general(opcode string, a, b machine.Int) machine.Int {
	d, x, y := m.newR(), a.Op.(R), b.Op.(R)
	m.emit(opcode, registers(d), registers(x, y), general(y), general(x), general(d))
	return machine.Int{Op: d}
}

func (m *neon) IfAtLeast(n machine.Int, least int, then, otherwise func()) {
	less, done := m.uniqueLabel("less"), m.uniqueLabel("done")
	m.compareImmediate(n.Op.(R), least)
	m.branch("BLT", less)
	then()
	if otherwise != nil {
		m.jump(done)
	}
	m.label(less)
	if otherwise != nil {
		otherwise()
		m.label(done)
	}
}

func (m *neon) UnlessOne(param string, body func()) {
	one, value, with := m.uniqueLabel("one"), m.newR(), m.newR()
	load, bits := "MOVD", math.Float64bits(1)
	if m.typ == machine.F32 {
		load, bits = "MOVWU", uint64(math.Float32bits(1))
	}
	m.emit(load, registers(value), nil, m.parameter(param), general(value))
	m.emit("MOVD", registers(with), nil, immediate(int(bits)), general(with))
	m.compare(value, with)
	m.branch("BEQ", one)
	body()
	m.label(one)
}
