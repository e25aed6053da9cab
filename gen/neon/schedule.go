package neon

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/ir"
)

// schedule reorders each stretch of straight code so that independent chains, such as the vectors of an unrolled block,
// advance side by side: a kernel writes them one after the other, and a core that looks 128 instructions ahead would
// see little more than one. Each stretch is cut into so many parts, ordered by themselves: fewer chains abreast need
// fewer registers.
func schedule(nodes []ir.Node, parts int) []ir.Node {
	p := analyse(nodes)
	var ordered, comments []ir.Node
	var stretch []int
	flush := func() {
		ordered, comments = append(ordered, comments...), nil
		for part := range parts {
			from, to := part*len(stretch)/parts, (part+1)*len(stretch)/parts
			for _, i := range p.byHeight(stretch[from:to]) {
				ordered = append(ordered, p.instructions[i])
			}
		}
		stretch = nil
	}
	i := 0
	for _, n := range nodes {
		in, ok := n.(*ir.Instruction)
		if ok {
			i++
		}
		switch _, isComment := n.(*ir.Comment); {
		case isComment:
			comments = append(comments, n)
		case isBoundary(n) || ok && in.Opcode == "CMP":
			flush()
			ordered = append(ordered, n)
		default:
			stretch = append(stretch, i-1)
		}
	}
	flush()
	return ordered
}

// byHeight sorts instructions by the time from their start to the end of what waits for them, which keeps every
// instruction behind those it depends on.
func (p *program) byHeight(stretch []int) []int {
	edges := p.dependencies(stretch)
	height := make([]int, len(stretch))
	order := firstNumbers(len(stretch))
	for _, k := range slices.Backward(order) {
		height[k] = latency(p.instructions[stretch[k]])
		for _, e := range edges[k] {
			height[k] = max(height[k], e.cycles+height[e.to])
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return height[j] - height[i] })
	for i, k := range order {
		order[i] = stretch[k]
	}
	return order
}

// edge says that instruction to of a stretch must wait for another for so many cycles.
type edge struct{ to, cycles int }

// dependencies lists for each instruction of a stretch those that must wait for it.
func (p *program) dependencies(stretch []int) [][]edge {
	edges := make([][]edge, len(stretch))
	lastWrite := map[*register]int{}
	readSince := map[*register][]int{}
	var accesses []int
	for k, i := range stretch {
		in := p.instructions[i]
		after := func(earlier, cycles int) { edges[earlier] = append(edges[earlier], edge{k, cycles}) }
		for _, r := range reads(in) {
			if w, ok := lastWrite[r]; ok {
				after(w, latency(p.instructions[stretch[w]]))
			}
			// A copy of a value that nobody needs afterwards must stay the end of it: then it costs nothing.
			if in.Opcode == opCopy && p.diesAt(i, r) {
				for _, reader := range readSince[r] {
					after(reader, 0)
				}
			}
			readSince[r] = append(readSince[r], k)
		}
		for _, r := range writes(in) {
			for _, reader := range readSince[r] {
				if reader != k {
					after(reader, 0)
				}
			}
			if w, ok := lastWrite[r]; ok {
				after(w, 0)
			}
			lastWrite[r], readSince[r] = k, nil
		}
		if m, isStore, ok := memoryOf(in); ok {
			for _, a := range accesses {
				other, otherStores, _ := memoryOf(p.instructions[stretch[a]])
				if (isStore || otherStores) && m.offset < other.offset+2*bytesV && other.offset < m.offset+2*bytesV {
					after(a, 0)
				}
			}
			accesses = append(accesses, k)
		}
	}
	return edges
}

// memoryOf is the address that the instruction accesses, the last operand of a store.
func memoryOf(in *ir.Instruction) (m memory, isStore, ok bool) {
	for k, op := range in.Operands {
		if m, ok := op.(memory); ok {
			return m, k == len(in.Operands)-1, true
		}
	}
	return m, false, false
}

// latency is about that of a Neoverse N1.
func latency(in *ir.Instruction) int {
	if _, isStore, ok := memoryOf(in); ok && !isStore {
		return 5
	}
	switch in.Opcode {
	case opCopy:
		return 0
	case "VFMLA", "VFMLS":
		return 4
	case "WORD":
		name, _, _ := strings.Cut(in.Operands[0].(word).format, " ")
		switch name {
		case "fdiv", "fsqrt":
			return 12
		case "fmul", "frintn", "scvtf", "fcvtl", "fcvtl2":
			return 3
		}
	}
	return 2
}
