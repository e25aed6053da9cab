package family

import "github.com/raphson-go/raphson/gen/machine"

// matrixVector are the products of a matrix and a vector. A few rows are read side by side, so that the vector they share
// is read once for all of them.
var matrixVector = []machine.Kernel{
	{
		Name: "MulRows",
		Doc: "sets dst[i] = alpha * (sum of rows[i*stride+j]*v[j] over j < len(v)) + beta*d[i], without d if that is empty; d may be\n" +
			"dst.",
		Signature: "func(dst []T, alpha T, rows []T, stride int, v []T, beta T, d []T)",
		Strided:   true,
		Long:      "len(v) >= filledLanes[T]()",
		Build:     mulRows,
	},
	{
		Name: "AddScaledRows",
		Doc: "adds (alpha*weights[0])*rows[j] + (alpha*weights[1])*rows[stride+j] + ... to sums[j], in the order of the rows, each\n" +
			"product and sum with one rounding.",
		Signature: "func(sums, rows []T, stride int, alpha T, weights []T)",
		Strided:   true,
		Long:      "len(sums) >= filledLanes[T]()",
		Build: func(m machine.Machine) {
			alpha := m.Broadcast("alpha")
			addRows(m, func(weights machine.Pointer, r int) machine.Vector { return m.Mul(m.BroadcastFrom(weights, r), alpha) })
		},
	},
	{
		Name:      "AddOuter",
		Doc:       "adds (alpha*weights[i])*v[j] to rows[i*stride+j] with one rounding.",
		Signature: "func(rows []T, stride int, alpha T, weights, v []T)",
		Strided:   true,
		Long:      "len(v) >= filledLanes[T]()",
		Build:     addOuter,
	},
}

func mulRows(m machine.Machine) {
	dst, d := m.Pointer("dst"), m.Pointer("d")
	dotRows(m, func(sums []machine.Vector) {
		alpha := m.Broadcast("alpha")
		for _, sum := range sums {
			m.MulBy(sum, alpha)
		}
		m.IfAtLeast(m.Length("d"), 1, func() {
			beta := m.Broadcast("beta")
			for r, sum := range sums {
				m.FMATo(sum, m.BroadcastFrom(d, r), beta)
			}
			m.Advance(d, len(sums))
		}, nil)
		for r, sum := range sums {
			m.StoreLane0(dst, r, sum)
		}
		m.Advance(dst, len(sums))
	})
}

func addOuter(m machine.Machine) {
	rows, weights, left, alpha := m.Pointer("rows"), m.Pointer("weights"), m.Length("weights"), m.Broadcast("alpha")
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			w := make([]machine.Vector, count)
			for r := range w {
				w[r] = m.Mul(m.BroadcastFrom(weights, r), alpha)
			}
			to, v := rowPointers(m, rows, count), m.Pointer("v")
			m.Traverse(m.Length("v"), append(to, v), 2, func(b machine.Block) {
				for i := range b.Vectors() {
					x := b.Load(v, i)
					for r := range w {
						sum := b.Load(to[r], i)
						m.FMATo(sum, x, w[r])
						b.Store(to[r], i, sum)
					}
				}
			})
			m.Advance(weights, count)
		})
	}
}
