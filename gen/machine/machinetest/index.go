package machinetest

// indexed fills four vectors of dst: x at the short integers from the second on, x at the others from the first on, the
// elements of x behind the one that the third long integer names, and in its first lane, of the last vector alone, x[0] plus
// the product of two elements whose numbers stand first among the short and the second among the long. Behind that come the elements
// that the last integers of each kind name, and the first two vectors again, from afar.
func indexed(m m) {
	dst, x, short, index, long := m.Pointer("dst"), m.Pointer("x"), m.Pointer("short"), m.Pointer("index"), m.Pointer("long")
	lanes := m.Lanes()
	m.StoreVector(dst, 0, m.Collect(x, short, 1, 2))
	m.StoreVector(dst, lanes, m.Collect(x, index, 0, 4))
	m.StoreVector(dst, 3*lanes+4, m.CollectFar(x, short, 1, 2))
	m.StoreVector(dst, 4*lanes+4, m.CollectFar(x, index, 0, 4))
	m.AdvanceInts(long, 1, 8)
	m.StoreVector(dst, 2*lanes, m.LoadVector(m.Element(x, m.IntAt(long, 1, 8)), 1))
	acc := m.LoadVector(x, 0)
	m.FMALane0To(acc, m.Element(x, m.IntAt(short, 0, 2)), m.Element(x, m.IntAt(long, 0, 8)))
	m.StoreLane0(dst, 3*lanes, acc)
	for i, integers := range []struct {
		name  string
		bytes int
	}{{"short", 2}, {"index", 4}, {"long", 8}} {
		last, before := m.Pointer(integers.name), m.Length(integers.name)
		m.AddInt(before, -1)
		m.AdvanceIntsBy(last, before, integers.bytes)
		m.StoreLane0(dst, 3*lanes+1+i, m.BroadcastFrom(m.Element(x, m.IntAt(last, 0, integers.bytes)), 0))
	}
}
