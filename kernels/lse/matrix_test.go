package lse

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// The tests of the matrix kernels' specification: against sums of exponentials in 160-bit arithmetic, on potentials far
// from and near to a solution, and on the special values that matrix.go promises.

const bits = 160

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }

// bigExp is exp(x) by argument halving and its Taylor series.
func bigExp(x *big.Float) *big.Float {
	const halvings = 40
	small := new(big.Float).SetPrec(bits).SetMantExp(x, -halvings)
	sum, term := bigFloat(1), bigFloat(1)
	for n := 1; n < 12; n++ {
		term.Mul(term, small)
		term.Quo(term, bigFloat(float64(n)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog is log(x) by Newton's method from the float64 logarithm.
func bigLog(x *big.Float) *big.Float {
	mantissa := new(big.Float)
	exponent := x.MantExp(mantissa)
	m, _ := mantissa.Float64()
	y := bigFloat(math.Log(m) + float64(exponent)*math.Ln2)
	for range 3 {
		quotient := new(big.Float).SetPrec(bits).Quo(x, bigExp(y))
		y.Add(y, quotient.Sub(quotient, bigFloat(1)))
	}
	return y
}

// bigSum is sum_k exp(scale*(x[k] - y[k])), with x nil for zeros.
func bigSum(scale float64, x, y []float64) *big.Float {
	sum := bigFloat(0)
	for k := range y {
		term := bigFloat(-y[k])
		if x != nil {
			term.Add(term, bigFloat(x[k]))
		}
		sum.Add(sum, bigExp(term.Mul(term, bigFloat(scale))))
	}
	return sum
}

func randomMatrix[T kernels.Float](r *rand.Rand, rows, cols, padding int, size float64) kernels.Matrix[T] {
	c := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + padding, Data: randomVector[T](r, rows*(cols+padding), size)}
	for i := range c.Data {
		if i%c.Stride >= cols {
			c.Data[i] = T(math.NaN()) // nobody may read the padding
		}
	}
	return c
}

func randomVector[T kernels.Float](r *rand.Rand, n int, size float64) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(size * r.Float64())
	}
	return x
}

func wide[T kernels.Float](x []T) []float64 {
	if x == nil {
		return nil
	}
	y := make([]float64, len(x))
	for i := range x {
		y[i] = float64(x[i])
	}
	return y
}

func row[T kernels.Float](c kernels.Matrix[T], i int) []float64 {
	return wide(c.Data[i*c.Stride:][:c.Cols])
}

func column[T kernels.Float](c kernels.Matrix[T], j int) []float64 {
	y := make([]float64, c.Rows)
	for i := range y {
		y[i] = float64(c.Data[i*c.Stride+j])
	}
	return y
}

var matrixShapes = [][2]int{{1, 1}, {3, 1}, {1, 5}, {7, 9}, {5, 70}, {66, 4}, {17, 129}}

func TestLogSumExpMatrix(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testLogSumExpMatrix[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testLogSumExpMatrix[float32](t, 0x1p-24) })
}

func testLogSumExpMatrix[T kernels.Float](t *testing.T, unit float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range matrixShapes {
		for _, scale := range []float64{1, 1000, -30} {
			c := randomMatrix[T](r, shape[0], shape[1], 3, 2)
			for _, shifted := range []bool{false, true} {
				var rowShift, columnShift []T
				if shifted {
					rowShift, columnShift = randomVector[T](r, c.Cols, 3), randomVector[T](r, c.Rows, 3)
				}
				rows, columns := make([]T, c.Rows), make([]T, c.Cols)
				LogSumExpRows(rows, T(scale), rowShift, c)
				LogSumExpColumns(columns, T(scale), columnShift, c)
				for i := range rows {
					want, _ := bigLog(bigSum(scale, wide(rowShift), row(c, i))).Float64()
					assert.InDelta(t, want, float64(rows[i]), 8*unit*(1+5*math.Abs(scale)), "row %d of %v, scale %v", i, shape, scale)
				}
				for j := range columns {
					want, _ := bigLog(bigSum(scale, wide(columnShift), column(c, j))).Float64()
					assert.InDelta(t, want, float64(columns[j]), 8*unit*(1+5*math.Abs(scale)), "column %d of %v, scale %v", j, shape, scale)
				}
			}
		}
	}
}

