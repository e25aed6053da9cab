package bcd

import (
	"fmt"
	"math"
)

// LeastSquares is f(x) = |A*x - b|^2/2 for a target b of each observation. The variables are the weights of the features.
// The error wraps ErrNil, ErrShape or ErrFinite.
func LeastSquares(a *Data, b []float64) (Problem, error) {
	if a == nil {
		return nil, fmt.Errorf("bcd: a: %w", ErrNil)
	}
	if err := checkVector("b", b, "rows of a", a.rows); err != nil {
		return nil, err
	}
	return newLinear(a, squared{append([]float64(nil), b...)}, 1, true), nil
}

// Logistic is f(x) = sum_i log(1 + exp(-b_i a_i'x)) for labels b_i of -1 and 1. The variables are the weights of the features; the
// Hessian is bounded by A'A/4. The error wraps ErrNil, ErrShape, ErrFinite or ErrLabel.
func Logistic(a *Data, b []float64) (Problem, error) {
	if a == nil {
		return nil, fmt.Errorf("bcd: a: %w", ErrNil)
	}
	if err := checkVector("b", b, "rows of a", a.rows); err != nil {
		return nil, err
	}
	for i, v := range b {
		if v != 1 && v != -1 {
			return nil, fmt.Errorf("bcd: b[%d] = %v, want -1 or 1: %w", i, v, ErrLabel)
		}
	}
	return newLinear(a, logistic{append([]float64(nil), b...)}, 1, false), nil
}

// Softmax is f(x) = sum_i log(sum_c exp(z_ic)) - z_iy, with z = A*X, for a class y_i from 0 up to but not including classes of each
// observation. Variable j*classes + c is element (j, c) of X, the weight of feature j for class c. The Hessian is bounded by
// (I - 1/k)/2 times A'A across k classes (Böhning, Multinomial logistic regression algorithm, 1992), where of a block k is
// the number of its classes and one more for all others. The error wraps ErrNil, ErrShape, ErrSetting or ErrLabel.
func Softmax(a *Data, y []int, classes int) (Problem, error) {
	if a == nil {
		return nil, fmt.Errorf("bcd: a: %w", ErrNil)
	}
	if classes < 2 {
		return nil, fmt.Errorf("bcd: classes = %d, want 2 or more: %w", classes, ErrSetting)
	}
	if classes > math.MaxInt32/max(a.cols, 1) {
		return nil, fmt.Errorf("bcd: classes = %d, features = %d, want fewer than 2^31 variables: %w", classes, a.cols, ErrSetting)
	}
	if len(y) != a.rows {
		return nil, fmt.Errorf("bcd: len(y) = %d, rows of a = %d: %w", len(y), a.rows, ErrShape)
	}
	class := make([]int32, len(y))
	for i, v := range y {
		if v < 0 || v >= classes {
			return nil, fmt.Errorf("bcd: y[%d] = %d, want 0 to %d: %w", i, v, classes-1, ErrLabel)
		}
		class[i] = int32(v)
	}
	return newLinear(a, softmax{classes, class}, classes, false), nil
}
