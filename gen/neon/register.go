package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// register is a virtual register. Several may share a number when they are never alive together.
type register struct {
	vector   bool
	number   int       // of the real register, set by allocation
	constant *constant // not nil: holds this constant, and is never written by the kernel
}

// Asm makes a register one of avo's operands.
func (r *register) Asm() string {
	if r.vector {
		return fmt.Sprintf("V%d", r.number)
	}
	return fmt.Sprintf("R%d", r.number)
}

// V is a vector register and R a general one: types of their own, so that Go's compiler finds a mix-up.
type (
	V struct{ *register }
	R struct{ *register }
)

// text is an operand whose registers are known only after allocation: a format with one %d each.
type text struct {
	format    string
	registers []*register
}

func (t text) Asm() string { return fmt.Sprintf(t.format, numbers(t.registers)...) }

// word is the operand of WORD: an instruction that Go's assembler does not have, with its GNU syntax as the comment.
// The registers are in the order of their fields in the encoding: Vd at bit 0, Vn at 5, Vm at 16.
type word struct {
	bits uint32
	text
}

func (w word) Asm() string {
	bits := w.bits
	for i, r := range w.registers {
		bits |= uint32(r.number) << []int{0, 5, 16}[i]
	}
	return fmt.Sprintf("$0x%08X // %s", bits, w.text.Asm())
}

// memory is the operand offset(base); bytes from a base that does not change between two of them can be paired.
type memory struct {
	base   *register
	offset int
}

func (m memory) Asm() string {
	if m.offset == 0 {
		return fmt.Sprintf("(R%d)", m.base.number)
	}
	return fmt.Sprintf("%d(R%d)", m.offset, m.base.number)
}

func numbers(registers []*register) []any {
	all := make([]any, len(registers))
	for i, r := range registers {
		all[i] = r.number
	}
	return all
}

// replace is the operand with one register exchanged for another.
func replace(op operand.Op, from, to *register) operand.Op {
	exchange := func(registers []*register) []*register {
		changed := make([]*register, len(registers))
		for i, r := range registers {
			if changed[i] = r; r == from {
				changed[i] = to
			}
		}
		return changed
	}
	switch op := op.(type) {
	case *register:
		if op == from {
			return to
		}
	case text:
		op.registers = exchange(op.registers)
		return op
	case word:
		op.registers = exchange(op.registers)
		return op
	}
	return op
}

func immediate(n int) operand.Op { return text{format: fmt.Sprintf("$%d", n)} }
func general(r R) operand.Op     { return text{"R%d", []*register{r.register}} }
func scalar(v V) operand.Op      { return text{"F%d", []*register{v.register}} }
func bytes16(v V) operand.Op     { return arranged(v, "B16") }
func arranged(v V, arrangement string) operand.Op {
	return text{"V%d." + arrangement, []*register{v.register}}
}
