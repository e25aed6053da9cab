package coord

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

// Softmax returns the sum of log sum_c exp(s[i,c]) - s[i,class[i]] over the rows i of a matrix of scores, one column a class:
// multinomial logistic regression. It sets gradient to the derivatives p - 1 for the row's class and p for the others, where p
// is the softmax of the row, and curvature to p*(1-p), the diagonal of the second derivative; the whole is diag(p) - p*p'. Each
// is left out if its Data is nil.
//
// Shapes: gradient and curvature are as scores, len(class) = scores.Rows, classes in [0, scores.Cols); it panics otherwise.
// gradient and curvature may be exactly scores, but not each other. p has a relative error of at most a few rounding units times
// the spread of the scores of its row, the sum one of as many times the largest of these. NaN propagates in its row and to
// the sum; a row with an infinity makes NaN.
func Softmax[T kernels.Float](gradient, curvature, scores kernels.Matrix[T], class []int32) T {
	check.Matrix("coord", "Softmax", "scores", scores.Rows, scores.Cols, scores.Stride, len(scores.Data))
	check.Dimension("coord", "Softmax", "len(class)", len(class), "scores.Rows", scores.Rows)
	checkIndex("Softmax", "class", class, scores.Cols)
	for _, m := range []struct {
		name string
		kernels.Matrix[T]
	}{{"gradient", gradient}, {"curvature", curvature}} {
		if m.Data != nil {
			check.Matrix("coord", "Softmax", m.name, m.Rows, m.Cols, m.Stride, len(m.Data))
			check.Dimension("coord", "Softmax", m.name+".Rows", m.Rows, "scores.Rows", scores.Rows)
			check.Dimension("coord", "Softmax", m.name+".Cols", m.Cols, "scores.Cols", scores.Cols)
		}
	}
	if len(class) == 0 {
		return 0
	}
	memory := scratch.Get[T](scores.Cols)
	defer memory.Release()
	total := 0.0
	for i, c := range class {
		row := scores.Row(i)
		total += float64(lse.LogSumExp(row)) - float64(row[c])
		p := memory.Data
		lse.Softmax(p, row)
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
