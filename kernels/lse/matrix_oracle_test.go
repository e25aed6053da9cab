package lse

import (
	"math"
	"math/big"
	"math/rand/v2"

	"github.com/raphson-go/raphson/kernels"
)

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

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}
