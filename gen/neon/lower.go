package neon

import "github.com/mmcloughlin/avo/ir"

// lowerSelects turns each select into the instruction that overwrites an operand nobody needs any more: BSL the mask,
// BIT the value where the mask is not set, BIF the one where it is; a copy of the mask where all are needed.
func lowerSelects(nodes []ir.Node) []ir.Node {
	p := analyse(nodes)
	var lowered assembler
	i := 0
	for _, n := range nodes {
		in, ok := n.(*ir.Instruction)
		if !ok || in.Opcode != opSelect {
			lowered.nodes = append(lowered.nodes, n)
			if ok {
				i++
			}
			continue
		}
		r := reads(in)
		d, mask, yes, no := V{writes(in)[0]}, V{r[0]}, V{r[1]}, V{r[2]}
		// A constant is loaded into the register that is overwritten, which is as good as a dead operand.
		free := func(v V) bool { return v.constant != nil || p.diesAt(i, v.register) }
		switch {
		case !free(mask) && free(no):
			lowered.copyV(d, no)
			lowered.overwrite("VBIT", d, yes, mask)
		case !free(mask) && free(yes):
			lowered.copyV(d, yes)
			lowered.overwrite("VBIF", d, no, mask)
		default:
			lowered.copyV(d, mask)
			lowered.overwrite("VBSL", d, yes, no)
		}
		i++
	}
	return lowered.nodes
}

// overwrite is one of the three selects: it reads its destination.
func (a *assembler) overwrite(opcode string, d, n, m V) {
	a.emit(opcode, registers(d), registers(d, n, m), bytes16(m), bytes16(n), bytes16(d))
}

// lowerCopies turns the copies that allocation did not make superfluous into moves, and drops the others.
func lowerCopies(nodes []ir.Node) []ir.Node {
	var lowered assembler
	for _, n := range nodes {
		in, ok := n.(*ir.Instruction)
		if !ok || in.Opcode != opCopy {
			lowered.nodes = append(lowered.nodes, n)
			continue
		}
		from, to := reads(in)[0], writes(in)[0]
		switch {
		case from.number == to.number:
		case to.vector:
			lowered.emit("VMOV", in.Outputs, in.Inputs, bytes16(V{from}), bytes16(V{to}))
		default:
			lowered.emit("MOVD", in.Outputs, in.Inputs, general(R{from}), general(R{to}))
		}
	}
	return lowered.nodes
}
