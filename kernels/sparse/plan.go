package sparse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// Format is a way to store a matrix for products with vectors.
type Format int

const (
	// FormatAutomatic leaves the choice to measurement.
	FormatAutomatic Format = iota
	// FormatCSR is compressed rows, as the matrix came.
	FormatCSR
	// FormatDiagonals stores the diagonals that hold entries, without any columns; of a symmetric matrix those on and above the main
	// one, which halves what a product reads. For stencils and bands.
	FormatDiagonals
	// FormatSlabs stores for 64 bytes' worth of neighbouring rows the columns that any of them has, with a value for each row: blocks of
	// a register's height and one column. For rows that resemble their neighbours, as in finite elements.
	FormatSlabs
	// FormatSorted sorts rows by length and stores those that fill 64 bytes side by side, each padded to the longest (SELL-C-sigma,
	// Kreutzer et al., SIAM J. Sci. Comput. 36, 2014); long rows are cut into pieces. For rows of different lengths.
	FormatSorted
	// FormatShort cuts the columns into bands whose part of x fits the second cache, and sorts the rows in each as FormatSorted does, with
	// columns of 16 bits. For long rows that reach everywhere.
	FormatShort
	// FormatSymmetric stores one triangle of a symmetric matrix (see [Symmetric]).
	FormatSymmetric
)

var formatNames = [...]string{"automatic", "csr", "diagonals", "slabs", "sorted", "short", "symmetric"}

