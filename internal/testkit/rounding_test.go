package testkit

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRounding(t *testing.T) {
	assert.Equal(t, []float64{0x1p-24, math.SmallestNonzeroFloat32, 0x1p-126, math.MaxFloat32},
		[]float64{Roundoff[float32](), Smallest[float32](), SmallestNormal[float32](), Largest[float32]()})
	assert.Equal(t, []float64{0x1p-53, math.SmallestNonzeroFloat64, 0x1p-1022, math.MaxFloat64},
		[]float64{Roundoff[float64](), Smallest[float64](), SmallestNormal[float64](), Largest[float64]()})
}

func TestOff(t *testing.T) {
	assert.Equal(t, 0x1p-80, Off[float32](1, WideOf(1).Add(WideOf(0x1p-80))))
	assert.Equal(t, 2.0, Off(-1.5, WideOf(0.5)))
	assert.True(t, math.IsNaN(Off(math.NaN(), WideOf(1))))
	assert.True(t, math.IsNaN(Off(1.0, WideOf(math.NaN()))))
}
