package family

import "github.com/raphson-go/raphson/gen/machine"

// adamStep builds one pass over the weights, their gradient and its two moving averages.
func adamStep(m machine.Machine) {
	past1, part1, past2, part2 := m.Broadcast("past1"), m.Broadcast("part1"), m.Broadcast("past2"), m.Broadcast("part2")
	keep, rate, root, epsilon := m.Broadcast("keep"), m.Broadcast("rate"), m.Broadcast("root"), m.Broadcast("epsilon")
	weights, first, second, gradient := m.Pointer("w"), m.Pointer("first"), m.Pointer("second"), m.Pointer("g")
	// The square root and the division take longer than all else together: more vectors abreast would gain nothing.
	const unroll = 2
	m.TraverseBriefly(m.Length("w"), []machine.Pointer{weights, first, second, gradient}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			g := b.Load(gradient, i)
			square := m.Mul(m.Mul(g, part2), g)
			v := m.Add(m.Mul(b.Load(second, i), past2), square)
			b.Store(second, i, v)
			mean := m.Add(m.Mul(b.Load(first, i), past1), m.Mul(g, part1))
			b.Store(first, i, mean)
			size := m.Add(m.Mul(m.Sqrt(v), root), epsilon)
			b.Store(weights, i, m.Sub(m.Mul(b.Load(weights, i), keep), m.Div(m.Mul(mean, rate), size)))
		}
	})
}
