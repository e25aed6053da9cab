package linear_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
)

// TestProgressOfEveryIteration: once each, whichever way the fit ends.
func TestProgressOfEveryIteration(t *testing.T) {
	q := random(newRandom(5), 60, 40, 0)
	for name, fit := range fits(q, 0.02) {
		for _, s := range []linear.Settings{{}, {Tolerance: 1e-15, MaxIterations: 3}, {Tolerance: 1e-300}} {
			for cancelled := range 3 { // after so many iterations; 0 for never
				ctx, cancel := context.WithCancel(background)
				var done []int
				s.Progress = func(p algos.Progress) {
					if done = append(done, p.Done); p.Done == cancelled {
						cancel()
					}
				}
				result, err := fit(ctx, s)
				if err != nil {
					require.ErrorIs(t, err, context.Canceled, name)
				}
				var want []int
				for k := range result.Iterations {
					want = append(want, k+1)
				}
				assert.Equal(t, want, done, "%s, %v, cancelled after %d", name, result.Stopped, cancelled)
				assert.Len(t, result.Residuals, result.Iterations, name)
				cancel()
			}
		}
	}
}
