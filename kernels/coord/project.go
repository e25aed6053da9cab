package coord

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// GroupSoftThreshold sets dst to x shortened by t, the proximal operator of t times the Euclidean norm: (1 - t/norm)*x, or +0
// where norm <= t.
//
// It panics if the lengths differ, and for a negative t or NaN. dst may be exactly x. The norm is that of vec.Norm2: with its relative
// error and 4 rounding units more, of |x[i]|, an element is off at most. NaN or an infinity in x makes NaN of what it stands beside, and
// so does a norm beyond the range of T.
func GroupSoftThreshold[T kernels.Float](dst, x []T, t T) {
	check.Equal("coord", "GroupSoftThreshold", "dst", len(dst), "x", len(x))
	checkAtLeastZero("GroupSoftThreshold", "t", t)
	shorten(dst, x, t)
}

// shorten is GroupSoftThreshold for what has been checked, or a t that is NaN.
func shorten[T kernels.Float](dst, x []T, t T) {
	norm := vec.Norm2(x)
	if norm <= t {
		clear(dst)
		return
	}
	copy(dst, x)
	vec.Scale((norm-t)/norm, dst)
}

// ProjectSimplex sets dst to the nearest point to x of the simplex of that radius: the vectors without negative elements
// whose sum it is.
//
// It panics if the lengths differ, for a radius that is not positive and finite, and for an empty x, which has no simplex.
// dst may be exactly x. x is finite, and the sum of its magnitudes and the radius does not overflow float64, else dst is
// unspecified. An element is off by a few rounding units of max |x| + radius, times
// the logarithm of the length at most.
//
// Method: L. Condat, "Fast projection onto the simplex and the l1 ball", Mathematical Programming 158 (2016), whose expected time is
// linear; sums are in float64.
func ProjectSimplex[T kernels.Float](dst, x []T, radius T) {
	check.Equal("coord", "ProjectSimplex", "dst", len(dst), "x", len(x))
	checkRadius("ProjectSimplex", radius)
	if len(x) == 0 {
		check.Panic("coord", "ProjectSimplex", "len(x)=0: want 1 or more")
	}
	memory := scratch.Get[T](2 * len(x))
	tau := T(simplexThreshold(x, float64(radius), memory.Data))
	memory.Release()
	for begin := 0; begin < len(x); begin += selectPanel {
		end := min(begin+selectPanel, len(x))
		excess(dst[begin:end], x[begin:end], tau)
	}
}

// ProjectL1Ball sets dst to the nearest point to x with a sum of absolute values of at most the radius: x itself where that
// holds, else the soft threshold of x that has that sum.
//
// It panics if the lengths differ and for a radius that is not positive and finite. dst may be exactly x. Accuracy and
// method are those of [ProjectSimplex].
func ProjectL1Ball[T kernels.Float](dst, x []T, radius T) {
	check.Equal("coord", "ProjectL1Ball", "dst", len(dst), "x", len(x))
	checkRadius("ProjectL1Ball", radius)
	if vec.AbsSum(x) <= radius {
		copy(dst, x)
		return
	}
	memory := scratch.Get[T](3 * len(x))
	magnitudes := memory.Data[:len(x)]
	for i, v := range x {
		magnitudes[i] = T(math.Abs(float64(v)))
	}
	tau := T(max(simplexThreshold(magnitudes, float64(radius), memory.Data[len(x):]), 0))
	memory.Release()
	vec.SoftThreshold(dst, x, tau)
}

// simplexThreshold is the tau with sum_i max(y[i] - tau, 0) = radius, for memory of twice as many elements. It keeps the
// elements that may be above tau, and a lower bound of tau that rises as they come (algorithm 1 of the article).
func simplexThreshold[T kernels.Float](y []T, radius float64, memory []T) float64 {
	kept, aside := memory[:0:len(y)], memory[len(y):len(y)]
	kept = append(kept, y[0])
	rho := float64(y[0]) - radius
	for i := 1; ; i++ {
		if i = nextAbove(y, i, T(rho)); i == len(y) {
			break
		}
		v := y[i]
		if float64(v) <= rho { // T(rho) may be less
			continue
		}
		rho += (float64(v) - rho) / float64(len(kept)+1)
		if rho > float64(v)-radius {
			kept = append(kept, v)
			continue
		}
		aside = append(aside, kept...)
		kept = append(kept[:0], v)
		rho = float64(v) - radius
	}
	for _, v := range aside {
		if float64(v) > rho {
			kept = append(kept, v)
			rho += (float64(v) - rho) / float64(len(kept))
		}
	}
	for {
		// rho is formed anew from those that are left, so that its rounding errors do not add up.
		sum := 0.0
		for _, v := range kept {
			sum += float64(v)
		}
		rho = (sum - radius) / float64(len(kept))
		left := kept[:0]
		for _, v := range kept {
			if float64(v) > rho {
				left = append(left, v)
			}
		}
		if len(left) == len(kept) || len(left) == 0 {
			return rho
		}
		kept = left
	}
}

// nextAbove is the first index from begin on of what exceeds the bound, len(y) if there is none.
func nextAbove[T kernels.Float](y []T, begin int, bound T) int {
	for begin < len(y) {
		end := min(begin+selectPanel, len(y))
		if i := begin + above(y[begin:end], bound); i < end {
			return i
		}
		begin = end
	}
	return begin
}

func checkRadius[T kernels.Float](function string, radius T) {
	if !(radius > 0 && check.Finite(radius)) {
		check.Panic("coord", function, fmt.Sprintf("radius=%v: want it positive and finite", radius))
	}
}
