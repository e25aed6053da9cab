package linsolve

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Method is a method for square systems: [CG], [MINRES], [GMRES], [BiCGStab].
type Method func(ctx context.Context, a Operator, b []float64, settings Settings) (*Result, error)

// MultiOperator is an operator that multiplies several vectors in less time than one after the other.
type MultiOperator interface {
	Operator
	// ApplyAll sets Y to A*X, a vector a column; it follows the rules of Apply.
	ApplyAll(y, x kernels.Matrix[float64])
}

// Together solves A*x = b for every column of b: the method runs for all of them at once, each at its own pace and to its own
// end, and the products that they ask for are formed together, so that the matrix is read once for all. It pays where a product takes most
// of an iteration: eight systems with 50 entries a row, from memory, took 0.6 of the time that they take one after the other, and as many of
// a grid 1.5 times as long, because there the vectors cost more than the matrix (BenchmarkTogether).
// In exact arithmetic the result of a column is that of the method alone. With a sparse matrix and up to eight columns its bits do not depend on
// the others; with more, the order of the sums in a product may depend on how many are not solved yet.
//
// The settings are those of every system; each begins at Settings.Start. Calls of the preconditioner and of Progress never overlap.
//
// The results are in the order of the columns. An error of one column does not end the others: its result is nil unless its
// context has ended, and the error returned, which wraps those of the method, says which column it was. Without columns there are no
// results. ErrNil and ErrShape are as for the methods.
func Together(ctx context.Context, method Method, a MultiOperator, b kernels.Matrix[float64], settings Settings) ([]*Result, error) {
	if err := check.Context("linsolve", ctx, ErrNil); err != nil {
		return nil, err
	}
	if method == nil {
		return nil, fmt.Errorf("linsolve: method: %w", ErrNil)
	}
	if a == nil {
		return nil, fmt.Errorf("linsolve: operator: %w", ErrNil)
	}
	if err := b.Validate(); err != nil {
		return nil, fmt.Errorf("linsolve: b: %w: %w", err, ErrShape)
	}
	if rows, cols := a.Size(); rows != b.Rows {
		return nil, fmt.Errorf("linsolve: b.Rows = %d, rows of the operator = %d: %w", b.Rows, rows, ErrShape)
	} else if err := checkPreconditioner(settings.Preconditioner, cols); err != nil {
		return nil, err
	}
	var calls sync.Mutex // of what settings bring along
	if p := settings.Preconditioner; p != nil {
		settings.Preconditioner = &oneAtATime{calls: &calls, p: p}
	}
	if progress := settings.Progress; progress != nil {
		settings.Progress = func(p algos.Progress) {
			calls.Lock()
			defer calls.Unlock()
			progress(p)
		}
	}
	m := &meeting{MultiOperator: a, expected: b.Cols}
	m.formed.L = &m.state
	results, failures := make([]*Result, b.Cols), make([]error, b.Cols)
	var all sync.WaitGroup
	for j := range b.Cols {
		right := make([]float64, b.Rows)
		for i := range right {
			right[i] = b.At(i, j)
		}
		all.Go(func() {
			defer m.leave()
			var err error
			if results[j], err = method(ctx, m, right, settings); err != nil {
				failures[j] = fmt.Errorf("linsolve: column %d of b: %w", j, err)
			}
		})
	}
	all.Wait()
	return results, errors.Join(failures...)
}

// oneAtATime is a preconditioner that need not bear calls from several goroutines.
type oneAtATime struct {
	calls *sync.Mutex
	p     Preconditioner
}

func (o *oneAtATime) Precondition(z, r []float64) {
	o.calls.Lock()
	defer o.calls.Unlock()
	o.p.Precondition(z, r)
}

// meeting is an operator for several goroutines, of which each waits with its vector until all have come.
type meeting struct {
	MultiOperator
	state    sync.Mutex
	formed   sync.Cond
	expected int // goroutines that may still ask for products
	came     []vectors
	products int       // formed so far
	x, y     []float64 // the vectors side by side
}

// vectors are those of one product.
type vectors struct{ y, x []float64 }

func (m *meeting) Apply(y, x []float64) {
	m.state.Lock()
	defer m.state.Unlock()
	m.came = append(m.came, vectors{y, x})
	number := m.products
	m.formIfComplete()
	for m.products == number {
		m.formed.Wait()
	}
}

// leave is for a goroutine that asks for no more products.
func (m *meeting) leave() {
	m.state.Lock()
	defer m.state.Unlock()
	m.expected--
	m.formIfComplete()
}

// formIfComplete multiplies if nobody else is to come.
func (m *meeting) formIfComplete() {
	k := len(m.came)
	if k == 0 || k < m.expected {
		return
	}
	rows, cols := m.Size()
	x, y := side(&m.x, cols, k), side(&m.y, rows, k)
	for i := range cols {
		row := x.Row(i)
		for j, v := range m.came {
			row[j] = v.x[i]
		}
	}
	m.ApplyAll(y, x)
	for i := range rows {
		for j, v := range y.Row(i) {
			m.came[j].y[i] = v
		}
	}
	m.came = m.came[:0]
	m.products++
	m.formed.Broadcast()
}

// side is a matrix in memory that is kept.
func side(memory *[]float64, rows, cols int) kernels.Matrix[float64] {
	if need := rows * cols; len(*memory) < need {
		*memory = make([]float64, need)
	}
	return kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: cols, Data: *memory}
}
