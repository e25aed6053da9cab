package sparse

import (
	"sync"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// recycler keeps the tasks of one kind that no workers hold, so that an operation on the workers allocates nothing.
type recycler struct{ single, double sync.Pool }

// tasks are those for elements of type T.
func tasks[T kernels.Float](r *recycler) *sync.Pool {
	if cast.Single[T]() {
		return &r.single
	}
	return &r.double
}
