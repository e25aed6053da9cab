package lse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// The tests of the matrix kernels' specification: against sums of exponentials to more than 90 bits, on potentials far
// from and near to a solution. The special values that matrix.go promises have a file of their own.

var matrixShapes = [][2]int{{1, 1}, {3, 1}, {1, 5}, {7, 9}, {5, 70}, {66, 4}, {17, 129}}

func TestLogSumExpMatrix(t *testing.T) {
	testkit.EachType(t, testLogSumExpMatrix[float32], testLogSumExpMatrix[float64])
}

func testLogSumExpMatrix[T kernels.Float](t *testing.T) {
	unit := testkit.Roundoff[T]()
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
					want := sumOfExponentials(scale, wide(rowShift), row(c, i)).Log().Float64()
					requireWithin(t, want, float64(rows[i]), 8*unit*(1+5*math.Abs(scale)), "row", i, "of", shape, "scale", scale)
				}
				for j := range columns {
					want := sumOfExponentials(scale, wide(columnShift), column(c, j)).Log().Float64()
					requireWithin(t, want, float64(columns[j]), 8*unit*(1+5*math.Abs(scale)), "column", j, "of", shape, "scale", scale)
				}
			}
		}
	}
}

func TestPlan(t *testing.T) {
	testkit.EachType(t, testPlan[float32], testPlan[float64])
}

func testPlan[T kernels.Float](t *testing.T) {
	unit := testkit.Roundoff[T]()
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
			want := sumOfExponentials(scale, wide(g), row(c, i)).Mul(testkit.Exp(scale * float64(f[i]))).Float64()
			requireRelative(t, want, float64(rows[i]), bound)
			for j := range columns {
				want := testkit.Exp(scale * (float64(f[i]) + float64(g[j]) - float64(c.Data[i*c.Stride+j]))).Float64()
				requireRelative(t, want, float64(p.Data[i*p.Stride+j]), bound)
			}
		}
		for j := range columns {
			want := sumOfExponentials(scale, wide(f), column(c, j)).Mul(testkit.Exp(scale * float64(g[j]))).Float64()
			requireRelative(t, want, float64(columns[j]), bound)
		}
		onlyRows, onlyColumns := make([]T, c.Rows), make([]T, c.Cols)
		Plan(kernels.Matrix[T]{}, onlyRows, onlyColumns, scale, f, g, c)
		assert.Equal(t, rows, onlyRows)
		assert.Equal(t, columns, onlyColumns)
	}
}

func TestSinkhornLog(t *testing.T) {
	testkit.EachType(t, testSinkhornLog[float32], testSinkhornLog[float64])
}

// testSinkhornLog compares three iterations with the formulas of the doc comment in more than 90 bits, each from the potentials
// that the kernel itself had reached.
func testSinkhornLog[T kernels.Float](t *testing.T) {
	unit := testkit.Roundoff[T]()
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
						rest := sumOfExponentials(scale, oldG, row(c, i))
						s := rest.Mul(testkit.Exp(oldF[i] * scale)).Float64()
						wantErr += math.Abs(s - float64(a[i]))
						logRest := rest.Log().Float64()
						requireWithin(t, float64(T(power))/scale*(math.Log(float64(a[i]))-logRest), float64(f[i]), bound(c.Cols))
					}
					if math.IsInf(float64(T(wantErr)), 1) {
						assert.True(t, math.IsInf(float64(err), 1), "a sum beyond the range of T")
					} else {
						requireWithin(t, wantErr, float64(err), 40*unit/eps*(wantErr+10))
					}
					newF := wide(f)
					for j := range g {
						logRest := sumOfExponentials(scale, newF, column(c, j)).Log().Float64()
						requireWithin(t, float64(powerG)/scale*(math.Log(float64(b[j]))-logRest), float64(g[j]), bound(c.Rows))
					}
				}
			}
		}
	}
}

func TestSinkhornKernel(t *testing.T) {
	testkit.EachType(t, testSinkhornKernel[float32], testSinkhornKernel[float64])
}

func testSinkhornKernel[T kernels.Float](t *testing.T) {
	unit := testkit.Roundoff[T]()
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
				requireRelative(t, math.Pow(float64(a[i])/s, float64(power)), float64(u[i]), unit*float64(k.Cols+4))
			}
			requireWithin(t, wantErr, float64(err), bound*size)
			newU := wide(u)
			for j := range v {
				requireRelative(t, float64(b[j])/dot(column(k, j), newU), float64(v[j]), unit*float64(k.Rows+4))
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
	for _, eps := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		message := fmt.Sprintf("lse: SinkhornLog: eps=%v: want it positive and finite", eps)
		assert.PanicsWithValue(t, message, func() { SinkhornLog(x2, x3, x2, x3, eps, 1, 1, c) })
	}
	assert.PanicsWithValue(t, "lse: SinkhornKernel: len(u)=3, k.Rows=2", func() { SinkhornKernel(x3, x3, x2, x3, 1, 1, c) })
	short := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: x3}
	assert.PanicsWithValue(t, "lse: LogSumExpRows: c: rows=2, cols=3, stride=3, len(data)=3: data is too short",
		func() { LogSumExpRows(x2, 1, nil, short) })
}

// TestRowsWithoutElements may be any distance apart, also one of which a multiple overflows.
func TestRowsWithoutElements(t *testing.T) {
	testkit.EachLevelAndType(t, testRowsWithoutElements[float32], testRowsWithoutElements[float64])
}

func testRowsWithoutElements[T kernels.Float](t *testing.T) {
	inf := T(math.Inf(1))
	for _, stride := range []int{0, 3, math.MaxInt/2 + 1, math.MaxInt} {
		c := kernels.Matrix[T]{Rows: 9, Stride: stride}
		mass, x, want := make([]T, 9), make([]T, 9), make([]T, 9)
		for i := range mass {
			mass[i], want[i] = 1, inf
		}
		for _, power := range []T{1, 0.5} {
			clear(x)
			assert.EqualValues(t, 9, SinkhornKernel(x, nil, mass, nil, power, 1, c), "stride %d", stride)
			assert.Equal(t, want, x)
			clear(x)
			assert.EqualValues(t, 9, SinkhornLog(x, nil, mass, nil, 1, power, 1, c), "stride %d", stride)
			assert.Equal(t, want, x)
		}
		LogSumExpRows(x, 1, nil, c)
		for i := range want {
			want[i] = -inf
		}
		assert.Equal(t, want, x)
	}
}
