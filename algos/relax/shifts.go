package relax

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// ShiftsSettings of the sequence; the zero value is that of the paper with much variance in the shifts.
type ShiftsSettings struct {
	Side    int // of the grid, in points; zero takes 10
	Systems int // zero takes 5000

	// Alpha and Beta are the parameters of the beta distribution of (shift + 0.15) / 0.6. Both zero take 0.5 and 1.5; the paper's other case,
	// with little variance, is 2 and 6.
	Alpha, Beta float64

	// Tolerance of the residual, as a fraction of the first; zero takes 1e-8.
	Tolerance float64

	// Coloured takes the points of the grid in the order of a chessboard, white ones first.
	Coloured bool

	Seed uint64 // of the shifts and of the right-hand sides
}

// The shifts, and how many sweeps count as never.
const (
	shiftLow, shiftRange = -0.15, 0.6
	mostSweeps           = 10000
	defaultTolerance     = 1e-8
)

// Shifts is a sequence of systems (A + c*I)*x = b, solved by successive over-relaxation from zero: A is the five-point Laplacian with 4 on its
// diagonal, the shift c, which is the context, and b are random. The cost is the number of sweeps, 10000 where these are not enough. This is the
// first experiment of Khodak, Chow, Balcan and Talwalkar (2024).
type Shifts struct {
	settings ShiftsSettings
	shifts   []float64
	matrix   *sparse.CSR[float64] // with the shift at hand
	values   []float64            // of it
	diagonal []int32              // where in the values
	b        []float64
	at       int // systems begun
}

// NewShifts draws the shifts. The error wraps ErrSetting.
func NewShifts(settings ShiftsSettings) (*Shifts, error) {
	settings.Side, settings.Systems = cmp.Or(settings.Side, 10), cmp.Or(settings.Systems, 5000)
	settings.Tolerance = cmp.Or(settings.Tolerance, defaultTolerance)
	if settings.Alpha == 0 && settings.Beta == 0 {
		settings.Alpha, settings.Beta = 0.5, 1.5
	}
	switch {
	case settings.Side < 1 || settings.Side > 1<<14:
		return nil, fmt.Errorf("relax: ShiftsSettings.Side = %d, want 1 to 16384: %w", settings.Side, ErrSetting)
	case settings.Systems < 0:
		return nil, fmt.Errorf("relax: ShiftsSettings.Systems = %d, want 0 or more: %w", settings.Systems, ErrSetting)
	case !(settings.Alpha > 0 && settings.Beta > 0) || math.IsInf(settings.Alpha+settings.Beta, 1):
		return nil, fmt.Errorf("relax: ShiftsSettings.Alpha = %v, Beta = %v, want both above 0 and finite: %w", settings.Alpha, settings.Beta, ErrSetting)
	case !(settings.Tolerance > 0 && settings.Tolerance < 1):
		return nil, fmt.Errorf("relax: ShiftsSettings.Tolerance = %v, want between 0 and 1: %w", settings.Tolerance, ErrSetting)
	case 4+shiftLow <= 4*math.Cos(math.Pi/float64(settings.Side+1)):
		// The least eigenvalue is 4 - 4*cos(pi/(side+1)) + c, and c may be -0.15.
		return nil, fmt.Errorf("relax: ShiftsSettings.Side = %d makes indefinite systems: %w", settings.Side, ErrSetting)
	}
	s := &Shifts{settings: settings, b: make([]float64, settings.Side*settings.Side)}
	random := rand.New(rand.NewPCG(settings.Seed, 0))
	for range settings.Systems {
		s.shifts = append(s.shifts, shiftLow+shiftRange*beta(random, settings.Alpha, settings.Beta))
	}
	var err error
	s.matrix, s.values, s.diagonal, err = laplacian(settings.Side)
	return s, err
}

// laplacian is the five-point matrix with 4 on its diagonal, in the order of the rows of the grid, with its values for changing and where
// among them the diagonal is.
func laplacian(side int) (a *sparse.CSR[float64], values []float64, diagonal []int32, err error) {
	starts, columns := []int32{0}, []int32(nil)
	add := func(column int, value float64) {
		columns, values = append(columns, int32(column)), append(values, value)
	}
	for i := range side {
		for j := range side {
			k := i*side + j
			if i > 0 {
				add(k-side, -1)
			}
			if j > 0 {
				add(k-1, -1)
			}
			diagonal = append(diagonal, int32(len(columns)))
			add(k, 4)
			if j < side-1 {
				add(k+1, -1)
			}
			if i < side-1 {
				add(k+side, -1)
			}
			starts = append(starts, int32(len(columns)))
		}
	}
	pattern, err := sparse.FromCSR(side*side, side*side, starts, columns, values)
	if err != nil {
		return nil, nil, nil, err
	}
	a, err = pattern.WithValues(values)
	return a, values, diagonal, err
}

// Contexts is the range that the paper gives its learners: -0.15 to 0.65, more than the shifts can have.
func (s *Shifts) Contexts() (low, high float64) { return shiftLow, 0.65 }

// Len is the number of systems.
func (s *Shifts) Len() int { return len(s.shifts) }

// Rewind goes back to before the first system, which will be the same again.
func (s *Shifts) Rewind() { s.at = 0 }

// Next goes to the next system and returns its shift.
func (s *Shifts) Next() (context float64, ok bool) {
	if s.at == len(s.shifts) {
		return 0, false
	}
	s.rightHandSide(s.b, s.at)
	shift := s.shifts[s.at]
	for _, k := range s.diagonal {
		s.values[k] = 4 + shift
	}
	s.at++
	return shift, true
}

// rightHandSide draws that of system k.
func (s *Shifts) rightHandSide(b []float64, k int) {
	truncatedNormal(rand.New(rand.NewPCG(s.settings.Seed, uint64(k)+1)), b)
}

// Solve solves the system from zero. The error wraps ErrOrder before the first, ErrSetting for an omega not between 0 and 2, or those of
// linsolve.SOR.
func (s *Shifts) Solve(ctx context.Context, omega float64) (cost float64, err error) {
	if s.at == 0 {
		return 0, fmt.Errorf("relax: Shifts.Solve before Next: %w", ErrOrder)
	}
	if !(omega > 0 && omega < 2) { // of which SOR takes 0 for 1
		return 0, fmt.Errorf("relax: Shifts.Solve: omega = %v, want between 0 and 2: %w", omega, ErrSetting)
	}
	result, err := linsolve.SOR(ctx, s.matrix, s.b, linsolve.SORSettings{Omega: omega, Coloured: s.settings.Coloured, Settings: linsolve.Settings{
		Tolerance: s.settings.Tolerance, MaxIterations: mostSweeps,
	}})
	if err != nil {
		return 0, err
	}
	switch result.Stopped {
	case algos.Converged:
		return float64(result.Iterations), nil
	case algos.IterationLimit:
		return mostSweeps, nil
	}
	return 0, fmt.Errorf("relax: SOR at omega = %v: %v: %w", omega, result.Stopped, ErrUnsolved)
}

// Best is the relaxation with which the iteration for a shift converges fastest in the end: 2 / (1 + sqrt(1 - beta^2)), where beta, the spectral
// radius of Jacobi's method, is 4*cos(pi/(side+1)) / (4 + shift).
func (s *Shifts) Best(context float64) (omega float64) {
	return BestOmega(4 * math.Cos(math.Pi/float64(s.settings.Side+1)) / (4 + context))
}

// byShift is the systems in the order of their shifts.
func (s *Shifts) byShift() []int {
	order := make([]int, len(s.shifts))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(s.shifts[i], s.shifts[j]) })
	return order
}
