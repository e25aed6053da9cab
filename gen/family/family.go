// Package family holds the tables of kernels, one a family, with the builders of their bodies.
package family

import (
	"strconv"

	"github.com/raphson-go/raphson/gen/machine"
)

// All lists the families in the order they are generated.
var All = []machine.Family{Limit, Vec, Lse, Sparse, Coord, Matmul}

// filledLanes tells rows that do not fill the vectors of AVX-512, for which AVX2 is faster: what is stored through a mask is not
// forwarded to the next load.
var filledLanes = machine.Choice{
	Name: "filledLanes",
	Doc:  "filledLanes is the number of lanes of a vector that is only worth it where it is filled, 0 if it always is.",
	Type: "int",
	Value: func(set string, typ machine.Float) string {
		if set == "avx512" {
			return strconv.Itoa(64 / typ.Bytes())
		}
		return "0"
	},
}

// zeros are fresh accumulators.
func zeros(m machine.Machine, n int) []machine.Vector {
	vectors := make([]machine.Vector, n)
	for i := range vectors {
		vectors[i] = m.Zero()
	}
	return vectors
}

// zeroRows are fresh accumulators, width for each of so many rows.
func zeroRows(m machine.Machine, rows, width int) [][]machine.Vector {
	sums := make([][]machine.Vector, rows)
	for i := range sums {
		sums[i] = zeros(m, width)
	}
	return sums
}
