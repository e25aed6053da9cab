package sparse

import (
	"slices"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

const (
	// mostDiagonals is how many diagonals a format may have: what their places take on the stack, and beyond it there is nothing to gain.
	mostDiagonals = 64
	// mostStreams is how many diagonals are read side by side, each a stream of its own. Where there are more they follow each other in
	// panels of panelBytes of rows: 27 streams come from memory at half the speed of one.
	mostStreams = 12
	panelBytes  = 512
)

// diagonals is a matrix by diagonals. Number d of them holds the elements (i, i+offsets[d]), which stand at
// values[i/panel*stride+bases[d]+i%panel].
type diagonals[T kernels.Float] struct {
	offsets       []int // ascending
	begins        []int // first row that the diagonal has
	ends          []int // row behind the last one
	panel, stride int   // rows in a panel; from panel to panel, 0 if there is one
	bases         []int
	values        []T
}

func newDiagonals[T kernels.Float](a *CSR[T]) (*diagonals[T], error) {
	offsets, err := offsetsOf(a)
	if err != nil {
		return nil, err
	}
	d := &diagonals[T]{offsets: offsets, panel: max(a.rows, 1)}
	half := d.mirrored(a)
	size := 0
	if len(offsets) > mostStreams && !half {
		d.panel = panelBytes / cast.Bytes[T]()
		d.stride = d.panel * len(offsets)
		size = (a.rows + d.panel - 1) / d.panel * d.stride
	}
	for k, offset := range offsets {
		begin, end := max(0, -offset), min(a.rows, a.cols-offset)
		d.begins, d.ends = append(d.begins, begin), append(d.ends, end)
		if d.stride > 0 {
			d.bases = append(d.bases, k*d.panel)
			continue
		}
		d.bases = append(d.bases, size-begin)
		if offset >= 0 || !half {
			size += end - begin
		}
	}
	if err := checkPadding(a, FormatDiagonals, size*cast.Bytes[T]()); err != nil {
		return nil, err
	}
	d.values = make([]T, size)
	d.fill(a, half)
	if half { // element (i, i-o) is element (i-o, i), o above the main diagonal
		for k, offset := range offsets {
			if offset < 0 {
				mirror, _ := slices.BinarySearch(offsets, -offset)
				d.bases[k] = d.bases[mirror] + offset
			}
		}
	}
	return d, nil
}

// fill copies the entries of all rows but long ones, of half of them those on and above the main diagonal.
func (d *diagonals[T]) fill(a *CSR[T], half bool) {
	for i := range a.rows {
		if isLong(a.starts[i+1] - a.starts[i]) {
			continue
		}
		k, at := 0, i/d.panel*d.stride+i%d.panel
		columns, values := a.Row(i)
		for n, column := range columns {
			offset := int(column) - i
			if offset < 0 && half {
				continue
			}
			for d.offsets[k] != offset {
				k++
			}
			d.values[at+d.bases[k]] = values[n]
		}
	}
}

// offsetsOf lists the diagonals that hold entries, but for those of long rows.
func offsetsOf[T kernels.Float](a *CSR[T]) ([]int, error) {
	var offsets []int
	for i := range a.rows {
		if isLong(a.starts[i+1] - a.starts[i]) {
			continue
		}
		columns, _ := a.Row(i)
		k := 0
		for _, column := range columns {
			offset := int(column) - i
			for k < len(offsets) && offsets[k] < offset {
				k++
			}
			if k == len(offsets) || offsets[k] != offset {
				if len(offsets) == mostDiagonals {
					return nil, errTooManyDiagonals
				}
				offsets = slices.Insert(offsets, k, offset)
			}
		}
	}
	return offsets, nil
}

// mirrored says whether the matrix equals its transpose, diagonal by diagonal, so that those below the main one need not be stored.
func (d *diagonals[T]) mirrored(a *CSR[T]) bool {
	if a.rows != a.cols || len(a.cuts().pieces) > 0 {
		return false
	}
	for k, offset := range d.offsets {
		if d.offsets[len(d.offsets)-1-k] != -offset {
			return false
		}
	}
	// next is how far each row has been followed above its diagonal: rows come in order, and so do the columns that mirror them.
	next := slices.Clone(a.starts[:a.rows])
	for i := range a.rows {
		columns, values := a.Row(i)
		below := 0
		for ; below < len(columns) && int(columns[below]) < i; below++ {
			j := columns[below]
			if at := next[j]; at == a.starts[j+1] || int(a.columns[at]) != i || a.values[at] != values[below] {
				return false
			}
			next[j]++
		}
		if below < len(columns) && int(columns[below]) == i {
			below++
		}
		next[i] = a.starts[i] + int32(below)
	}
	for i, at := range next {
		if at != a.starts[i+1] {
			return false // an entry above the diagonal without one below
		}
	}
	return true
}

// multiply sets y to the rows of the product, in stretches in which the same diagonals have elements. check is 0 or, if something in y
// is not finite, NaN.
func (d *diagonals[T]) multiply(y, x []T, r span) (check T) {
	var at [2 * mostDiagonals]int
	for begin, last := int(r.begin), int(r.end); begin < last; {
		end, n, low := last, 0, 0
		for k, first := range d.begins {
			switch {
			case first > begin:
				end = min(end, first)
			case d.ends[k] > begin:
				end = min(end, d.ends[k])
				if n == 0 {
					low = d.offsets[k]
				}
				at[n], at[n+1] = d.bases[k], d.offsets[k]-low
				if d.stride == 0 { // bases may be negative, so the values are addressed as a whole
					at[n] += begin
				}
				n += 2
			}
		}
		for begin < end {
			panel, next := begin/d.panel, end
			values := d.values
			if d.stride > 0 {
				next = min(end, (panel+1)*d.panel)
				values = values[panel*d.stride+begin%d.panel:]
			}
			to := y[begin-int(r.begin) : next-int(r.begin)]
			if n > 0 {
				check += diagonalRows(to, values, x[begin+low:], at[:n])
			} else {
				clear(to)
			}
			begin = next
		}
	}
	return check
}
