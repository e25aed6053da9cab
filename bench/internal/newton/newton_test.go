package newton

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRun with small assignments and few sweeps: every line is complete.
func TestRun(t *testing.T) {
	calls := 0
	lines, err := run(context.Background(), 60, 600, 1, func(done, of int) {
		calls++
		assert.Equal(t, 3+seeds-1+3+3, of)
	})
	require.NoError(t, err)
	require.Len(t, lines, calls)
	papers, steps := 0, 0
	for _, l := range lines {
		assert.Positive(t, l.Sweeps)
		assert.Positive(t, l.Seconds)
		assert.Positive(t, l.DenseSeconds)
		assert.Positive(t, l.SinkhornSeconds)
		assert.Positive(t, l.LogSeconds)
		assert.Equal(t, strings.HasPrefix(l.Case, "digits"), l.GridSeconds > 0)
		assert.LessOrEqual(t, l.NewtonTrace[len(l.NewtonTrace)-1].Residual, Tolerance)
		assert.Equal(t, l.SinkhornSweeps > 600, l.Extrapolated)
		steps += l.Steps
		if l.Paper != nil {
			papers++
		}
	}
	assert.Equal(t, seeds+2, papers)
	assert.Positive(t, steps)
	table := Table(lines)
	assert.Equal(t, 3+len(lines)+papers, strings.Count(table, "\n"))
	assert.Equal(t, papers, strings.Count(table, "the paper"))
}

// TestMissing extrapolates a straight line exactly.
func TestMissing(t *testing.T) {
	var residuals []float64
	for k := range 300 {
		residuals = append(residuals, math.Pow(10, -float64(k)/100))
	}
	assert.InDelta(t, 901, missing(residuals), 1)
	assert.Equal(t, math.MaxInt32, missing([]float64{1}))
	assert.Equal(t, math.MaxInt32, missing([]float64{1, 1, 1, 1}))
}
