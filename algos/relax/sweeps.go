package relax

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// lanes is how many systems Sweeps goes through together: rows of a few cache lines, all of a grid of 10 x 10 in 100 KiB.
const lanes = 64

// Sweeps is what each system costs with a rule that is known beforehand, in the order of the sequence, without the solutions: the same
// numbers as from Run, several times as fast, because the systems do not wait for each other. They go through the sweeps together, element by element of the
// grid, those of similar shifts at a time, and share the work between workers. It needs the order of the rows, and does not move
// the sequence. The rule is asked once for each system, in their order and by the caller's goroutine.
//
// The error wraps ErrNil, ErrSetting for a sequence that is coloured or an omega not between 0 and 2, or that of a context that ended.
func (s *Shifts) Sweeps(ctx context.Context, rule Rule) (costs []float64, err error) {
	if err := check.Context("relax", ctx, ErrNil); err != nil {
		return nil, err
	}
	if rule == nil {
		return nil, fmt.Errorf("relax: Shifts.Sweeps: rule: %w", ErrNil)
	}
	if s.settings.Coloured {
		return nil, fmt.Errorf("relax: Shifts.Sweeps: ShiftsSettings.Coloured: %w", ErrSetting)
	}
	omegas := make([]float64, len(s.shifts))
	for k, shift := range s.shifts {
		if omegas[k] = rule(shift); !(omegas[k] > 0 && omegas[k] < 2) {
			return nil, fmt.Errorf("relax: Shifts.Sweeps: omega = %v, want between 0 and 2: %w", omegas[k], ErrSetting)
		}
	}
	costs = make([]float64, len(s.shifts))
	order := s.byShift()
	kernels.Parallel((len(order)+lanes-1)/lanes, func(part int) {
		s.together(ctx, order[part*lanes:min((part+1)*lanes, len(order))], omegas, costs)
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("relax: %w", context.Cause(ctx))
	}
	return costs, nil
}

// together solves a few systems. Residuals follow from sweep to sweep as in linsolve.SOR: with the steps d = omega/D * (r - L*d), the next
// residual is (1/omega - 1)*D*d - U*d.
func (s *Shifts) together(ctx context.Context, systems []int, omegas, costs []float64) {
	side, width := s.settings.Side, len(systems)
	row := func(x []float64, k int) []float64 { return x[k*width : (k+1)*width] }
	r := make([]float64, side*side*width)
	d := make([]float64, (side+2)*(side+2)*width) // with a margin of zeros
	factor, rest, limit := make([]float64, width), make([]float64, width), make([]float64, width)
	b := make([]float64, side*side)
	for lane, k := range systems {
		omega, diagonal := omegas[k], 4+s.shifts[k]
		factor[lane], rest[lane] = omega/diagonal, (1/omega-1)*diagonal
		s.rightHandSide(b, k)
		limit[lane] = vec.Norm2(b) * s.settings.Tolerance
		limit[lane] *= limit[lane]
		for i, v := range b {
			r[i*width+lane] = v
		}
		costs[k] = mostSweeps
	}
	square, sum := make([]float64, width), make([]float64, width)
	remaining := width
	for sweep := 1; sweep <= mostSweeps && remaining > 0 && ctx.Err() == nil; sweep++ {
		for i := range side {
			for j := range side {
				at := (i+1)*(side+2) + j + 1
				own := row(d, at)
				vec.Add(own, row(r, i*side+j), row(d, at-side-2))
				vec.Add(own, own, row(d, at-1))
				vec.Mul(own, own, factor)
			}
		}
		clear(sum)
		for i := range side {
			for j := range side {
				at, own := (i+1)*(side+2)+j+1, row(r, i*side+j)
				vec.Mul(own, rest, row(d, at))
				vec.Add(own, own, row(d, at+1))
				vec.Add(own, own, row(d, at+side+2))
				vec.Mul(square, own, own)
				vec.Add(sum, sum, square)
			}
		}
		for lane, k := range systems {
			if sum[lane] <= limit[lane] && costs[k] == mostSweeps {
				costs[k] = float64(sweep)
				remaining--
			}
		}
	}
}
