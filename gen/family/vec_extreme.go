package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

func maximum(m machine.Machine) { extreme(m, math.Inf(-1), m.MaxTo, m.MaxLanes) }
func minimum(m machine.Machine) { extreme(m, math.Inf(1), m.MinTo, m.MinLanes) }

// extreme is the largest or smallest element. Machines differ in what Max makes of NaN, so a poison beside it becomes NaN
// where an element is, and is added in the end; it is +0 otherwise, which makes +0 of -0.
func extreme(m machine.Machine, worst float64, to func(acc, v machine.Vector), lanes func(machine.Vector) machine.Vector) {
	const unroll = 8
	start := m.Constant(worst)
	p := newPoison(m)
	chains := make([]machine.Vector, unroll/2)
	for i := range chains {
		chains[i] = m.Copy(start)
	}
	x := m.Pointer("x")
	m.Traverse(m.Length("x"), []machine.Pointer{x}, unroll, func(b machine.Block) {
		p.watch(b.Vectors(), func(i int) machine.Vector {
			v := b.LoadOr(x, i, start)
			to(chains[i%len(chains)], v)
			return v
		})
	})
	for n := len(chains); n > 1; n /= 2 {
		for i := range n / 2 {
			to(chains[i], chains[n/2+i])
		}
	}
	m.Return("m", m.Add(lanes(chains[0]), p.value()))
}

// poison is +0 in every lane until an element there is NaN.
type poison struct {
	m          machine.Machine
	nan, lanes machine.Vector
}

func newPoison(m machine.Machine) poison { return poison{m, m.Constant(math.NaN()), m.Zero()} }

// watch calls next for n vectors in order and looks at them in pairs: a comparison is unordered when either side is NaN.
func (p poison) watch(n int, next func(i int) machine.Vector) {
	var found machine.Mask
	for i := 0; i < n; i += 2 {
		left := next(i)
		right := left
		if i+1 < n {
			right = next(i + 1)
		}
		pair := p.m.Compare(machine.Unordered, left, right)
		if i == 0 {
			found = pair
		} else {
			found = p.m.MaskOr(found, pair)
		}
	}
	p.m.Assign(p.lanes, p.m.Select(found, p.nan, p.lanes))
}

// value is +0, or NaN, in lane 0.
func (p poison) value() machine.Vector { return p.m.SumLanes(p.lanes) }

// maxAbs keeps in each lane the largest magnitude and the position of the block of vectors where it came first, so that
// comparing and selecting are paid once a block; what is behind the last block counts as one. The positions are integers
// in float lanes, exact because a call sees at most 2^16 elements. The block is then searched for the magnitude. Fewer
// elements than a block have no positions: they are searched from the start.
//
// On AVX-512 nothing keeps NaN out of a block, which takes fewer instructions: a chain that begins with one stays NaN, and chains are joined as integers, of
// which NaN is the greatest. Where one shows in the end the blocks are gone through again.
func maxAbs(m machine.Machine) {
	const unroll, few = 16, 4
	elements := unroll * m.Lanes()
	infinity, nan, magnitude := m.Constant(math.Inf(1)), m.Constant(math.NaN()), magnitudes(m)
	lowest, length := m.Constant(-1), m.Constant(float64(elements))
	largest, start, position, rest := m.Copy(lowest), m.Zero(), m.Zero(), m.Copy(lowest)
	x, n := m.Pointer("x"), m.Length("x")
	from, left, index := m.CopyPointer(x), m.CopyInt(n), m.CopyInt(n)
	// of is the greatest magnitudes of a block, of which first begins each of few chains, and join makes one.
	type choice func(a, b machine.Vector) machine.Vector
	of := func(b machine.Block, first func(machine.Vector) machine.Vector, join choice) machine.Vector {
		var chains []machine.Vector
		for i := 0; i < b.Vectors(); i += few {
			var next []machine.Vector // loaded side by side: one after the other they take 4 % longer
			for k := i; k < min(i+few, b.Vectors()); k++ {
				next = append(next, magnitude(b.LoadOr(x, k, nan)))
			}
			for k, v := range next {
				if i == 0 {
					chains = append(chains, first(v))
				} else {
					chains[k] = m.Greater(chains[k], v)
				}
			}
		}
		if len(chains) == 1 {
			return chains[0]
		}
		return join(join(chains[0], chains[1]), join(chains[2], chains[3]))
	}
	keep := func(block machine.Vector, join choice) {
		m.Assign(start, m.Select(m.Compare(machine.Less, largest, block), position, start))
		m.Assign(largest, join(largest, block)) // and not Select, which would wait for the comparison
	}
	blocks := func(first func(machine.Vector) machine.Vector, join choice) {
		m.Blocks(n, elements, func() {
			keep(of(m.Whole(unroll), first, join), join)
			m.AddTo(position, length)
			m.Advance(x, elements)
		})
	}
	than := func(known machine.Vector) func(v machine.Vector) machine.Vector {
		return func(v machine.Vector) machine.Vector { return m.Greater(known, v) }
	}
	if m.Set() == "avx512" {
		blocks(func(v machine.Vector) machine.Vector { return v }, m.IntMax)
		m.(machine.Skipper).Rarely(m.Compare(machine.Unordered, largest, largest), func() {
			for _, v := range []machine.Vector{start, position} {
				m.Assign(v, m.Zero())
			}
			m.Assign(largest, lowest)
			m.AdvanceBy(x, m.IntLess(n, left))
			m.SubInt(n, m.IntLess(n, left))
			blocks(than(lowest), m.Greater)
		})
	} else {
		blocks(than(lowest), m.Greater)
	}
	m.Traverse(n, []machine.Pointer{x}, few, func(b machine.Block) { m.Assign(rest, of(b, than(rest), m.Greater)) })
	keep(rest, m.Greater)
	best := m.SpreadLane0(m.MaxLanes(largest))
	m.IfAtLeast(index, elements, func() {
		first := m.Select(m.Compare(machine.Equal, largest, best), start, infinity)
		before := m.Truncate(m.MinLanes(first))
		m.SubInt(left, before)
		m.AdvanceBy(from, before)
	}, nil)
	m.Find(left, from, few, func(b machine.Block) (found machine.Mask) {
		for i := range b.Vectors() {
			same := m.Compare(machine.Equal, magnitude(b.Load(from, i)), best)
			if i > 0 {
				same = m.MaskOr(found, same)
			}
			found = same
		}
		return found
	})
	m.SubInt(index, left)
	m.Return("largest", best)
	m.ReturnInt("index", index)
}

// indexOutside keeps the sign bit of each lane set while every k there has k - bound < 0 and k >= 0. An absent lane is
// index 0, which is inside.
func indexOutside(m machine.Machine) {
	const unroll = 4
	sign, one := signBit(m), m.Constant(1)
	bound := m.Broadcast("bound")
	inside := make([]machine.Vector, unroll)
	for i := range inside {
		inside[i] = m.Copy(sign)
	}
	index := m.Pointer("index")
	m.Traverse(m.Length("index"), []machine.Pointer{index}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			k := b.Load(index, i)
			m.Assign(inside[i], m.And(inside[i], m.AndNot(m.IntSub(k, bound), k)))
		}
	})
	all := m.And(m.And(inside[0], inside[1]), m.And(inside[2], inside[3]))
	// -1 where inside, 1 where not.
	verdict := m.MaxLanes(m.Or(m.And(all, sign), one))
	m.Return("outside", m.Add(verdict, one))
}
