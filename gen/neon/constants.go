package neon

import (
	"fmt"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// constant is the same 64 bits in both halves of a vector register.
type constant struct {
	bits   uint64
	offset int // in the table of the function
}

// table is the constants of a function, in memory.
type table struct {
	name      string
	constants []V
}

// register is the constant's, made on the first demand.
func (t *table) register(bits uint64) V {
	for _, v := range t.constants {
		if v.constant.bits == bits {
			return v
		}
	}
	v := V{&register{vector: true, constant: &constant{bits, bytesV * len(t.constants)}}}
	t.constants = append(t.constants, v)
	return v
}

// global is the table as read-only data.
func (t *table) global() *ir.Global {
	g := ir.NewStaticGlobal(t.name)
	g.Attributes = attr.RODATA | attr.NOPTR
	for _, v := range t.constants {
		g.Append(operand.U64(v.constant.bits))
		g.Append(operand.U64(v.constant.bits))
	}
	return g
}

// place emits the loads of constants. A constant that only ever is copied (Horner's coefficients: FMLA overwrites its
// addend) is loaded by that copy, which costs a load where a move would cost a slot of the vector units. The others live
// in registers from the start of the function, but for those in atUse, which are loaded before every use.
func (t *table) place(nodes []ir.Node, uses map[*register]int, atUse map[*register]bool) []ir.Node {
	var start, body assembler
	base := start.newR()
	for _, n := range nodes {
		in, ok := n.(*ir.Instruction)
		if !ok {
			body.nodes = append(body.nodes, n)
			continue
		}
		if in.Opcode == opCopy && reads(in)[0].constant != nil {
			body.loadConstant(V{writes(in)[0]}, reads(in)[0].constant, base)
			continue
		}
		changed := *in
		for _, v := range t.constants {
			if r := v.register; atUse[r] && slices.Contains(reads(in), r) {
				fresh := body.newV()
				body.loadConstant(fresh, r.constant, base)
				changed.Inputs, changed.Operands = replaceAll(changed.Inputs, r, fresh.register), replaceAll(changed.Operands, r, fresh.register)
			}
		}
		body.nodes = append(body.nodes, &changed)
	}
	if len(t.constants) > 0 {
		start.emit("MOVD", registers(base), nil, text{format: fmt.Sprintf("$%s<>(SB)", t.name)}, general(base))
	}
	for _, v := range t.constants {
		if uses[v.register] > 0 && !atUse[v.register] {
			start.loadConstant(v, v.constant, base)
		}
	}
	return append(start.nodes, body.nodes...)
}

func (a *assembler) loadConstant(d V, c *constant, base R) {
	if c.bits == 0 {
		a.zero(d)
		return
	}
	a.loadV(d, base, c.offset)
}

// uses weighs for each constant the instructions that need it in a register, ten times as much in each loop.
func (t *table) uses(nodes []ir.Node) map[*register]int {
	p := analyse(nodes)
	uses := map[*register]int{}
	for i, in := range p.instructions {
		if in.Opcode == opCopy {
			continue
		}
		weight := 1
		for range p.depth[i] {
			weight *= 10
		}
		for _, r := range reads(in) {
			if r.constant != nil {
				uses[r] += weight
			}
		}
	}
	return uses
}

func replaceAll(ops []operand.Op, from, to *register) []operand.Op {
	changed := make([]operand.Op, len(ops))
	for i, op := range ops {
		changed[i] = replace(op, from, to)
	}
	return changed
}
