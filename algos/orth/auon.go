package orth

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// AuONForm is which of two optimisers of one name it is: the paper and the code of its author differ.
type AuONForm uint8

const (
	// PaperForm steps along the normalised direction: U = X/R, ||U||_F < 1.
	PaperForm AuONForm = iota
	// CodeForm steps along the direction itself: the step grows with the gradient.
	CodeForm
)

// String is the name in words.
func (f AuONForm) String() string {
	switch f {
	case PaperForm:
		return "paper"
	case CodeForm:
		return "code"
	}
	return fmt.Sprintf("orth.AuONForm(%d)", uint8(f))
}

// AuONSettings of [NewAuON]; the zero value is AuON as the paper has it.
type AuONSettings struct {
	TrainingSettings // Rate zero takes 0.055, that of the paper's runs

	// Momentum is the weight of the past in the moving average, between 0 and 1; zero takes 0.95.
	Momentum float64

	Form AuONForm

	// Gamma multiplies the elements inside cosh; zero takes 1 in the paper's form and 1.5 in the code's.
	Gamma float64

	// Steps is the number of Newton-Schulz steps before, of Muon's polynomial: zero is AuON, more is Hybrid-AuON, which
	// the paper runs with 1 and the code with 5.
	Steps int

	// Printed takes the mean of cosh^2 itself as R where Steps is not zero, as the paper prints for the hybrid, and not
	// its root.
	Printed bool
}

// AuON is momentum divided by its norm and by a number made of hyperbolic cosines, in time linear in the number of
// elements (Maity 2025):
//
//	m = beta*m + (1-beta)*G,  g = beta*m + (1-beta)*G
//	X = g/(||g||_F + 1e-7), of the hybrid then Newton-Schulz steps,  R = sqrt(mean cosh(gamma*X)^2)
//	W = (1 - rate*decay)*W - rate*X/(R + 1e-8)      paper
//	W = (1 - rate*decay)*W - rate*g/(R + 1e-8)      code; with steps, g is their result and X that divided by its norm
//
// cosh is used only in the number R, so without steps the direction is that of g exactly: same signs, same singular
// vectors, same condition number. And R is all but constant: R^2 = 1 + gamma^2/N to first order for N elements that
// share the norm, and at most 1 + (cosh(2*gamma)-1)/(2N). For 10000 elements and gamma 1.5 it is within 2.3e-4 of 1.
// AuON is therefore normalised momentum to three digits, and does not orthogonalise; the code's form is momentum.
//
// A step is one fused pass over m, G and g, one over g that sums cosh^2 - 1 (its first term, and in float64 and where
// there are spikes all terms that matter), and one over W.
type AuON[T kernels.Float] struct {
	trainer[T]
	auon     AuONSettings
	schedule Schedule
	orthogonaliser[T]
}

const (
	auonGuard  = 1e-7
	brakeGuard = 1e-8
)

// NewAuON makes the optimiser of the parameters. The error wraps ErrName, ErrShape or ErrShared, or ErrSetting or ErrSchedule, and names
// the parameter or the setting.
func NewAuON[T kernels.Float](parameters []Parameter[T], settings AuONSettings) (*AuON[T], error) {
	kind := "AuON"
	if settings.Steps > 0 {
		kind = "Hybrid-AuON"
	}
	a := &AuON[T]{auon: settings}
	var err error
	if a.trainer, err = newTrainer(kind, parameters, settings.TrainingSettings, 0.055, 1); err != nil {
		return nil, err
	}
	if err := fraction("AuONSettings.Momentum", &a.auon.Momentum, 0.95); err != nil {
		return nil, err
	}
	if a.auon.Gamma == 0 {
		a.auon.Gamma = 1
		if settings.Form == CodeForm {
			a.auon.Gamma = 1.5
		}
	}
	switch {
	case settings.Form > CodeForm:
		return nil, fmt.Errorf("orth: AuONSettings.Form = %v, want PaperForm or CodeForm: %w", settings.Form, ErrSetting)
	case !(a.auon.Gamma > 0 && a.auon.Gamma <= maxGamma):
		return nil, fmt.Errorf("orth: AuONSettings.Gamma = %v, want above 0 and up to %d: %w", a.auon.Gamma, maxGamma, ErrSetting)
	case settings.Steps < 0:
		return nil, fmt.Errorf("orth: AuONSettings.Steps = %d, want 0 or more: %w", settings.Steps, ErrSetting)
	}
	a.schedule = MuonSchedule(settings.Steps)
	a.update = a.step
	return a, nil
}

