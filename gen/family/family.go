// Package family holds the tables of kernels, one a family, with the builders of their bodies.
package family

import "github.com/raphson-go/raphson/gen/machine"

// All lists the families in the order they are generated.
var All = []machine.Family{Limit, Vec, Lse, Coord, Matmul}

// zeros are fresh accumulators.
func zeros(m machine.Machine, n int) []machine.Vector {
	vectors := make([]machine.Vector, n)
	for i := range vectors {
		vectors[i] = m.Zero()
	}
	return vectors
}
