package rows

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/bench/internal/measure"
)

// TestSparsePeersDoTheSameJob compares what they write with what ours does, for matrices of every shape.
func TestSparsePeersDoTheSameJob(t *testing.T) {
	for _, s := range []shape{poissonShape(12), randomShape(300, 7), powerShape(500), bandedShape(200, 4)} {
		a := build[float64](s)
		require.NoError(t, a.Validate(), s.name)
		assert.Equal(t, s.entries, a.Len())
		x, y, want := uniform[float64](s.n, -1, 1), make([]float64, s.n), make([]float64, s.n)
		same := func(peers []measure.Peer) {
			require.Len(t, peers, 2)
			for _, p := range peers {
				p.Run()
				assert.InDeltaSlice(t, want, y, 1e-13, "%s, %s", s.name, p.Name)
			}
		}
		a.MulVec(1, x, 0, want)
		same(mulVecPeers(a, x, y))
		a.MulVecTransposed(1, x, 0, want)
		same(mulVecTransposedPeers(a, x, y))
	}
}
