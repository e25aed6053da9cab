package coord

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Softmax returns the sum of log sum_c exp(s[i,c]) - s[i,class[i]] over the rows i of a matrix of scores, one column a class:
// multinomial logistic regression. It sets gradient to the derivatives p - 1 for the row's class and p for the others, where p
// is the softmax of the row, and curvature to p*(1-p), the diagonal of the second derivative; the whole is diag(p) - p*p'. Each
// is left out if its Data is nil.
//
// Shapes: gradient and curvature are as scores, len(class) = scores.Rows, classes in [0, scores.Cols); it panics otherwise.
// gradient and curvature may be exactly scores, but not each other. p has a relative error of at most a few rounding units times
// the spread of the scores of its row, the sum one of as many times the largest of these. NaN, or +Inf, makes NaN of its
// row and of the sum; -Inf beside finite scores is a class of probability 0.
func Softmax[T kernels.Float](gradient, curvature, scores kernels.Matrix[T], class []int32) T {
	check.Matrix("coord", "Softmax", "scores", scores.Rows, scores.Cols, scores.Stride, len(scores.Data))
	check.Dimension("coord", "Softmax", "len(class)", len(class), "scores.Rows", scores.Rows)
	checkIndex("Softmax", "class", class, scores.Cols)
	checkDerivative("gradient", "gradient.Rows", "gradient.Cols", gradient, scores)
	checkDerivative("curvature", "curvature.Rows", "curvature.Cols", curvature, scores)
	if len(class) == 0 {
		return 0
	}
	memory := scratch.Get[T](scores.Cols)
	defer memory.Release()
	total := 0.0
	for i, c := range class {
		row := scores.Row(i)
		p := memory.Data
		lse.Softmax(p, row)
		// The log-sum-exp, from the largest probability, which is far from 0.
		likely := vec.MaxAbsIndex(p)
		total += (float64(row[likely]) - float64(row[c])) - math.Log(float64(p[likely]))
		if curvature.Data != nil {
			to := curvature.Row(i)
			for j, v := range p {
				to[j] = v * (1 - v)
			}
		}
		if gradient.Data != nil {
			copy(gradient.Row(i), p)
			gradient.Row(i)[c]--
		}
	}
	return T(total)
}

func checkDerivative[T kernels.Float](name, rows, cols string, m, scores kernels.Matrix[T]) {
	if m.Data != nil {
		check.Matrix("coord", "Softmax", name, m.Rows, m.Cols, m.Stride, len(m.Data))
		check.Dimension("coord", "Softmax", rows, m.Rows, "scores.Rows", scores.Rows)
		check.Dimension("coord", "Softmax", cols, m.Cols, "scores.Cols", scores.Cols)
	}
}
