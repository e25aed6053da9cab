package linsolve

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// SORSettings of the stationary iteration; the zero value is Gauss-Seidel in the order of the rows.
type SORSettings struct {
	// Settings without a preconditioner; its Restart and Damping do not count.
	Settings

	// Omega is the relaxation, between 0 and 2; zero takes 1, which is Gauss-Seidel.
	Omega float64

	// Symmetric follows each sweep by one in the opposite order: SSOR, one iteration.
	Symmetric bool

	// Coloured takes the rows in another order: those of one colour, which do not refer to each other, after those of another, so
	// that a sweep is split across workers. Colours are given greedily, in the order of the rows; on a five-point grid there are two,
	// as on a chessboard.
	Coloured bool
}

// SOR solves A*x = b by successive over-relaxation: sweeps through the rows, each of which moves x[i] Omega times as far as would
// satisfy the row. It converges for symmetric positive definite matrices with 0 < Omega < 2, and for irreducibly diagonally dominant
// ones with Omega <= 1; the residual tells of all others. It follows from the sweep before, in the order of the rows and one way
// without another pass over the matrix.
//
// The error wraps ErrPivot for a zero on the diagonal, or an element that is not finite or whose inverse is not, ErrSetting, or what those of [CG] do.
func SOR(ctx context.Context, a *sparse.CSR[float64], b []float64, settings SORSettings) (*Result, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	if settings.Omega == 0 {
		settings.Omega = 1
	}
	if err := checkOmega("SORSettings.Omega", settings.Omega); err != nil {
		return nil, err
	}
	if settings.Preconditioner != nil {
		return nil, fmt.Errorf("linsolve: Settings.Preconditioner: %w", ErrSetting)
	}
	it, err := newIteration(ctx, Sparse(a), b, settings.Settings, true)
	if err != nil {
		return nil, err
	}
	if !settings.Symmetric && !settings.Coloured {
		return it.sweepRows(a, settings.Omega)
	}
	// The sweeps solve for what is to be added to x, so that they find less and less to do: of b and x they would see rounding at last, for ever.
	s := sweeper{a: a, b: it.r, x: make([]float64, len(b)), omega: settings.Omega, diagonal: a.Diagonal()}
	for i, d := range s.diagonal {
		if err := checkPivot(i, d); err != nil {
			return nil, err
		}
	}
	if settings.Coloured {
		s.colours = colour(a)
	}
	for it.restart(drifted) {
		for estimate := it.last; it.next(estimate); estimate = a.Residual(it.r, it.r, s.x) / it.scale {
			clear(s.x)
			s.sweep(false)
			if settings.Symmetric {
				s.sweep(true)
			}
			vec.Add(it.x, it.x, s.x)
		}
	}
	return it.finish()
}

// sweepRows is SOR in the order of the rows.
func (it *iteration) sweepRows(a *sparse.CSR[float64], omega float64) (*Result, error) {
	s, err := newRowSweep(a, omega)
	if err != nil {
		return nil, err
	}
	d := make([]float64, len(it.x))
	for it.restart(drifted) {
		for estimate := it.last; it.next(estimate); estimate = vec.Norm2(it.r) / it.scale {
			s.forward(d, it.r)
			vec.Add(it.x, it.x, d)
			s.residual(it.r, d)
		}
	}
	return it.finish()
}

// checkOmega asks for a relaxation with which symmetric positive definite systems converge.
func checkOmega(name string, omega float64) error {
	if !(omega > 0 && omega < 2) {
		return fmt.Errorf("linsolve: %s = %v, want between 0 and 2: %w", name, omega, ErrSetting)
	}
	return nil
}

// sweeper goes through the rows, in either direction or by colours.
type sweeper struct {
	a              *sparse.CSR[float64]
	b, x, diagonal []float64
	omega          float64
	colours        [][]int32 // the rows of each; nil for the order of the rows
}

// colouredRows is what a worker takes at a time: about 10 us.
const colouredRows = 1 << 10

func (s *sweeper) sweep(backward bool) {
	if s.colours == nil {
		n := len(s.x)
		for k := range n {
			if backward {
				s.relax(n - 1 - k)
			} else {
				s.relax(k)
			}
		}
		return
	}
	for k := range s.colours {
		rows := s.colours[k]
		if backward {
			rows = s.colours[len(s.colours)-1-k]
		}
		kernels.Parallel((len(rows)+colouredRows-1)/colouredRows, func(part int) {
			for _, i := range rows[part*colouredRows : min((part+1)*colouredRows, len(rows))] {
				s.relax(int(i))
			}
		})
	}
}

// relax moves one element.
func (s *sweeper) relax(i int) {
	columns, values := s.a.Row(i)
	r := s.b[i]
	for k, j := range columns {
		r -= values[k] * s.x[j]
	}
	s.x[i] += s.omega * r / s.diagonal[i]
}

// colour groups the rows so that no row refers to another of its group, by giving each row in turn the first colour that none of
// those has which it refers to or which refer to it.
func colour(a *sparse.CSR[float64]) [][]int32 {
	of, transposed := make([]int32, a.Rows()), a.Transpose()
	var taken []int // by which row, plus one, the colour was last seen beside it
	var colours [][]int32
	for i := range of {
		for _, m := range []*sparse.CSR[float64]{a, transposed} {
			columns, _ := m.Row(i)
			for _, j := range columns {
				if int(j) < i {
					taken[of[j]] = i + 1
				}
			}
		}
		c := 0
		for c < len(taken) && taken[c] == i+1 {
			c++
		}
		if c == len(taken) {
			taken, colours = append(taken, 0), append(colours, nil)
		}
		of[i] = int32(c)
		colours[c] = append(colours[c], int32(i))
	}
	return colours
}
