package family

import (
	"slices"

	"github.com/raphson-go/raphson/gen/machine"
)

// Coord is block coordinate updates. Columns are below, selection in coord_select.go, proximal steps in coord_prox.go, losses
// in coord_loss.go. Slices have the length of the first unless a row says otherwise.
var Coord = machine.Family{
	Name:    "coord",
	Package: "kernels/coord",
	Kernels: slices.Concat([]machine.Kernel{
		{
			Name:      "DotColumns",
			Doc:       "returns the sums of x0*r, x1*r, x2*r and x3*r, each the same as from DotColumn.",
			Signature: "func(x0, x1, x2, x3, r []T) (s0, s1, s2, s3 T)",
			Build: func(m machine.Machine) {
				dotColumns(m, []string{"x0", "x1", "x2", "x3"}, []string{"s0", "s1", "s2", "s3"})
			},
		},
		{
			Name:      "DotColumn",
			Doc:       "returns the sum of x*r.",
			Signature: "func(x, r []T) (sum T)",
			Build:     func(m machine.Machine) { dotColumns(m, []string{"x"}, []string{"sum"}) },
		},
		{
			Name:      "AddColumns",
			Doc:       "adds d0*x0, d1*x1, d2*x2 and d3*x3 to r, in this order, with one rounding each.",
			Signature: "func(r []T, d0, d1, d2, d3 T, x0, x1, x2, x3 []T)",
			Writes:    []string{"r"},
			Build: func(m machine.Machine) {
				addColumns(m, []string{"d0", "d1", "d2", "d3"}, []string{"x0", "x1", "x2", "x3"})
			},
		},
		{
			Name:      "AddColumn",
			Doc:       "adds d*x to r with one rounding.",
			Signature: "func(r []T, d T, x []T)",
			Writes:    []string{"r"},
			Build:     func(m machine.Machine) { addColumns(m, []string{"d"}, []string{"x"}) },
		},
		{
			Name:      "WeightedSquares",
			Doc:       "returns the sum of weights*x*x.",
			Signature: "func(weights, x []T) (sum T)",
			Build: func(m machine.Machine) {
				w, x := m.Pointer("weights"), m.Pointer("x")
				m.Return("sum", summation(m, chains(m)/2, m.Length("x"), []machine.Pointer{w, x}, func(sum machine.Vector, b machine.Block, i int) {
					v := b.Load(x, i)
					m.FMATo(sum, m.Mul(v, b.Load(w, i)), v)
				}))
			},
		},
	}, coordSparse, coordSelect, coordProx, coordLoss),
}

// dotColumns builds the products of columns with r, which is read once for all of them. A sum has as many accumulators
// whether its column is alone or not, so that a gradient does not depend on what else is in the block.
func dotColumns(m machine.Machine, columns, sums []string) {
	unroll := m.Registers() / 8
	acc := make([][]machine.Vector, len(columns))
	x := make([]machine.Pointer, len(columns))
	for k, name := range columns {
		acc[k], x[k] = zeros(m, unroll), m.Pointer(name)
	}
	r := m.Pointer("r")
	m.Traverse(m.Length("r"), append(slices.Clone(x), r), unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			v := b.Load(r, i)
			for k := range x {
				m.FMATo(acc[k][i], b.Load(x[k], i), v)
			}
		}
	})
	for k, name := range sums {
		m.Return(name, m.SumLanes(total(m, acc[k])))
	}
}

// addColumns builds the sum of r and multiples of columns, which goes through r once.
func addColumns(m machine.Machine, factors, columns []string) {
	const unroll = 2
	d, x := make([]machine.Vector, len(columns)), make([]machine.Pointer, len(columns))
	for k := range columns {
		d[k], x[k] = m.Broadcast(factors[k]), m.Pointer(columns[k])
	}
	r := m.Pointer("r")
	m.Traverse(m.Length("r"), append(slices.Clone(x), r), unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			sum := b.Load(r, i)
			for k := range x {
				m.FMATo(sum, b.Load(x[k], i), d[k])
			}
			b.Store(r, i, sum)
		}
	})
}
