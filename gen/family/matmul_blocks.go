package family

import (
	"fmt"

	"github.com/raphson-go/raphson/gen/machine"
)

// blocking is the table of block sizes, one row an instruction set.
var blocking = machine.Choice{
	Name: "blocking",
	Doc:  "blocking returns the sizes of the blocks that the products are cut into.",
	Type: "*blockSizes",
	Value: func(set string, typ machine.Float) string {
		b, t := blocks[set], tiles[set]
		lanes, cols, heights := b.vectorBytes/typ.Bytes(), columnsOfTile(set, typ), 0
		for _, height := range t.heights {
			heights |= 1 << height
		}
		inPlace := b.inPlace[typ.Bytes()/8]
		return fmt.Sprintf("{lanes: %d, tileRows: %d, tileCols: %d, heights: %#b, k: %d, rows: %d, cols: %d, fewRows: %d, loose: %d, narrow: %d, narrowNear: %d, low: %d, shallow: %d, along: %d, inPlace: %d, unknowns: %d, unknownRows: %d, packedUnknowns: %d}",
			lanes, t.heights[0], cols, heights, b.k, b.rowBytes/typ.Bytes()/t.heights[0]*t.heights[0], b.colBytes/typ.Bytes()/cols*cols, b.fewRows, b.loose, b.narrow*cols, b.narrowNear*cols, b.low, b.shallow, b.along, inPlace*inPlace*inPlace,
			b.unknowns, solveHeights(set)[0], b.packedUnknowns)
	},
}

func columnsOfTile(set string, typ machine.Float) int {
	return tiles[set].vectors * blocks[set].vectorBytes / typ.Bytes()
}

// sizes are those of blocks: k is the depth of a panel, whose k rows of B stay in the first cache; rowBytes times k is the
// block of A in the second; colBytes times k bounds the block of B in the third. Up to products of inPlace cubed operands are read where they lie; so is B for fewRows of A unless its panels are low. Measured
// on Zen 3 (32 KiB, 512 KiB, 32 MiB) and, for AVX-512, on Zen 5 (48 KiB, 1 MiB, 32 MiB), whose second cache feeds a tile so well that B need not be
// in the first. NEON has the sizes of AVX2, which nobody has measured there.
type sizes struct {
	vectorBytes, k, rowBytes, colBytes int
	fewRows, loose, narrow, narrowNear int // narrow in tiles
	low, shallow, along                int
	inPlace                            [2]int // of float32 and float64
	unknowns, packedUnknowns           int
}

var blocks = map[string]sizes{
	"avx512": {64, 512, 1536, 8448, 128, 512, 3, 3, 128, 8, 0, [2]int{576, 576}, 64, 0},
	"avx2":   {32, 256, 768, 32768, 12, 128, 4, 8, 0, 0, 8, [2]int{180, 148}, 128, 256},
	"neon":   {16, 256, 768, 32768, 8, 128, 3, 3, 0, 0, 0, [2]int{180, 148}, 64, 0},
}
