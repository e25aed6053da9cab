package fuzz

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
)

func FuzzProjectSimplex(f *testing.F) { both(f, projectSimplex[float32], projectSimplex[float64]) }

// projectSimplex: what is projected adds up to the radius, and differs from what is kept of x by one number.
func projectSimplex[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	largest := 1.0
	for _, v := range x {
		largest = max(largest, math.Abs(float64(v)))
		if v-v != 0 || largest > 0x1p60 {
			return
		}
	}
	if len(x) == 0 {
		return
	}
	slack := 8 * largest * testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		got := make([]T, len(x))
		coord.ProjectSimplex(got, x, 1)
		sum, tau := 0.0, math.NaN()
		for i, v := range got {
			sum += float64(v)
			if v > 0 {
				tau = float64(x[i]) - float64(v)
			}
		}
		if !(math.Abs(sum-1) <= slack*float64(len(x))) {
			t.Fatalf("%v: the sum is %v", l, sum)
		}
		for i, v := range got {
			if want := max(float64(x[i])-tau, 0); !(math.Abs(float64(v)-want) <= slack) && sum > 0 {
				t.Fatalf("%v: element %d of %v is %v, want %v", l, i, x[i], v, want)
			}
		}
	})
}

func FuzzLosses(f *testing.F) { both(f, losses[float32], losses[float64]) }

// losses: derivatives and sums of all levels are near those of plain Go, for labels 1 and -1 and any predictions that do not
// overflow, and what is infinite or NaN is so everywhere.
func losses[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	y := make([]T, len(x))
	size := 1.0
	for i, v := range x {
		y[i] = T(1 - 2*(i%2))
		if v-v == 0 {
			size = max(size, math.Abs(float64(v)))
		}
	}
	if size > 0x1p40 {
		return
	}
	roundoff := testkit.Roundoff[T]()
	for name, f := range map[string]func(gradient, curvature, x, y []T) T{
		"Logistic": coord.Logistic[T], "Squared": coord.Squared[T], "Hinge": coord.Hinge[T], "SquaredHinge": coord.SquaredHinge[T],
		"Huber": func(gradient, curvature, x, y []T) T { return coord.Huber(gradient, curvature, x, y, 0.75) },
	} {
		gradient, curvature := make([]T, len(x)), make([]T, len(x))
		var sum T
		func() {
			defer level.Force(level.Generic)()
			sum = f(gradient, curvature, x, y)
		}()
		eachLevel(func(l level.Level) {
			first, second := make([]T, len(x)), make([]T, len(x))
			got := f(first, second, x, y)
			near := func(what string, want, got T, slack float64) {
				t.Helper()
				if want == got || want != want && got != got || math.Abs(float64(want)-float64(got)) <= slack {
					return
				}
				t.Fatalf("%v: %s: %s is %v, want %v", l, name, what, got, want)
			}
			near("sum", sum, got, float64(len(x)+8)*4*roundoff*size*size*float64(len(x)+1))
			for i := range x {
				near("gradient", gradient[i], first[i], 16*roundoff*size)
				near("curvature", curvature[i], second[i], 16*roundoff)
			}
		})
	}
}
