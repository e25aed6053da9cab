package family

import "github.com/raphson-go/raphson/gen/machine"

// sums are interleaved chains of additions, so that an addition need not wait for the one before it. Blocks of as many
// vectors as there are chains add one to each.
type sums struct {
	m      machine.Machine
	chains []machine.Vector
}

// chains is how many hide the latency of an addition: 4 cycles at two a cycle on x86, 3 at four a cycle on wide arm64 cores.
func chains(m machine.Machine) int {
	if m.Set() == "neon" {
		return 16
	}
	return 8
}

func newSums(m machine.Machine, chains int) sums {
	s := sums{m, make([]machine.Vector, chains)}
	for i := range s.chains {
		s.chains[i] = m.Zero()
	}
	return s
}

// add lets step accumulate each vector of the block. The vectors left by the blocks all go to the first chain: handing
// them round costs more instructions than their few additions wait.
func (s sums) add(b machine.Block, step func(sum machine.Vector, i int)) {
	for i := range b.Vectors() {
		step(s.chains[i], i)
	}
}

// total adds the chains in pairs, then the lanes.
func (s sums) total() machine.Vector { return s.m.SumLanes(total(s.m, s.chains)) }

// step accumulates one vector into one chain.
type step func(sum, v machine.Vector)

// reduction builds the sum of what step makes of x. prepare emits what comes before the loop.
func reduction(prepare func(m machine.Machine) step) func(machine.Machine) {
	return func(m machine.Machine) {
		f, s, x := prepare(m), newSums(m, chains(m)), m.Pointer("x")
		m.Traverse(m.Length("x"), []machine.Pointer{x}, len(s.chains), func(b machine.Block) {
			s.add(b, func(sum machine.Vector, i int) { f(sum, b.Load(x, i)) })
		})
		m.Return("sum", s.total())
	}
}

func plain(m machine.Machine) step { return m.AddTo }

func absolute(m machine.Machine) step {
	magnitude := magnitudes(m)
	return func(sum, v machine.Vector) { m.AddTo(sum, magnitude(v)) }
}

func square(m machine.Machine) step {
	return func(sum, v machine.Vector) { m.FMATo(sum, v, v) }
}

func scaledSquare(m machine.Machine) step {
	alpha := m.Broadcast("alpha")
	return func(sum, v machine.Vector) {
		scaled := m.Mul(v, alpha)
		m.FMATo(sum, scaled, scaled)
	}
}

// dot needs half the chains: two loads feed one multiply-add.
func dot(m machine.Machine) {
	s, x, y := newSums(m, chains(m)/2), m.Pointer("x"), m.Pointer("y")
	m.Traverse(m.Length("x"), []machine.Pointer{x, y}, len(s.chains), func(b machine.Block) {
		s.add(b, func(sum machine.Vector, i int) { m.FMATo(sum, b.Load(x, i), b.Load(y, i)) })
	})
	m.Return("sum", s.total())
}

// dotWide has a chain for the low and one for the high half of each vector.
func dotWide(m machine.Machine) {
	const unroll = 4
	low, high := newSums(m, unroll), newSums(m, unroll)
	x, y := m.Pointer("x"), m.Pointer("y")
	m.Traverse(m.Length("x"), []machine.Pointer{x, y}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			v, w := b.Load(x, i), b.Load(y, i)
			m.FMAWideTo(low.chains[i], m.WidenLow(v), m.WidenLow(w))
			m.FMAWideTo(high.chains[i], m.WidenHigh(v), m.WidenHigh(w))
		}
	})
	all := append(low.chains, high.chains...)
	for n := len(all); n > 1; n /= 2 {
		for i := range n / 2 {
			all[i] = m.AddWide(all[i], all[n/2+i])
		}
	}
	m.ReturnWide("sum", m.SumLanesWide(all[0]))
}
