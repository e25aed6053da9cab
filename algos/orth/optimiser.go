package orth

import (
	"fmt"
	"io"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Parameter is a named matrix to train and the place where its gradient is found at every step. Rows are outputs and
// columns inputs of the layer; a vector is a matrix of one row. Both views stay the caller's and must not overlap each
// other or another parameter's; two that begin at the same element are ErrShared.
type Parameter[T kernels.Float] struct {
	Name            string
	Value, Gradient kernels.Matrix[T]
}

// Optimiser is what the optimisers of this package have in common.
type Optimiser interface {
	// Step reads the gradients and moves the values of all parameters once. A gradient that is not finite is
	// ErrNotFinite, and nothing has then been changed. So is a gradient, finite itself, that makes what the optimiser
	// remembers overflow, which shows only on the way: parameters before the one that the error names have then been
	// moved, of that one some values may have been, and the state is of no more use. Polynomials of which the direction
	// diverges are ErrDiverged; the parameter that the error names has then not been moved.
	Step() error
	// Steps is the number of steps done, those before a Load included.
	Steps() int
	// Save writes what the optimiser remembers between steps (moments and the number of steps, but neither the values
	// of the parameters, for which there is SaveValues, nor the settings) in the format that the package comment
	// describes.
	Save(w io.Writer) error
	// Load reads what Save of the same optimiser with parameters of the same names and shapes has written, and not a
	// byte more. Training then goes on bit for bit. On an error, ErrState, ErrChecksum or the reader's, the state is
	// what it was before.
	Load(r io.Reader) error
}

// TrainingSettings are those that every optimiser has; the zero value works.
type TrainingSettings struct {
	// Rate is the learning rate; zero takes the default of the optimiser.
	Rate float64

	// Decay is the weight decay, decoupled from the gradient: before its step a value is multiplied by 1 - rate*Decay.
	// Zero means none.
	Decay float64

	// Schedule multiplies Rate in step number step, from 0; nil is constant.
	Schedule RateSchedule
}

// RateSchedule is a factor of the learning rate by the number of steps done before.
type RateSchedule func(step int) float64

// Cosine rises linearly from 1/warmUp to 1 over the first warmUp steps, then falls to the fraction end along half a
// cosine until step number steps, and stays there. There is no warm-up with a warmUp of zero or less.
func Cosine(warmUp, steps int, end float64) RateSchedule {
	return shaped(warmUp, steps, func(done float64) float64 { return end + (1-end)*(1+math.Cos(math.Pi*done))/2 })
}

// Linear is Cosine with a straight line.
func Linear(warmUp, steps int, end float64) RateSchedule {
	return shaped(warmUp, steps, func(done float64) float64 { return 1 - (1-end)*done })
}

func shaped(warmUp, steps int, fall func(done float64) float64) RateSchedule {
	warmUp = max(0, warmUp)
	return func(step int) float64 {
		if step < warmUp {
			return float64(step+1) / float64(warmUp)
		}
		return fall(min(1, float64(step-warmUp)/float64(max(1, steps-warmUp))))
	}
}

// slot is a parameter with what is remembered of it, vectors of Rows*Cols elements.
type slot[T kernels.Float] struct {
	Parameter[T]
	memory [][]T
}

// trainer is the part of an optimiser that all share.
type trainer[T kernels.Float] struct {
	kind     string
	settings TrainingSettings
	largest  float64 // norm of a gradient
	slots    []slot[T]
	steps    int
	update   func(s *slot[T], rate float64) error
}

// newTrainer checks the parameters and makes memory for each: vectors of zeros.
func newTrainer[T kernels.Float](kind string, parameters []Parameter[T], settings TrainingSettings, rate float64, vectors int) (trainer[T], error) {
	if settings.Rate == 0 {
		settings.Rate = rate
	}
	t := trainer[T]{kind: kind, settings: settings, largest: math.MaxFloat64}
	switch {
	case !(settings.Rate > 0) || math.IsInf(settings.Rate, 1):
		return t, fmt.Errorf("orth: TrainingSettings.Rate = %v, want above 0 and finite: %w", settings.Rate, ErrSetting)
	case !(settings.Decay >= 0) || math.IsInf(settings.Decay, 1):
		return t, fmt.Errorf("orth: TrainingSettings.Decay = %v, want 0 or more and finite: %w", settings.Decay, ErrSetting)
	}
	if err := checkParameters(parameters); err != nil {
		return t, err
	}
	if err := checkShared(parameters); err != nil {
		return t, err
	}
	for _, p := range parameters {
		s := slot[T]{Parameter: p, memory: make([][]T, vectors)}
		for i := range s.memory {
			s.memory[i] = make([]T, p.Value.Rows*p.Value.Cols)
		}
		t.slots = append(t.slots, s)
	}
	return t, nil
}

func checkParameters[T kernels.Float](parameters []Parameter[T]) error {
	seen := map[string]bool{}
	for i, p := range parameters {
		if p.Name == "" || len(p.Name) > math.MaxUint16 || seen[p.Name] {
			return fmt.Errorf("orth: parameters[%d].Name = %.40q: %w", i, p.Name, ErrName)
		}
		seen[p.Name] = true
		if err := checkSameShape(p.Name+".Value", p.Value, p.Name+".Gradient", p.Gradient); err != nil {
			return err
		}
	}
	return nil
}

// checkShared returns an error if two views begin at the same element, as a matrix does that is taken for its own gradient.
func checkShared[T kernels.Float](parameters []Parameter[T]) error {
	owner := map[*T]string{}
	for _, p := range parameters {
		if p.Value.Rows == 0 || p.Value.Cols == 0 {
			continue
		}
		value, gradient := &p.Value.Data[0], &p.Gradient.Data[0]
		if other := owner[value]; other != "" {
			return fmt.Errorf("orth: %s and %s.Value: %w", other, p.Name, ErrShared)
		}
		owner[value] = p.Name + ".Value"
		if other := owner[gradient]; other != "" {
			return fmt.Errorf("orth: %s and %s.Gradient: %w", other, p.Name, ErrShared)
		}
		owner[gradient] = p.Name + ".Gradient"
	}
	return nil
}

// Steps implements [Optimiser].
func (t *trainer[T]) Steps() int { return t.steps }

// Step implements [Optimiser].
func (t *trainer[T]) Step() error {
	rate := t.settings.Rate
	if t.settings.Schedule != nil {
		rate *= t.settings.Schedule(t.steps)
	}
	if !(rate >= 0) || math.IsInf(float64(T(rate)), 1) {
		return fmt.Errorf("orth: learning rate %v in step %d, want 0 or more and finite: %w", rate, t.steps, ErrSetting)
	}
	for i := range t.slots {
		s := &t.slots[i]
		if size := norm(s.Gradient); !(size <= t.largest) {
			return fmt.Errorf("orth: gradient of %s in step %d, of norm %v: %w", s.Name, t.steps, size, ErrNotFinite)
		}
	}
	for i := range t.slots {
		if err := t.update(&t.slots[i], rate); err != nil {
			return fmt.Errorf("orth: %s in step %d: %w", t.slots[i].Name, t.steps, err)
		}
	}
	t.steps++
	return nil
}

// chunk is the number of elements that go through all operations of an update while they are in the L1 cache, so that
// the whole is one pass over memory with the kernels of vec.
const chunk = 2048

// eachChunk calls do for pieces of at most chunk elements: value and gradient are parts of a row, or of the whole where
// rows have no gaps, and at is where the piece begins in the slot's vectors.
func (s *slot[T]) eachChunk(do func(value, gradient []T, at int)) {
	rows, cols := s.Value.Rows, s.Value.Cols
	if s.Value.Stride == cols && s.Gradient.Stride == cols || cols == 0 {
		rows, cols = min(1, rows), rows*cols
	}
	for i := range rows {
		value, gradient := s.Value.Data[i*s.Value.Stride:], s.Gradient.Data[i*s.Gradient.Stride:]
		for begin := 0; begin < cols; begin += chunk {
			end := min(begin+chunk, cols)
			do(value[begin:end], gradient[begin:end], i*cols+begin)
		}
	}
}

// momentum sets m to keep*m + take*gradient and v to push*m + add*gradient, unless v is nil, in one pass. It returns
// the Frobenius norm of v or, if that is nil, m.
func (s *slot[T]) momentum(m, v []T, keep, take, push, add float64) float64 {
	var sum float64
	s.eachChunk(func(_, gradient []T, at int) {
		piece := m[at : at+len(gradient)]
		vec.AddScaled(piece, T(keep), piece, T(take), gradient)
		if v != nil {
			look := v[at : at+len(gradient)]
			vec.AddScaled(look, T(push), piece, T(add), gradient)
			piece = look
		}
		sum += float64(vec.SumSquares(piece))
	})
	if v == nil {
		v = m
	}
	return normFrom(sum, v)
}

// normFrom is the norm of v, whose squares sum up to sum; that is not taken where squares may have left the range.
func normFrom[T kernels.Float](sum float64, v []T) float64 {
	if low, high := squarable[T](); sum > low*low && sum < high*high {
		return math.Sqrt(sum)
	}
	return float64(vec.Norm2(v))
}

// move sets the values to (1 - rate*decay)*value - step*direction in one pass.
func (t *trainer[T]) move(s *slot[T], rate, step float64, direction []T) {
	keep := T(1 - rate*t.settings.Decay)
	s.eachChunk(func(value, _ []T, at int) {
		vec.AddScaled(value, keep, value, T(-step), direction[at:at+len(value)])
	})
}

// view is a vector as a matrix of the shape of the parameter.
func (s *slot[T]) view(v []T) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: s.Value.Rows, Cols: s.Value.Cols, Stride: s.Value.Cols, Data: v}
}

// grown is a slice of n elements, x itself if that is long enough.
func grown[T kernels.Float](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

// joined is several optimisers as one.
type joined []Optimiser

// Join makes one optimiser of several, for parameters that are to be trained by different ones, as Muon for matrices
// and AdamW for vectors, embeddings and the output layer. Steps are those of the first. If Step or Load fails, the
// optimisers before the one that failed have done it. It panics for one that is nil.
func Join(optimisers ...Optimiser) Optimiser {
	for i, o := range optimisers {
		if o == nil {
			panic(fmt.Sprintf("orth: Join: optimisers[%d] is nil", i))
		}
	}
	return joined(optimisers)
}

func (j joined) Steps() int {
	if len(j) == 0 {
		return 0
	}
	return j[0].Steps()
}

func (j joined) Step() error {
	for _, o := range j {
		if err := o.Step(); err != nil {
			return err
		}
	}
	return nil
}

func (j joined) Save(w io.Writer) error {
	for _, o := range j {
		if err := o.Save(w); err != nil {
			return err
		}
	}
	return nil
}

func (j joined) Load(r io.Reader) error {
	for _, o := range j {
		if err := o.Load(r); err != nil {
			return err
		}
	}
	return nil
}
