package sparse

import (
	"fmt"
	"slices"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// Triangular is a triangle prepared for solving with it. A row can be solved for as soon as the rows that it refers to are; those
// with the same number of rows before them in the longest chain form a level, whose rows are independent of each
// other, and levels large enough are split across workers. Use [NewLower] or [NewUpper] to make one.
type Triangular[T kernels.Float] struct {
	// What stands beside the diagonal, by rows: the negated elements, the columns that are solved for last at the end of a row.
	starts, columns []int32
	values          []T
	diagonal        []T // nil if it is all ones

	natural []int32 // the rows in the order of substitution
	parts   []span  // of that
	levels  int
	order   []int32 // the rows by levels; nil if no level is worth splitting
	phases  []phase // of that, one after the other
}

// phase is one large level, or rows that are solved for one after the other, in parts of limited work.
type phase struct {
	level bool
	parts []span // of the order
}

const (
	levelWork = 1 << 14 // entries and rows from which a level is split: about 20 us
	chunkWork = 1 << 12 // in each part
)

// NewLower prepares the entries of a on and below its diagonal for forward substitution; entries above it do not count, so a may hold
// two triangular factors. With unit the diagonal is all ones, whatever a has there.
//
// The error wraps ErrNotSquare, ErrSingular for a diagonal element that is missing or zero, or ErrNil for a nil matrix.
func NewLower[T kernels.Float](a *CSR[T], unit bool) (*Triangular[T], error) {
	return newTriangular(a, unit, false)
}

// NewUpper prepares the entries of a on and above its diagonal for backward substitution; see [NewLower].
func NewUpper[T kernels.Float](a *CSR[T], unit bool) (*Triangular[T], error) {
	return newTriangular(a, unit, true)
}

func newTriangular[T kernels.Float](a *CSR[T], unit, upper bool) (*Triangular[T], error) {
	if err := checkMatrix(a); err != nil {
		return nil, err
	}
	if a.rows != a.cols {
		return nil, fmt.Errorf("sparse: a is %d x %d: %w", a.rows, a.cols, ErrNotSquare)
	}
	t := &Triangular[T]{starts: make([]int32, a.rows+1)}
	if !unit {
		t.diagonal = a.Diagonal()
		for i, d := range t.diagonal {
			if d == 0 {
				return nil, fmt.Errorf("sparse: a(%d,%d) = 0: %w", i, i, ErrSingular)
			}
		}
	}
	for i := range a.rows {
		columns, values := a.Row(i)
		for k, column := range columns {
			if upper && int(column) > i || !upper && int(column) < i {
				t.columns, t.values = append(t.columns, column), append(t.values, -values[k])
			}
		}
		t.starts[i+1] = int32(len(t.columns))
		if upper { // what the row waits for longest comes last
			slices.Reverse(t.columns[t.starts[i]:])
			slices.Reverse(t.values[t.starts[i]:])
		}
	}
	t.natural = make([]int32, a.rows)
	for k := range t.natural {
		t.natural[k] = int32(k)
		if upper {
			t.natural[k] = int32(a.rows - 1 - k)
		}
	}
	t.parts, _ = t.cut(t.natural, span{0, int32(a.rows)})
	t.inspect()
	return t, nil
}

// inspect sorts the rows by levels and decides which of those are split.
func (t *Triangular[T]) inspect() {
	level := make([]int32, t.Rows())
	for _, i := range t.natural {
		for _, j := range t.columns[t.starts[i]:t.starts[i+1]] {
			level[i] = max(level[i], level[j]+1)
		}
		t.levels = max(t.levels, int(level[i])+1)
	}
	starts := startsOf(t.levels, level)
	order, next := make([]int32, t.Rows()), slices.Clone(starts)
	for _, i := range t.natural {
		order[next[level[i]]] = i
		next[level[i]]++
	}
	var phases []phase
	var small span // levels in a row, which are one phase
	endSmall := func() {
		if parts, _ := t.cut(order, small); len(parts) > 0 {
			phases = append(phases, phase{false, parts})
		}
	}
	for l := range t.levels {
		rows := span{starts[l], starts[l+1]}
		parts, work := t.cut(order, rows)
		if work < levelWork {
			small.end = rows.end
			continue
		}
		endSmall()
		phases = append(phases, phase{true, parts})
		small = span{rows.end, rows.end}
		t.order = order
	}
	endSmall()
	if t.order != nil {
		t.phases = phases
	}
}

// cut cuts rows of an order into parts of like work, with long rows by themselves.
func (t *Triangular[T]) cut(order []int32, rows span) (parts []span, total int) {
	begin, work := rows.begin, 0
	end := func(k int32) {
		if begin < k {
			parts = append(parts, span{begin, k})
		}
		begin, work = k, 0
	}
	for k := rows.begin; k < rows.end; k++ {
		length := t.starts[order[k]+1] - t.starts[order[k]]
		total += int(length) + 1
		if isLong(length) {
			end(k)
		}
		if work += int(length) + 1; work >= chunkWork {
			end(k + 1)
		}
	}
	end(rows.end)
	return parts, total
}

// Rows is the number of rows and of columns.
func (t *Triangular[T]) Rows() int {
	checkMade("Triangular.Rows", t.starts != nil)
	return len(t.starts) - 1
}

// Levels is the number of levels: the length of the longest chain of rows of which each needs the one before.
func (t *Triangular[T]) Levels() int { return t.levels }

// Solve sets x to the solution of T*x = b by substitution: x[i] = (b[i] - sum t[i,j]*x[j]) / t[i,i].
//
// Shapes: len(x) = len(b) = t.Rows; it panics otherwise. x may be b, and must not overlap it in part. The computed x solves
// a system whose elements differ from those of T by at most (n + 3) * u relatively, n the number of entries in the
// row, to first order in u (backward error, Higham, Accuracy and stability of numerical algorithms, 2002, theorem 8.5). NaN and
// infinities propagate. An element of x does not depend on how the work is split.
func (t *Triangular[T]) Solve(x, b []T) {
	checkMade("Triangular.Solve", t.starts != nil)
	check.Dimension("sparse", "Triangular.Solve", "len(x)", len(x), "t.Rows", t.Rows())
	check.Dimension("sparse", "Triangular.Solve", "len(b)", len(b), "t.Rows", t.Rows())
	race.Read(b)
	race.Write(x)
	s := solve[T]{t: t, order: t.natural, x: x, b: b}
	if t.order != nil && pool.Workers() > 1 {
		if task := s.share(t); task != nil {
			task.run()
			*task = solve[T]{}
			pool.Tasks[T](&solves).Put(task)
			return
		}
	}
	for _, rows := range t.parts {
		s.rows(rows)
	}
}

// solve is one call of Solve.
type solve[T kernels.Float] struct {
	t     *Triangular[T]
	order []int32
	x, b  []T
	parts []span // of the level at hand
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
	*task = solve[T]{t: t, order: t.order, x: x, b: b}
	return task
}

// run goes through the phases.
func (s *solve[T]) run() {
	for _, phase := range s.t.phases {
		s.parts = phase.parts
		if phase.level {
			pool.Run(len(s.parts), s)
			continue
		}
		for part := range s.parts {
			s.Do(part)
		}
	}
}

// Do solves for the rows of one part.
func (s *solve[T]) Do(part int) { s.rows(s.parts[part]) }

// rows solves for rows of the order.
func (s *solve[T]) rows(r span) {
	t, order := s.t, s.order[r.begin:r.end]
	if len(order) == 1 && isLong(t.starts[order[0]+1]-t.starts[order[0]]) {
		solveRowsGeneric(s.x, s.b, order, t.starts, t.columns, t.values, t.diagonal) // Go can preempt this
		return
	}
	solveRows(s.x, s.b, order, t.starts, t.columns, t.values, t.diagonal)
}
