package lse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

func TestMatrixSpecialValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	matrix := func(cols int, data ...float64) kernels.Matrix[float64] {
		return kernels.Matrix[float64]{Rows: len(data) / cols, Cols: cols, Stride: cols, Data: data}
	}
	t.Run("log-sum-exp", func(t *testing.T) {
		c := matrix(2, inf, inf, 0, inf, -inf, 0, nan, inf, 0, 0)
		rows, columns := make([]float64, 5), make([]float64, 2)
		LogSumExpRows(rows, 1, nil, c)
		require.True(t, math.IsNaN(rows[3]))
		rows[3] = 0
		assert.Equal(t, []float64{-inf, 0, inf, 0, math.Ln2}, rows)
		LogSumExpColumns(columns, 1, []float64{0, 0, -inf, -inf, 0}, matrix(2, inf, inf, 0, inf, 1, 0, 3, inf, 0, inf))
		assert.Equal(t, []float64{math.Ln2, -inf}, columns)
		LogSumExpColumns(columns, 1, nil, matrix(2))
		assert.Equal(t, []float64{-inf, -inf}, columns, "no rows")
		LogSumExpRows(rows[:1], 1, nil, kernels.Matrix[float64]{Rows: 1})
		assert.Equal(t, -inf, rows[0], "no columns")
	})
	t.Run("far potentials", func(t *testing.T) {
		rows := make([]float64, 2)
		LogSumExpRows(rows, 1, nil, matrix(2, 1e5, 1e5, -1e5, -1e5))
		assert.InEpsilonSlice(t, []float64{-1e5 + math.Ln2, 1e5 + math.Ln2}, rows, 4*0x1p-52)
	})
	t.Run("plan", func(t *testing.T) {
		p := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: make([]float64, 4)}
		rows, columns := make([]float64, 2), make([]float64, 2)
		Plan(p, rows, columns, 1, []float64{0, -inf}, []float64{0, 0}, matrix(2, 0, inf, 0, inf))
		assert.Equal(t, []float64{1, 0, 0, 0}, p.Data)
		assert.Equal(t, []float64{1, 0}, rows)
		assert.Equal(t, []float64{1, 0}, columns)
		c := matrix(2, 0, 0, 0, 0)
		Plan(c, rows, columns, 1, []float64{0, 0}, []float64{0, 0}, c)
		assert.Equal(t, []float64{1, 1, 1, 1}, c.Data, "in place")
	})
	t.Run("zero mass", func(t *testing.T) {
		c := matrix(2, 0, 1, 1, 0, 5, 5)
		f, g := []float64{0, 0, 0}, []float64{0, 0}
		for range 200 {
			SinkhornLog(f, g, []float64{0.25, 0.75, 0}, []float64{0, 1}, 0.1, 1, 1, c)
		}
		assert.Equal(t, -inf, f[2])
		assert.Equal(t, -inf, g[0])
		err := SinkhornLog(f, g, []float64{0.25, 0.75, 0}, []float64{0, 1}, 0.1, 1, 1, c)
		assert.InDelta(t, 0, err, 1e-14)
		SinkhornLog(f, g, []float64{0.25, 0.5, 0.25}, []float64{0, 1}, 0.1, 1, 1, c)
		assert.InDelta(t, 5+0.1*math.Log(0.25)-g[1], f[2], 1e-9, "mass restored")

		u, v := []float64{1, 1}, []float64{1, 1}
		SinkhornKernel(u, v, []float64{0, 1}, []float64{1, 0}, 1, 1, matrix(2, 1, 1, 1, 1))
		assert.Equal(t, []float64{0, 0.5}, u)
		assert.Equal(t, []float64{2, 0}, v)
	})
	t.Run("no rows", func(t *testing.T) {
		for _, power := range []float64{1, 0.5} {
			g, v := []float64{3, 4}, []float64{3, 4}
			assert.Zero(t, SinkhornLog(nil, g, nil, []float64{1, 0}, 1, power, power, matrix(2)))
			assert.Equal(t, []float64{inf, -inf}, g, "mass without moves, and none")
			assert.Zero(t, SinkhornKernel(nil, v, nil, []float64{1, 0}, power, power, matrix(2)))
			assert.Equal(t, []float64{inf, 0}, v)
		}
		columns := []float64{1, 2}
		Plan(matrix(2), nil, columns, 1, nil, []float64{0, 0}, matrix(2))
		assert.Equal(t, []float64{0, 0}, columns)
	})
	t.Run("underflow and overflow", func(t *testing.T) {
		for _, far := range []float64{1e4, -1e4} {
			f, g := []float64{far, far}, []float64{0, 0}
			SinkhornLog(f, g, []float64{0.5, 0.5}, []float64{0.5, 0.5}, 1, 1, 1, matrix(2, 0, 0, 0, 0))
			assert.InDeltaSlice(t, []float64{-2 * math.Ln2, -2 * math.Ln2}, f, 1e-15)
			assert.InDeltaSlice(t, []float64{0, 0}, g, 1e-15)
		}
	})
	t.Run("masses far from the sums", func(t *testing.T) {
		massesFarFromSums(t, 5e-324, 1e-320, 1e-310, 1e-300, 1, 1e130, 1e300)
		massesFarFromSums[float32](t, 0x1p-149, 1e-42, 1e-30, 1, 1e10, 1e30)
	})
	t.Run("forbidden moves", func(t *testing.T) {
		f, g := []float64{0, 0}, []float64{0, 0}
		a := []float64{0.25, 0.75}
		SinkhornLog(f, g, a, a, 1, 1, 1, matrix(2, 0, inf, inf, 3))
		p := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: make([]float64, 4)}
		Plan(p, make([]float64, 2), make([]float64, 2), 1, f, g, matrix(2, 0, inf, inf, 3))
		assert.InDeltaSlice(t, []float64{0.25, 0, 0, 0.75}, p.Data, 1e-15)
	})
	t.Run("NaN", func(t *testing.T) {
		f, g := []float64{0, 0}, []float64{0, 0}
		a := []float64{0.5, 0.5}
		assert.True(t, math.IsNaN(SinkhornLog(f, g, a, a, 1, 1, 1, matrix(2, 0, nan, 0, 0))))
		assert.True(t, math.IsNaN(f[0]) && !math.IsNaN(f[1]))
		assert.True(t, math.IsNaN(g[0]) && math.IsNaN(g[1]))
		u, v := []float64{1, 1}, []float64{nan, 1}
		assert.True(t, math.IsNaN(SinkhornKernel(u, v, a, a, 1, 1, matrix(2, 1, 1, 1, 1))))
	})
}

