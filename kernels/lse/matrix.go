package lse

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// LogSumExpRows sets dst[i] = log sum_j exp(scale*(shift[j] - C[i,j])), the log-sum-exp of every row of an affine form of
// C that is never stored. A nil shift is all zeros; with that and scale -1 it is the log-sum-exp of the rows of C themselves.
//
// Shapes: len(dst) = C.Rows, len(shift) = C.Cols or nil; it panics otherwise. dst must not overlap shift or C.
// scale is not zero and at most half the largest number of T in magnitude. A term of +Inf gives +Inf, a row without terms
// or with only -Inf gives -Inf, so C[i,j] = +Inf or shift[j] = -Inf drops a term when scale > 0; NaN anywhere in a row
// gives NaN, and so does Inf - Inf. A difference beyond the range of T counts as infinite.
// The maximum of each row is taken out before the exponential: there is neither overflow nor total underflow. The error is
// at most u*(4*|scale|*(|shift[j]|+|C[i,j]|) + 2*|dst[i]| + R), with u the unit roundoff, the largest of these magnitudes in
// the row, and R = min(n, 8192) + n/8192 + 12 for n terms; typically it is that of rounding scale*(shift[j]-C[i,j]).
func LogSumExpRows[T kernels.Float](dst []T, scale T, shift []T, c kernels.Matrix[T]) {
	check.Matrix("lse", "LogSumExpRows", "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	check.Dimension("lse", "LogSumExpRows", "len(dst)", len(dst), "c.Rows", c.Rows)
	if shift == nil {
		zeros := zeroes[T](c.Cols)
		defer zeros.Release()
		shift = zeros.Data
	}
	check.Dimension("lse", "LogSumExpRows", "len(shift)", len(shift), "c.Cols", c.Cols)
	s := sweep[T]{job: jobRows, matrix: c, g: shift, rows: dst, scale: scale * log2e}
	s.split(c.Rows)
	s.run()
}

// LogSumExpColumns sets dst[j] = log sum_i exp(scale*(shift[i] - C[i,j])), as LogSumExpRows does for the transpose of C, but
// with R = 44 + n/32 + 4*k: the rows are added 32 at a time, and k is how often these raise the largest term of the column.
//
// Shapes: len(dst) = C.Cols, len(shift) = C.Rows or nil; it panics otherwise. dst must not overlap shift or C.
func LogSumExpColumns[T kernels.Float](dst []T, scale T, shift []T, c kernels.Matrix[T]) {
	check.Matrix("lse", "LogSumExpColumns", "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	check.Dimension("lse", "LogSumExpColumns", "len(dst)", len(dst), "c.Cols", c.Cols)
	if shift == nil {
		zeros := zeroes[T](c.Rows)
		defer zeros.Release()
		shift = zeros.Data
	}
	check.Dimension("lse", "LogSumExpColumns", "len(shift)", len(shift), "c.Rows", c.Rows)
	s := sweep[T]{job: jobColumns, matrix: c, f: shift, rows: dst, scale: scale * log2e}
	s.splitColumns()
	s.run()
}

// Plan forms the transport plan of two potentials, P[i,j] = exp(scale*(f[i] + g[j] - C[i,j])), and its row and column
// sums in the same pass. With p.Data nil only the sums are computed. scale is 1/eps of the entropic problem.
//
// Shapes: len(rowSums) = len(f) = C.Rows, len(colSums) = len(g) = C.Cols, P as C; it panics otherwise.
// P may be C itself; the sums must overlap nothing.
// Entries have the error of rounding their exponent, at most 2*|scale|*(|f[i]| + |g[j]| + |C[i,j]|) units in the last place, and 2
// more; below the smallest normal number they may be zero. A potential of -Inf or a cost of +Inf gives a zero; an
// exponential beyond the range of T is +Inf, and scale times a potential or a cost is taken for infinite beyond it; NaN propagates,
// to its entry and its two sums; +Inf - Inf is NaN.
func Plan[T kernels.Float](p kernels.Matrix[T], rowSums, colSums []T, scale T, f, g []T, c kernels.Matrix[T]) {
	check.Matrix("lse", "Plan", "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	if p.Data != nil {
		check.Matrix("lse", "Plan", "p", p.Rows, p.Cols, p.Stride, len(p.Data))
		check.Dimension("lse", "Plan", "p.Rows", p.Rows, "c.Rows", c.Rows)
		check.Dimension("lse", "Plan", "p.Cols", p.Cols, "c.Cols", c.Cols)
	}
	check.Dimension("lse", "Plan", "len(rowSums)", len(rowSums), "c.Rows", c.Rows)
	check.Dimension("lse", "Plan", "len(colSums)", len(colSums), "c.Cols", c.Cols)
	check.Dimension("lse", "Plan", "len(f)", len(f), "c.Rows", c.Rows)
	check.Dimension("lse", "Plan", "len(g)", len(g), "c.Cols", c.Cols)
	s := sweep[T]{job: jobPlan, matrix: c, plan: p, f: f, g: g, rows: rowSums, scale: scale * log2e}
	s.split(c.Rows)
	memory, columns, _ := s.sum()
	copy(colSums, columns)
	memory.Release()
}

// SinkhornLog is one full iteration of Sinkhorn's algorithm on the potentials of the entropic transport problem
// min <C,P> + eps sum P (log P - 1) with marginals a and b, where P[i,j] = exp((f[i] + g[j] - C[i,j])/eps):
//
//	s[i] = sum_j P[i,j]                      with the f and g given
//	f[i] = powerF*(f[i] + eps*log(a[i]/s[i]))
//	t[j] = sum_i P[i,j]                      with the new f
//	g[j] = powerG*(g[j] + eps*log(b[j]/t[j]))
//
// Powers of 1 impose the marginals; rho/(rho+eps) relaxes one by rho times its Kullback-Leibler divergence (Chizat,
// Peyré, Schmitzer and Vialard 2018). It returns sum_i |s[i] - a[i]| of the potentials it was given: when g was just
// updated with powerG = 1 that is the L1 error of the marginals.
//
// Shapes: len(f) = len(a) = C.Rows, len(g) = len(b) = C.Cols, and eps is positive and finite; it panics otherwise. No operand may
// overlap f or g. Where 1/eps is beyond the range of T the potentials are NaN or of no use. a[i] = 0 gives f[i] = -Inf, and such a
// potential is restored by a later call with a[i] > 0. C[i,j] = +Inf forbids a move; a row or column with mass and no allowed move
// gets the potential +Inf, and Inf - Inf is NaN later on. NaN propagates. Sums that overflow or underflow do not disturb the
// potentials: these are then computed with the maximum taken out. To first order in the unit roundoff u, the error of a potential is at most u*(16*M + eps*(n + 8)),
// with M the largest magnitude among the potentials, before and after, and the costs, and n the terms of its sum; the
// powers are at most 1.
func SinkhornLog[T kernels.Float](f, g []T, a, b []T, eps, powerF, powerG T, c kernels.Matrix[T]) (err T) {
	check.Matrix("lse", "SinkhornLog", "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	check.Dimension("lse", "SinkhornLog", "len(f)", len(f), "c.Rows", c.Rows)
	check.Dimension("lse", "SinkhornLog", "len(g)", len(g), "c.Cols", c.Cols)
	check.Dimension("lse", "SinkhornLog", "len(a)", len(a), "c.Rows", c.Rows)
	check.Dimension("lse", "SinkhornLog", "len(b)", len(b), "c.Cols", c.Cols)
	if !(eps > 0 && check.Finite(eps)) {
		check.Panic("lse", "SinkhornLog", fmt.Sprintf("eps=%v: want it positive and finite", eps))
	}
	s := sweep[T]{job: jobLog, matrix: c, f: f, g: g, a: a, scale: log2e / eps, eps: eps, power: powerF}
	s.split(c.Rows)
	memory, columns, err := s.sum()
	s.finishLog(columns, b, powerG)
	memory.Release()
	return err
}

// SinkhornKernel is one full iteration of Sinkhorn's algorithm on scalings of a kernel matrix, usually
// K[i,j] = exp((f[i] + g[j] - C[i,j])/eps) for some potentials f and g:
//
//	s = K v,    u = (a/s)^powerF
//	t = K' u,   v = (b/t)^powerG
//
// in one pass over K. It returns sum_i |u[i]*s[i] - a[i]| for the u and v it was given. Powers as in SinkhornLog.
//
// Shapes: len(u) = len(a) = K.Rows, len(v) = len(b) = K.Cols; it panics otherwise. No operand may overlap u or v.
// a[i] = 0 gives u[i] = 0. A row whose sum underflows to zero gets u[i] = +Inf: the caller keeps u and v within a safe
// range by absorbing them into the potentials of K. NaN propagates. Where nothing is negative or subnormal and the powers are
// at most 1, the relative error of a scaling is at most n + 4 times the unit roundoff, with n the terms of its sum.
func SinkhornKernel[T kernels.Float](u, v []T, a, b []T, powerF, powerG T, k kernels.Matrix[T]) (err T) {
	check.Matrix("lse", "SinkhornKernel", "k", k.Rows, k.Cols, k.Stride, len(k.Data))
	check.Dimension("lse", "SinkhornKernel", "len(u)", len(u), "k.Rows", k.Rows)
	check.Dimension("lse", "SinkhornKernel", "len(v)", len(v), "k.Cols", k.Cols)
	check.Dimension("lse", "SinkhornKernel", "len(a)", len(a), "k.Rows", k.Rows)
	check.Dimension("lse", "SinkhornKernel", "len(b)", len(b), "k.Cols", k.Cols)
	s := sweep[T]{job: jobKernel, matrix: k, f: u, g: v, a: a, power: powerF}
	s.split(k.Rows)
	memory, columns, err := s.sum()
	for j, sum := range columns {
		v[j] = scaling(b[j], sum, powerG)
	}
	memory.Release()
	return err
}

// zeroes lends a vector of zeros.
func zeroes[T kernels.Float](n int) *scratch.Buffer[T] {
	b := scratch.Get[T](n)
	clear(b.Data)
	return b
}
