package linear

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Margin is the loss of a support vector machine, in m = 1 - s*f where s*f is the prediction times the sign of the class.
type Margin uint8

// The losses there are.
const (
	SquaredHinge Margin = iota // max(0, m)^2, which liblinear and scikit-learn's LinearSVC take unless told otherwise
	Hinge                      // max(0, m)
)

// SVMSettings of a support vector machine; the zero value works.
type SVMSettings struct {
	// Settings: an iteration is a pass over the samples, and Standardise, Positive and Start must be zero. DropConstant does not
	// matter: a column of zeros has the coefficient zero. Weights multiply the cost of a sample.
	Settings
	Loss Margin
	// Seed of the order in which samples are visited.
	Seed uint64
}

// SVM is a linear support vector machine for two classes, given by any two different labels: it minimises, with s_i = 1 for the
// larger label and -1 for the other, and v the weights of the samples, which here do count as they are,
//
//	|w|^2/2 + b^2/2 + cost*sum_i v_i*loss(1 - s_i*(b + x_i'w))
//
// which is the objective of liblinear (with -B 1) and of scikit-learn's LinearSVC, for which cost is C; the intercept is a
// feature that is always 1, and penalised like any other.
//
// The dual problem is max over 0 <= a_i (<= cost*v_i for the hinge) of sum_i a_i - |sum_i a_i*s_i*(x_i,1)|^2/2, less
// a_i^2/(4*cost*v_i) for the squared hinge. Coordinate ascent visits the samples in random order and leaves out for a while
// those whose a_i is at a bound and seems to stay there (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008). It converges
// linearly, the slower the larger the cost: ask for no more digits than are needed. Where up to 512 samples are between their bounds, Newton
// steps on these help it from time to time. The gap is a fraction, in Residual, of the
// objective at zero.
func SVM(ctx context.Context, x *Design, labels []float64, cost float64, settings SVMSettings) (*Result, error) {
	path, err := SVMPath(ctx, x, labels, []float64{cost}, settings)
	if path == nil {
		return nil, err
	}
	return path.Fits[0], err
}

// machine is the dual problem with where it stands.
type machine struct {
	rows      samples
	sign      []float64
	upper     []float64 // bound of a
	ridge     []float64 // what the squared hinge adds to the diagonal
	square    []float64 // diagonal of the dual, without ridge
	cost      []float64
	squared   bool
	intercept float64 // 1 or 0
	random    *rand.Rand

	a, w   []float64
	bias   float64
	active []int32
}

func newMachine(x *Design, labels []float64, pair classes, s SVMSettings) *machine {
	n := x.samples
	m := &machine{
		rows: x.rows(), sign: make([]float64, n), upper: make([]float64, n), ridge: make([]float64, n), square: make([]float64, n),
		cost: make([]float64, n), squared: s.Loss == SquaredHinge, random: rand.New(rand.NewPCG(s.Seed, 0)),
		a: make([]float64, n), w: make([]float64, x.features),
	}
	if !s.NoIntercept {
		m.intercept = 1
	}
	for i, y := range labels {
		m.sign[i] = pair.sign(y)
		m.square[i] = m.rows.square(i) + m.intercept
	}
	return m
}

// restore makes all samples active that cost something.
func (m *machine) restore() {
	m.active = m.active[:0]
	for i, c := range m.cost {
		if c > 0 {
			m.active = append(m.active, int32(i))
		}
	}
}