// maxGamma keeps cosh(gamma*x)^2 finite for elements up to 2.
const maxGamma = 100

func (a *AuON[T]) step(s *slot[T], rate float64) error {
	beta := a.auon.Momentum
	a.direction = grown(a.direction, len(s.memory[0]))
	g := a.direction
	size := s.momentum(s.memory[0], g, beta, 1-beta, beta, 1-beta)
	if !check.Finite(size) {
		return fmt.Errorf("norm of the momentum = %v: %w", size, ErrNotFinite)
	}
	scale := 1 / (size + auonGuard) // of g to X
	if len(a.schedule) > 0 {
		settings := PolarSettings{Schedule: a.schedule, Unmeasured: true, Margin: 1, Guard: auonGuard}
		if err := a.orthogonalise(s, g, size, settings); err != nil {
			return err
		}
		g, scale = a.result, 1
		if a.auon.Form == CodeForm {
			scale = 1 / (float64(vec.Norm2(g)) + auonGuard)
		}
	}
	r := brake(g, a.auon.Gamma*scale)
	if len(a.schedule) > 0 && a.auon.Printed {
		r *= r
	}
	if a.auon.Form == CodeForm {
		scale = 1
	}
	a.move(s, rate, rate*scale/(r+brakeGuard), g)
	return nil
}

// brake is sqrt(mean cosh(factor*x)^2). It sums cosh^2 - 1 = sinh^2, which the ones would swamp.
func brake[T kernels.Float](x []T, factor float64) float64 {
	if len(x) == 0 {
		return 1
	}
	unit := 0x1p-54
	if cast.Single[T]() {
		unit = 0x1p-25
	}
	var sum float64
	for begin := 0; begin < len(x); begin += chunk {
		piece := x[begin:min(begin+chunk, len(x))]
		largest := factor * math.Max(float64(vec.Max(piece)), -float64(vec.Min(piece)))
		// The first term of sinh^2 = t + t^2/3 + ... is enough where the others together do not reach the rounding of R.
		squares := factor * (factor * float64(vec.SumSquares(piece))) // factor^2 alone may underflow
		if largest > 1 || 0.4*squares*largest*largest > unit*float64(len(piece)) {
			squares = sinhSquares(piece, factor, largest)
		}
		sum += squares
	}
	return math.Sqrt(1 + sum/float64(len(x)))
}

// sinhSquares is the sum of sinh(factor*x)^2, |factor*x| <= largest. With t = (factor*x)^2, sinh^2 = (cosh(2*sqrt(t)) -
// 1)/2 = sum over k >= 1 of 2^(2k-1) t^k/(2k)!; as many terms are taken as matter for the largest.
func sinhSquares[T kernels.Float](x []T, factor, largest float64) (sum float64) {
	if !(largest <= 2) {
		for _, v := range x {
			s := math.Sinh(factor * float64(v))
			sum += s * s
		}
		return sum
	}
	terms := 2
	for top := largest * largest; terms+1 < len(sinhTerms) && sinhTerms[terms-1]*math.Pow(top, float64(terms-1)) > 1e-17; terms++ {
	}
	memory := scratch.Get[float64](3 * len(x))
	defer memory.Release()
	t, power, next := memory.Data[:len(x)], memory.Data[len(x):2*len(x)], memory.Data[2*len(x):]
	if cast.Single[T]() {
		for i, v := range x {
			t[i] = float64(v)
		}
	} else {
		copy(t, cast.F64(x))
	}
	vec.Scale(factor, t)
	vec.Mul(t, t, t)
	copy(power, t)
	sum = vec.Sum(t)
	for k := 1; 2*k <= terms; k++ { // power holds t^k
		sum += sinhTerms[2*k-1] * vec.SumSquares(power)
		vec.Mul(next, power, t)
		sum += sinhTerms[2*k] * vec.Dot(power, next)
		power, next = next, power
	}
	return sum
}

// sinhTerms are 2^(2k-1)/(2k)! for k = 1, 2, ...
var sinhTerms = func() (terms [20]float64) {
	term := 1.0
	for i := range terms {
		terms[i] = term
		k := float64(i + 1)
		term *= 4 / ((2*k + 1) * (2*k + 2))
	}
	return terms
}()
