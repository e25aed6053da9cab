package neon

import (
	"fmt"
	"slices"

	"github.com/mmcloughlin/avo/ir"
)

// The real registers. R16 to R18 and R27 to R30 belong to the linker, the platform, the assembler and Go.
var (
	realV = firstNumbers(32)
	realR = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26}
)

func firstNumbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// finish turns the instructions of a kernel into what is printed: as many chains abreast as the registers allow.
func finish(nodes []ir.Node, t *table) (done []ir.Node, err error) {
	nodes = lowerSelects(nodes)
	for _, parts := range []int{1, 2, 4} {
		if done, err = t.fit(nodes, func(n []ir.Node) []ir.Node { return pair(schedule(n, parts)) }); err == nil {
			return done, nil
		}
	}
	return t.fit(nodes, func(n []ir.Node) []ir.Node { return n }) // occupies no register for longer than it must be
}

// fit places constants, orders the instructions and allocates registers. Constants live in registers while there are
// enough: when colouring fails, the constant used least is loaded at its uses instead, and so on. (Loads have units of
// their own: that costs less than doing without pairs, or with fewer chains abreast.)
func (t *table) fit(nodes []ir.Node, order func([]ir.Node) []ir.Node) ([]ir.Node, error) {
	uses := t.uses(nodes)
	var resident []*register
	for _, v := range t.constants {
		if uses[v.register] > 0 {
			resident = append(resident, v.register)
		}
	}
	slices.SortStableFunc(resident, func(a, b *register) int { return uses[a] - uses[b] })
	atUse := map[*register]bool{}
	for {
		placed := order(t.place(nodes, uses, atUse))
		err := allocate(placed, true)
		if err != nil && len(resident) == 0 {
			err = allocate(placed, false)
		}
		if err == nil {
			return lowerCopies(placed), nil
		}
		if len(resident) == 0 {
			return nil, err
		}
		atUse[resident[0]] = true
		resident = resident[1:]
	}
}

// graph says which registers are alive at the same time. Registers joined to one share a representative.
type graph struct {
	*program
	conflicts []set
	joined    []int
}

// allocate numbers the registers so that none is overwritten while it is needed: it colours the graph of conflicts
// (Chaitin's way, with Briggs' optimism). With join, both sides of a copy become one register where they do not conflict.
func allocate(nodes []ir.Node, join bool) error {
	g := &graph{program: analyse(nodes)}
	var unwritten error
	g.liveIn.each(func(i int) {
		unwritten = fmt.Errorf("a register is read before it is written (%d of those that live at the start)", i)
	})
	if unwritten != nil {
		return unwritten
	}
	g.build()
	if join {
		g.join()
	}
	return g.colour()
}

func (g *graph) build() {
	n := len(g.registers)
	g.joined = firstNumbers(n)
	g.conflicts = make([]set, n)
	for i := range g.conflicts {
		g.conflicts[i] = make(set, n/64+1)
	}
	for i, in := range g.instructions {
		for _, w := range writes(in) {
			d := g.index[w]
			conflict := func(other int) {
				if other == d || g.registers[other].vector != w.vector {
					return
				}
				if in.Opcode == opCopy && g.registers[other] == reads(in)[0] {
					return // both hold the same value
				}
				g.conflicts[d].add(other)
				g.conflicts[other].add(d)
			}
			g.liveOut[i].each(conflict)
			for _, w := range writes(in) {
				conflict(g.index[w])
			}
		}
	}
}

func (g *graph) representative(i int) int {
	for g.joined[i] != i {
		i = g.joined[i]
	}
	return i
}

func (g *graph) join() {
	for _, in := range g.instructions {
		if in.Opcode != opCopy {
			continue
		}
		a, b := g.representative(g.index[writes(in)[0]]), g.representative(g.index[reads(in)[0]])
		if a == b || g.conflicts[a].has(b) {
			continue
		}
		g.joined[b] = a
		g.conflicts[b].each(func(other int) {
			g.conflicts[other].remove(b)
			g.conflicts[other].add(a)
			g.conflicts[a].add(other)
		})
	}
}

func (g *graph) real(i int) []int {
	if g.registers[i].vector {
		return realV
	}
	return realR
}

func (g *graph) colour() error {
	degree := make([]int, len(g.registers))
	var left []int
	for i := range g.registers {
		if g.joined[i] == i {
			g.conflicts[i].each(func(int) { degree[i]++ })
			left = append(left, i)
		}
	}
	// A register with fewer conflicts than there are real ones can always be coloured: put it aside, which may make
	// others so. Where none is, put the one with the most conflicts aside and hope.
	var order []int
	for len(left) > 0 {
		pick := 0
		for k, i := range left {
			if degree[i] < len(g.real(i)) {
				pick = k
				break
			}
			if degree[i] > degree[left[pick]] {
				pick = k
			}
		}
		i := left[pick]
		left = slices.Delete(left, pick, pick+1)
		order = append(order, i)
		g.conflicts[i].each(func(other int) { degree[other]-- })
	}
	coloured := make([]bool, len(g.registers))
	for _, i := range slices.Backward(order) {
		free := slices.Clone(g.real(i))
		g.conflicts[i].each(func(other int) {
			if coloured[other] {
				free = slices.DeleteFunc(free, func(n int) bool { return n == g.registers[other].number })
			}
		})
		if len(free) == 0 {
			return g.exhausted(i)
		}
		g.registers[i].number, coloured[i] = free[0], true
	}
	for i, r := range g.registers {
		r.number = g.registers[g.representative(i)].number
	}
	return nil
}

// exhausted describes where the most registers of the class of i are alive.
func (g *graph) exhausted(i int) error {
	vector, most := g.registers[i].vector, 0
	for k := range g.instructions {
		live := 0
		g.liveOut[k].each(func(r int) {
			if g.registers[r].vector == vector {
				live++
			}
		})
		most = max(most, live)
	}
	class := "general"
	if vector {
		class = "vector"
	}
	return fmt.Errorf("out of %s registers: %d are alive at once, there are %d", class, most, len(g.real(i)))
}
