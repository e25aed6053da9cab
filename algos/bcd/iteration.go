package bcd

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/kernels/vec"
)

// Iteration is what the rules of a run see of it.
type Iteration struct {
	Problem     Problem
	Point       Point
	Regulariser Regulariser
	Blocks      Blocks // once the partition has begun
	Random      *rand.Rand
	L1Score     bool

	// Lipschitz is L_i, those that are zero raised so that one can divide by them.
	Lipschitz []float64

	ctx      context.Context
	all      []int32 // every variable
	least    float64 // what zeros were raised to
	separate *separable
	steps    []float64 // 1/L_i
	gradient []float64
	changed  []int32
	everyOne bool // all elements of the gradient may have changed
	work     []float64
	watched  bool // somebody asks for the whole gradient at each iteration
}

// leastShare of the largest L_i is what a smaller one is raised to: along such a variable the function is all but linear.
const leastShare = 1e-14

func newIteration(ctx context.Context, p Problem, s Settings, random *rand.Rand) *Iteration {
	n := p.Size()
	it := &Iteration{
		Problem: p, Regulariser: s.Regulariser, Random: random, L1Score: s.L1Score,
		Lipschitz: append([]float64(nil), p.Lipschitz()...), all: everyVariable(n), steps: make([]float64, n), work: make([]float64, n),
		everyOne: true, ctx: ctx,
	}
	it.least = leastShare * vec.Max(it.Lipschitz)
	if !(it.least > 0) {
		it.least = 1
	}
	for i, l := range it.Lipschitz {
		it.Lipschitz[i] = max(l, it.least)
		it.steps[i] = 1 / it.Lipschitz[i]
	}
	if r, ok := s.Regulariser.(separable); ok {
		it.separate = &r
	}
	x := make([]float64, n)
	copy(x, s.Start)
	if it.separate != nil {
		it.separate.clamp(x, it.all)
	}
	it.Point = p.At(x)
	return it
}

// Size is the number of variables.
func (it *Iteration) Size() int { return len(it.all) }

// plain reports whether there is no regulariser.
func (it *Iteration) plain() bool { return it.separate != nil && it.separate.none() }

// Gradient is the whole gradient of the smooth part, a view for reading that holds until the next move.
func (it *Iteration) Gradient() []float64 {
	if tracker, ok := it.Point.(Tracker); ok {
		gradient, changed, all := tracker.Whole()
		it.everyOne = it.everyOne || all || len(it.changed)+len(changed) > it.Size() // nobody may ask for a long time
		if it.everyOne {
			it.changed = it.changed[:0]
		} else {
			it.changed = append(it.changed, changed...)
		}
		return gradient
	}
	if it.gradient == nil {
		it.gradient = make([]float64, it.Size())
	}
	it.Point.Gradient(it.gradient, it.all)
	it.everyOne = true
	return it.gradient
}

// Changed is which elements of the gradient may have changed between the calls of Gradient since the last call of Changed; an element may be
// listed twice. all says that it may be any. The list holds until the next call of Gradient.
func (it *Iteration) Changed() (list []int32, all bool) {
	list, all = it.changed, it.everyOne
	it.changed, it.everyOne = it.changed[:0], false
	return list, all
}

// proximal sets dst to the proximal steps of all variables, each alone with 1/L_i.
func (it *Iteration) proximal(dst []float64) {
	it.Regulariser.Step(dst, it.Point.X(), it.Gradient(), it.steps, it.all)
}

// residual is the optimality residual.
func (it *Iteration) residual() (most float64) {
	it.proximal(it.work)
	for i, v := range it.Point.X() {
		r := it.Lipschitz[i] * math.Abs(v-it.work[i])
		if !(r <= most) { // so that a NaN is seen
			most = r
		}
	}
	return most
}

// objective is f + R.
func (it *Iteration) objective() float64 {
	return it.Point.Value() + it.Regulariser.Value(it.Point.X(), it.all)
}

// gather sets dst to the elements of x that a block has.
func gather(dst, x []float64, block []int32) []float64 {
	dst = dst[:0]
	for _, i := range block {
		dst = append(dst, x[i])
	}
	return dst
}
