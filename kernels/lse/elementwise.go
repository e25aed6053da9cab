package lse

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Exp sets dst[i] = e^x[i]. The error is at most 1 ULP.
//
// It panics if the lengths differ. dst may be exactly x.
// Exp(±0) = 1 exactly, Exp(-Inf) = +0, Exp(+Inf) = +Inf, Exp(NaN) = NaN; overflow gives +Inf, underflow is gradual.
//
// Method: Cody and Waite, Software Manual for the Elementary Functions (1980), with a minimax polynomial, on AVX-512
// after a table of sixteenths of powers of two in registers.
func Exp[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Exp", "dst", len(dst), "x", len(x))
	elementwise(ofExp, dst, x)
}

// Expm1 sets dst[i] = e^x[i] - 1, accurately near zero. The error is at most 2 ULP.
//
// It panics if the lengths differ. dst may be exactly x.
// Expm1(±0) = ±0, Expm1(-Inf) = -1, Expm1(+Inf) = +Inf, Expm1(NaN) = NaN; overflow gives +Inf.
//
// Method: as Exp, with the leading terms added with their rounding error.
func Expm1[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Expm1", "dst", len(dst), "x", len(x))
	elementwise(ofExpm1, dst, x)
}

// Log sets dst[i] to the natural logarithm of x[i]. The error is at most 1 ULP.
//
// It panics if the lengths differ. dst may be exactly x.
// Log(±0) = -Inf, Log(x < 0) = NaN, Log(1) = +0, Log(+Inf) = +Inf, Log(NaN) = NaN.
//
// Method: float64 as Sun's fdlibm (Ng, 1993), on AVX-512 after Tang (1990) with 16 reciprocals in registers; float32 by a
// minimax polynomial.
func Log[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Log", "dst", len(dst), "x", len(x))
	elementwise(ofLog, dst, x)
}

// Log1p sets dst[i] = log(1 + x[i]), accurately near zero. The error is at most 2 ULP.
//
// It panics if the lengths differ. dst may be exactly x.
// Log1p(±0) = ±0, Log1p(-1) = -Inf, Log1p(x < -1) = NaN, Log1p(+Inf) = +Inf, Log1p(NaN) = NaN.
//
// Method: as Log, with (1+x)/2^e formed in one rounding.
func Log1p[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Log1p", "dst", len(dst), "x", len(x))
	elementwise(ofLog1p, dst, x)
}

// Tanh sets dst[i] to the hyperbolic tangent of x[i]. The error is at most 2 ULP, and no result exceeds 1 in magnitude.
//
// It panics if the lengths differ. dst may be exactly x.
// Tanh(±0) = ±0, Tanh(±Inf) = ±1, Tanh(NaN) = NaN.
//
// Method: t/(t+2) with t = e^(2|x|) - 1, the quotient corrected once.
func Tanh[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Tanh", "dst", len(dst), "x", len(x))
	elementwise(ofTanh, dst, x)
}

// Sigmoid sets dst[i] = 1/(1 + e^-x[i]), the logistic function. The error is at most 2 ULP, and no result exceeds 1.
//
// It panics if the lengths differ. dst may be exactly x.
// Sigmoid(±0) = 1/2, Sigmoid(-Inf) = +0, Sigmoid(+Inf) = 1, Sigmoid(NaN) = NaN; underflow is gradual.
//
// Method: from e^-|x|, the quotient corrected once.
func Sigmoid[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Sigmoid", "dst", len(dst), "x", len(x))
	elementwise(ofSigmoid, dst, x)
}

// Softplus sets dst[i] = log(1 + e^x[i]). The error is at most 2 ULP.
//
// It panics if the lengths differ. dst may be exactly x.
// Softplus(-Inf) = +0, Softplus(+Inf) = +Inf, Softplus(NaN) = NaN; underflow is gradual, and there is no overflow.
//
// Method: max(x, 0) + log(1 + e^-|x|).
func Softplus[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Softplus", "dst", len(dst), "x", len(x))
	elementwise(ofSoftplus, dst, x)
}

// LogAddExp sets dst[i] = log(e^x[i] + e^y[i]) without overflow. The error is at most 2 ULP of the largest of |x[i]|, |y[i]|
// and 1; where the result is much smaller than these, as near x[i] = y[i] = -log 2, it is not accurate in its own last places.
//
// It panics if the lengths differ. dst may be exactly x or y.
// Two of -Inf give -Inf, +Inf with anything but NaN gives +Inf, NaN with anything gives NaN.
func LogAddExp[T kernels.Float](dst, x, y []T) {
	check.Equal("lse", "LogAddExp", "dst", len(dst), "x", len(x))
	check.Equal("lse", "LogAddExp", "dst", len(dst), "y", len(y))
	r := request[T]{do: ofLogAddExp, dst: dst, x: x, y: y}
	r.run()
}

// elementwise runs a function of one operand.
func elementwise[T kernels.Float](do operation, dst, x []T) {
	r := request[T]{do: do, dst: dst, x: x}
	r.run()
}
