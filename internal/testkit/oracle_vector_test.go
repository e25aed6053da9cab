package testkit

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLogSumExp(t *testing.T) {
	r := NewRandom(5)
	for n := 1; n < 40; n++ {
		x := Normal[float64](r, n)
		for i := range x {
			x[i] *= 30
		}
		total := bigOf(0)
		for _, v := range x {
			total = bigAdd(total, bigExp(bigOf(v)))
		}
		assert.Greater(t, bits(LogSumExp(x), bigLog(total)), 97.0)
	}
	inf := math.Inf(1)
	assert.Equal(t, -inf, LogSumExp([]float64{}).Float64())
	assert.Equal(t, -inf, LogSumExp([]float64{-inf, -inf}).Float64())
	assert.Equal(t, inf, LogSumExp([]float64{1, inf, -inf}).Float64())
	assert.True(t, LogSumExp([]float64{math.NaN(), inf}).IsNaN())
	assert.True(t, LogSumExp([]float64{inf, math.NaN(), 1}).IsNaN())
	assert.Equal(t, 2.5, LogSumExp([]float32{-math.MaxFloat32, 2.5}).Float64())
	assert.Equal(t, math.MaxFloat64, LogSumExp([]float64{-math.MaxFloat64, math.MaxFloat64}).Float64())
}

func TestDotKeepsSmallTerms(t *testing.T) {
	assert.Equal(t, 1.0, Dot([]float64{1e200, 1, -1e200}, []float64{1, 1, 1}).Float64())
}

func TestSums(t *testing.T) {
	r := NewRandom(6)
	x, y := make([]float64, 200), make([]float64, 200)
	for range 20 {
		FillFinite(r, x)
		FillFinite(r, y)
		exact, sum := bigOf(0).SetPrec(8000), bigOf(0).SetPrec(8000)
		for i := range x {
			exact.Add(exact, bigMul(bigOf(x[i]), bigOf(y[i])))
			sum.Add(sum, bigOf(x[i]))
		}
		assert.Greater(t, bits(Dot(x, y), exact), 98.0, "over- and underflowing products count")
		assert.Greater(t, bits(Sum(x), sum), 98.0)
	}
	assert.Equal(t, 6.0, AbsSum([]float32{1, -2, 3}).Float64())
	assert.Equal(t, 11.0, AbsDot([]float32{1, -2}, []float32{-3, 4}).Float64())
	assert.Equal(t, 0.0, Dot([]float64{}, []float64{}).Float64())
	inf := math.Inf(1)
	assert.Equal(t, inf, Sum([]float64{1, inf, 2}).Float64())
	assert.True(t, Sum([]float64{inf, -inf}).IsNaN())
	assert.True(t, Dot([]float64{inf, 1}, []float64{0, 1}).IsNaN())
	assert.True(t, Sum([]float64{math.NaN(), inf}).IsNaN())
	assert.Equal(t, -inf, Dot([]float64{inf}, []float64{-2}).Float64())
}
