package optimisers

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGradientsAreDerivatives of the loss on the batch, by differences.
func TestGradientsAreDerivatives(t *testing.T) {
	s, a := newSpirals(1), newAttention(1)
	s.bias.Value.Data[3] = 0.2
	for name, c := range map[string]struct {
		task
		batchLoss func() float64
	}{
		"spirals":   {s, func() float64 { return s.forward(&s.batch) }},
		"attention": {a, func() float64 { return a.forward(&a.batch) }},
	} {
		c.gradients()
		matrices, rest := c.parameters()
		for _, p := range append(matrices, rest...) {
			random := newRandom(7, 7)
			var along, change float64
			direction := make([]float32, len(p.Value.Data))
			for i := range direction {
				direction[i] = float32(random.NormFloat64())
				along += float64(direction[i]) * float64(p.Gradient.Data[i])
			}
			const h = 1e-3
			for _, sign := range []float32{1, -1} {
				for i, d := range direction {
					p.Value.Data[i] += sign * h * d
				}
				change += float64(sign) * c.batchLoss()
				for i, d := range direction {
					p.Value.Data[i] -= sign * h * d
				}
			}
			assert.InDelta(t, along, change/(2*h), 0.02*math.Abs(along)+2e-3, "%s, %s", name, p.Name)
		}
	}
}

// TestRun with a few steps: tables of the right size, the same in every run.
func TestRun(t *testing.T) {
	calls := 0
	tables, err := Run(context.Background(), 100, func(done, of int) { calls++ })
	require.NoError(t, err)
	assert.Positive(t, calls)
	require.Len(t, tables, 2*len(tasks))
	first := tables[1].Lines[1].Cells[2]
	loss, err := train(job{1, 1, 2, 0}, tables[1])
	require.NoError(t, err)
	again, err := train(job{1, 1, 2, 0}, tables[1])
	require.NoError(t, err)
	assert.Equal(t, loss, again)
	assert.True(t, first.Least <= loss && loss <= first.Most)
	for i, table := range tables {
		assert.Equal(t, i%2 == 1, table.Outliers)
		require.Len(t, table.Lines, len(contenders))
		for k, l := range table.Lines {
			require.Len(t, l.Cells, len(contenders[k].rates))
			for _, c := range l.Cells {
				assert.LessOrEqual(t, c.Least, c.Median)
				assert.LessOrEqual(t, c.Median, c.Most)
				assert.GreaterOrEqual(t, c.Median, l.Cells[l.Best].Median)
			}
		}
		text := table.String()
		for _, c := range contenders {
			assert.Contains(t, text, c.name)
		}
		assert.Equal(t, 1+i%2, strings.Count(table.Claims(), "\n"))
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Run(cancelled, 100, nil)
	assert.ErrorIs(t, err, context.Canceled)
}
