package sparse

import (
	"slices"
	"sort"
)

// split is how the products with a pattern are cut. It depends on the pattern alone.
type split struct {
	ranges  []span  // of rows without long ones, each of about the same work
	pieces  []piece // of long rows, in order
	scatter []strip // for products that add to columns

	scattered bool // most entries have none near them in the row before
}

// span is from begin up to but not including end.
type span struct{ begin, end int32 }

// piece is entries of one long row.
type piece struct {
	row int32
	span
}

const (
	// pieceLength is the number of entries of a row that are added up in one go: about 15 us. A longer row is cut.
	pieceLength = 1 << 14
	// rangeWork is the number of entries and rows in a range: about 15 us, many times what handing it to a waiting worker costs.
	rangeWork = 1 << 14
	// parallelFrom is the number of ranges and pieces below which a product stays on the calling goroutine.
	parallelFrom = 4
)

var noSplit = split{scatter: []strip{{}}}

func newSplit(starts, columns []int32) *split {
	s := &split{scattered: isScattered(starts, columns)}
	s.ranges, s.pieces = cutRows(starts, rangeWork)
	s.scatter = strips(starts, columns, false)
	return s
}

// isScattered looks at some of the rows.
func isScattered(starts, columns []int32) bool {
	const looks, near = 256, 16
	pairs, all, alone := len(starts)-2, 0, 0
	for look := range min(looks, max(pairs, 0)) {
		i := 1 + look*pairs/min(looks, pairs)
		before, row := columns[starts[i-1]:starts[i]], columns[starts[i]:starts[i+1]]
		all += len(row)
		for _, column := range row {
			// The first entry from the left end of what is near.
			if k, _ := slices.BinarySearch(before, column-near); k == len(before) || before[k]-column > near {
				alone++
			}
		}
	}
	return 2*alone > all
}

// cutRows cuts rows into ranges of so much work, entries and rows, and long ones into pieces.
func cutRows(starts []int32, rangeWork int) (ranges []span, pieces []piece) {
	rows := int32(len(starts) - 1)
	begin, work := int32(0), 0
	end := func(i int32) {
		if begin < i {
			ranges = append(ranges, span{begin, i})
		}
		begin, work = i, 0
	}
	for i := range rows {
		length := starts[i+1] - starts[i]
		if isLong(length) {
			end(i)
			for k := starts[i]; k < starts[i+1]; {
				next := k + min(pieceLength, starts[i+1]-k)
				pieces = append(pieces, piece{i, span{k, next}})
				k = next
			}
			begin = i + 1
			continue
		}
		if work += int(length) + 1; work >= rangeWork {
			end(i + 1)
		}
	}
	end(rows)
	return ranges, pieces
}

// callEnd is behind the last of the rows from begin on that one call of assembly goes through: as many as have at most so many entries
// and rows together, but one at least.
func callEnd(starts []int32, begin, end int32, most int) int32 {
	if int(starts[end]-starts[begin])+int(end-begin) <= most { // as a rule
		return end
	}
	more := sort.Search(int(end-begin)-1, func(k int) bool {
		return int(starts[int(begin)+k+2]-starts[begin])+k+2 > most
	})
	return begin + 1 + int32(more)
}

// strip is a part of a product that adds entries to the elements of their columns. Of the columns that it reaches, the
// strip owns those that no earlier one reaches, and adds to them in place; for the others it has a place of its own that
// is added to them afterwards, in the order of the strips.
type strip struct {
	entries span // of the matrix
	first   int32
	last    int32 // rows from first to last hold the entries
	clean   int32 // from this row on all columns are its own
	low     int32 // lowest column reached, at most own
	own     int32 // first column owned
	end     int32 // up to where it owns, the beginning of the next strip's
	reach   int32 // the column behind the highest reached, 0 if there is none
	offset  int   // where the columns from low to own have their place
}

const (
	maxStrips    = 32
	stripEntries = 1 << 14 // at least
	sharedBelow  = 8       // entries for each column that more than one strip reaches, at least
)

// strips cuts a pattern into strips, as many as there are entries for: where every row reaches far, few or one, because each
// strip would need a place for all columns. With whole, rows are not cut.
func strips(starts, columns []int32, whole bool) []strip {
	for count := min(maxStrips, len(columns)/stripEntries); count > 1; count /= 2 {
		list := cutStrips(starts, columns, count, whole)
		shared := 0
		for _, s := range list {
			shared += int(s.own - s.low)
		}
		if shared <= len(columns)/sharedBelow {
			return list
		}
	}
	return cutStrips(starts, columns, 1, whole)
}

func cutStrips(starts, columns []int32, count int, whole bool) []strip {
	list := make([]strip, 0, count)
	size := (len(columns) + count - 1) / count
	var entry, high int32
	offset := 0
	for p := range count {
		s := strip{entries: span{entry, int32(min((p+1)*size, len(columns)))}, own: high}
		if p == count-1 {
			s.entries.end = int32(len(columns))
		}
		if whole {
			s.entries.end = starts[rowOf(starts, s.entries.end)]
		}
		if s.entries.begin >= s.entries.end {
			if p == 0 {
				list = append(list, s)
			}
			continue
		}
		entry = s.entries.end
		s.first, s.last = rowOf(starts, s.entries.begin), rowOf(starts, s.entries.end-1)
		s.low, s.clean = high, s.first
		for i := s.first; i <= s.last; i++ {
			begin, end := max(starts[i], s.entries.begin), min(starts[i+1], s.entries.end)
			if begin == end {
				continue
			}
			if columns[begin] < s.own {
				s.low, s.clean = min(s.low, columns[begin]), i+1
			}
			s.reach = max(s.reach, columns[end-1]+1)
		}
		high = max(high, s.reach)
		s.offset = offset
		offset += int(s.own - s.low)
		list = append(list, s)
	}
	for k := range list[1:] {
		list[k].end = list[k+1].own
	}
	return list
}

// rowOf is the row that holds an entry, or the number of rows for what is behind the last entry.
func rowOf(starts []int32, entry int32) int32 {
	return int32(sort.Search(len(starts)-1, func(i int) bool { return starts[i+1] > entry }))
}

// shared is how many columns of the strips have a place besides their own.
func shared(strips []strip) int {
	last := strips[len(strips)-1]
	return last.offset + int(last.own-last.low)
}