// run makes passes until the gap is small enough.
func (m *machine) run(ctx context.Context, s Settings) *Result {
	null := vec.Sum(m.cost)
	result := &Result{Report: algos.Report{Residual: 1}, Objective: null, Gap: null}
	bestDual := 0.0
	if vec.Max(m.a) > 0 { // it begins where another fit ended
		primal, dual := m.measure()
		bestDual = max(dual, 0)
		result.Objective, result.Gap = primal, max(primal-bestDual, 0)
		result.Residual = result.Gap / null
	}
	inner, high, low := 0.1, math.Inf(1), math.Inf(-1)
	for {
		switch {
		case ctx.Err() != nil:
			result.Stopped = algos.Cancelled
		case result.Iterations == s.MaxIterations:
			result.Stopped = algos.IterationLimit
		}
		passed := result.Stopped == 0
		if passed {
			result.Residuals = append(result.Residuals, result.Residual)
			result.Iterations++
			high, low = m.pass(high, low)
			if result.Iterations%newtonEvery == 0 {
				m.newton()
			}
		}
		whole := len(m.active) == m.count()
		settled := high-low <= inner
		if result.Stopped != 0 || settled && whole {
			primal, dual := m.measure()
			bestDual = max(bestDual, dual)
			result.Objective, result.Gap = primal, max(primal-bestDual, 0)
			result.Residual = result.Gap / null
			if result.Residual <= s.Tolerance {
				result.Stopped = algos.Converged
			} else if settled && inner < 1e-15 && result.Stopped == 0 {
				result.Stopped = algos.Stalled
			}
			inner /= 4
		}
		if passed && s.Progress != nil {
			s.Progress(algos.Progress{Done: result.Iterations, Of: s.MaxIterations, Residual: result.Residual})
		}
		if result.Stopped != 0 {
			return result
		}
		if settled && !whole {
			m.restore()
			high, low = math.Inf(1), math.Inf(-1)
		}
		// A bound that nothing is beyond would take everything out.
		if high <= 0 {
			high = math.Inf(1)
		}
		if low >= 0 {
			low = math.Inf(-1)
		}
	}
}

// count is how many samples cost something.
func (m *machine) count() (n int) {
	for _, c := range m.cost {
		if c > 0 {
			n++
		}
	}
	return n
}

// pass visits the active samples. Those at a bound whose gradient points beyond the largest projected gradients of the last
// pass are left out. It returns the extremes of the projected gradients of this one.
func (m *machine) pass(high, low float64) (newHigh, newLow float64) {
	newHigh, newLow = math.Inf(-1), math.Inf(1)
	m.random.Shuffle(len(m.active), func(i, j int) { m.active[i], m.active[j] = m.active[j], m.active[i] })
	kept := m.active[:0]
	for _, k := range m.active {
		i := int(k)
		a, s := m.a[i], m.sign[i]
		g := s*(m.rows.dot(i, m.w)+m.intercept*m.bias) - 1 + m.ridge[i]*a
		projected := g
		switch {
		case a == 0:
			if g > high {
				continue
			}
			projected = min(g, 0)
		case a == m.upper[i]:
			if g < low {
				continue
			}
			projected = max(g, 0)
		}
		kept = append(kept, k)
		newHigh, newLow = max(newHigh, projected), min(newLow, projected)
		h := m.square[i] + m.ridge[i]
		if projected == 0 {
			continue
		}
		next := m.upper[i]
		if h > 0 {
			next = min(max(a-g/h, 0), m.upper[i])
		} else if g > 0 {
			next = 0
		}
		if next != a {
			m.a[i] = next
			step := (next - a) * s
			m.rows.axpy(step, i, m.w)
			m.bias += m.intercept * step
		}
	}
	m.active = kept
	if len(kept) == 0 {
		newHigh, newLow = 0, 0
	}
	return newHigh, newLow
}

// form sets w and the intercept to those of the dual variables.
func (m *machine) form() {
	clear(m.w)
	m.bias = 0
	for i, a := range m.a {
		if a != 0 {
			m.rows.axpy(a*m.sign[i], i, m.w)
			m.bias += m.intercept * a * m.sign[i]
		}
	}
}

// dual is the dual objective.
func (m *machine) dual() float64 {
	sum := -(vec.SumSquares(m.w) + m.bias*m.bias) / 2
	for i, a := range m.a {
		sum += a - m.ridge[i]*a*a/2
	}
	return sum
}

// measure forms w again from the dual variables, and both objectives.
func (m *machine) measure() (primal, dual float64) {
	m.form()
	primal = (vec.SumSquares(m.w) + m.bias*m.bias) / 2
	for i, c := range m.cost {
		if c == 0 {
			continue
		}
		margin := max(1-m.sign[i]*(m.rows.dot(i, m.w)+m.intercept*m.bias), 0)
		if m.squared {
			margin *= margin
		}
		primal += c * margin
	}
	return primal, m.dual()
}