// String is the name of the format in lower case.
func (f Format) String() string {
	if f < 0 || int(f) >= len(formatNames) {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return formatNames[f]
}

// PlanSettings says what to plan for; the zero value measures, for many products.
type PlanSettings struct {
	// Format, if not FormatAutomatic, is used without measuring: two runs then give the same bits.
	Format Format
	// Products is how many products are coming, 0 for many. With fewer than about 300 a choice by measurement costs more time than it
	// can gain, and the plan stays with compressed rows.
	Products int
}

// Candidate is a format as a plan saw it.
type Candidate struct {
	Format Format
	// Bytes is what the matrix takes in the format.
	Bytes int
	// Seconds is the median time of a product, 0 if it was not measured.
	Seconds float64
	// Reason says why it was not measured.
	Reason string
}

// Plan is a matrix prepared for many products: it keeps the matrix, and beside it the format that multiplies fastest on this machine
// with the workers at hand. Use [NewPlan] to make one. It is for the values that the matrix had then (see [CSR.WithValues]). A plan may be
// used from many goroutines at once.
type Plan[T kernels.Float] struct {
	a          *CSR[T]
	format     Format
	ranges     []span
	diagonals  *diagonals[T]
	slabs      *slabs[T]
	sorted     *sorted[T, int32]
	short      *sorted[T, uint16]
	symmetric  *Symmetric[T]
	bare       []int32 // with it: rows without a diagonal entry
	candidates []Candidate
}

// NewPlan prepares a matrix. Unless a format is asked for it tries those that would not take much more memory than compressed rows,
// measures products with each in turn, and keeps the fastest if it gains 3 % on compressed rows. This takes the time of some
// hundred products. The choice depends on what was measured, and the bits of a product on the choice: ask for a format where
// they must be the same in every run.
//
// The error wraps ErrFormat if the format does not exist or cannot hold the matrix (too many diagonals or bands, padding of more than
// twice the memory of compressed rows), ErrNotSquare or ErrNotSymmetric from FormatSymmetric, ErrSize for negative Products,
// or ErrNil for a nil matrix.
func NewPlan[T kernels.Float](a *CSR[T], settings PlanSettings) (*Plan[T], error) {
	if err := checkMatrix(a); err != nil {
		return nil, err
	}
	if settings.Products < 0 {
		return nil, fmt.Errorf("sparse: settings.Products = %d: %w", settings.Products, ErrSize)
	}
	if settings.Format == FormatAutomatic {
		if settings.Products > 0 && settings.Products < worthMeasuring {
			p := planCSR(a)
			p.candidates = []Candidate{{FormatCSR, p.bytes(), 0, fmt.Sprintf("%d products do not pay for measuring", settings.Products)}}
			return p, nil
		}
		return fastest(a), nil
	}
	p, err := planAs(a, settings.Format)
	if err != nil {
		return nil, err
	}
	p.candidates = []Candidate{{settings.Format, p.bytes(), 0, "asked for"}}
	return p, nil
}

// planAs prepares a matrix in one format.
func planAs[T kernels.Float](a *CSR[T], format Format) (p *Plan[T], err error) {
	p = planCSR(a)
	p.format = format
	switch format {
	case FormatCSR:
	case FormatDiagonals:
		p.diagonals, err = newDiagonals(a)
	case FormatSlabs:
		p.slabs, err = newSlabs(a, p.ranges)
	case FormatSorted:
		p.sorted, err = newSorted[T, int32](a, p.ranges, max(a.cols, 1), format)
	case FormatShort:
		p.ranges, _ = cutRows(a.starts, max(rangeWork, a.Len()/bandRanges))
		p.short, err = newSorted[T, uint16](a, p.ranges, bandWidth[T](), format)
	case FormatSymmetric:
		if p.symmetric, err = NewSymmetric(a); err == nil {
			p.bare = bareRows(a)
		}
	default:
		err = fmt.Errorf("sparse: settings.Format = %v: %w", format, ErrFormat)
	}
	return p, err
}

func planCSR[T kernels.Float](a *CSR[T]) *Plan[T] {
	return &Plan[T]{a: a, format: FormatCSR, ranges: a.cuts().ranges}
}

// Matrix is the matrix that the plan was made for.
func (p *Plan[T]) Matrix() *CSR[T] { return p.a }

// Format is the format in use.
func (p *Plan[T]) Format() Format { return p.format }

// Candidates is what was considered, compressed rows first.
func (p *Plan[T]) Candidates() []Candidate { return append([]Candidate(nil), p.candidates...) }

// String says which format was chosen and why, a line for each candidate.
func (p *Plan[T]) String() string {
	if p.a == nil {
		return "no plan"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d x %d, %d entries: %v", p.a.rows, p.a.cols, p.a.Len(), p.format)
	for _, c := range p.candidates {
		fmt.Fprintf(&b, "\n%-10v %12d bytes", c.Format, c.Bytes)
		if c.Seconds > 0 {
			fmt.Fprintf(&b, " %10.1f us", 1e6*c.Seconds)
		} else {
			fmt.Fprintf(&b, "  %s", c.Reason)
		}
	}
	return b.String()
}

// MulVec sets y = alpha*A*x + beta*y.
//
// Shapes: len(x) is the number of columns and len(y) that of rows of the matrix; it panics otherwise. y must not overlap x. The
// package comment has the error bound and the special values, which are those of [CSR.MulVec]: where a format multiplies zeros that
// are not entries and the result is not finite, the rows are formed again from compressed rows, all of them with FormatSymmetric,
// also where alpha is not finite. The bits differ from those of [CSR.MulVec], which adds in another order.
func (p *Plan[T]) MulVec(alpha T, x []T, beta T, y []T) {
	checkMade("Plan.MulVec", p.a != nil)
	check.Dimension("sparse", "Plan.MulVec", "len(x)", len(x), "columns", p.a.cols)
	check.Dimension("sparse", "Plan.MulVec", "len(y)", len(y), "rows", p.a.rows)
	if p.symmetric != nil {
		if check.Finite(alpha) && finiteAt(x, p.bare) {
			p.symmetric.MulVec(alpha, x, beta, y)
		} else {
			p.a.MulVec(alpha, x, beta, y)
		}
		return
	}
	race.Read(x)
	race.Write(y)
	job := product[T]{job: ofVector, a: p.a, plan: p, x: x, y: y, alpha: alpha, beta: beta, width: 1}
	job.run(p.a, p)
}

// finiteAt reports whether the elements of x in some places are finite.
func finiteAt[T kernels.Float](x []T, places []int32) bool {
	for _, i := range places {
		if !check.Finite(x[i]) {
			return false
		}
	}
	return true
}

// bareRows are those without an entry on the diagonal, where a stored triangle has a zero of its own.
func bareRows[T kernels.Float](a *CSR[T]) (rows []int32) {
	for i := range a.rows {
		columns, _ := a.Row(i)
		if _, ok := slices.BinarySearch(columns, int32(i)); !ok {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// multiply sets y = A*x for range number part of the rows.
func (p *Plan[T]) multiply(y, x []T, part int) {
	r := p.ranges[part]
	var check T
	switch p.format {
	case FormatDiagonals:
		check = p.diagonals.multiply(y, x, r)
	case FormatSlabs:
		check = p.slabs.multiply(y, x, part)
	case FormatSorted:
		check = p.sorted.multiply(y, x, part)
	case FormatShort:
		check = p.short.multiply(y, x, part)
	default:
		p.a.multiply(y, x, r)
	}
	if check != 0 { // NaN
		p.a.multiply(y, x, r)
	}
}

// bytes is what the matrix takes.
func (p *Plan[T]) bytes() int {
	switch {
	case p.diagonals != nil:
		return bytesOf(p.diagonals.values)
	case p.slabs != nil:
		return p.slabs.bytes()
	case p.sorted != nil:
		return p.sorted.bytes()
	case p.short != nil:
		return p.short.bytes()
	case p.symmetric != nil:
		return p.symmetric.lower.bytes()
	}
	return p.a.bytes()
}
