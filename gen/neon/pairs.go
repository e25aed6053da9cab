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

// pairWindow is how far apart two loads may stand: moving one up keeps its register occupied for longer.
const pairWindow = 24

// pairLoads merges a load with a later one of the neighbouring 16 bytes, as far as no store, label or branch stands
// between them and the base stays the same.
func pairLoads(nodes []ir.Node) []ir.Node {
	nodes = slices.Clone(nodes)
	for i := range nodes {
		first, ok := loadOf(nodes[i])
		if !ok {
			continue
		}
		for j := i + 1; j < min(len(nodes), i+pairWindow); j++ {
			second, ok := loadOf(nodes[j])
			if ok && first.base == second.base && adjacent(first.offset, second.offset) && untouched(nodes[i:j], writes(nodes[j].(*ir.Instruction))[0]) {
				nodes[i], nodes[j] = pairedLoad(nodes[i].(*ir.Instruction), nodes[j].(*ir.Instruction)), nil
				break
			}
			if isBarrier(nodes[j], first.base) {
				break
			}
		}
	}
	return compact(nodes)
}

// pairStores merges a store with the store of the neighbouring 16 bytes that follows it at once.
func pairStores(nodes []ir.Node) []ir.Node {
	nodes = slices.Clone(nodes)
	for i := 0; i+1 < len(nodes); i++ {
		first, ok1 := storeTo(nodes[i])
		second, ok2 := storeTo(nodes[i+1])
		if ok1 && ok2 && first.base == second.base && adjacent(first.offset, second.offset) {
			nodes[i] = pairedStore(nodes[i].(*ir.Instruction), nodes[i+1].(*ir.Instruction))
			nodes[i+1] = nil
			i++
		}
	}
	return compact(nodes)
}

func adjacent(a, b int) bool {
	low := min(a, b)
	return max(a, b) == low+bytesV && low%bytesV == 0 && low >= lowestPair && low <= highestPair
}

func loadOf(n ir.Node) (m memory, ok bool) {
	in, isInstruction := n.(*ir.Instruction)
	if !isInstruction || in.Opcode != "FMOVQ" {
		return m, false
	}
	m, ok = in.Operands[0].(memory)
	return m, ok
}

func storeTo(n ir.Node) (m memory, ok bool) {
	in, isInstruction := n.(*ir.Instruction)
	if !isInstruction || in.Opcode != "FMOVQ" {
		return m, false
	}
	m, ok = in.Operands[1].(memory)
	return m, ok
}

// isBarrier reports whether a load from base must not move up across n.
func isBarrier(n ir.Node, base *register) bool {
	switch n := n.(type) {
	case ir.Label:
		return true
	case *ir.Instruction:
		isStore := false
		if len(n.Outputs) == 0 && len(n.Operands) > 0 {
			_, isStore = n.Operands[len(n.Operands)-1].(memory)
		}
		return n.IsBranch || n.IsTerminal || isStore || slices.Contains(writes(n), base)
	}
	return false
}

// untouched reports whether no instruction mentions r.
func untouched(nodes []ir.Node, r *register) bool {
	for _, n := range nodes {
		if in, ok := n.(*ir.Instruction); ok && (slices.Contains(reads(in), r) || slices.Contains(writes(in), r)) {
			return false
		}
	}
	return true
}

func compact(nodes []ir.Node) []ir.Node {
	return slices.DeleteFunc(nodes, func(n ir.Node) bool { return n == nil })
}

// pairedLoad is both loads in one instruction; the register of the lower address comes first.
func pairedLoad(a, b *ir.Instruction) *ir.Instruction {
	low, high := a.Operands[0].(memory), b.Operands[0].(memory)
	x, y := writes(a)[0], writes(b)[0]
	if low.offset > high.offset {
		low, x, y = high, y, x
	}
	return &ir.Instruction{Opcode: "FLDPQ", Operands: []operand.Op{low, text{"(F%d, F%d)", []*register{x, y}}},
		Inputs: []operand.Op{low.base}, Outputs: []operand.Op{x, y}}
}

func pairedStore(a, b *ir.Instruction) *ir.Instruction {
	low, high := a.Operands[1].(memory), b.Operands[1].(memory)
	x, y := reads(a)[0], reads(b)[0]
	if low.offset > high.offset {
		low, x, y = high, y, x
	}
	return &ir.Instruction{Opcode: "FSTPQ", Operands: []operand.Op{text{"(F%d, F%d)", []*register{x, y}}, low},
		Inputs: []operand.Op{x, y, low.base}}
}
