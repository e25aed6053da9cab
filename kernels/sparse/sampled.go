package sparse

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Sampled sets dst to the elements of alpha*X*Y' in the places of the entries of A, in the order of a.Columns: for an entry (i, j)
// alpha times the dot product of row i of X with row j of Y. The values of A do not count. With [CSR.WithValues] the result
// becomes a matrix. This is the sampled dense-dense product, SDDMM.
//
// Shapes: len(dst) = a.Len, X.Rows = a.Rows, Y.Rows = a.Cols, X.Cols = Y.Cols; it panics otherwise. dst must not overlap X
// or Y. A dot product has the error bound of vec.Dot; multiplying with alpha rounds once more.
func (a *CSR[T]) Sampled(dst []T, alpha T, x, y kernels.Matrix[T]) {
	check.Matrix("sparse", "Sampled", "x", x.Rows, x.Cols, x.Stride, len(x.Data))
	check.Matrix("sparse", "Sampled", "y", y.Rows, y.Cols, y.Stride, len(y.Data))
	check.Dimension("sparse", "Sampled", "len(dst)", len(dst), "a.Len", a.Len())
	check.Dimension("sparse", "Sampled", "x.Rows", x.Rows, "a.Rows", a.rows)
	check.Dimension("sparse", "Sampled", "y.Rows", y.Rows, "a.Cols", a.cols)
	check.Dimension("sparse", "Sampled", "x.Cols", x.Cols, "y.Cols", y.Cols)
	if x.Cols == 0 {
		vec.Fill(dst, T(alpha*0))
		return
	}
	if race.Enabled {
		announce(x, kernels.Matrix[T]{})
		announce(y, kernels.Matrix[T]{})
		race.Write(dst)
	}
	p := product[T]{
		job: ofSampled, a: a, b: x.Data, x: y.Data, y: dst, alpha: alpha, width: x.Cols, strideX: y.Stride, strideY: x.Stride,
	}
	p.run(a, nil)
}

// sampledWidth is the greatest number of elements that are added up without cutting, as in vec.Dot.
const sampledWidth = 4096

// sample computes the entries of a range of rows, as many rows in one call as there is work for.
func (p *product[T]) sample(r span) {
	starts, most := p.a.starts, p.entriesAtOnce()
	for begin := r.begin; begin < r.end; {
		end := callEnd(starts, begin, r.end, int(most))
		if entries := (span{starts[begin], starts[end]}); entries.end-entries.begin <= most {
			p.sampleEntries(begin, starts[begin:end+1], entries)
		} else {
			p.samplePiece(piece{begin, entries})
		}
		begin = end
	}
}

// samplePiece computes entries of one row.
func (p *product[T]) samplePiece(e piece) {
	most := p.entriesAtOnce()
	for e.begin < e.end {
		entries := span{e.begin, min(e.end, e.begin+most)}
		starts := [2]int32{entries.begin, entries.end}
		p.sampleEntries(e.row, starts[:], entries)
		e.begin = entries.end
	}
}

// entriesAtOnce is how many entries one call may compute.
func (p *product[T]) entriesAtOnce() int32 { return int32(max(1, wideWork/p.width)) }

// sampleEntries computes the entries of the rows, from first on, that begin at starts.
func (p *product[T]) sampleEntries(first int32, starts []int32, entries span) {
	dst, columns, x := p.y[entries.begin:entries.end], p.a.columns[entries.begin:entries.end], p.b[int(first)*p.strideY:]
	if p.width <= sampledWidth {
		sampledRows(dst, p.alpha, starts, columns, x, p.strideY, p.x, p.strideX, p.width)
		return
	}
	for i := range len(starts) - 1 {
		row := x[i*p.strideY : i*p.strideY+p.width]
		for k := starts[i] - starts[0]; k < starts[i+1]-starts[0]; k++ {
			at := int(columns[k]) * p.strideX
			dst[k] = p.alpha * vec.Dot(row, p.x[at:at+p.width])
		}
	}
}
