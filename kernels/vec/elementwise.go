package vec

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// The dispatchers test for the common case, equal lengths in one panel; what fails it goes to a function of its own that
// panics or cuts panels. The public functions are inlined.

// common reports whether a vector of n elements is one call of assembly.
func common(n int) bool { return uint(n-1) < panel }

// Axpy adds a multiple of x to y: y[i] += alpha*x[i], the product and the sum rounded once each.
//
// It panics if the lengths differ. y may be exactly x. alpha = 0 is no exception: 0 times an infinity or NaN is NaN.
func Axpy[T kernels.Float](alpha T, x, y []T) {
	axpy(alpha, x, y)
}

func axpyUncommon[T kernels.Float](alpha T, x, y []T) {
	check.Equal("vec", "Axpy", "x", len(x), "y", len(y))
	for begin := 0; begin < len(x); begin += panel {
		end := panelEnd(begin, len(x), panel)
		axpy(alpha, x[begin:end], y[begin:end])
	}
}

// Scale multiplies x by alpha in place: x[i] *= alpha, rounded once.
//
// alpha = 0 is no exception: 0 times an infinity or NaN is NaN.
func Scale[T kernels.Float](alpha T, x []T) {
	scale(alpha, x)
}

func scaleUncommon[T kernels.Float](alpha T, x []T) {
	for begin := 0; begin < len(x); begin += panel {
		end := panelEnd(begin, len(x), panel)
		scale(alpha, x[begin:end])
	}
}

// Add sets dst[i] = x[i] + y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Add[T kernels.Float](dst, x, y []T) {
	add(dst, x, y)
}

func addUncommon[T kernels.Float](dst, x, y []T) {
	checkOperands("Add", len(dst), len(x), len(y))
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		add(dst[begin:end], x[begin:end], y[begin:end])
	}
}

// Sub sets dst[i] = x[i] - y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Sub[T kernels.Float](dst, x, y []T) {
	sub(dst, x, y)
}

func subUncommon[T kernels.Float](dst, x, y []T) {
	checkOperands("Sub", len(dst), len(x), len(y))
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		sub(dst[begin:end], x[begin:end], y[begin:end])
	}
}

// Mul sets dst[i] = x[i] * y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Mul[T kernels.Float](dst, x, y []T) {
	mul(dst, x, y)
}

func mulUncommon[T kernels.Float](dst, x, y []T) {
	checkOperands("Mul", len(dst), len(x), len(y))
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		mul(dst[begin:end], x[begin:end], y[begin:end])
	}
}

// Div sets dst[i] = x[i] / y[i], rounded once. Division by a zero gives an infinity, or NaN for 0/0, and never panics.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Div[T kernels.Float](dst, x, y []T) {
	div(dst, x, y)
}

func divUncommon[T kernels.Float](dst, x, y []T) {
	checkOperands("Div", len(dst), len(x), len(y))
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		div(dst[begin:end], x[begin:end], y[begin:end])
	}
}

// AddScaled sets dst[i] = a*x[i] + b*y[i], the two products and their sum rounded once each.
//
// It panics if the lengths differ. dst may be exactly x or y. Neither a = 0 nor b = 0 is an exception: 0 times an
// infinity or NaN is NaN.
func AddScaled[T kernels.Float](dst []T, a T, x []T, b T, y []T) {
	addScaled(dst, a, x, b, y)
}

func addScaledUncommon[T kernels.Float](dst []T, a T, x []T, b T, y []T) {
	checkOperands("AddScaled", len(dst), len(x), len(y))
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		addScaled(dst[begin:end], a, x[begin:end], b, y[begin:end])
	}
}

// Clamp sets dst[i] to x[i] moved into [lo, hi]: lo where x[i] < lo, hi where x[i] > hi, else x[i] itself.
// NaN stays NaN, and a zero that compares equal to a bound keeps its own sign.
//
// It panics if the lengths differ and unless lo <= hi, so a bound of NaN panics; infinite bounds are fine.
// dst may be exactly x.
func Clamp[T kernels.Float](dst, x []T, lo, hi T) {
	clamp(dst, x, lo, hi)
}

func clampUncommon[T kernels.Float](dst, x []T, lo, hi T) {
	check.Equal("vec", "Clamp", "dst", len(dst), "x", len(x))
	if !(lo <= hi) {
		check.Panic("vec", "Clamp", fmt.Sprintf("lo=%v, hi=%v: want lo <= hi", lo, hi))
	}
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		clamp(dst[begin:end], x[begin:end], lo, hi)
	}
}

// SoftThreshold sets dst[i] = sign(x[i]) * max(|x[i]| - t, 0), the proximal operator of t times the absolute value,
// rounded once. Where |x[i]| <= t, infinities included, the result is +0; where x[i] is NaN it is NaN.
//
// It panics if the lengths differ and unless t >= 0, so t = NaN panics. dst may be exactly x.
func SoftThreshold[T kernels.Float](dst, x []T, t T) {
	softThreshold(dst, x, t)
}

func softThresholdUncommon[T kernels.Float](dst, x []T, t T) {
	check.Equal("vec", "SoftThreshold", "dst", len(dst), "x", len(x))
	if !(t >= 0) {
		check.Panic("vec", "SoftThreshold", fmt.Sprintf("t=%v: want 0 or more", t))
	}
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		softThreshold(dst[begin:end], x[begin:end], t)
	}
}

// Fill sets every element of dst to v; of a NaN the payload is kept.
func Fill[T kernels.Float](dst []T, v T) {
	fill(dst, v)
}

func fillUncommon[T kernels.Float](dst []T, v T) {
	for begin := 0; begin < len(dst); begin += panel {
		end := panelEnd(begin, len(dst), panel)
		fill(dst[begin:end], v)
	}
}

// checkOperands panics unless the three operands of dst = f(x, y) have one length.
func checkOperands(function string, dst, x, y int) {
	check.Equal("vec", function, "dst", dst, "x", x)
	check.Equal("vec", function, "dst", dst, "y", y)
}

// panelEnd is the end of the panel at begin of a vector of n elements.
func panelEnd(begin, n, panel int) int {
	if n-begin > panel {
		return begin + panel
	}
	return n
}
