package machinetest

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

func sum(m m) {
	x, y, n := m.Pointer("x"), m.Pointer("y"), m.Length("x")
	acc := []vector{m.Zero(), m.Zero(), m.Zero(), m.Zero()}
	m.Traverse(n, []machine.Pointer{x, y}, len(acc), func(b machine.Block) {
		for i := range b.Vectors() {
			m.FMATo(acc[i], b.Load(x, i), b.Load(y, i))
		}
	})
	m.AddTo(acc[0], acc[1])
	m.AddTo(acc[2], acc[3])
	m.Comment("The %d accumulators", len(acc))
	m.Return("r", m.SumLanes(m.Add(acc[0], acc[2])))
}

// largest fills absent lanes as it loads, smallest afterwards.
func largest(m m) {
	x, n := m.Pointer("x"), m.Length("x")
	lowest := m.Constant(math.Inf(-1))
	acc := m.Copy(lowest)
	m.Traverse(n, []machine.Pointer{x}, 2, func(b machine.Block) {
		for i := range b.Vectors() {
			m.MaxTo(acc, b.LoadOr(x, i, lowest))
		}
	})
	m.Return("r", m.MaxLanes(acc))
}

func smallest(m m) {
	x, n := m.Pointer("x"), m.Length("x")
	highest := m.Constant(math.Inf(1))
	acc := m.Copy(highest)
	m.Traverse(n, []machine.Pointer{x}, 1, func(b machine.Block) {
		v := b.Load(x, 0)
		if b.Partial() {
			v = b.Present(v, highest)
		}
		m.MinTo(acc, v)
	})
	m.Return("r", m.MinLanes(acc))
}

// lastVector is the last full vector of the slice; the check passes one.
func lastVector(m m, param string) vector {
	p, n := m.Pointer(param), m.Length(param)
	last := m.Zero()
	m.Traverse(n, []machine.Pointer{p}, 1, func(b machine.Block) {
		if !b.Partial() {
			m.Assign(last, b.Load(p, 0))
		}
	})
	return last
}

func dotWide(m m) {
	x, y, n := m.Pointer("x"), m.Pointer("y"), m.Length("x")
	low, high := m.Zero(), m.Zero()
	m.Traverse(n, []machine.Pointer{x, y}, 2, func(b machine.Block) {
		for i := range b.Vectors() {
			v, w := b.Load(x, i), b.Load(y, i)
			m.FMAWideTo(low, m.WidenLow(v), m.WidenLow(w))
			m.FMAWideTo(high, m.WidenHigh(v), m.WidenHigh(w))
		}
	})
	m.ReturnWide("r", m.SumLanesWide(m.AddWide(low, high)))
}

func sumLanesWide(m m) {
	v := lastVector(m, "x")
	m.ReturnWide("r", m.SumLanesWide(m.AddWide(m.WidenLow(v), m.WidenHigh(v))))
}

func affine(m m) {
	dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("dst")
	alpha, beta := m.Broadcast("alpha"), m.Broadcast("beta")
	m.Traverse(n, []machine.Pointer{dst, x}, 4, func(b machine.Block) {
		for i := range b.Vectors() {
			b.Store(dst, i, m.MulAdd(b.Load(x, i), alpha, beta))
		}
	})
}

// strided writes x[k*stride] + x[k*stride+1] to dst[k], two at a time.
func strided(m m) {
	dst, x, n, stride := m.Pointer("dst"), m.Pointer("x"), m.Length("dst"), m.IntParam("stride")
	pair := func(p machine.Pointer) vector { return m.Add(m.BroadcastFrom(p, 0), m.BroadcastFrom(p, 1)) }
	m.Blocks(n, 2, func() {
		next := m.CopyPointer(x)
		m.AdvanceBy(next, stride)
		m.StoreLane0(dst, 0, pair(x))
		m.StoreLane0(dst, 1, pair(next))
		m.AdvanceBy(next, stride)
		m.AdvanceBy(x, stride)
		m.AdvanceBy(x, stride)
		m.Advance(dst, 2)
	})
	m.Blocks(n, 1, func() { m.StoreLane0(dst, 0, pair(x)) })
}

// blocksFrom takes two from n while it is 5 or more, or 2, then one by one: both are counted, and must be n.
func blocksFrom(m m) {
	n := m.IntParam("n")
	twos := m.IntLess(n, n)
	ones := m.CopyInt(twos)
	m.BlocksFrom(n, 2, 5, func() { m.AddInt(twos, 1) })
	m.BlocksFrom(n, 1, 1, func() { m.AddInt(ones, 1) })
	m.ReturnInt("twos", twos)
	m.ReturnInt("ones", ones)
}

// count counts to 5n - len(x) and to twice n, for positive n.
func count(m m) {
	length, n := m.Length("x"), m.IntParam("n")
	five, twice := m.CopyInt(n), m.CopyInt(n)
	m.While(m.CopyInt(n), 1, func() {
		m.AddInt(five, 4)
		m.AddInt(twice, 1)
	})
	m.Blocks(length, 1, func() { m.AddInt(five, -1) })
	m.ReturnInt("count", five)
	m.ReturnInt("twice", twice)
}
