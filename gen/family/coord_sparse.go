package family

import "github.com/raphson-go/raphson/gen/machine"

// coordSparse: a column of a few hundred bytes somewhere in memory is over before the processor sees a pattern in it, so the
// next ones are asked for while one is worked on. The loops themselves stay in Go: a gather is no faster than loads.
var coordSparse = []machine.Kernel{
	{
		Name:      "Touch",
		Doc:       "asks for the memory of a sparse column, as many values as rows, and does nothing else.",
		Signature: "func(values []T, rows []int32)",
		Sets:      []string{"avx2", "avx512"},
		Build: func(m machine.Machine) {
			const line = 64
			p, bytes := m.(machine.Prefetcher), m.Type().Bytes()
			values, rows, n := m.Pointer("values"), m.Pointer("rows"), m.Length("values")
			each := line / 4 // rows in a line
			m.AddInt(n, each-1)
			m.Blocks(n, each, func() {
				for at := 0; at < each; at += line / bytes {
					p.Prefetch(values, at)
				}
				p.Prefetch(rows, 0)
				m.Advance(values, each)
				m.Advance(rows, line/bytes)
			})
		},
	},
}
