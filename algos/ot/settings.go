package ot

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// Method is how the iteration represents the plan.
type Method uint8

const (
	// Automatic takes KernelForm unless the kernel would need more than half a gigabyte.
	Automatic Method = iota
	// LogDomain iterates on the potentials with log-sum-exp: an exponential an entry and iteration, no storage but the cost.
	LogDomain
	// KernelForm iterates on scalings u and v of K = exp((f+g-C)/eps) and absorbs them into the potentials f and g when
	// they leave a safe range (Schmitzer 2019): a multiplication an entry and iteration, and as robust, for K is formed
	// from potentials that already satisfy one marginal. On grids K is applied axis by axis.
	KernelForm
)

// String is the name in words.
func (m Method) String() string {
	switch m {
	case Automatic:
		return "automatic"
	case LogDomain:
		return "log domain"
	case KernelForm:
		return "kernel form"
	}
	return fmt.Sprintf("ot.Method(%d)", uint8(m))
}

// Settings of every function of this package; the zero value works.
type Settings struct {
	// Epsilon is the weight of the entropy, in units of the cost: the plan blurs over cost differences of a few Epsilon, and
	// the number of iterations grows as it falls. Zero takes 1 percent of the range of the cost, its largest entry minus
	// its smallest, or of its size, at least 1, where that range is nothing but rounding.
	Epsilon float64

	// Tolerance is the residual to stop at: the L1 error of the marginals of the plan as a fraction of the mass. Zero
	// takes 1e-9.
	Tolerance float64

	// MaxIterations bounds the iterations, each of which updates both potentials; zero takes 10000.
	MaxIterations int

	Method Method

	// Scaling, between 0 and 1, starts at an Epsilon as large as the range of the cost and multiplies it by Scaling after
	// every few iterations until it is the one asked for (Schmitzer 2019). 1 starts at Epsilon itself. Zero takes 0.5 where the
	// range of the cost is more than 2000 Epsilon and 1 otherwise.
	Scaling float64

	// RelaxA and RelaxB, when positive, no longer impose the marginal a or b but charge RelaxA times the Kullback-Leibler
	// divergence of the plan's marginal from it, in units of the cost: unbalanced transport. Zero imposes the marginal.
	RelaxA, RelaxB float64

	// F and G are potentials to start from, such as those of a similar problem solved before. Either may be nil. An entry of
	// -Inf, which a point without mass has, is taken for unknown.
	F, G []float64

	// Progress, if not nil, is called after every iteration, or every finished pair of Pairwise, never twice at the same time.
	Progress func(algos.Progress)
}

// Chosen for the zero value; the comments of Settings state them.
const (
	defaultEpsilon    = 0.01 // of the range of the cost
	defaultTolerance  = 1e-9
	defaultIterations = 10000
	defaultScaling    = 0.5
	scalingThreshold  = 2000 // ranges of the cost an epsilon
)

// resolve checks s and fills in what is chosen for its zero values, for costs between low and high.
func (s Settings) resolve(low, high float64) (Settings, error) {
	spread := high - low
	if s.Epsilon == 0 {
		s.Epsilon = defaultEpsilon * spread
		if size := max(math.Abs(low), math.Abs(high)); spread <= costSlack*size {
			s.Epsilon = defaultEpsilon * max(size, 1) // all plans cost the same, but for rounding
		}
	}
	if s.Tolerance == 0 {
		s.Tolerance = defaultTolerance
	}
	if s.MaxIterations == 0 {
		s.MaxIterations = defaultIterations
	}
	switch {
	case !(s.Epsilon > 0) || math.IsInf(s.Epsilon, 1):
		return s, fmt.Errorf("ot: Settings.Epsilon = %v: %w", s.Epsilon, ErrEpsilon)
	case !(s.Tolerance > 0) || math.IsInf(s.Tolerance, 1):
		return s, fmt.Errorf("ot: Settings.Tolerance = %v: %w", s.Tolerance, ErrTolerance)
	case s.MaxIterations < 0:
		return s, fmt.Errorf("ot: Settings.MaxIterations = %d, want 0 or more: %w", s.MaxIterations, ErrSetting)
	case s.Method > KernelForm:
		return s, fmt.Errorf("ot: Settings.Method = %v, want Automatic, LogDomain or KernelForm: %w", s.Method, ErrSetting)
	case !(s.Scaling >= 0 && s.Scaling <= 1):
		return s, fmt.Errorf("ot: Settings.Scaling = %v, want 0 to 1: %w", s.Scaling, ErrSetting)
	case !(s.RelaxA >= 0) || math.IsInf(s.RelaxA, 1):
		return s, fmt.Errorf("ot: Settings.RelaxA = %v, want 0 or more and finite: %w", s.RelaxA, ErrSetting)
	case !(s.RelaxB >= 0) || math.IsInf(s.RelaxB, 1):
		return s, fmt.Errorf("ot: Settings.RelaxB = %v, want 0 or more and finite: %w", s.RelaxB, ErrSetting)
	}
	if s.Scaling == 0 {
		s.Scaling = 1
		if spread > scalingThreshold*s.Epsilon {
			s.Scaling = defaultScaling
		}
	}
	return s, nil
}

func (s Settings) balanced() bool { return s.RelaxA == 0 && s.RelaxB == 0 }

// power is the exponent of a scaling update: 1 for an imposed marginal, rho/(rho+eps) for a relaxed one.
func power(relax, eps float64) float64 {
	if relax == 0 {
		return 1
	}
	return relax / (relax + eps)
}
