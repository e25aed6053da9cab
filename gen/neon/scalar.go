package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// addImmediate is d += n.
func (a *assembler) addImmediate(d R, n int) {
	switch {
	case n > 0:
		a.emit("ADD", registers(d), registers(d), immediate(n), general(d))
	case n < 0:
		a.emit("SUB", registers(d), registers(d), immediate(-n), general(d))
	}
}

// addShifted is d += n << bits.
func (a *assembler) addShifted(d, n R, bits int) {
	a.emit("ADD", registers(d), registers(d, n), text{fmt.Sprintf("R%%d<<%d", bits), []*register{n.register}}, general(d))
}

func (a *assembler) compareImmediate(n R, with int) {
	a.emit("CMP", nil, registers(n), immediate(with), general(n))
}

func (a *assembler) compare(n, with R) {
	a.emit("CMP", nil, registers(n, with), general(with), general(n))
}

// branch goes to the label on a condition (BLT, BGE, ...) of the last comparison.
func (a *assembler) branch(condition, label string) {
	a.nodes = append(a.nodes, &ir.Instruction{Opcode: condition, Operands: []operand.Op{operand.LabelRef(label)}, IsBranch: true, IsConditional: true})
}

// jump goes to the label.
func (a *assembler) jump(label string) {
	a.nodes = append(a.nodes, &ir.Instruction{Opcode: "B", Operands: []operand.Op{operand.LabelRef(label)}, IsBranch: true})
}

func (a *assembler) label(name string) { a.nodes = append(a.nodes, ir.Label(name)) }

func (a *assembler) comment(line string) { a.nodes = append(a.nodes, ir.NewComment(line)) }

func (a *assembler) ret() {
	a.nodes = append(a.nodes, &ir.Instruction{Opcode: "RET", IsTerminal: true})
}
