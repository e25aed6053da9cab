// Package family holds the tables of kernels, one a family, with the builders of their bodies.
package family

import "github.com/raphson-go/raphson/gen/machine"

// All lists the families in the order they are generated.
var All = []machine.Family{}
