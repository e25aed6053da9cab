package family

import "github.com/raphson-go/raphson/gen/machine"

// chains is how many interleaved sums hide the latency of an addition: 4 cycles at two a cycle on x86, 3 at four a cycle on
// wide arm64 cores.
func chains(m machine.Machine) int {
	if m.Set() == "neon" {
		return 16
	}
	return 8
}

// summation walks n elements and returns the sum, in lane 0, of so many chains of additions, so that an addition need not
// wait for the one before it: blocks of as many vectors as there are chains, then pairs, single vectors and the rest. A
// short vector has no blocks, and then only two chains. add accumulates vector i of a block.
func summation(m machine.Machine, chains int, n machine.Int, pointers []machine.Pointer, add func(sum machine.Vector, b machine.Block, i int)) machine.Vector {
	sums, block := zeros(m, 2), chains*m.Lanes()
	m.IfAtLeast(n, block, func() {
		sums := append(sums, zeros(m, chains-len(sums))...)
		m.Blocks(n, block, func() {
			for i, sum := range sums {
				add(sum, m.Whole(len(sums)), i)
			}
			for _, p := range pointers {
				m.Advance(p, block)
			}
		})
		for left := len(sums) / 2; left > 1; left /= 2 {
			for i := range left {
				m.AddTo(sums[i], sums[left+i])
			}
		}
	}, nil)
	m.Traverse(n, pointers, len(sums), func(b machine.Block) {
		for i := range b.Vectors() {
			add(sums[i], b, i)
		}
	})
	return m.SumLanes(m.Add(sums[0], sums[1]))
}

// step accumulates one vector into one chain.
type step func(sum, v machine.Vector)

// reduction builds the sum of what step makes of x. prepare emits what comes before the loop.
func reduction(prepare func(m machine.Machine) step) func(machine.Machine) {
	return func(m machine.Machine) {
		f, x := prepare(m), m.Pointer("x")
		m.Return("sum", summation(m, chains(m), m.Length("x"), []machine.Pointer{x}, func(sum machine.Vector, b machine.Block, i int) {
			f(sum, b.Load(x, i))
		}))
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
	x, y := m.Pointer("x"), m.Pointer("y")
	m.Return("sum", summation(m, chains(m)/2, m.Length("x"), []machine.Pointer{x, y}, func(sum machine.Vector, b machine.Block, i int) {
		m.FMATo(sum, b.Load(x, i), b.Load(y, i))
	}))
}

// dotWide has a chain for the low and one for the high half of each vector.
func dotWide(m machine.Machine) {
	const unroll = 4
	low, high := zeros(m, unroll), zeros(m, unroll)
	x, y := m.Pointer("x"), m.Pointer("y")
	m.Traverse(m.Length("x"), []machine.Pointer{x, y}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			v, w := b.Load(x, i), b.Load(y, i)
			m.FMAWideTo(low[i], m.WidenLow(v), m.WidenLow(w))
			m.FMAWideTo(high[i], m.WidenHigh(v), m.WidenHigh(w))
		}
	})
	all := append(low, high...)
	for n := len(all); n > 1; n /= 2 {
		for i := range n / 2 {
			all[i] = m.AddWide(all[i], all[n/2+i])
		}
	}
	m.ReturnWide("sum", m.SumLanesWide(all[0]))
}
