// Package x86 is the vector machine over avo: AVX2 on 16 YMM registers and AVX-512 on 32 ZMM registers.
package x86

import (
	"fmt"
	"math"
	"reflect"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

// x86 holds what both widths share. Names of instructions are put together from the operation and the element type, and
// looked up among avo's by reflection: a name that avo does not have is a panic at generation.
type x86 struct {
	ctx       *build.Context
	set       string
	wide      bool // ZMM
	halved    bool // but now YMM, with the instructions of AVX-512
	typ       machine.Float
	limit     int                    // of constants that live in registers; the rest is read from memory where it is used
	data      map[string]operand.Mem // constants in memory, shared by the functions of a file
	constants map[uint64]operand.Op  // the constants of the function being emitted
	fixed     map[operand.Op]bool    // registers that hold constants: never changed in place
	labels    int
	scalars   int // that FMAScalarTo has multiplied by
	depth     int // of loops: in a loop that may be skipped, a constant must not be loaded into a register for later code
}

// avx2 and avx512 are distinct types because only AVX-512 has register tables.
type avx2 struct{ *x86 }
type avx512 struct{ *x86 }

var (
	_ machine.Machine = avx2{}
	_ machine.Machine = avx512{}
	_ machine.Tables  = avx512{}
)

// broadcast is a single element in memory that an AVX-512 instruction spreads as it reads it.
type broadcast struct{ operand.Mem }

func (m *x86) Set() string         { return m.set }
func (m *x86) Type() machine.Float { return m.typ }
func (m *x86) Lanes() int          { return m.width() / m.typ.Bytes() }

func (m *x86) Registers() int {
	if m.wide {
		return 32
	}
	return 16
}

func (m *x86) width() int {
	if m.wide && !m.halved {
		return 64
	}
	return 32
}

// pick chooses by the element type: suffixes of float (PS, PD) and integer (D, Q) instructions, scalar moves.
func (m *x86) pick(single, double string) string {
	if m.typ == machine.F32 {
		return single
	}
	return double
}

func (m *x86) packed() string  { return m.pick("PS", "PD") }
func (m *x86) integer() string { return m.pick("D", "Q") }

// vector is a fresh virtual register of the machine's width.
func (m *x86) vector() reg.VecVirtual {
	if m.width() == 64 {
		return m.ctx.ZMM()
	}
	return m.ctx.YMM()
}

// emit appends the instruction called name; a broadcast operand selects the _BCST form.
func (m *x86) emit(name string, operands ...any) {
	arguments := make([]reflect.Value, len(operands))
	for i, o := range operands {
		if v, ok := o.(machine.Vector); ok {
			o = v.Op
		}
		if b, ok := o.(broadcast); ok {
			name += "_BCST"
			o = b.Mem
		}
		arguments[i] = reflect.ValueOf(o)
	}
	method := reflect.ValueOf(m.ctx).MethodByName(name)
	if !method.IsValid() {
		panic(fmt.Sprintf("x86: avo has no %s", name))
	}
	method.Call(arguments)
	if _, err := m.ctx.Result(); err != nil {
		panic(fmt.Sprintf("x86: %s %v: %v", name, operands, err))
	}
}

func isRegister(v machine.Vector) bool {
	_, ok := v.Op.(reg.Register)
	return ok
}

// register is v itself, or a fresh register that holds the constant v.
func (m *x86) register(v machine.Vector) machine.Vector {
	if isRegister(v) {
		return v
	}
	return m.Copy(v)
}

// own is v if it may be changed, or a copy.
func (m *x86) own(v machine.Vector) machine.Vector {
	if op, ok := v.Op.(operand.Op); ok && isRegister(v) && !m.fixed[op] {
		return v
	}
	return m.Copy(v)
}

func (m *x86) mustOwn(v machine.Vector) machine.Vector {
	if !isRegister(v) || m.fixed[v.Op.(operand.Op)] {
		panic("x86: a constant cannot be changed in place")
	}
	return v
}

// binary is dst = a op b; x86 allows a constant in memory for b alone.
func (m *x86) binary(name string, a, b machine.Vector) machine.Vector {
	dst := m.vector()
	m.emit(name, b, m.register(a), dst)
	return machine.Vector{Op: dst}
}

func (m *x86) commutative(name string, a, b machine.Vector) machine.Vector {
	if !isRegister(a) {
		a, b = b, a
	}
	return m.binary(name, a, b)
}

// Copy is a move, or the load of a constant.
func (m *x86) Copy(v machine.Vector) machine.Vector {
	dst := machine.Vector{Op: m.vector()}
	m.Assign(dst, v)
	return dst
}

func (m *x86) Assign(dst, src machine.Vector) {
	switch op := src.Op.(type) {
	case broadcast:
		m.emit("VBROADCAST"+m.pick("SS", "SD"), op.Mem, dst)
	case operand.Mem:
		m.emit("VMOVU"+m.packed(), op, dst)
	default:
		m.emit("VMOVA"+m.packed(), op, dst)
	}
}

func (m *x86) Zero() machine.Vector {
	dst := m.vector()
	m.emit("VXOR"+m.packed(), dst, dst, dst)
	return machine.Vector{Op: dst}
}

func (m *x86) Constant(value float64) machine.Vector {
	if m.typ == machine.F32 {
		return m.ConstantBits(uint64(math.Float32bits(float32(value))))
	}
	return m.ConstantBits(math.Float64bits(value))
}

func (m *x86) ConstantBits(bits uint64) machine.Vector {
	if m.typ == machine.F32 {
		bits &= math.MaxUint32
	}
	if op, ok := m.constants[bits]; ok {
		return machine.Vector{Op: op}
	}
	var op operand.Op
	if m.wide {
		op = broadcast{m.memory(bits, 1)}
	} else {
		op = m.memory(bits, m.Lanes())
	}
	if m.depth == 0 && len(m.fixed) < m.limit {
		op = m.Copy(machine.Vector{Op: op}).Op.(operand.Op)
		m.fixed[op] = true
	}
	m.constants[bits] = op
	return machine.Vector{Op: op}
}

// memory is read-only data that holds the element bits so many times.
func (m *x86) memory(bits uint64, times int) operand.Mem {
	values := make([]uint64, times)
	for i := range values {
		values[i] = bits
	}
	return m.table(fmt.Sprintf("x%0*x", 2*m.typ.Bytes(), bits), values)
}

// table is read-only data of elements, under a name that says what it holds.
func (m *x86) table(name string, values []uint64) operand.Mem {
	if mem, ok := m.data[name]; ok {
		return mem
	}
	mem := m.ctx.StaticGlobal(name)
	m.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for _, v := range values {
		if m.typ == machine.F32 {
			m.ctx.AppendDatum(operand.U32(v))
		} else {
			m.ctx.AppendDatum(operand.U64(v))
		}
	}
	m.data[name] = mem
	return mem
}

func (m *x86) resolve(c gotypes.Component) operand.Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(fmt.Sprintf("x86: parameter: %v", err))
	}
	return b.Addr
}

