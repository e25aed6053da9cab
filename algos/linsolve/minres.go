package linsolve

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// MINRES solves A*x = b for a symmetric A, definite or not, by the minimal residual method of Paige and Saunders: the residual, in the
// norm of the inverse of the preconditioner, is least in each Krylov space and never grows. An iteration takes one
// product, one application of the preconditioner, which must be positive definite, and vectors.
//
// Of a singular system it finds a solution if there is one. It breaks down with ErrPreconditioner, or with ErrSingular where the
// Krylov space is used up without a solution in it. Errors are as those of [CG].
func MINRES(ctx context.Context, a Operator, b []float64, settings Settings) (*Result, error) {
	it, err := newIteration(ctx, a, b, settings, true)
	if err != nil {
		return nil, err
	}
	m := newMINRES(it, len(b))
	for it.restart(drifted) {
		if !m.begin() {
			break
		}
		for estimate := it.last; it.next(estimate); estimate = vec.Norm2(it.r) / it.scale {
			if !m.step() {
				break
			}
		}
	}
	return it.finish()
}

// minres is the Lanczos process with the rotations that make its tridiagonal matrix triangular. Vectors with a hat are preconditioned.
type minres struct {
	*iteration
	v                  []float64 // Lanczos vector, with a hat
	y                  []float64 // the next one, not normalised, with a hat
	r1, r2             []float64 // the last two, not normalised, without
	w, w1, w2          []float64 // directions of x
	beta, before       float64   // norms of the last two Lanczos vectors
	cosine, sine       float64
	diagonal, epsilon  float64 // of the triangular matrix, before the rotation at hand
	remaining          float64 // norm of the residual
	first              bool
	tridiagonalLargest float64
}

func newMINRES(it *iteration, n int) *minres {
	m := &minres{iteration: it}
	for _, x := range []*[]float64{&m.v, &m.y, &m.r1, &m.r2, &m.w, &m.w1, &m.w2} {
		*x = make([]float64, n)
	}
	return m
}

// begin starts the process from the residual.
func (m *minres) begin() bool {
	copy(m.r1, m.r)
	copy(m.r2, m.r)
	clear(m.w)
	clear(m.w1)
	clear(m.w2)
	m.precondition(m.y, m.r2)
	m.beta, m.before = m.norm(), 0
	if !positive(m.beta) {
		m.notPositive(m.beta, ErrPreconditioner)
		return false
	}
	m.cosine, m.sine, m.diagonal, m.epsilon = -1, 0, 0, 0
	m.remaining, m.first, m.tridiagonalLargest = m.beta, true, 0
	return true
}

// norm is that of r2 with the inverse of the preconditioner, which y is r2 times, -1 if the square is negative.
func (m *minres) norm() float64 {
	if m.settings.Preconditioner == nil {
		return vec.Norm2(m.r2) // of which the square may be out of range
	}
	if square := vec.Dot(m.r2, m.y); !(square < 0) {
		return math.Sqrt(square)
	}
	return -1
}

// step adds one Lanczos vector and improves x.
func (m *minres) step() bool {
	clear(m.v)
	vec.Axpy(1/m.beta, m.y, m.v)
	m.a.Apply(m.y, m.v)
	if !m.first {
		vec.Axpy(-m.beta/m.before, m.r1, m.y)
	}
	alpha := vec.Dot(m.v, m.y)
	vec.Axpy(-alpha/m.beta, m.r2, m.y)
	m.r1, m.r2, m.y = m.r2, m.y, m.r1
	m.precondition(m.y, m.r2)
	m.before, m.beta, m.first = m.beta, m.norm(), false
	if m.beta != 0 && !positive(m.beta) {
		m.notPositive(m.beta, ErrPreconditioner)
		return false
	}
	m.tridiagonalLargest = max(m.tridiagonalLargest, math.Abs(alpha), m.beta)

	oldEpsilon := m.epsilon
	delta := m.cosine*m.diagonal + m.sine*alpha
	rest := m.sine*m.diagonal - m.cosine*alpha
	m.epsilon, m.diagonal = m.sine*m.beta, -m.cosine*m.beta
	gamma := math.Hypot(rest, m.beta)
	if gamma <= 0x1p-48*m.tridiagonalLargest {
		m.breakdown(ErrSingular)
		return false
	}
	m.cosine, m.sine = rest/gamma, m.beta/gamma
	phi := m.cosine * m.remaining
	m.remaining *= m.sine

	m.w1, m.w2, m.w = m.w2, m.w, m.w1
	vec.AddScaled(m.w, -oldEpsilon, m.w1, -delta, m.w2)
	vec.Axpy(1, m.v, m.w)
	vec.Scale(1/gamma, m.w)
	vec.Axpy(phi, m.w, m.x)
	if m.beta == 0 { // the Krylov space is all there is
		clear(m.r)
		return true
	}
	vec.AddScaled(m.r, m.sine*m.sine, m.r, -m.remaining*m.cosine/m.beta, m.r2)
	return true
}