// massesFarFromSums has quotients of a mass and a sum that are subnormal or overflow, though neither the sum does nor the
// potential.
func massesFarFromSums[T kernels.Float](t *testing.T, masses ...T) {
	unit := testkit.Roundoff[T]()
	c := kernels.Matrix[T]{Rows: 2, Cols: 2, Stride: 2, Data: make([]T, 4)}
	for _, mass := range masses {
		for _, far := range []T{-130, -26, 0, 32, 130} {
			for _, power := range []T{1, 0.5} {
				f, g := []T{far, far}, []T{0, 0}
				SinkhornLog(f, g, []T{mass, mass}, []T{mass, 1}, 1, power, 1, c)
				logMass := testkit.Log(float64(mass)).Float64()
				want := float64(power) * (logMass - math.Ln2)
				bound := 4 * unit * (800 + math.Abs(float64(far)))
				assert.InDelta(t, want, float64(f[0]), bound, "%T %v from %v, power %v", mass, mass, far, power)
				assert.InDelta(t, logMass-want-math.Ln2, float64(g[0]), bound, "%T %v from %v, power %v", mass, mass, far, power)
				assert.InDelta(t, -want-math.Ln2, float64(g[1]), bound, "%T %v from %v, power %v", mass, mass, far, power)
			}
		}
	}
}
