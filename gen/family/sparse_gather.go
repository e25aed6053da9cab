package family

import "github.com/raphson-go/raphson/gen/machine"

// columnBytes is the size of a column that is not said to be short.
const columnBytes = 4

// compressedRows adds entries that do not fill a vector up in one lane.
func compressedRows(m machine.Machine) {
	y, columns, values, x := m.Pointer("y"), m.Pointer("columns"), m.Pointer("values"), m.Pointer("x")
	byDistance(m, func(far bool) {
		eachRow(m, func(entries machine.Int) {
			sums, one := zeros(m, 2), m.Zero()
			wholeEntries(m, sums, entries, columns, values, x, far)
			restEntries(m, one, entries, columns, values, x)
			m.StoreLane0(y, 0, m.Add(m.SumLanes(m.Add(sums[0], sums[1])), one))
			m.Advance(y, 1)
		})
	})
}

// A matrix that is not in the second cache is asked for in two steps: the elements of x keep the first cache so busy that it must not wait for memory
// too (Zen 4, 50 random columns a row: 0.89 entries a nanosecond with one step of 1.5 KiB, 1.20 with 2 and 16 KiB).
const (
	nearBytes = 2 << 10
	farBytes  = 16 << 10
)

// byDistance emits body for a matrix that is in the second cache, and for one that is not where that makes a difference.
func byDistance(m machine.Machine, body func(far bool)) {
	if _, ok := m.(machine.Prefetcher); !ok {
		body(false)
		return
	}
	m.IfAtLeast(m.IntParam("far"), 1, func() { body(true) }, func() { body(false) })
}

// askFor asks for so many values from number first on, and for their columns, of which each stands for as many values as are beside it, of
// so many bytes, as they will be needed.
func askFor(m machine.Machine, values, columns machine.Pointer, count, beside, bytes int) {
	size := m.Type().Bytes()
	ask := func(prefetch func(p machine.Pointer, i int), ahead int) {
		for i := 0; i < count; i += slabBytes / size {
			prefetch(values, ahead/size+i)
		}
		prefetch(columns, ahead/size/beside*bytes/size)
	}
	p := m.(machine.Prefetcher)
	ask(p.Prefetch, nearBytes)
	ask(p.PrefetchFar, farBytes)
}

// wholeEntries adds the products of values and the elements of x in their columns, as many as fill vectors, to two sums, and moves on
// to the rest.
func wholeEntries(m machine.Machine, sums []machine.Vector, entries machine.Int, columns, values, x machine.Pointer, far bool) {
	for _, unroll := range []int{2, 1} {
		m.Blocks(entries, unroll*m.Lanes(), func() {
			if far && unroll > 1 {
				askFor(m, values, columns, unroll*m.Lanes(), 1, columnBytes)
			}
			for u := range unroll {
				m.FMATo(sums[u], m.LoadVector(values, u*m.Lanes()), m.Collect(x, columns, u*m.Lanes(), columnBytes))
			}
			m.Advance(values, unroll*m.Lanes())
			m.AdvanceInts(columns, unroll*m.Lanes(), columnBytes)
		})
	}
}

// restEntries adds one product after the other to lane 0 of sum.
func restEntries(m machine.Machine, sum machine.Vector, entries machine.Int, columns, values, x machine.Pointer) {
	m.While(entries, 1, func() {
		m.FMALane0To(sum, values, m.Element(x, m.IntAt(columns, 0, columnBytes)))
		m.Advance(values, 1)
		m.AdvanceInts(columns, 1, columnBytes)
	})
}

// solveRows adds at least one entry after the vectors: what was solved for just now is still on its way to memory when the row begins, and
// if it comes last only one addition waits for it.
func solveRows(m machine.Machine) {
	x, order, rows, zero := m.Pointer("x"), m.Pointer("order"), m.Length("order"), m.Zero()
	m.While(rows, 1, func() {
		i := m.IntAt(order, 0, columnBytes)
		m.AdvanceInts(order, 1, columnBytes)
		starts, columns, values := m.Pointer("starts"), m.Pointer("columns"), m.Pointer("values")
		m.AdvanceIntsBy(starts, i, columnBytes)
		begin := m.IntAt(starts, 0, columnBytes)
		entries := m.IntLess(m.IntAt(starts, 1, columnBytes), begin)
		m.AdvanceIntsBy(columns, begin, columnBytes)
		m.AdvanceBy(values, begin)
		sum := m.Add(m.BroadcastFrom(m.Element(m.Pointer("b"), i), 0), zero) // -0 becomes +0, as where vectors are added
		m.AddInt(entries, -1)
		m.IfAtLeast(entries, m.Lanes(), func() {
			sums := zeros(m, 2)
			wholeEntries(m, sums, entries, columns, values, x, false)
			m.AddTo(sum, m.SumLanes(m.Add(sums[0], sums[1])))
		}, nil)
		m.AddInt(entries, 1)
		restEntries(m, sum, entries, columns, values, x)
		m.IfAtLeast(m.Length("diagonal"), 1, func() {
			m.Assign(sum, m.Div(sum, m.BroadcastFrom(m.Element(m.Pointer("diagonal"), i), 0)))
		}, nil)
		m.StoreLane0(m.Element(x, i), 0, sum)
	})
}
