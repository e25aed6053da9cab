package bcd

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// Settings of a minimisation; the zero value works: blocks of ten variables chosen by GSL, each moved by the bound of its Hessian.
type Settings struct {
	// Partition says which blocks there are. Nil takes Variable(10), or of all variables if these are fewer; with [GroupL1] the
	// groups.
	Partition Partition

	// Selection is the rule that chooses the next block. Nil takes [GSL].
	Selection Selection

	// Update is the rule that moves the variables of the block. Nil takes [MatrixStep].
	Update Update

	// Regulariser is the part of the objective that is not smooth. Nil is none.
	Regulariser Regulariser

	// Stop is what Tolerance is held against: the optimality residual or the duality gap.
	Stop Measure

	// Tolerance is the relative residual or gap to stop at, as [Measure] defines them. Zero takes 1e-8.
	Tolerance float64

	// MaxIterations bounds the iterations, each of which moves one block; zero takes 1000 passes: 1000 times the number of blocks.
	MaxIterations int

	// Start is where to begin; nil is zero. What lies outside the bounds of a regulariser is moved into them.
	Start []float64

	// Every is how many iterations lie between looks at objective and residual, which a [Record] each tells of. Zero takes one for
	// rules that look at the whole gradient anyway, and a pass for the others.
	Every int

	// Refresh is how many iterations lie between refreshments of what is kept up to date incrementally; zero takes 1000.
	Refresh int

	// L1Score scores fixed blocks by sums of magnitudes in place of Euclidean norms, for GS, GSL, GSD and GSDRows.
	L1Score bool

	// Seed of everything random.
	Seed uint64

	// Progress, if not nil, is called after every look at the objective.
	Progress func(algos.Progress)
}

// Measure is what decides that a minimisation has converged.
type Measure uint8

const (
	// Residual is the optimality residual max_i L_i*|x_i - p_i|, where p_i is the proximal step of variable i alone with
	// 1/L_i: the largest element of the gradient where there is no regulariser. It is taken as a fraction of the largest element of
	// the gradient at x = 0, or at the nearest point within the bounds, and as it is where that is zero.
	Residual Measure = iota

	// Gap is the duality gap, a bound of the objective above its minimum, as a fraction of the larger of the objective and that at
	// x = 0 (or the nearest point within the bounds), in magnitude. Regression and classification have one with L1, NonNegative of
	// a positive weight, ElasticNet, GroupL1, and bounds on both sides; other smooth problems have one with an L2
	// part or with finite bounds.
	Gap
)

// String is the measure in words.
func (m Measure) String() string {
	switch m {
	case Residual:
		return "residual"
	case Gap:
		return "gap"
	}
	return fmt.Sprintf("bcd.Measure(%d)", uint8(m))
}

// Chosen for the zero value; the comments of Settings state them.
const (
	defaultTolerance = 1e-8
	defaultBlock     = 10
	defaultPasses    = 1000
	defaultRefresh   = 1000
)

// resolve checks s and fills in what does not depend on the partition, for n variables.
func (s Settings) resolve(n int) (Settings, error) {
	if s.Regulariser == nil {
		s.Regulariser = L1(0)
	}
	if s.Partition == nil {
		s.Partition = Variable(min(defaultBlock, n))
		if r, ok := s.Regulariser.(*grouped); ok {
			s.Partition = groupBlocks{r}
		}
	}
	if s.Selection == nil {
		s.Selection = GSL
	}
	if s.Update == nil {
		s.Update = MatrixStep
	}
	if s.Tolerance == 0 {
		s.Tolerance = defaultTolerance
	}
	if s.Refresh == 0 {
		s.Refresh = defaultRefresh
	}
	switch {
	case !(s.Tolerance > 0) || math.IsInf(s.Tolerance, 1):
		return s, fmt.Errorf("bcd: Settings.Tolerance = %v: %w", s.Tolerance, ErrTolerance)
	case s.MaxIterations < 0:
		return s, fmt.Errorf("bcd: Settings.MaxIterations = %d, want 0 or more: %w", s.MaxIterations, ErrSetting)
	case s.Every < 0:
		return s, fmt.Errorf("bcd: Settings.Every = %d, want 0 or more: %w", s.Every, ErrSetting)
	case s.Refresh < 0:
		return s, fmt.Errorf("bcd: Settings.Refresh = %d, want 0 or more: %w", s.Refresh, ErrSetting)
	case s.Stop > Gap:
		return s, fmt.Errorf("bcd: Settings.Stop = %v, want Residual or Gap: %w", s.Stop, ErrSetting)
	}
	if s.Start != nil {
		if err := checkVector("Settings.Start", s.Start, "variables", n); err != nil {
			return s, err
		}
	}
	if err := s.Regulariser.Check(n); err != nil {
		return s, err
	}
	return s, nil
}

// groupBlocks takes the groups of a regulariser for blocks.
type groupBlocks struct{ r *grouped }

// Begin implements Partition.
func (g groupBlocks) Begin(*Iteration) (Blocks, error) { return Blocks{Fixed: g.r.groups}, nil }
