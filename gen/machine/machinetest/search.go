package machinetest

import "github.com/raphson-go/raphson/gen/machine"

// The signatures of the kernels below.
const (
	search  = "func(x []T, value T) (left int)"
	whole   = "func(x []T) (r T)"
	integer = "func(x []T, n int) (truncated, rest int)"
)

// searching lists the kernels of machine.Searcher that are not element by element.
func searching(add func(name, signature string, build func(m m)) *machine.Kernel) {
	add("Find", search, func(m m) { find(m, 2) })
	add("FindOneByOne", search, func(m m) { find(m, 1) })
	add("Whole", whole, largestOfWhole)
	add("Truncate", integer, truncate)
}

// find returns how many elements there are from the first one on that is value.
func find(m m, unroll int) {
	x, left, value := m.Pointer("x"), m.Length("x"), m.Broadcast("value")
	m.Find(left, x, unroll, func(b machine.Block) (found machine.Mask) {
		for i := range b.Vectors() {
			same := m.Compare(machine.Equal, b.Load(x, i), value)
			if i > 0 {
				same = m.MaskOr(found, same)
			}
			found = same
		}
		return found
	})
	m.ReturnInt("left", left)
}

// largestOfWhole passes over what does not fill two vectors.
func largestOfWhole(m m) {
	x, n, largest := m.Pointer("x"), m.Length("x"), m.Zero()
	m.Blocks(n, 2*m.Lanes(), func() {
		b := m.Whole(2)
		m.Assign(largest, m.Greater(m.Greater(largest, b.Load(x, 0)), b.Load(x, 1)))
		m.Advance(x, 2*m.Lanes())
	})
	m.Return("r", m.MaxLanes(largest))
}

// truncate returns the integer part of x[0], and its length, from three elements up less n.
func truncate(m m) {
	x, length, n := m.Pointer("x"), m.Length("x"), m.IntParam("n")
	rest := m.CopyInt(length)
	m.IfAtLeast(length, 3, func() { m.SubInt(rest, n) }, nil)
	m.ReturnInt("rest", rest)
	m.ReturnInt("truncated", m.Truncate(m.BroadcastFrom(x, 0)))
}
