package reference

import (
	"math/rand/v2"
	"testing"
)

func checkIndexed[T Float](t *testing.T, f any, lanes int) {
	r := rand.New(rand.NewPCG(19, 20))
	const n = 70000 // more than 16 bits count
	x, dst := whole[T](r, n+lanes+1), make([]T, 5*lanes+5)
	short, index, long := make([]uint16, lanes+1), make([]int32, lanes), []int{r.IntN(n), n - 7, 1<<16 + 3}
	for i := range short {
		short[i] = uint16(1<<15 + r.IntN(1<<15))
	}
	for i := range index {
		index[i] = int32(1<<16 + r.IntN(n-1<<16))
	}
	dst[5*lanes+4] = 77
	f.(func(dst, x []T, short []uint16, index []int32, long []int))(dst, x, short, index, long)
	for i := range lanes {
		expect(t, dst[i], x[short[1+i]], "short integer %d", 1+i)
		expect(t, dst[lanes+i], x[index[i]], "integer %d", i)
		expect(t, dst[3*lanes+4+i], x[short[1+i]], "short integer %d from afar", 1+i)
		expect(t, dst[4*lanes+4+i], x[index[i]], "integer %d from afar", i)
		expect(t, dst[2*lanes+i], x[long[2]+1+i], "element %d", i)
	}
	expect(t, dst[3*lanes], x[0]+x[short[0]]*x[long[1]], "the product")
	for i, last := range []int{int(short[lanes]), int(index[lanes-1]), long[2]} {
		expect(t, dst[3*lanes+1+i], x[last], "the last integer of kind %d", i)
	}
	expect(t, dst[5*lanes+4], 77, "what stands behind it")
}
