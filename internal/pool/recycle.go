package pool

import (
	"sync"

	"github.com/raphson-go/raphson/internal/cast"
)

// Recycler keeps the tasks of one kind that no workers hold, for either element type.
type Recycler struct{ single, double sync.Pool }

// Tasks are those for elements of type T.
func Tasks[T cast.Float](r *Recycler) *sync.Pool {
	if cast.Single[T]() {
		return &r.single
	}
	return &r.double
}

// RunRecycled is Run for a copy of a task whose elements are of type T, and allocates nothing in the long run: the copy is r's,
// and is cleared in the end. Operands that callers may have on their stacks must have gone through Share.
func RunRecycled[T cast.Float, S any, P interface {
	*S
	Task
}](r *Recycler, parts int, task S) {
	tasks := Tasks[T](r)
	p, _ := tasks.Get().(P)
	if p == nil {
		p = new(S)
	}
	*p = task
	Run(parts, p)
	var cleared S
	*p = cleared
	tasks.Put(p)
}
