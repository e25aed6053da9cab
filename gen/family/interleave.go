package family

import "github.com/raphson-go/raphson/gen/machine"

// interleaved is a machine whose vectors are groups: each operation is emitted for every member before the next
// operation, so that the members' chains of dependent instructions run side by side in program order. Constants, and
// vectors that are not groups, are shared by the members.
type interleaved struct {
	machine.Machine
	members int
}

// interleavedTables is interleaved over a machine with tables.
type interleavedTables struct {
	*interleaved
	tables machine.Tables
}

// interleavedBrancher is interleaved over a machine that branches.
type interleavedBrancher struct {
	*interleaved
	brancher machine.Brancher
}

// group is what Op of a group's Vector or Mask holds.
type group []any

// interleave wraps m; members is set before each block.
func interleave(m machine.Machine) (machine.Machine, *interleaved) {
	inner := &interleaved{Machine: m, members: 1}
	if tables, ok := m.(machine.Tables); ok {
		return interleavedTables{inner, tables}, inner
	}
	if brancher, ok := m.(machine.Brancher); ok {
		return interleavedBrancher{inner, brancher}, inner
	}
	return inner, inner
}

// sides is how many vectors to interleave on each instruction set: what its registers hold, and its processors gain by.
type sides struct{ avx2, neon, avx512 int }

// oneByOne is for functions with many values alive at a time, abreast for those with few; logarithms look up three tables.
var (
	oneByOne   = sides{1, 2, 4}
	pairs      = sides{2, 2, 4}
	abreast    = sides{4, 2, 4}
	logarithms = sides{2, 2, 3}
)

func (s sides) on(m machine.Machine) int {
	switch m.Set() {
	case "avx2":
		return s.avx2
	case "neon":
		return s.neon
	}
	return s.avx512
}

// unroll is a multiple of the vectors side by side, for Traverse: of an eighth of the registers or a little more.
func (s sides) unroll(m machine.Machine) int {
	side := s.on(m)
	return (m.Registers()/8 + side - 1) / side * side
}

// groups calls body for all vectors of the block, as many at a time as go side by side; first is the number of the first.
func (g *interleaved) groups(b machine.Block, s sides, body func(first int)) {
	side := s.on(g)
	for first := 0; first < b.Vectors(); first += g.members {
		g.members = min(side, b.Vectors()-first)
		body(first)
	}
}

// load is a group of vectors of the block at p, from the first on.
func (g *interleaved) load(b machine.Block, p machine.Pointer, first int) machine.Vector {
	return g.vectors(func(i int) machine.Vector { return b.Load(p, first+i) })
}

// alone is the machine whose vectors are the members.
func alone(m machine.Machine) machine.Machine {
	if g, ok := m.(interleavedBrancher); ok {
		return g.Machine
	}
	return m
}

// members is how many vectors v is.
func members(v machine.Vector) int {
	if members, ok := v.Op.(group); ok {
		return len(members)
	}
	return 1
}

// member is member i of a group, or what is shared.
func member(v machine.Vector, i int) machine.Vector {
	if members, ok := v.Op.(group); ok {
		return machine.Vector{Op: members[i]}
	}
	return v
}

func memberMask(v machine.Mask, i int) machine.Mask {
	return machine.Mask(member(machine.Vector(v), i))
}

func (g *interleaved) vectors(f func(i int) machine.Vector) machine.Vector {
	members := make(group, g.members)
	for i := range members {
		members[i] = f(i).Op
	}
	return machine.Vector{Op: members}
}

func (g *interleaved) unary(f func(a machine.Vector) machine.Vector, a machine.Vector) machine.Vector {
	return g.vectors(func(i int) machine.Vector { return f(member(a, i)) })
}

func (g *interleaved) binary(f func(a, b machine.Vector) machine.Vector, a, b machine.Vector) machine.Vector {
	return g.vectors(func(i int) machine.Vector { return f(member(a, i), member(b, i)) })
}

func (g *interleaved) change(f func(a, b machine.Vector), a, b machine.Vector) {
	for i := range g.members {
		f(member(a, i), member(b, i))
	}
}

func (g *interleaved) accumulate(f func(a, b, c machine.Vector), a, b, c machine.Vector) {
	for i := range g.members {
		f(member(a, i), member(b, i), member(c, i))
	}
}

func (g *interleaved) Assign(dst, src machine.Vector)       { g.change(g.Machine.Assign, dst, src) }
func (g *interleaved) Copy(v machine.Vector) machine.Vector { return g.unary(g.Machine.Copy, v) }
func (g *interleaved) Abs(v machine.Vector) machine.Vector  { return g.unary(g.Machine.Abs, v) }

func (g *interleaved) Add(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Add, a, b) }
func (g *interleaved) Sub(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Sub, a, b) }
func (g *interleaved) Mul(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Mul, a, b) }
func (g *interleaved) Div(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Div, a, b) }
func (g *interleaved) Max(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Max, a, b) }
func (g *interleaved) Min(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.Min, a, b) }
func (g *interleaved) And(a, b machine.Vector) machine.Vector { return g.binary(g.Machine.And, a, b) }
func (g *interleaved) Or(a, b machine.Vector) machine.Vector  { return g.binary(g.Machine.Or, a, b) }

func (g *interleaved) AtLeast(v, bound machine.Vector) machine.Vector {
	return g.binary(g.Machine.AtLeast, v, bound)
}

func (g *interleaved) AtMost(v, bound machine.Vector) machine.Vector {
	return g.binary(g.Machine.AtMost, v, bound)
}

