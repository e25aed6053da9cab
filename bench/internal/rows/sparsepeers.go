package rows

import (
	bowman "github.com/james-bowman/sparse"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// The peers of the sparse products: github.com/james-bowman/sparse, for float64, and the loop over compressed rows that
// everybody writes.
const (
	bowmanName = "james-bowman"
	loopName   = "loop"
)

func mulVecPeers[T kernels.Float](a *sparse.CSR[T], x, y []T) []measure.Peer {
	starts, columns, values := a.Starts(), a.Columns(), a.Values()
	peers := []measure.Peer{{Name: loopName, Run: func() {
		for i := range y {
			var s T
			for k := starts[i]; k < starts[i+1]; k++ {
				s += values[k] * x[columns[k]]
			}
			y[i] = s
		}
	}}}
	return append(peers, bowmanPeers(a, x, y, false)...)
}

func mulVecTransposedPeers[T kernels.Float](a *sparse.CSR[T], x, y []T) []measure.Peer {
	starts, columns, values := a.Starts(), a.Columns(), a.Values()
	peers := []measure.Peer{{Name: loopName, Run: func() {
		clear(y)
		for i, v := range x {
			for k := starts[i]; k < starts[i+1]; k++ {
				y[columns[k]] += values[k] * v
			}
		}
	}}}
	return append(peers, bowmanPeers(a, x, y, true)...)
}

// bowmanPeers has the same matrix with indices of 8 bytes, as that package takes them. It adds to y.
func bowmanPeers[T kernels.Float](a *sparse.CSR[T], x, y []T, transposed bool) []measure.Peer {
	if cast.Single[T]() {
		return nil
	}
	m := bowman.NewCSR(a.Rows(), a.Cols(), widened(a.Starts()), widened(a.Columns()), cast.F64(a.Values()))
	from, to := cast.F64(x), cast.F64(y)
	return []measure.Peer{{Name: bowmanName, Run: func() {
		clear(to)
		m.MulVecTo(to, transposed, from)
	}}}
}

func widened(x []int32) []int {
	y := make([]int, len(x))
	for i, v := range x {
		y[i] = int(v)
	}
	return y
}
