package cast_test

import (
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/stretchr/testify/assert"
)

func TestSingle(t *testing.T) {
	assert.True(t, cast.Single[float32]())
	assert.False(t, cast.Single[float64]())
}

func TestCastIsTheSameSlice(t *testing.T) {
	x, y := make([]float32, 3, 7), make([]float64, 4, 9)
	x32, y64 := cast.F32(x), cast.F64(y)
	assert.Equal(t, unsafe.SliceData(x), unsafe.SliceData(x32))
	assert.Equal(t, unsafe.SliceData(y), unsafe.SliceData(y64))
	assert.Equal(t, []int{3, 7, 4, 9}, []int{len(x32), cap(x32), len(y64), cap(y64)})
	assert.Nil(t, cast.F32[float32](nil))
	assert.Equal(t, []uint32{0x3F800000, 0xC0000000}, cast.Bits32([]float32{1, -2}))
	pairs := cast.Pairs([]uint16{1, 2, 3, 4, 5})
	assert.Equal(t, []uint32{0x00020001, 0x00040003}, cast.Bits32(pairs), "on a machine that is little-endian, as those with assembly are")
	assert.Equal(t, []uint16{1, 2, 3, 4}, cast.Halves(pairs))
	assert.Equal(t, []uint64{0x3FF0000000000000, 0xC000000000000000}, cast.Bits64([]float64{1, -2}))
}
