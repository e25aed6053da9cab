package sparse

import (
	"fmt"
	"slices"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

const (
	// bandBytes is the part of x that the columns of a band meet: half of a second cache of 512 KiB.
	bandBytes = 1 << 18
	// bandRanges is how many ranges of rows there are where there are bands: each goes through all of them, and the longer a range the
	// more often what a band has brought into the cache is used.
	bandRanges = 16
	// mostVisits is how many bands a row may have for each of its entries, on average: it is looked at in every band, with or without entries.
	mostVisits = 32
	// callEntries is how many entries one call multiplies, unless a slab has more: about 15 us.
	callEntries = 1 << 14
	// longestPiece is how many entries a row may have in a band before it is cut: without, a few long rows pad those beside them to their length.
	longestPiece = 48
)

// sorted is a matrix whose rows are sorted by length, in ranges of rows and bands of columns; rows without entries are left out, and long ones
// are several, pieces of about the same length. Slab s has starts[s+1]-starts[s] entries of each of its rows, columns and values side by
// side; the short rows among them are padded.
type sorted[T kernels.Float, C int32 | uint16] struct {
	cols, width int // of the matrix, of a band
	first       []int
	starts      []int32
	columns     []C // from the beginning of the band
	values      []T
	orders      [][]int32 // for each range and band the number in the range of each row, once for each of its pieces; first is that of its first slab
	listed      int       // numbers in all orders
}

// newSorted takes bands of so many columns.
func newSorted[T kernels.Float, C int32 | uint16](a *CSR[T], ranges []span, width int, format Format) (*sorted[T, C], error) {
	s := &sorted[T, C]{cols: a.cols, width: width, starts: []int32{0}}
	if bands := s.bands(); bands > 1 && int64(bands)*int64(a.rows) > mostVisits*int64(a.Len()) {
		return nil, fmt.Errorf("sparse: format %v cuts %d rows with %d entries into %d bands: %w", format, a.rows, a.Len(), bands, ErrFormat)
	}
	for _, r := range ranges {
		next := slices.Clone(a.starts[r.begin:r.end]) // how far each row has been followed
		for low := 0; low < a.cols; low += width {
			s.addBand(a, r, next, low)
			if err := checkPadding(a, format, s.bytes()); err != nil {
				return nil, err
			}
		}
	}
	s.first = append(s.first, len(s.starts)-1)
	return s, nil
}

// bandWidth is how many columns a band has.
func bandWidth[T kernels.Float]() int { return min(bandBytes/cast.Bytes[T](), 1<<16) }

// addBand adds the entries of a range of rows in the band that begins with column low.
func (s *sorted[T, C]) addBand(a *CSR[T], r span, next []int32, low int) {
	n, high := slabRowsOf[T](), int32(min(low+s.width, a.cols))
	var whose, begins, lengths []int32 // of the pieces
	for i := range next {
		begin := next[i]
		for end := a.starts[int(r.begin)+i+1]; next[i] < end && a.columns[next[i]] < high; {
			next[i]++
		}
		for pieces := (next[i] - begin + longestPiece - 1) / longestPiece; pieces > 0; pieces-- {
			length := (next[i] - begin) / pieces
			whose, begins, lengths = append(whose, int32(i)), append(begins, begin), append(lengths, length)
			begin += length
		}
	}
	pieces := longestFirst(lengths)
	order := make([]int32, len(pieces))
	for k, piece := range pieces {
		order[k] = whose[piece]
	}
	s.first = append(s.first, len(s.starts)-1)
	s.orders, s.listed = append(s.orders, order), s.listed+len(order)
	for slab := range slices.Chunk(pieces, n) {
		longest := lengths[slab[0]]
		for k := range longest {
			padding := a.columns[begins[slab[0]]+k]
			for slot := range n {
				column, value := padding, T(0)
				if slot < len(slab) && k < lengths[slab[slot]] {
					at := begins[slab[slot]] + k
					column, value = a.columns[at], a.values[at]
				}
				s.columns, s.values = append(s.columns, C(int(column)-low)), append(s.values, value)
			}
		}
		s.starts = append(s.starts, s.starts[len(s.starts)-1]+longest)
	}
}

// longestFirst lists the numbers of lengths that are not zero from the greatest down, those of equal ones in order.
func longestFirst(lengths []int32) []int32 {
	if len(lengths) == 0 {
		return nil
	}
	places := make([]int32, slices.Max(lengths)+1) // at first how many there are of each length
	for _, length := range lengths {
		places[length]++
	}
	place := int32(0)
	for length := len(places) - 1; length > 0; length-- {
		places[length], place = place, place+places[length]
	}
	order := make([]int32, place)
	for i, length := range lengths {
		if length > 0 {
			order[places[length]] = int32(i)
			places[length]++
		}
	}
	return order
}

func (s *sorted[T, C]) bytes() int {
	return bytesOf(s.starts) + bytesOf(s.columns) + bytesOf(s.values) + 4*s.listed
}

// bands is how many bands of columns there are.
func (s *sorted[T, C]) bands() int { return (s.cols + s.width - 1) / s.width }

// multiply sets y to the product with range number part of the rows. check is 0 or, if a sum is not finite, NaN.
func (s *sorted[T, C]) multiply(y, x []T, part int) (check T) {
	clear(y)
	bands := s.bands()
	for band := range bands {
		from := x[band*s.width : min((band+1)*s.width, s.cols)]
		check += s.addTo(y, from, part*bands+band)
	}
	return check
}

// addTo adds the product with one band of a range.
func (s *sorted[T, C]) addTo(y, x []T, number int) (check T) {
	n, order, last := slabRowsOf[T](), s.orders[number], s.first[number+1]
	memory := scratch.Get[T](callEntries)
	for begin := s.first[number]; begin < last; {
		end := begin + 1
		for end < last && int(s.starts[end+1]-s.starts[begin])*n <= callEntries {
			end++
		}
		sums := memory.Data[:(end-begin)*n]
		check += s.rows(sums, x, begin, end)
		count := min(len(order), len(sums))
		for k, row := range order[:count] {
			y[row] += sums[k]
		}
		begin, order = end, order[count:]
	}
	memory.Release()
	return check
}

// rows multiplies the slabs from begin to end.
func (s *sorted[T, C]) rows(sums, x []T, begin, end int) (check T) {
	n := slabRowsOf[T]()
	from, to := int(s.starts[begin])*n, int(s.starts[end])*n
	starts, values := s.starts[begin:end+1], s.values[from:to]
	switch columns := any(s.columns).(type) {
	case []uint16:
		return shortRows(sums, starts, columns[from:to], values, x, far(s.bytes()))
	case []int32:
		return sortedRows(sums, starts, columns[from:to], values, x, far(s.bytes()))
	}
	return 0
}
