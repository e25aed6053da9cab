package x86

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// foldable starts the names of the instructions whose first operand, in Go's order, may be memory of any alignment.
var foldable = []string{"VADDP", "VSUBP", "VMULP", "VDIVP", "VMAXP", "VMINP", "VANDP", "VANDNP", "VORP", "VXORP", "VFMADD", "VFNMADD"}

// foldLoads makes a load and the one instruction that uses what it loads into one instruction: the processor decodes and
// retires it as one. It must use all of the register that is loaded. The load moves down to its use, so no store, label or branch, and no change of its pointer, may stand
// between them.
func foldLoads(f *ir.Function) error {
	reads, writes := map[reg.ID]int{}, map[reg.ID]int{}
	for _, in := range f.Instructions() {
		for _, r := range in.InputRegisters() {
			reads[r.ID()]++
		}
		for _, r := range in.OutputRegisters() {
			writes[r.ID()]++
		}
	}
	pending := map[reg.ID]*ir.Instruction{} // loads that may still move down
	folded := map[ir.Node]bool{}
	for _, n := range f.Nodes {
		in, ok := n.(*ir.Instruction)
		if !ok {
			if _, isLabel := n.(ir.Label); isLabel {
				clear(pending)
			}
			continue
		}
		if load := pending[firstOperand(in)]; load != nil && isFoldable(in) && in.Operands[0] == load.Operands[1] {
			folded[load] = true
			for i, op := range in.Inputs {
				if op == in.Operands[0] {
					in.Inputs[i] = load.Operands[0]
				}
			}
			in.Operands[0] = load.Operands[0]
		}
		if in.IsBranch || in.IsTerminal || slices.ContainsFunc(in.Outputs, operand.IsMem) {
			clear(pending)
		}
		for _, r := range in.OutputRegisters() {
			for id, load := range pending {
				if slices.ContainsFunc(operand.Registers(load.Operands[0]), func(p reg.Register) bool { return p.ID() == r.ID() }) {
					delete(pending, id)
				}
			}
		}
		if id, ok := loaded(in); ok && reads[id] == 1 && writes[id] == 1 {
			pending[id] = in
		}
	}
	f.Nodes = slices.DeleteFunc(f.Nodes, func(n ir.Node) bool { return folded[n] })
	return nil
}

func isFoldable(in *ir.Instruction) bool {
	return len(in.Suffixes) == 0 && len(in.Operands) == 3 &&
		slices.ContainsFunc(foldable, func(name string) bool { return strings.HasPrefix(in.Opcode, name) })
}

// firstOperand is the register that stands first, or none.
func firstOperand(in *ir.Instruction) reg.ID {
	if len(in.Operands) > 0 {
		if r, ok := in.Operands[0].(reg.Register); ok {
			return r.ID()
		}
	}
	return 0
}

// loaded is the register that a load of a whole vector fills.
func loaded(in *ir.Instruction) (reg.ID, bool) {
	if len(in.Suffixes) > 0 || len(in.Operands) != 2 || !strings.HasPrefix(in.Opcode, "VMOVUP") || !operand.IsMem(in.Operands[0]) {
		return 0, false
	}
	r, ok := in.Operands[1].(reg.Register)
	if !ok {
		return 0, false
	}
	return r.ID(), true
}