func (g *interleaved) IntAdd(a, b machine.Vector) machine.Vector {
	return g.binary(g.Machine.IntAdd, a, b)
}

func (g *interleaved) IntSub(a, b machine.Vector) machine.Vector {
	return g.binary(g.Machine.IntSub, a, b)
}

func (g *interleaved) ShiftLeft(a machine.Vector, bits int) machine.Vector {
	return g.unary(func(a machine.Vector) machine.Vector { return g.Machine.ShiftLeft(a, bits) }, a)
}

func (g *interleaved) ShiftRight(a machine.Vector, bits int) machine.Vector {
	return g.unary(func(a machine.Vector) machine.Vector { return g.Machine.ShiftRight(a, bits) }, a)
}

func (g *interleaved) ScaleByPower(p, n machine.Vector) machine.Vector {
	return g.binary(g.Machine.ScaleByPower, p, n)
}

// MulAdd loads a constant once for all members where constants are in memory, for want of registers: machines read two
// or three vectors a cycle, not one for each multiply-add beside the data.
func (g *interleaved) MulAdd(x, y, c machine.Vector) machine.Vector {
	if _, ok := c.Op.(group); !ok && g.members > 1 && g.Registers() == 16 {
		c = g.Machine.Copy(c)
	}
	return g.vectors(func(i int) machine.Vector { return g.Machine.MulAdd(member(x, i), member(y, i), member(c, i)) })
}

func (g *interleaved) AddTo(acc, v machine.Vector)   { g.change(g.Machine.AddTo, acc, v) }
func (g *interleaved) SubFrom(acc, v machine.Vector) { g.change(g.Machine.SubFrom, acc, v) }

func (g *interleaved) FMATo(acc, x, y machine.Vector)  { g.accumulate(g.Machine.FMATo, acc, x, y) }
func (g *interleaved) FNMATo(acc, x, y machine.Vector) { g.accumulate(g.Machine.FNMATo, acc, x, y) }

func (g *interleaved) Split(a machine.Vector) (fraction, exponent machine.Vector) {
	return g.twice(g.Machine.Split, a)
}

// twice is the two results of f for each member.
func (g *interleaved) twice(f func(a machine.Vector) (first, second machine.Vector), a machine.Vector) (first, second machine.Vector) {
	firsts, seconds := make(group, g.members), make(group, g.members)
	for i := range firsts {
		first, second := f(member(a, i))
		firsts[i], seconds[i] = first.Op, second.Op
	}
	return machine.Vector{Op: firsts}, machine.Vector{Op: seconds}
}

func (g *interleaved) Compare(how machine.Compare, a, b machine.Vector) machine.Mask {
	return machine.Mask(g.vectors(func(i int) machine.Vector {
		return machine.Vector(g.Machine.Compare(how, member(a, i), member(b, i)))
	}))
}

func (g *interleaved) Select(mask machine.Mask, yes, no machine.Vector) machine.Vector {
	return g.vectors(func(i int) machine.Vector {
		return g.Machine.Select(memberMask(mask, i), member(yes, i), member(no, i))
	})
}

func (g *interleaved) MaskAnd(a, b machine.Mask) machine.Mask {
	return machine.Mask(g.vectors(func(i int) machine.Vector {
		return machine.Vector(g.Machine.MaskAnd(memberMask(a, i), memberMask(b, i)))
	}))
}

func (g interleavedTables) Table16(values [16]float64) machine.Table { return g.tables.Table16(values) }

func (g interleavedTables) Lookup(t machine.Table, index machine.Vector) machine.Vector {
	return g.unary(func(i machine.Vector) machine.Vector { return g.tables.Lookup(t, i) }, index)
}

func (g interleavedTables) ScaleByFloor(p, n machine.Vector) machine.Vector {
	return g.binary(g.tables.ScaleByFloor, p, n)
}

func (g interleavedTables) Fix(y, x, responses machine.Vector) machine.Vector {
	return g.vectors(func(i int) machine.Vector { return g.tables.Fix(member(y, i), member(x, i), responses) })
}

func (g interleavedTables) Parts(a machine.Vector) (fraction, exponent machine.Vector) {
	return g.twice(g.tables.Parts, a)
}

func (g interleavedTables) Within(v, bound machine.Vector) machine.Vector {
	return g.binary(g.tables.Within, v, bound)
}

func (g interleavedTables) Sixteenths(t, magic machine.Vector) (r, index machine.Vector) {
	return g.twice(func(t machine.Vector) (machine.Vector, machine.Vector) { return g.tables.Sixteenths(t, magic) }, t)
}

// Beyond and NotNormal are one mask for all members, so that it occupies one register.
func (g interleavedBrancher) Beyond(v, bound machine.Vector) machine.Mask {
	return g.any(func(i int) machine.Mask { return g.brancher.Beyond(member(v, i), bound) })
}

func (g interleavedBrancher) NotNormal(v machine.Vector) machine.Mask {
	return g.any(func(i int) machine.Mask { return g.brancher.NotNormal(member(v, i)) })
}

func (g interleavedBrancher) any(of func(i int) machine.Mask) machine.Mask {
	any := of(0)
	for i := 1; i < g.members; i++ {
		any = g.Machine.MaskOr(any, of(i))
	}
	return any
}

func (g interleavedBrancher) Rarely(mask machine.Mask, body func()) { g.brancher.Rarely(mask, body) }

var (
	_ machine.Tables   = interleavedTables{}
	_ machine.Machine  = interleavedTables{}
	_ machine.Brancher = interleavedBrancher{}
)
