package linsolve

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// LSQR minimises |A*x - b|^2 + Damping^2 * |x|^2 for any A by the bidiagonalisation of Golub and Kahan: what conjugate gradients on the
// normal equations would do, without squaring the condition number in the arithmetic. An iteration takes a product with A and one with
// its transpose. From zero, without damping, it finds the solution of least norm if there are many.
//
// It has converged when the residual meets the tolerance, or when that of the normal equations does as a fraction of the norms of A and
// of the residual (Result.Normal); both are formed from x before it says so. With damping the residual is that of the system with
// Damping*x = 0 below it. The error wraps ErrNil, ErrShape, ErrFinite, ErrTolerance or ErrSetting, which includes a preconditioner: scale
// the columns of A instead. When the context ends first it wraps the context's and comes with the result so far.
func LSQR(ctx context.Context, a Transposer, b []float64, settings Settings) (*Result, error) {
	if a == nil {
		return nil, fmt.Errorf("linsolve: operator: %w", ErrNil)
	}
	if settings.Preconditioner != nil {
		return nil, fmt.Errorf("linsolve: Settings.Preconditioner: %w", ErrSetting)
	}
	rows, cols := a.Size()
	if err := checkVector("b", b, "rows of the operator", rows); err != nil {
		return nil, err
	}
	if settings.Damping != 0 {
		a = damped{a, settings.Damping}
		b = append(append(make([]float64, 0, rows+cols), b...), make([]float64, cols)...)
	}
	it, err := newIteration(ctx, a, b, settings, false)
	if err != nil {
		return nil, err
	}
	l := &lsqr{
		iteration: it, a: a, u: it.r, v: make([]float64, cols), w: make([]float64, cols),
		product: make([]float64, len(b)), back: make([]float64, cols),
	}
	for l.restart() {
		l.begin()
		for l.normal > it.asked(l.lastNormal) && it.next(l.remaining/it.scale) {
			l.step()
		}
	}
	result, err := it.finish()
	result.Normal = l.formNormal()
	return result, err
}

// damped is A with a multiple of the identity below it.
type damped struct {
	Transposer
	factor float64
}

func (d damped) Size() (rows, cols int) {
	rows, cols = d.Transposer.Size()
	return rows + cols, cols
}

func (d damped) Apply(y, x []float64) {
	rows := len(y) - len(x)
	d.Transposer.Apply(y[:rows], x)
	clear(y[rows:])
	vec.Axpy(d.factor, x, y[rows:])
}

func (d damped) ApplyTransposed(x, y []float64) {
	rows := len(y) - len(x)
	d.Transposer.ApplyTransposed(x, y[:rows])
	vec.Axpy(d.factor, y[rows:], x)
}

// lsqr is the bidiagonalisation, begun from the residual, with the rotations that make it triangular.
type lsqr struct {
	*iteration
	a             Transposer
	u, v, w       []float64 // u is where restarts leave the residual
	product, back []float64
	alpha, rho    float64 // rho before the rotation at hand
	remaining     float64 // estimate of the residual
	normal        float64 // estimate of the relative residual of the normal equations
	lastNormal    float64 // at the last restart
	size          float64 // Frobenius norm of the bidiagonal matrix, an estimate of that of A; rounding may count a direction again
}

// restart is iteration.restart with the second criterion.
func (l *lsqr) restart() bool {
	if l.result.Stopped != 0 {
		return false
	}
	l.result.Residual = l.judge()
	l.progress(l.result.Residual)
	l.first = math.MaxFloat64 // the residual may rise by rounding on the way to a least squares solution
	normal := l.formNormal()
	switch norm := l.result.Residual; {
	case !check.Finite(norm) || !check.Finite(normal):
		l.breakdown(ErrOverflow)
	case norm <= l.settings.Tolerance || normal <= l.settings.Tolerance:
		l.result.Stopped = algos.Converged
	case l.restarts > 0 && norm > drifted*l.last && normal > drifted*l.lastNormal:
		l.result.Stopped = algos.Stalled
	}
	l.last, l.lastNormal = l.result.Residual, normal
	l.restarts++
	return l.result.Stopped == 0
}

// formNormal is the relative residual of the normal equations for the residual at hand, which it normalises, and leaves the product with
// that in back. Before anything else is known of A its norm is taken for what it does to this one vector.
func (l *lsqr) formNormal() float64 {
	l.remaining = normalise(l.u)
	l.a.ApplyTransposed(l.back, l.u)
	l.alpha = vec.Norm2(l.back)
	if l.alpha == 0 {
		return 0
	}
	return l.alpha / max(l.size, l.alpha)
}

// begin takes the first vectors from formNormal.
func (l *lsqr) begin() {
	clear(l.v)
	vec.Axpy(1/l.alpha, l.back, l.v)
	copy(l.w, l.v)
	l.rho, l.normal = l.alpha, math.Inf(1)
	l.size = max(l.size, l.alpha)
}

// step adds a pair of vectors and improves x.
func (l *lsqr) step() {
	l.a.Apply(l.product, l.v)
	vec.AddScaled(l.u, 1, l.product, -l.alpha, l.u)
	beta := normalise(l.u)
	l.a.ApplyTransposed(l.back, l.u)
	vec.AddScaled(l.v, 1, l.back, -beta, l.v)
	rho := math.Hypot(l.rho, beta)
	cosine, sine := l.rho/rho, beta/rho
	l.alpha = normalise(l.v)
	l.size = math.Hypot(l.size, math.Hypot(beta, l.alpha))
	vec.Axpy(cosine*l.remaining/rho, l.w, l.x)
	vec.AddScaled(l.w, 1, l.v, -sine*l.alpha/rho, l.w)
	l.rho = -cosine * l.alpha
	l.remaining *= sine
	l.normal = l.alpha / l.size * math.Abs(cosine)
}

// normalise divides by the norm, which it returns, unless that is zero.
func normalise(x []float64) float64 {
	norm := vec.Norm2(x)
	const lift = 0x1p100 // of a norm of which the inverse may be out of range
	switch {
	case norm >= leastScale:
		vec.Scale(1/norm, x)
	case norm > 0:
		vec.Scale(lift, x)
		vec.Scale(1/(norm*lift), x)
	}
	return norm
}