func TestPlan(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testPlan[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testPlan[float32](t, 0x1p-24) })
}

func testPlan[T kernels.Float](t *testing.T, unit float64) {
	r := rand.New(rand.NewPCG(3, 4))
	const scale = 20
	for _, shape := range matrixShapes {
		c := randomMatrix[T](r, shape[0], shape[1], 2, 2)
		f, g := randomVector[T](r, c.Rows, 1), randomVector[T](r, c.Cols, 1)
		p := kernels.Matrix[T]{Rows: c.Rows, Cols: c.Cols, Stride: c.Cols + 1, Data: make([]T, c.Rows*(c.Cols+1))}
		rows, columns := make([]T, c.Rows), make([]T, c.Cols)
		Plan(p, rows, columns, scale, f, g, c)
		bound := 4 * unit * (2*scale + float64(c.Rows+c.Cols)) // relative
		for i := range rows {
			want, _ := new(big.Float).Mul(bigSum(scale, wide(g), row(c, i)), bigExp(bigFloat(scale*float64(f[i])))).Float64()
			assert.InEpsilon(t, want, float64(rows[i]), bound)
			for j := range columns {
				want, _ := bigExp(bigFloat(scale * (float64(f[i]) + float64(g[j]) - float64(c.Data[i*c.Stride+j])))).Float64()
				assert.InEpsilon(t, want, float64(p.Data[i*p.Stride+j]), bound)
			}
		}
		for j := range columns {
			want, _ := new(big.Float).Mul(bigSum(scale, wide(f), column(c, j)), bigExp(bigFloat(scale*float64(g[j])))).Float64()
			assert.InEpsilon(t, want, float64(columns[j]), bound)
		}
		onlyRows, onlyColumns := make([]T, c.Rows), make([]T, c.Cols)
		Plan(kernels.Matrix[T]{}, onlyRows, onlyColumns, scale, f, g, c)
		assert.Equal(t, rows, onlyRows)
		assert.Equal(t, columns, onlyColumns)
	}
}

func TestSinkhornLog(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testSinkhornLog[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testSinkhornLog[float32](t, 0x1p-24) })
}

// testSinkhornLog compares three iterations with the formulas of the doc comment in 160 bits, each from the potentials
// that the kernel itself had reached.
func testSinkhornLog[T kernels.Float](t *testing.T, unit float64) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, shape := range matrixShapes {
		for _, eps := range []float64{0.5, 0.002} {
			for _, power := range []float64{1, 0.75} {
				c := randomMatrix[T](r, shape[0], shape[1], 1, 1)
				f, g := make([]T, c.Rows), randomVector[T](r, c.Cols, 1)
				a, b := randomVector[T](r, c.Rows, 1), randomVector[T](r, c.Cols, 1)
				for range 3 {
					oldF, oldG := wide(f), wide(g)
					powerG := T(1 - (1-power)/2)
					err := SinkhornLog(f, g, a, b, T(eps), T(power), powerG, c)
					scale := 1 / float64(T(eps))
					largest := 0.0
					for _, potentials := range [][]float64{oldF, oldG, wide(f), wide(g), {1}} { // 1 is beyond the costs
						for _, p := range potentials {
							largest = max(largest, math.Abs(p))
						}
					}
					bound := func(terms int) float64 { return unit * (16*largest + eps*float64(terms+8)) }
					var wantErr float64
					for i := range f {
						rest := bigSum(scale, oldG, row(c, i))
						s, _ := new(big.Float).Mul(rest, bigExp(bigFloat(oldF[i]*scale))).Float64()
						wantErr += math.Abs(s - float64(a[i]))
						logRest, _ := bigLog(rest).Float64()
						assert.InDelta(t, float64(T(power))/scale*(math.Log(float64(a[i]))-logRest), float64(f[i]), bound(c.Cols))
					}
					if math.IsInf(float64(T(wantErr)), 1) {
						assert.True(t, math.IsInf(float64(err), 1), "a sum beyond the range of T")
					} else {
						assert.InDelta(t, wantErr, float64(err), 40*unit/eps*(wantErr+10))
					}
					for j := range g {
						logRest, _ := bigLog(bigSum(scale, wide(f), column(c, j))).Float64()
						assert.InDelta(t, float64(powerG)/scale*(math.Log(float64(b[j]))-logRest), float64(g[j]), bound(c.Rows))
					}
				}
			}
		}
	}
}

