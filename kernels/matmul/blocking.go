package matmul

import (
	"math/bits"

	"github.com/raphson-go/raphson/internal/cast"
)

// blockSizes is what a product is cut into: a tile is held in registers, a panel of B under it in the first cache, a
// block of A in the second and a block of B in the third (G. van Zee and R. van de Geijn, "BLIS", 2015).
type blockSizes struct {
	lanes      int    // of a vector
	tileRows   int    // rows of a tile
	tileCols   int    // columns of a tile, a multiple of lanes
	heights    uint64 // bit h is set if there is a tile of h rows, for the rows that are left; that of one row always is
	k          int    // depth of a panel
	rows       int    // of a block of A, a multiple of tileRows
	cols       int    // of a block of B, a multiple of tileCols
	fewRows    int    // rows of A that are too few to pack B for them, unless it has to be
	loose      int    // panels of B that are deeper, with other columns between their rows, do not keep in the first cache where they lie
	narrow     int    // columns of B that are too few to pack A for them,
	narrowNear int    // and that are if A is near
	low        int    // panels of B of at most so many rows that crowd each other are packed for more than a tile's rows of A, if that packs them
	shallow    int    // products at most as deep as this wait for C
	along      int    // and as this are computed along the rows of C, or twice as deep where these do not crowd each other
	inPlace    int    // multiply-adds up to which packing costs more than it gains

	// Of triangular systems:
	unknowns       int // that are found by substitution, from a matrix where it lies,
	unknownRows    int // in so many rows at a time,
	packedUnknowns int // and from a packed matrix, for many right-hand sides, if these are more: then unknownRows are a tile's
}

// height is that of the panel of A that comes next where so many rows are left: the largest tile that they fill.
func (s *blockSizes) height(left int) int {
	if left >= s.tileRows {
		return s.tileRows
	}
	return bits.Len64(s.heights&(2<<left-1)) - 1
}

// panelAt is where the panel that holds a row begins, among rows that are packed together.
func (s *blockSizes) panelAt(row, rows int) int {
	start := min(row, rows) / s.tileRows * s.tileRows
	for start < rows {
		next := start + s.height(rows-start)
		if next > row {
			break
		}
		start = next
	}
	return start
}

// maxTileCols bounds tileCols.
const maxTileCols = 64

// blockingGeneric suits plain Go, which has no tile: one row at a time.
func blockingGeneric[T cast.Float]() *blockSizes { return &genericSizes }

var genericSizes = blockSizes{lanes: 8, tileRows: 1, tileCols: 32, heights: 0b10, k: 256, rows: 64, cols: 1024, fewRows: 1, loose: 256, narrow: 96, narrowNear: 96, shallow: 8, inPlace: 220 * 220 * 220, unknowns: 64, unknownRows: 1}

func filledLanesGeneric[T cast.Float]() int { return 0 }

// evenly is the size of the parts of total, at most limit and a multiple of step (as limit is), that come out most even.
func evenly(total, limit, step int) int {
	parts := max((total+limit-1)/limit, 1)
	return max(roundUp((total+parts-1)/parts, step), step)
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }
