package coord

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// lossPanel is the number of predictions that are worked on at a time, so that what is lent stays in the first cache.
const lossPanel = 1024

// Logistic returns the sum of log(1 + exp(-y*m)) over margins m and labels y, which are 1 and -1, and sets gradient to the
// derivatives -y*s and curvature to the second derivatives s*(1-s), where s = 1/(1 + exp(y*m)); each is left out if nil.
// [GradientAt] of the gradient is that of a block of coordinates, [GramAt] weighted with the curvature its Hessian.
//
// It panics if the lengths differ. gradient and curvature may be exactly margin or label, but not each other. Nothing overflows
// and small terms are kept: derivatives are within 8 rounding units, the sum within 1024 + 8. NaN propagates.
func Logistic[T kernels.Float](gradient, curvature, margin, label []T) T {
	checkLoss("Logistic", gradient, curvature, "margin", margin, "label", label)
	return overPanels(ofLogistic, 0, gradient, curvature, margin, label)
}

// Squared returns half the sum of (p - t)^2 over predictions p and targets t, and sets gradient to p - t and curvature to 1; each
// is left out if nil.
//
// It panics if the lengths differ. gradient and curvature may be exactly prediction or target, but not each other. The relative
// error of the sum is at most 1024 + 8 rounding units; twice the sum, that of the squares, may overflow. NaN propagates.
func Squared[T kernels.Float](gradient, curvature, prediction, target []T) T {
	checkLoss("Squared", gradient, curvature, "prediction", prediction, "target", target)
	return overPanels(ofSquared, 0, gradient, curvature, prediction, target)
}

// Huber returns the sum of Huber's loss over predictions p and targets t, which is d^2/2 for |d| <= delta and delta*|d| -
// delta^2/2 beyond, for d = p - t. It sets gradient to d clamped to [-delta, delta] and curvature to 1 within and 0 beyond; each
// is left out if nil.
//
// It panics if the lengths differ, and unless delta is positive and finite. gradient and curvature may be exactly prediction or
// target, but not each other. The relative error of the sum is at most 1024 + 8 rounding units. NaN propagates, to the curvature as 0.
func Huber[T kernels.Float](gradient, curvature, prediction, target []T, delta T) T {
	checkLoss("Huber", gradient, curvature, "prediction", prediction, "target", target)
	if !(delta > 0 && check.Finite(delta)) {
		check.Panic("coord", "Huber", fmt.Sprintf("delta=%v: want it positive and finite", delta))
	}
	return overPanels(ofHuber, delta, gradient, curvature, prediction, target)
}

// Hinge returns the sum of max(0, 1 - y*m) over margins m and labels y, which are 1 and -1, and sets gradient to a
// subgradient, -y where y*m < 1 and 0 elsewhere, and curvature to 0; each is left out if nil.
//
// It panics if the lengths differ. gradient and curvature may be exactly margin or label, but not each other. The relative
// error of the sum is at most 1024 + 8 rounding units. NaN propagates to the sum.
func Hinge[T kernels.Float](gradient, curvature, margin, label []T) T {
	checkLoss("Hinge", gradient, curvature, "margin", margin, "label", label)
	return overPanels(ofHinge, 0, gradient, curvature, margin, label)
}

// SquaredHinge returns half the sum of max(0, 1 - y*m)^2 over margins m and labels y, which are 1 and -1, and sets gradient to
// -y*max(0, 1 - y*m) and curvature to 1 where y*m < 1 and 0 elsewhere; each is left out if nil.
//
// It panics if the lengths differ. gradient and curvature may be exactly margin or label, but not each other. The relative
// error of the sum is at most 1024 + 8 rounding units; twice the sum, that of the squares, may overflow. NaN propagates to the sum and the
// gradient.
func SquaredHinge[T kernels.Float](gradient, curvature, margin, label []T) T {
	checkLoss("SquaredHinge", gradient, curvature, "margin", margin, "label", label)
	return overPanels(ofSquaredHinge, 0, gradient, curvature, margin, label)
}

func checkLoss[T kernels.Float](function string, gradient, curvature []T, name1 string, x []T, name2 string, y []T) {
	check.Equal("coord", function, name1, len(x), name2, len(y))
	if gradient != nil {
		check.Equal("coord", function, "gradient", len(gradient), name1, len(x))
	}
	if curvature != nil {
		check.Equal("coord", function, "curvature", len(curvature), name1, len(x))
	}
}

// lossKind names a loss, because what a function variable is called with escapes to the heap.
type lossKind uint8

const (
	ofLogistic lossKind = iota
	ofSquared
	ofHuber
	ofHinge
	ofSquaredHinge
)

// overPanels adds up a loss panel by panel; what is not asked for goes to lent memory.
func overPanels[T kernels.Float](kind lossKind, delta T, gradient, curvature, x, y []T) T {
	size := min(lossPanel, len(x))
	memory := scratch.Get[T](2 * size)
	defer memory.Release()
	total := 0.0
	for begin := 0; begin < len(x); begin += lossPanel {
		end := min(begin+lossPanel, len(x))
		g, c := memory.Data[:end-begin], memory.Data[size:size+end-begin]
		if gradient != nil {
			g = gradient[begin:end]
		}
		if curvature != nil {
			c = curvature[begin:end]
		}
		total += float64(ofPanel(kind, delta, g, c, x[begin:end], y[begin:end]))
	}
	return T(total)
}

func ofPanel[T kernels.Float](kind lossKind, delta T, gradient, curvature, x, y []T) T {
	switch kind {
	case ofLogistic:
		return logistic(gradient, curvature, x, y)
	case ofSquared:
		return squared(gradient, curvature, x, y)
	case ofHuber:
		return huber(gradient, curvature, x, y, delta)
	case ofHinge:
		return hinge(gradient, curvature, x, y)
	}
	return squaredHinge(gradient, curvature, x, y)
}
