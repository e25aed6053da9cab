package machinetest

import "github.com/raphson-go/raphson/gen/machine"

// tiles adds kernels for the methods of machine.Tiler.
func tiles(add func(name, signature string, build func(m m)) *machine.Kernel) {
	add("Edges", "func(dst, x []T, n int)", edges)
	add("Transposed", "func(dst, x []T)", transposed)
	add("NarrowTransposed", "func(dst, x []T)", narrowTransposed).Sets = []string{"avx512"}
	add("Columns", "func(dst, x []T)", columns).Sets = []string{"avx2"}
	add("Outer", "func(dst, x []T, stride int)", outer)
	add("Halves", "func(dst, x []uint16)", halves).Types = []machine.Float{machine.F32}
	add("Narrow", "func(dst, x []T, factor T, n int)", narrow).Sets = []string{"avx512"}
	add("UnlessOne", "func(dst, x []T, factor T)", unlessOne)
	add("Strips", "func(dst, x []T, n int)", strips)
	add("Choose", "func(x []T, n int) (count, twice int)", choose)
}

// edges copies the first n elements after the first one, and behind a vector's length of dst a vector of them and zeros.
func edges(m m) {
	dst, x := m.Pointer("dst"), m.Pointer("x")
	edge := m.Edge(m.IntParam("n"))
	v := m.LoadFirst(x, 1, edge)
	m.StoreFirst(dst, 1, edge, v)
	m.StoreVector(dst, 1+m.Lanes(), v)
}

func transposed(m m) {
	dst, x := m.Pointer("dst"), m.Pointer("x")
	var rows []vector
	for i := range m.Lanes() {
		rows = append(rows, m.LoadVector(x, i*m.Lanes()))
	}
	for i, column := range m.Transpose(rows) {
		m.StoreVector(dst, i*m.Lanes(), column)
	}
}

// narrowTransposed is transposed on half as many lanes.
func narrowTransposed(m m) {
	m.(machine.Narrower).Narrowed(func() { transposed(m) })
}

// columns takes six rows of a vector each.
func columns(m m) {
	dst, x := m.Pointer("dst"), m.Pointer("x")
	var rows []vector
	for i := range 6 {
		rows = append(rows, m.LoadVector(x, i*m.Lanes()))
	}
	for i, v := range m.(machine.Columner).Columns(rows) {
		m.StoreVector(dst, i*m.Lanes(), v)
	}
}

// outerRows is more than one address register serves.
const outerRows = 9

// outerVectors is as many as a machine may treat each in its own way.
const outerVectors = 3

// outer multiplies the first vector by the second element of each row and by the third (to which the rows move), and then one, two
// and three vectors, from the first elements on, by the elements from the fourth on: one more than a vector has.
func outer(m m) {
	dst, x, stride := m.Pointer("dst"), m.Pointer("x"), m.IntParam("stride")
	two := m.IntParam("stride")
	m.AddInt(two, 2)
	two = m.IntLess(two, stride)
	first := []vector{m.LoadVector(x, 0)}
	rows := m.Rows(x, stride, outerRows)
	rows.AdvanceBy(two)
	for _, p := range rows.Pointers() {
		m.Advance(p, -1)
	}
	for i := range outerRows {
		sum := []vector{m.Zero()}
		for _, s := range append(m.Scalars(rows.At(i), 0, 1), m.Scalars(rows.At(i), 1, 1)...) {
			m.FMAScalarTo(sum, first, s)
		}
		m.StoreVector(dst, 0, sum[0])
		m.Advance(dst, m.Lanes())
	}
	for width := 1; width <= outerVectors; width++ {
		var vectors []vector
		for j := range width {
			vectors = append(vectors, m.LoadVector(x, j))
		}
		for _, s := range m.Scalars(x, 3, m.Lanes()+1) {
			var sums []vector
			for range width {
				sums = append(sums, m.Zero())
			}
			m.FMAScalarTo(sums, vectors, s)
			for _, sum := range sums {
				m.StoreVector(dst, 0, sum)
				m.Advance(dst, m.Lanes())
			}
		}
	}
}

// narrow is edges on half as many lanes, for the elements times the one before them and the factor.
func narrow(m m) {
	m.(machine.Narrower).Narrowed(func() {
		dst, x := m.Pointer("dst"), m.Pointer("x")
		edge, sum := m.Edge(m.IntParam("n")), m.Zero()
		m.FMAScalarTo([]vector{sum}, []vector{m.LoadFirst(x, 1, edge)}, m.Scalars(x, 0, 1)[0])
		m.MulBy(sum, m.Broadcast("factor"))
		m.StoreFirst(dst, 1, edge, sum)
		m.StoreVector(dst, 1+m.Lanes(), sum)
	})
}

// unlessOne doubles the first vector unless the factor is 1.
func unlessOne(m m) {
	v := m.LoadVector(m.Pointer("x"), 0)
	m.UnlessOne("factor", func() { m.MulBy(v, m.Constant(2)) })
	m.StoreVector(m.Pointer("dst"), 0, v)
}

// strips doubles whole vectors, and triples the first element of what is behind them where that is any.
func strips(m m) {
	m.BlocksOfParam("n", m.Lanes(), func() {
		v := m.LoadVector(m.Pointer("x"), 0)
		m.StoreVector(m.Pointer("dst"), 0, m.Add(v, v))
		m.AdvanceParam("x", m.Lanes())
		m.AdvanceParam("dst", m.Lanes())
	})
	m.IfAtLeast(m.IntParam("n"), 1, func() {
		v := m.BroadcastFrom(m.Pointer("x"), 0)
		m.StoreLane0(m.Pointer("dst"), 0, m.Add(m.Add(v, v), v))
	}, nil)
}

// choose counts 3 for n >= 5 and else 4, and less than that for fewer elements; twice is three times n times the length.
func choose(m m) {
	length, n := m.Length("x"), m.IntParam("n")
	count := m.CopyInt(n)
	count = m.IntLess(count, n) // 0
	m.IfAtLeast(n, 5, func() { m.AddInt(count, 3) }, func() { m.AddInt(count, 4) })
	m.IfAtLeast(length, 2, func() {
		m.IfAtLeast(length, 3, func() { m.AddInt(count, 10) }, nil)
		m.AddInt(count, 20)
	}, func() { m.AddInt(count, 40) })
	m.ReturnInt("count", count)
	m.ReturnInt("twice", m.IntLess(m.IntTimes(m.IntMul(length, n), 4), m.IntMul(n, length)))
}

// halves copies elements of 16 bits, the second vector of x to dst behind its first element, and doubles the third.
func halves(m m) {
	dst, x := m.Pointer("dst"), m.Pointer("x")
	m.AdvanceHalf(x, m.Lanes())
	m.StoreUpper(dst, 1, m.LoadUpper(x, 0))
	third := m.LoadUpper(x, m.Lanes())
	m.StoreUpper(dst, 1+m.Lanes(), m.IntAdd(third, m.Or(third, m.ConstantBits(0xFFFF))))
}
