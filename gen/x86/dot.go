package x86

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

var _ machine.Dotter = avx512{}

// dotProduct is an instruction that neither avo nor Go's assembler knows: once it has its registers, encode writes its bytes.
const dotProduct = "VDPBF16PS"

func (m avx512) DotTo(acc, x, y vector) {
	sources := []operand.Op{m.register(y).Op.(operand.Op), m.register(x).Op.(operand.Op), m.mustOwn(acc).Op.(operand.Op)}
	m.ctx.Instruction(&ir.Instruction{
		Opcode: dotProduct, Operands: sources, Inputs: sources, Outputs: sources[2:], ISA: []string{"AVX512BF16", "AVX512F"},
	})
}

func (m avx512) DotScalarTo(sums, v []vector, s machine.Scalar) { m.scalarTo(m.DotTo, sums, v, s) }

func (m avx512) LoadPairs(first, second machine.Pointer, i int) vector {
	return m.pairsOf(func(p machine.Pointer) vector {
		dst := m.vector()
		m.emit("VPMOVZXWD", m.half(p, i), dst)
		return vector{Op: dst}
	}, first, second)
}

func (m avx512) LoadFirstPairs(first, second machine.Pointer, i int, e machine.Edge) vector {
	return m.pairsOf(func(p machine.Pointer) vector {
		dst := m.vector()
		m.emit("VPMOVZXWD_Z", m.half(p, i), e.Op.(edge).mask, dst)
		m.overwrites(dst)
		return vector{Op: dst}
	}, first, second)
}

// pairsOf puts what load returns, elements of 16 bits in lanes of 32, together.
func (m *x86) pairsOf(load func(p machine.Pointer) vector, first, second machine.Pointer) vector {
	return m.Or(load(first), m.ShiftLeft(load(second), 16))
}

// encode is the pass that replaces each dotProduct by its bytes.
func encode(in *ir.Instruction) error {
	if in.Opcode != dotProduct {
		return nil
	}
	var numbers [3]uint32
	for i, op := range in.Operands {
		r, ok := op.(reg.VecPhysical)
		if !ok {
			return fmt.Errorf("%s: %s is no register", dotProduct, op.Asm())
		}
		numbers[i] = uint32(r.PhysicalIndex())
	}
	in.Opcode, in.Operands = "LONG", []operand.Op{dotBytes(numbers)}
	return nil
}

// dotBytes are the registers, all of 512 bits, in Go's order: the destination is the last.
type dotBytes [3]uint32

// Asm is EVEX.512.F3.0F38.W0 52 /r. The prefix holds the bits of the registers' numbers above the lower three, and all of the
// second source's, complemented.
func (b dotBytes) Asm() string {
	const (
		evex, map0F38, fixed, prefixF3, long, opcode, direct = 0x62, 0x02, 0x04, 0x02, 0x40, 0x52, 0xC0
	)
	source, second, destination := b[0], b[1], b[2]
	bit := func(number, i uint32) uint32 { return ^number >> i & 1 }
	first := bit(destination, 3)<<7 | bit(source, 4)<<6 | bit(source, 3)<<5 | bit(destination, 4)<<4 | map0F38
	middle := ^second&15<<3 | fixed | prefixF3
	last := long | bit(second, 4)<<3
	return fmt.Sprintf("$0x%08X; WORD $0x%04X // %s Z%d, Z%d, Z%d", last<<24|middle<<16|first<<8|evex,
		(direct|destination&7<<3|source&7)<<8|opcode, dotProduct, source, second, destination)
}
