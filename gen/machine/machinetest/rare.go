package machinetest

import "github.com/raphson-go/raphson/gen/machine"

// branching lists the kernels of machine.Brancher.
func branching(each func(name string, f func(m m, b machine.Brancher, x, y vector) vector)) {
	each("Beyond", func(m m, b machine.Brancher, x, _ vector) vector {
		return m.Select(b.Beyond(x, m.Constant(2.5)), m.Constant(1), m.Constant(0))
	})
	each("NotNormal", func(m m, b machine.Brancher, x, _ vector) vector {
		return m.Select(b.NotNormal(x), m.Constant(1), m.Constant(0))
	})
}

// rarely doubles x where it is less than y.
func rarely(m m, x, y, _ vector) vector {
	v := m.Copy(x)
	less := m.Compare(machine.Less, x, y)
	m.(machine.Skipper).Rarely(less, func() { m.Assign(v, m.Select(less, m.Add(x, x), x)) })
	return v
}
