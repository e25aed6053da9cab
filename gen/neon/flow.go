package neon

import (
	"math/bits"

	"github.com/mmcloughlin/avo/ir"
)

// set is a set of the registers that a program numbers.
type set []uint64

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i int)   { s[i/64] &^= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }
func (s set) each(f func(i int)) {
	for w, word := range s {
		for ; word != 0; word &= word - 1 {
			f(w*64 + bits.TrailingZeros64(word))
		}
	}
}

// program is a function's instructions with what follows from their order.
type program struct {
	instructions []*ir.Instruction
	depth        []int       // loops around each instruction
	next         [][]int     // successors of each instruction
	registers    []*register // numbered in the order of appearance
	index        map[*register]int
	liveOut      []set // registers whose value is read after the instruction
	liveIn       set   // those that are read before they are written
}

// analyse finds loops and, backwards over the flow of control until nothing changes, what is alive where.
func analyse(nodes []ir.Node) *program {
	p := &program{index: map[*register]int{}}
	labels := map[string]int{}
	for _, n := range nodes {
		switch n := n.(type) {
		case ir.Label:
			labels[string(n)] = len(p.instructions)
		case *ir.Instruction:
			p.instructions = append(p.instructions, n)
		}
	}
	p.depth = make([]int, len(p.instructions))
	for i, in := range p.instructions {
		var next []int
		if !in.IsTerminal && !in.IsUnconditionalBranch() {
			next = append(next, i+1)
		}
		if target := in.TargetLabel(); target != nil {
			to := labels[string(*target)]
			next = append(next, to)
			for j := to; j <= i; j++ { // a branch backwards closes a loop
				p.depth[j]++
			}
		}
		p.next = append(p.next, next)
		for _, r := range append(reads(in), writes(in)...) {
			if _, ok := p.index[r]; !ok {
				p.index[r] = len(p.registers)
				p.registers = append(p.registers, r)
			}
		}
	}
	p.liveness()
	return p
}

func (p *program) liveness() {
	words := len(p.registers)/64 + 1
	in := make([]set, len(p.instructions))
	p.liveOut = make([]set, len(p.instructions))
	for i := range in {
		in[i], p.liveOut[i] = make(set, words), make(set, words)
	}
	for changed := true; changed; {
		changed = false
		for i := len(in) - 1; i >= 0; i-- {
			out := p.liveOut[i]
			for _, n := range p.next[i] {
				for w := range out {
					out[w] |= in[n][w]
				}
			}
			live := append(set{}, out...)
			for _, r := range writes(p.instructions[i]) {
				live.remove(p.index[r])
			}
			for _, r := range reads(p.instructions[i]) {
				live.add(p.index[r])
			}
			for w := range live {
				changed = changed || live[w] != in[i][w]
			}
			in[i] = live
		}
	}
	p.liveIn = in[0]
}

// diesAt reports whether nobody reads r after instruction i.
func (p *program) diesAt(i int, r *register) bool { return !p.liveOut[i].has(p.index[r]) }

func reads(in *ir.Instruction) []*register {
	var all []*register
	for _, op := range in.Inputs {
		all = append(all, op.(*register))
	}
	return all
}

func writes(in *ir.Instruction) []*register {
	var all []*register
	for _, op := range in.Outputs {
		all = append(all, op.(*register))
	}
	return all
}
