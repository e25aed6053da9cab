package vec

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Axpy adds a multiple of x to y: y[i] += alpha*x[i], the product and the sum rounded once each.
//
// It panics if the lengths differ. y may be exactly x. alpha = 0 is no exception: 0 times an infinity or NaN is NaN.
func Axpy[T kernels.Float](alpha T, x, y []T) {
	check.Equal("vec", "Axpy", "x", len(x), "y", len(y))
	for len(x) > panel {
		axpy(alpha, x[:panel], y[:panel])
		x, y = x[panel:], y[panel:]
	}
	axpy(alpha, x, y)
}

// Scale multiplies x by alpha in place: x[i] *= alpha, rounded once.
//
// alpha = 0 is no exception: 0 times an infinity or NaN is NaN.
func Scale[T kernels.Float](alpha T, x []T) {
	for len(x) > panel {
		scale(alpha, x[:panel])
		x = x[panel:]
	}
	scale(alpha, x)
}

// Add sets dst[i] = x[i] + y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Add[T kernels.Float](dst, x, y []T) {
	checkThree("Add", len(dst), len(x), len(y))
	for len(dst) > panel {
		add(dst[:panel], x[:panel], y[:panel])
		dst, x, y = dst[panel:], x[panel:], y[panel:]
	}
	add(dst, x, y)
}

// Sub sets dst[i] = x[i] - y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Sub[T kernels.Float](dst, x, y []T) {
	checkThree("Sub", len(dst), len(x), len(y))
	for len(dst) > panel {
		sub(dst[:panel], x[:panel], y[:panel])
		dst, x, y = dst[panel:], x[panel:], y[panel:]
	}
	sub(dst, x, y)
}

// Mul sets dst[i] = x[i] * y[i], rounded once.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Mul[T kernels.Float](dst, x, y []T) {
	checkThree("Mul", len(dst), len(x), len(y))
	for len(dst) > panel {
		mul(dst[:panel], x[:panel], y[:panel])
		dst, x, y = dst[panel:], x[panel:], y[panel:]
	}
	mul(dst, x, y)
}

// Div sets dst[i] = x[i] / y[i], rounded once. Division by a zero gives an infinity, or NaN for 0/0, and never panics.
//
// It panics if the lengths differ. dst may be exactly x or y.
func Div[T kernels.Float](dst, x, y []T) {
	checkThree("Div", len(dst), len(x), len(y))
	for len(dst) > panel {
		div(dst[:panel], x[:panel], y[:panel])
		dst, x, y = dst[panel:], x[panel:], y[panel:]
	}
	div(dst, x, y)
}

// AddScaled sets dst[i] = a*x[i] + b*y[i], the two products and their sum rounded once each.
//
// It panics if the lengths differ. dst may be exactly x or y. Neither a = 0 nor b = 0 is an exception: 0 times an
// infinity or NaN is NaN.
func AddScaled[T kernels.Float](dst []T, a T, x []T, b T, y []T) {
	checkThree("AddScaled", len(dst), len(x), len(y))
	for len(dst) > panel {
		addScaled(dst[:panel], a, x[:panel], b, y[:panel])
		dst, x, y = dst[panel:], x[panel:], y[panel:]
	}
	addScaled(dst, a, x, b, y)
}

// Clamp sets dst[i] to x[i] moved into [lo, hi]: lo where x[i] < lo, hi where x[i] > hi, else x[i] itself.
// NaN stays NaN, and a zero that compares equal to a bound keeps its own sign.
//
// It panics if the lengths differ and unless lo <= hi, so a bound of NaN panics; infinite bounds are fine.
// dst may be exactly x.
func Clamp[T kernels.Float](dst, x []T, lo, hi T) {
	check.Equal("vec", "Clamp", "dst", len(dst), "x", len(x))
	if !(lo <= hi) {
		check.Panic("vec", "Clamp", fmt.Sprintf("lo=%v, hi=%v", lo, hi))
	}
	for len(dst) > panel {
		clamp(dst[:panel], x[:panel], lo, hi)
		dst, x = dst[panel:], x[panel:]
	}
	clamp(dst, x, lo, hi)
}

// SoftThreshold sets dst[i] = sign(x[i]) * max(|x[i]| - t, 0), the proximal operator of t times the absolute value,
// rounded once. Where |x[i]| <= t, infinities included, the result is +0; where x[i] is NaN it is NaN.
//
// It panics if the lengths differ and unless t >= 0, so t = NaN panics. dst may be exactly x.
func SoftThreshold[T kernels.Float](dst, x []T, t T) {
	check.Equal("vec", "SoftThreshold", "dst", len(dst), "x", len(x))
	if !(t >= 0) {
		check.Panic("vec", "SoftThreshold", fmt.Sprintf("t=%v", t))
	}
	for len(dst) > panel {
		softThreshold(dst[:panel], x[:panel], t)
		dst, x = dst[panel:], x[panel:]
	}
	softThreshold(dst, x, t)
}

// Fill sets every element of dst to v; of a NaN the payload is kept.
func Fill[T kernels.Float](dst []T, v T) {
	for len(dst) > panel {
		fill(dst[:panel], v)
		dst = dst[panel:]
	}
	fill(dst, v)
}

// checkThree panics unless the three operands of dst = f(x, y) have one length.
func checkThree(function string, dst, x, y int) {
	check.Equal("vec", function, "dst", dst, "x", x)
	check.Equal("vec", function, "dst", dst, "y", y)
}
