// Package neon is the vector machine on arm64's NEON: an instruction layer and a register allocator of our own over
// avo's intermediate representation and printers, which know no more of a machine than its assembler's syntax.
package neon

import (
	"errors"
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// Set is the name of the instruction set.
const Set = "neon"

// neon emits one function.
type neon struct {
	assembler
	typ       machine.Float
	signature *gotypes.Signature
	constants *table
	labels    int
}

var _ machine.Machine = (*neon)(nil)

type vector = machine.Vector

func (m *neon) Set() string         { return Set }
func (m *neon) Type() machine.Float { return m.typ }
func (m *neon) Lanes() int          { return bytesV / m.typ.Bytes() }
func (m *neon) Registers() int      { return len(realV) }

func asV(v vector) V { return v.Op.(V) }

// changed is the register of an in-place operation's first operand.
func (m *neon) changed(v vector) V {
	r := asV(v)
	if r.constant != nil {
		panic(kernelError{errors.New("a constant cannot be changed in place")})
	}
	return r
}

// kernelError is a mistake in a kernel, as the panic that ends its Build.
type kernelError struct{ error }

// fresh is a new register d after f(d).
func (m *neon) fresh(f func(d V)) vector {
	d := m.newV()
	f(d)
	return vector{Op: d}
}

// parameter is the place of a parameter in the frame; of a slice, that of its base.
func (m *neon) parameter(name string) operand.Op {
	c := m.signature.Params().Lookup(name)
	if _, err := c.Resolve(); err != nil {
		c = c.Base()
	}
	return place(c)
}

func (m *neon) result(name string) operand.Op { return place(m.signature.Results().Lookup(name)) }

func place(c gotypes.Component) operand.Op {
	b, err := c.Resolve()
	if err != nil {
		panic(kernelError{err})
	}
	return b.Addr
}

func (m *neon) integer(from operand.Op) R {
	r := m.newR()
	m.loadParameter(r, from)
	return r
}

func (m *neon) Pointer(param string) machine.Pointer {
	return machine.Pointer{Op: m.integer(m.parameter(param))}
}

func (m *neon) Length(param string) machine.Int {
	return machine.Int{Op: m.integer(place(m.signature.Params().Lookup(param).Len()))}
}

func (m *neon) IntParam(param string) machine.Int {
	return machine.Int{Op: m.integer(m.parameter(param))}
}

func (m *neon) Broadcast(param string) vector {
	lane0 := m.newV()
	m.loadScalarParameter(m.typ, lane0, m.parameter(param))
	return m.SpreadLane0(vector{Op: lane0})
}

func (m *neon) Return(result string, v vector) {
	m.storeScalarResult(m.typ, m.result(result), asV(v))
}

func (m *neon) ReturnWide(result string, v vector) {
	m.storeScalarResult(machine.F64, m.result(result), asV(v))
}

func (m *neon) ReturnInt(result string, v machine.Int) {
	m.storeResult(m.result(result), v.Op.(R))
}

func (m *neon) Comment(format string, a ...any) { m.comment(fmt.Sprintf(format, a...)) }

func (m *neon) Constant(value float64) vector {
	if m.typ == machine.F32 {
		return m.ConstantBits(uint64(math.Float32bits(float32(value))))
	}
	return m.ConstantBits(math.Float64bits(value))
}

func (m *neon) ConstantBits(bits uint64) vector {
	if m.typ == machine.F32 {
		bits = bits<<32 | bits&(1<<32-1)
	}
	return vector{Op: m.constants.register(bits)}
}

func (m *neon) Copy(v vector) vector {
	return m.fresh(func(d V) { m.copyV(d, asV(v)) })
}

func (m *neon) Assign(dst, src vector) { m.copyV(m.changed(dst), asV(src)) }

func (m *neon) Zero() vector { return m.fresh(m.zero) }