func (m *x86) Pointer(param string) machine.Pointer {
	return machine.Pointer{Op: m.ctx.Load(m.pointerParam(param), m.ctx.GP64())}
}

// pointerParam is the base of a slice parameter, or a pointer parameter.
func (m *x86) pointerParam(name string) gotypes.Component {
	c := m.ctx.Param(name)
	if _, err := c.Resolve(); err != nil {
		c = c.Base()
	}
	return c
}

func (m *x86) Length(param string) machine.Int {
	return machine.Int{Op: m.ctx.Load(m.ctx.Param(param).Len(), m.ctx.GP64())}
}

func (m *x86) IntParam(param string) machine.Int {
	return machine.Int{Op: m.ctx.Load(m.ctx.Param(param), m.ctx.GP64())}
}

func (m *x86) Broadcast(param string) machine.Vector {
	dst := m.vector()
	m.emit("VBROADCAST"+m.pick("SS", "SD"), m.resolve(m.ctx.Param(param)), dst)
	return machine.Vector{Op: dst}
}

func (m *x86) Return(result string, v machine.Vector) {
	m.emit("VMOV"+m.pick("SS", "SD"), low(m.register(v)), m.resolve(m.ctx.Return(result)))
}

func (m *x86) ReturnWide(result string, v machine.Vector) {
	m.emit("VMOVSD", low(v), m.resolve(m.ctx.Return(result)))
}

func (m *x86) ReturnInt(result string, v machine.Int) {
	m.ctx.Store(v.Op.(reg.Register), m.ctx.Return(result))
}

func (m *x86) Comment(format string, a ...any) { m.ctx.Commentf(format, a...) }

// low is the XMM view of a register.
func low(v machine.Vector) reg.Register { return v.Op.(reg.Vec).AsX() }
