package sparse

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/kernels"
)

// Triangular is a triangle prepared for solving with it. A row can be solved for as soon as the rows that it refers to are; those
// with the same number of rows before them in the longest chain form a level, whose rows are independent of each
// other, and levels large enough are split across workers. Use [NewLower] or [NewUpper] to make one.
type Triangular[T kernels.Float] struct {
	strict   *CSR[T] // without the diagonal
	diagonal []T     // nil if it is all ones
	natural  []int32 // the rows in the order of substitution
	levels   int
	order    []int32 // the rows by levels; nil if no level is worth splitting
	phases   []phase // of order, one after the other
}

// phase is one large level, or several small ones in a row.
type phase struct {
	span
	chunks []span // of a large level: its rows in parts
}

const (
	levelWork = 1 << 14 // entries and rows from which a level is split: about 20 us
	chunkWork = 1 << 12 // in each part
)

// NewLower prepares the entries of a on and below its diagonal for forward substitution; entries above it do not count, so a may hold
// two triangular factors. With unit the diagonal is all ones, whatever a has there.
//
// The error wraps ErrNotSquare, or ErrSingular for a diagonal element that is missing or zero.
func NewLower[T kernels.Float](a *CSR[T], unit bool) (*Triangular[T], error) {
	return newTriangular(a, unit, false)
}

// NewUpper prepares the entries of a on and above its diagonal for backward substitution; see [NewLower].
func NewUpper[T kernels.Float](a *CSR[T], unit bool) (*Triangular[T], error) {
	return newTriangular(a, unit, true)
}

func newTriangular[T kernels.Float](a *CSR[T], unit, upper bool) (*Triangular[T], error) {
	if a.rows != a.cols {
		return nil, fmt.Errorf("sparse: a is %d x %d: %w", a.rows, a.cols, ErrNotSquare)
	}
	t := &Triangular[T]{natural: make([]int32, a.rows)}
	if !unit {
		t.diagonal = a.Diagonal()
		for i, d := range t.diagonal {
			if d == 0 {
				return nil, fmt.Errorf("sparse: a(%d,%d) = 0: %w", i, i, ErrSingular)
			}
		}
	}
	starts := make([]int32, a.rows+1)
	var columns []int32
	var values []T
	for i := range a.rows {
		rowColumns, rowValues := a.Row(i)
		for k, column := range rowColumns {
			if upper && int(column) > i || !upper && int(column) < i {
				columns, values = append(columns, column), append(values, rowValues[k])
			}
		}
		starts[i+1] = int32(len(columns))
	}
	t.strict = newCSR(a.rows, a.cols, starts, columns, values)
	for k := range t.natural {
		t.natural[k] = int32(k)
		if upper {
			t.natural[k] = int32(a.rows - 1 - k)
		}
	}
	t.inspect()
	return t, nil
}

// inspect sorts the rows by levels and decides which of those are split.
func (t *Triangular[T]) inspect() {
	level := make([]int32, len(t.natural))
	for _, i := range t.natural {
		columns, _ := t.strict.Row(int(i))
		for _, j := range columns {
			level[i] = max(level[i], level[j]+1)
		}
		t.levels = max(t.levels, int(level[i])+1)
	}
	starts := startsOf(t.levels, level)
	order, next := make([]int32, len(t.natural)), make([]int32, t.levels)
	copy(next, starts)
	for _, i := range t.natural {
		order[next[level[i]]] = i
		next[level[i]]++
	}
	large := false
	for l := range t.levels {
		rows := span{starts[l], starts[l+1]}
		chunks := t.chunks(order, rows)
		if chunks == nil && len(t.phases) > 0 && t.phases[len(t.phases)-1].chunks == nil {
			t.phases[len(t.phases)-1].end = rows.end
			continue
		}
		large = large || chunks != nil
		t.phases = append(t.phases, phase{rows, chunks})
	}
	if large {
		t.order = order
	}
}

// chunks cuts the rows of a level into parts of like work, nil if there is too little.
func (t *Triangular[T]) chunks(order []int32, rows span) (list []span) {
	total, work, begin := 0, 0, rows.begin
	for k := rows.begin; k < rows.end; k++ {
		n := int(t.strict.starts[order[k]+1]-t.strict.starts[order[k]]) + 1
		total += n
		if work += n; work >= chunkWork {
			list = append(list, span{begin, k + 1})
			begin, work = k+1, 0
		}
	}
	if total < levelWork {
		return nil
	}
	if begin < rows.end {
		list = append(list, span{begin, rows.end})
	}
	return list
}

// Rows is the number of rows and of columns.
func (t *Triangular[T]) Rows() int { return len(t.natural) }

// Levels is the number of levels: the length of the longest chain of rows of which each needs the one before.
func (t *Triangular[T]) Levels() int { return t.levels }

// Solve sets x to the solution of T*x = b by substitution: x[i] = (b[i] - sum t[i,j]*x[j]) / t[i,i].
//
// Shapes: len(x) = len(b) = t.Rows; it panics otherwise. x may be b, and must not overlap it in part. The computed x solves
// a system whose elements differ from those of T by at most (n + 3) * u relatively, n the number of entries in the
// row, to first order in u (backward error, Higham, Accuracy and stability of numerical algorithms, 2002, theorem 8.5). NaN and
// infinities propagate. An element of x does not depend on how the work is split.
func (t *Triangular[T]) Solve(x, b []T) {
	check.Dimension("sparse", "Triangular.Solve", "len(x)", len(x), "t.Rows", len(t.natural))
	check.Dimension("sparse", "Triangular.Solve", "len(b)", len(b), "t.Rows", len(t.natural))
	s := solve[T]{t: t, x: x, b: b}
	if t.order != nil && pool.Workers() > 1 {
		if task := s.share(t); task != nil {
			task.run()
			*task = solve[T]{}
			pool.Tasks[T](&solves).Put(task)
			return
		}
	}
	s.rows(t.natural)
}

// solve is one call of Solve.
type solve[T kernels.Float] struct {
	t      *Triangular[T]
	x, b   []T
	chunks []span // of the level at hand
}

var solves pool.Recycler

// share is a copy of s that workers may use, nil if an operand is on the stack; t is passed as in product.share.
func (s *solve[T]) share(t *Triangular[T]) *solve[T] {
	x, xOK := pool.Share(s.x)
	b, bOK := pool.Share(s.b)
	if !xOK || !bOK {
		return nil
	}
	task, _ := pool.Tasks[T](&solves).Get().(*solve[T])
	if task == nil {
		task = new(solve[T])
	}
	*task = solve[T]{t: t, x: x, b: b}
	return task
}

// run goes through the phases.
func (s *solve[T]) run() {
	for _, phase := range s.t.phases {
		if phase.chunks == nil {
			s.rows(s.t.order[phase.begin:phase.end])
			continue
		}
		s.chunks = phase.chunks
		pool.Run(len(s.chunks), s)
	}
}

// Do solves for the rows of one part of a level.
func (s *solve[T]) Do(part int) {
	s.rows(s.t.order[s.chunks[part].begin:s.chunks[part].end])
}

func (s *solve[T]) rows(order []int32) {
	m := s.t.strict
	solveRows(s.x, s.b, order, m.starts, m.columns, m.values, s.t.diagonal)
}
