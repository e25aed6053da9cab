package lse

import (
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/kernels"
)

// panel is the number of elements that one call of assembly handles, since a goroutine inside assembly cannot be
// preempted. It is also what a worker takes at a time. On AVX2 (Zen 3) a panel of the arguments that a function likes least,
// such as those whose exponentials are subnormal, takes up to 80 us in float64.
const panel = 1 << 13

// parallelAbove is the length above which the workers are asked: the fastest function takes 4 us for as many elements,
// several times what handing them to a waiting worker costs.
const parallelAbove = 4 * panel

// operation is what a request does with a panel. It is a number and not a function, because a call through a variable
// would make the operands escape.
type operation uint8

const (
	ofExp operation = iota
	ofExpm1
	ofLog
	ofLog1p
	ofTanh
	ofSigmoid
	ofSoftplus
	ofLogAddExp    // of x and y
	ofExpShifted   // b*e^(x-a)
	ofSubtractBoth // (x-a) - b
)

// request is one operation on vectors.
type request[T kernels.Float] struct {
	do        operation
	dst, x, y []T
	a, b      T
}

// run does all panels, on the workers where that pays and no operand lives on the caller's stack.
func (r *request[T]) run() {
	parts := (len(r.x) + panel - 1) / panel
	if len(r.x) > parallelAbove && pool.Workers() > 1 {
		if task := r.share(); task != nil {
			pool.Run(parts, task)
			*task = request[T]{}
			pool.Tasks[T](&requests).Put(task)
			return
		}
	}
	for part := range parts {
		r.Do(part)
	}
}

var requests pool.Recycler

// share is a copy of r that workers may use, nil if an operand is on the stack.
func (r *request[T]) share() *request[T] {
	dst, dstOK := pool.Share(r.dst)
	x, xOK := pool.Share(r.x)
	y, yOK := pool.Share(r.y)
	if !dstOK || !xOK || !yOK {
		return nil
	}
	task, _ := pool.Tasks[T](&requests).Get().(*request[T])
	if task == nil {
		task = new(request[T])
	}
	*task = request[T]{do: r.do, dst: dst, x: x, y: y, a: r.a, b: r.b}
	return task
}

// Do computes one panel.
func (r *request[T]) Do(part int) {
	first := part * panel
	end := min(first+panel, len(r.x))
	dst, x := r.dst[first:end], r.x[first:end]
	switch r.do {
	case ofExp:
		exp(dst, x)
	case ofExpm1:
		expm1(dst, x)
	case ofLog:
		log(dst, x)
	case ofLog1p:
		log1p(dst, x)
	case ofTanh:
		tanh(dst, x)
	case ofSigmoid:
		sigmoid(dst, x)
	case ofSoftplus:
		softplus(dst, x)
	case ofLogAddExp:
		logAddExp(dst, x, r.y[first:end])
	case ofExpShifted:
		expShifted(dst, x, r.a, r.b)
	case ofSubtractBoth:
		subtractBoth(dst, x, r.a, r.b)
	}
}
