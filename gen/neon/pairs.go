package neon

import (
	"slices"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// Offsets that one instruction for a pair can hold.
const (
	lowestPair  = -1024
	highestPair = 1008
)

// pairWindow is how far apart two accesses may stand: moving one keeps its register occupied for longer.
const pairWindow = 24

// pair merges loads, and stores, of neighbouring 16 bytes: the later load moves up, the earlier store down. A move passes
// accesses at other offsets, whatever their base, because a kernel's slices are the same or do not overlap, and all
// pointers advance together; it passes no change of a pointer, no label and no branch.
func pair(nodes []ir.Node) []ir.Node {
	nodes = slices.Clone(nodes)
	for i := range nodes {
		first, ok := wholeAccess(nodes[i])
		if !ok {
			continue
		}
		for j := i + 1; j < min(len(nodes), i+pairWindow); j++ {
			second, ok := wholeAccess(nodes[j])
			if ok && first.load == second.load && first.base == second.base && adjacent(first.offset, second.offset) {
				between := nodes[i+1 : j]
				if first.load && first.data != second.data && passes(between, second) {
					nodes[i], nodes[j] = paired(first, second), nil
				} else if !first.load && passes(between, first) {
					nodes[i], nodes[j] = nil, paired(first, second)
				}
				break
			}
			if isBoundary(nodes[j]) {
				break
			}
		}
	}
	return slices.DeleteFunc(nodes, func(n ir.Node) bool { return n == nil })
}

// access is a load or a store of a vector register.
type access struct {
	memory
	load bool
	data *register
}

func wholeAccess(n ir.Node) (a access, ok bool) {
	in, isInstruction := n.(*ir.Instruction)
	if !isInstruction || in.Opcode != "FMOVQ" {
		return a, false
	}
	if m, ok := in.Operands[0].(memory); ok {
		return access{m, true, writes(in)[0]}, true
	}
	return access{in.Operands[1].(memory), false, reads(in)[0]}, true
}

func adjacent(a, b int) bool {
	low := min(a, b)
	return max(a, b) == low+bytesV && low%bytesV == 0 && low >= lowestPair && low <= highestPair
}

// isBoundary reports whether no access moves across n.
func isBoundary(n ir.Node) bool {
	switch n := n.(type) {
	case ir.Label:
		return true
	case *ir.Instruction:
		return n.IsBranch || n.IsTerminal || slices.ContainsFunc(writes(n), func(r *register) bool { return !r.vector })
	}
	return false
}

// passes reports whether the access can move across all of these nodes.
func passes(nodes []ir.Node, a access) bool {
	for _, n := range nodes {
		in, ok := n.(*ir.Instruction)
		if !ok {
			continue
		}
		if slices.Contains(writes(in), a.data) || a.load && slices.Contains(reads(in), a.data) {
			return false
		}
		for k, op := range in.Operands {
			if m, ok := op.(memory); ok {
				isStore := k == len(in.Operands)-1
				if (isStore || !a.load) && m.offset < a.offset+bytesV && a.offset < m.offset+2*bytesV {
					return false
				}
			}
		}
	}
	return true
}

// paired is both accesses in one instruction; the register of the lower address comes first.
func paired(a, b access) *ir.Instruction {
	if a.offset > b.offset {
		a, b = b, a
	}
	data := []*register{a.data, b.data}
	both := text{"(F%d, F%d)", data}
	if a.load {
		return &ir.Instruction{Opcode: "FLDPQ", Operands: []operand.Op{a.memory, both}, Inputs: []operand.Op{a.base}, Outputs: []operand.Op{a.data, b.data}}
	}
	return &ir.Instruction{Opcode: "FSTPQ", Operands: []operand.Op{both, a.memory}, Inputs: []operand.Op{a.data, b.data, a.base}}
}
