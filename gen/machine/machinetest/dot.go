package machinetest

import "github.com/raphson-go/raphson/gen/machine"

// dots adds kernels for the methods of machine.Dotter.
func dots(add func(name, signature string, build func(m m)) *machine.Kernel) {
	for _, k := range []*machine.Kernel{
		add("Dot", elementwise, func(m m) {
			traverse(m, 3, func(m machine.Machine, x, y, z vector) vector {
				sum := m.Copy(x)
				m.(machine.Dotter).DotTo(sum, y, z)
				return sum
			})
		}),
		add("Pairs", "func(dst []T, first, second []uint16, n int)", pairs),
	} {
		k.Types, k.Sets, k.Needs = []machine.Float{machine.F32}, []string{"avx512"}, "BFloat16"
	}
}

// pairs are a vector of them that begins at the second element of each, then n of the same, then their products with the first
// element of dst, which it adds to the last vector there.
func pairs(m m) {
	dst, first, second, d := m.Pointer("dst"), m.Pointer("first"), m.Pointer("second"), m.(machine.Dotter)
	all, some := d.LoadPairs(first, second, 1), d.LoadFirstPairs(first, second, 1, m.Edge(m.IntParam("n")))
	sums := []vector{m.LoadVector(dst, 2*m.Lanes())}
	d.DotScalarTo(sums, []vector{all}, m.Scalars(dst, 0, 1)[0])
	m.StoreVector(dst, 0, all)
	m.StoreVector(dst, m.Lanes(), some)
	m.StoreVector(dst, 2*m.Lanes(), sums[0])
}
