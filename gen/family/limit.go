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
			Build:     func(m machine.Machine) { peak(m, m.FMATo) },
		},
		{
			Name: "PeakOfPairs",
			Doc: "is Peak for dot products of pairs of bfloat16: each accumulator counts both multiply-adds of a step if the halves of one\n" +
				"are 1.",
			Signature: "func(one float32, iterations int) (count float32)",
			Types:     []machine.Float{machine.F32},
			Sets:      []string{"avx512"},
			Needs:     "BFloat16",
			Build:     func(m machine.Machine) { peak(m, m.(machine.Dotter).DotTo) },
		},
		{
			Name:      "ReadStream",
			Doc:       "reads x passes times and returns the sum, in as many accumulators as hide the latency of an addition.",
			Signature: "func(x []T, passes int) (sum T)",
			Build:     readStream,
		},
		{
			Name:      "UpdateStream",
			Doc:       "multiplies x by alpha, passes times: one load and one store an element and pass.",
			Signature: "func(alpha T, x []T, passes int)",
			Writes:    []string{"x"},
			Build:     updateStream,
		},
	},
}

// peak keeps more chains than latency times units of any machine: 4 cycles by 2 units on x86, by 4 on the wide arm64
// cores. With one = 1 each multiply-add adds 1 to each lane, so the sum of all lanes is the number that was executed.
func peak(m machine.Machine, multiplyAdd func(acc, x, y machine.Vector)) {
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
			multiplyAdd(acc, one, one)
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
	overAndOver(m, unroll, func(b machine.Block, x machine.Pointer) {
		for i := range b.Vectors() {
			m.AddTo(accumulators[i], b.Load(x, i))
		}
	})
	m.Return("sum", m.SumLanes(total(m, accumulators)))
}

func updateStream(m machine.Machine) {
	alpha := m.Broadcast("alpha")
	overAndOver(m, 8, func(b machine.Block, x machine.Pointer) {
		for i := range b.Vectors() {
			b.Store(x, i, m.Mul(b.Load(x, i), alpha))
		}
	})
}

// overAndOver walks x as often as passes says, so that the nearest cache is measured and not the call.
func overAndOver(m machine.Machine, unroll int, body func(b machine.Block, x machine.Pointer)) {
	start, length, passes := m.Pointer("x"), m.Length("x"), m.IntParam("passes")
	m.While(passes, 1, func() {
		x := m.CopyPointer(start)
		m.Traverse(m.CopyInt(length), []machine.Pointer{x}, unroll, func(b machine.Block) { body(b, x) })
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
