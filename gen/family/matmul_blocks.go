package family

import (
	"fmt"

	"github.com/raphson-go/raphson/gen/machine"
)

// blocking is the table of block sizes, one row an instruction set.
var blocking = machine.Choice{
	Name: "blocking",
	Doc:  "blocking returns the sizes of the blocks that the products are cut into.",
	Type: "blockSizes",
	Value: func(set string, typ machine.Float) string {
		b, t := blocks[set], tiles[set]
		lanes, heights := b.vectorBytes/typ.Bytes(), 0
		for _, height := range t.heights {
			heights |= 1 << height
		}
		return fmt.Sprintf("blockSizes{lanes: %d, tileRows: %d, tileCols: %d, heights: %#b, k: %d, rows: %d, cols: %d, inPlace: %t}",
			lanes, t.heights[0], t.vectors*lanes, heights, b.k, b.rowBytes/typ.Bytes()/t.heights[0]*t.heights[0], b.cols, b.inPlace)
	},
}

// sizes are those of blocks: k is the depth of a panel, whose k rows of B stay in the first cache; rowBytes times k is the
// block of A in the second; cols bounds the block of B in the third. Measured on Zen 3 (32 KiB, 512 KiB, 32 MiB).
type sizes struct {
	vectorBytes, k, rowBytes, cols int
	inPlace                        bool // there is Strip
}

var blocks = map[string]sizes{
	"avx512": {64, 192, 1024, 4096, true},
	"avx2":   {32, 256, 768, 4096, true},
	"neon":   {16, 256, 768, 4096, false},
}
