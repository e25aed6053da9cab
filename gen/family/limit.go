package family

import "github.com/raphson-go/raphson/gen/machine"

// Limit holds the probes that the benchmark program measures a machine's limits with. They are the kernels that do
// nothing but the thing measured: multiply-adds that wait for nothing, loads, and loads with a store.
var Limit = machine.Family{
	Name:    "limit",
	Package: "internal/limit",
	Kernels: []machine.Kernel{
		{
			Name: "Peak",
			Doc: "runs iterations steps of fused multiply-adds on independent accumulators and returns how many it did,\n" +
				"which the accumulators count themselves when one is 1.",
			Signature: "func(one T, iterations int) (count T)",
			Build:     peak,
		},
		{
			Name:      "ReadStream",
			Doc:       "reads x once and returns its sum, in as many accumulators as hide the latency of an addition.",
			Signature: "func(x []T) (sum T)",
			Build:     readStream,
		},
		{
			Name:      "UpdateStream",
			Doc:       "multiplies x by alpha: one load and one store an element.",
			Signature: "func(alpha T, x []T)",
			Writes:    []string{"x"},
			Build:     updateStream,
		},
	},
}

// peak keeps more chains than latency times units of any machine: 4 cycles by 2 units on x86, by 4 on the wide arm64
// cores. With one = 1 each multiply-add adds 1 to each lane, so the sum of all lanes is the number that was executed.
func peak(m machine.Machine) {
	chains := 16
	if m.Registers() == 16 {
		chains = 12
	}
	one := m.Broadcast("one")
	iterations := m.IntParam("iterations")
	accumulators := make([]machine.Vector, chains)
	for i := range accumulators {
		accumulators[i] = m.Zero()
	}
	m.While(iterations, 1, func() {
		for _, acc := range accumulators {
			m.FMATo(acc, one, one)
		}
	})
	m.Return("count", m.SumLanes(total(m, accumulators)))
}

func readStream(m machine.Machine) {
	const unroll = 8
	accumulators := make([]machine.Vector, unroll)
	for i := range accumulators {
		accumulators[i] = m.Zero()
	}
	x := m.Pointer("x")
	m.Traverse(m.Length("x"), []machine.Pointer{x}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			m.AddTo(accumulators[i], b.Load(x, i))
		}
	})
	m.Return("sum", m.SumLanes(total(m, accumulators)))
}

func updateStream(m machine.Machine) {
	alpha := m.Broadcast("alpha")
	x := m.Pointer("x")
	m.Traverse(m.Length("x"), []machine.Pointer{x}, 8, func(b machine.Block) {
		for i := range b.Vectors() {
			b.Store(x, i, m.Mul(b.Load(x, i), alpha))
		}
	})
}

// total adds the accumulators into the first, in pairs.
func total(m machine.Machine, accumulators []machine.Vector) machine.Vector {
	for n := len(accumulators); n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			m.AddTo(accumulators[i], accumulators[n-1-i])
		}
	}
	return accumulators[0]
}