func TestSinkhornKernel(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testSinkhornKernel[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testSinkhornKernel[float32](t, 0x1p-24) })
}

func testSinkhornKernel[T kernels.Float](t *testing.T, unit float64) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, shape := range matrixShapes {
		for _, power := range []T{1, 0.75} {
			k := randomMatrix[T](r, shape[0], shape[1], 2, 1)
			u, v := randomVector[T](r, k.Rows, 2), randomVector[T](r, k.Cols, 2)
			a, b := randomVector[T](r, k.Rows, 1), randomVector[T](r, k.Cols, 1)
			oldU, oldV := wide(u), wide(v)
			err := SinkhornKernel(u, v, a, b, power, 1, k)
			bound := 8 * unit * float64(k.Rows+k.Cols)
			var wantErr, size float64
			for i := range u {
				s := dot(row(k, i), oldV)
				wantErr += math.Abs(oldU[i]*s - float64(a[i]))
				size += oldU[i]*s + float64(a[i])
				assert.InEpsilon(t, math.Pow(float64(a[i])/s, float64(power)), float64(u[i]), unit*float64(k.Cols+4))
			}
			assert.InDelta(t, wantErr, float64(err), bound*size)
			for j := range v {
				assert.InEpsilon(t, float64(b[j])/dot(column(k, j), wide(u)), float64(v[j]), unit*float64(k.Rows+4))
			}
		}
	}
}

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

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
	t.Run("underflow and overflow", func(t *testing.T) {
		for _, far := range []float64{1e4, -1e4} {
			f, g := []float64{far, far}, []float64{0, 0}
			SinkhornLog(f, g, []float64{0.5, 0.5}, []float64{0.5, 0.5}, 1, 1, 1, matrix(2, 0, 0, 0, 0))
			assert.InDeltaSlice(t, []float64{-2 * math.Ln2, -2 * math.Ln2}, f, 1e-15)
			assert.InDeltaSlice(t, []float64{0, 0}, g, 1e-15)
		}
	})
	t.Run("masses far from the sums", func(t *testing.T) {
		massesFarFromSums(t, 0x1p-53, 5e-324, 1e-320, 1e-310, 1e-300, 1, 1e130, 1e300)
		massesFarFromSums[float32](t, 0x1p-24, 0x1p-149, 1e-42, 1e-30, 1, 1e10, 1e30)
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
func massesFarFromSums[T kernels.Float](t *testing.T, unit float64, masses ...T) {
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

func TestMatrixShapes(t *testing.T) {
	c := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: make([]float64, 6)}
	x2, x3 := make([]float64, 2), make([]float64, 3)
	assert.PanicsWithValue(t, "lse: LogSumExpRows: len(dst)=3, c.Rows=2", func() { LogSumExpRows(x3, 1, nil, c) })
	assert.PanicsWithValue(t, "lse: LogSumExpRows: len(shift)=2, c.Cols=3", func() { LogSumExpRows(x2, 1, x2, c) })
	assert.PanicsWithValue(t, "lse: LogSumExpColumns: len(dst)=2, c.Cols=3", func() { LogSumExpColumns(x2, 1, nil, c) })
	assert.PanicsWithValue(t, "lse: Plan: p.Rows=1, c.Rows=2", func() {
		Plan(kernels.Matrix[float64]{Rows: 1, Cols: 3, Stride: 3, Data: x3}, x2, x3, 1, x2, x3, c)
	})
	assert.PanicsWithValue(t, "lse: SinkhornLog: len(b)=2, c.Cols=3", func() { SinkhornLog(x2, x3, x2, x2, 1, 1, 1, c) })
	assert.PanicsWithValue(t, "lse: SinkhornKernel: len(u)=3, k.Rows=2", func() { SinkhornKernel(x3, x3, x2, x3, 1, 1, c) })
	short := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: x3}
	assert.PanicsWithValue(t, "lse: LogSumExpRows: c: rows=2, cols=3, stride=3, len(data)=3: data is too short",
		func() { LogSumExpRows(x2, 1, nil, short) })
}
