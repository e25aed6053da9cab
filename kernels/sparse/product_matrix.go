package sparse

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// MulMat sets Y = alpha*A*X + beta*Y, for as many right-hand sides as X has columns. X and Y are stored by rows, so the
// values of all right-hand sides stand side by side and each entry of A is read once for eight of them.
//
// Shapes: X.Rows = a.Cols, Y.Rows = a.Rows, X.Cols = Y.Cols; it panics otherwise. Y must not overlap X or the values of
// a. The package comment has the error bound and the special values. The bits of a column may differ from those of MulVec, which
// adds in another order, and from those in a product with more or fewer columns.
func (a *CSR[T]) MulMat(alpha T, x kernels.Matrix[T], beta T, y kernels.Matrix[T]) {
	check.Matrix("sparse", "MulMat", "x", x.Rows, x.Cols, x.Stride, len(x.Data))
	check.Matrix("sparse", "MulMat", "y", y.Rows, y.Cols, y.Stride, len(y.Data))
	check.Dimension("sparse", "MulMat", "x.Rows", x.Rows, "a.Cols", a.cols)
	check.Dimension("sparse", "MulMat", "y.Rows", y.Rows, "a.Rows", a.rows)
	check.Dimension("sparse", "MulMat", "x.Cols", x.Cols, "y.Cols", y.Cols)
	p := product[T]{
		job: ofMatrix, a: a, x: x.Data, y: y.Data, alpha: alpha, beta: beta,
		width: x.Cols, strideX: x.Stride, strideY: y.Stride,
	}
	if p.width > 0 {
		announce(x, y)
		p.run(a, nil)
	}
}

// announce tells the race detector of operands that kernels see as views with gaps, or all of which several workers get to add to
// parts of them.
func announce[T kernels.Float](x, y kernels.Matrix[T]) {
	if !race.Enabled {
		return
	}
	for i := range x.Rows {
		race.Read(x.Row(i))
	}
	for i := range y.Rows {
		race.Write(y.Row(i))
	}
}

const (
	// wideBlock is how many rows are kept between a product with several right-hand sides and its scalars.
	wideBlock = 64
	// wideWork is the number of multiply-adds in one call with several right-hand sides: 15 us in the nearest caches, and still less than
	// 100 where every row of X comes from memory.
	wideWork = 1 << 17
	// wideColumns is how many right-hand sides there are at least in a call for a part of them: the widest vectors, twice.
	wideColumns = 32
)

// wideRows is rows for several right-hand sides.
func (p *product[T]) wideRows(r span) {
	if p.alpha == 1 && p.beta == 0 {
		p.wideMultiply(p.y[int(r.begin)*p.strideY:], p.strideY, r)
		return
	}
	memory := scratch.Get[T](wideBlock * p.width)
	for r.begin < r.end {
		block := span{r.begin, r.begin + min(wideBlock, r.end-r.begin)}
		r.begin = block.end
		p.wideMultiply(memory.Data, p.width, block)
		for i := block.begin; i < block.end; i++ {
			at := int(i-block.begin) * p.width
			p.store(int(i), memory.Data[at:at+p.width])
		}
	}
	memory.Release()
}

// wideMultiply sets sums to the products with rows.
func (p *product[T]) wideMultiply(sums []T, stride int, r span) {
	for begin := r.begin; begin < r.end; {
		end := callEnd(p.a.starts, begin, r.end, int(p.entriesAtOnce()))
		columns, values := p.a.between(begin, end)
		p.wideCalls(sums[int(begin-r.begin)*stride:], stride, p.a.starts[begin:end+1], columns, values)
		begin = end
	}
}

// wideCalls multiplies rows in one call, or one that is too long for it in calls for some of the right-hand sides each.
func (p *product[T]) wideCalls(sums []T, stride int, starts, columns []int32, values []T) {
	width := p.width
	if len(columns) > int(p.entriesAtOnce()) {
		width = max(wideColumns, wideWork/len(columns)/wideColumns*wideColumns)
	}
	for j := 0; j < p.width; j += width {
		wideRows(sums[j:], stride, starts, columns, values, p.x[j:], p.strideX, min(width, p.width-j), p.a.farRows())
	}
}
