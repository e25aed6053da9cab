package scratch

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/testkit"
)

func testGet[T cast.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 1 << 15, 1<<15 + 1} {
		a, b := Get[T](n), Get[T](n)
		assert.Len(t, a.Data, n)
		if n > 0 {
			assert.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(a.Data)))%alignment)
			a.Data[0], b.Data[0] = 1, 2
			a.Data[n-1], b.Data[n-1] = 3, 4
			assert.EqualValues(t, 3, a.Data[n-1], "lent twice")
		}
		a.Release()
		b.Release()
		assert.Nil(t, a.Data)
	}
}

func TestGet(t *testing.T) {
	testkit.EachType(t, testGet[float32], testGet[float64])
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	testkit.NoAllocs(t, func() {
		a, b := Get[float64](1000), Get[float32](1000)
		a.Release()
		b.Release()
	})
}
