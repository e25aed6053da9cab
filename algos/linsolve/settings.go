package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/algos"
)

// Settings of every method; the zero value works.
type Settings struct {
	// Tolerance is the residual to stop at, the Euclidean norm of b - A*x as a fraction of that of b. Zero takes 1e-8.
	Tolerance float64

	// MaxIterations bounds the iterations; zero takes ten times the number of unknowns, and 1000 at least.
	MaxIterations int

	// Start is where to begin, such as the solution of a similar system; nil is zero. It is not changed.
	Start []float64

	// Preconditioner is nil for none. CG and MINRES need a symmetric positive definite one; GMRES and BiCGStab take any and apply it
	// on the right, so that their residuals are those of the system itself; LSQR takes none. One of this package that was made for a
	// matrix of another size is ErrShape, and one that is nil, as a constructor that fails returns it, ErrNil.
	Preconditioner Preconditioner

	// Restart is how many basis vectors GMRES keeps; zero takes 50. The other methods do not look at it.
	Restart int

	// Damping adds Damping^2 * |x|^2 to what LSQR minimises. The other methods do not look at it.
	Damping float64

	// Progress, if not nil, is called after every iteration with the estimate of the residual.
	Progress func(algos.Progress)
}

// Chosen for the zero value; the comments of Settings state them.
const (
	defaultTolerance       = 1e-8
	defaultRestart         = 50
	iterationsPerUnknown   = 10
	leastDefaultIterations = 1000
)

// resolve checks s and fills in what is chosen for its zero values, for n unknowns.
func (s Settings) resolve(n int) (Settings, error) {
	if s.Tolerance == 0 {
		s.Tolerance = defaultTolerance
	}
	if s.MaxIterations == 0 {
		s.MaxIterations = max(leastDefaultIterations, iterationsPerUnknown*n)
	}
	if s.Restart == 0 {
		s.Restart = defaultRestart
	}
	switch {
	case !positive(s.Tolerance):
		return s, fmt.Errorf("linsolve: Settings.Tolerance = %v: %w", s.Tolerance, ErrTolerance)
	case s.MaxIterations < 0:
		return s, fmt.Errorf("linsolve: Settings.MaxIterations = %d, want 0 or more: %w", s.MaxIterations, ErrSetting)
	case s.Restart < 0:
		return s, fmt.Errorf("linsolve: Settings.Restart = %d, want 0 or more: %w", s.Restart, ErrSetting)
	case s.Damping != 0 && !positive(s.Damping):
		return s, fmt.Errorf("linsolve: Settings.Damping = %v, want 0 or more and finite: %w", s.Damping, ErrSetting)
	}
	if s.Start != nil {
		if err := checkVector("Settings.Start", s.Start, "unknowns", n); err != nil {
			return s, err
		}
	}
	s.Restart = min(s.Restart, max(n, 1))
	return s, checkPreconditioner(s.Preconditioner, n)
}

// Result is a solution with how it came about.
type Result struct {
	// Report says why the iteration stopped. Its Residual is the norm of b - A*x as a fraction of that of b, formed from the x
	// returned; Residuals are the estimates of the same at the start of each iteration.
	algos.Report

	X []float64

	// Reason is why the iteration could not go on where it stopped by Breakdown: one of the errors of this package. It is nil
	// otherwise.
	Reason error

	// Normal, of LSQR alone, is the norm of A'*(b - A*x) - Damping^2*x as a fraction of the norms of A (as estimated) and of
	// the residual: zero at a least squares solution.
	Normal float64
}
