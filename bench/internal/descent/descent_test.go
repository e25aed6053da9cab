package descent

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRun with small problems: every line is complete and falls, and every claim is answered.
func TestRun(t *testing.T) {
	calls := 0
	list, err := Run(context.Background(), 10, func(done, of int) {
		calls++
		assert.Equal(t, calls, done)
		assert.LessOrEqual(t, done, of)
	})
	require.NoError(t, err)
	require.Len(t, list, 3+3+1+2+1)
	lines := 0
	for _, c := range list {
		for _, l := range c.Lines {
			lines++
			assert.Equal(t, 1.0, l.Gaps[0], "%s, %s", c.Title, l.Name)
			assert.Less(t, l.Gaps[len(l.Gaps)-1], 1.0, "%s, %s", c.Title, l.Name)
			for k := range l.Gaps[1:] {
				assert.LessOrEqual(t, l.Gaps[k+1], l.Gaps[k]*(1+1e-9)+1e-12, "%s, %s after %d", c.Title, l.Name, k+1)
			}
			assert.Positive(t, l.Block)
		}
		assert.NotEmpty(t, c.Claims, c.Title)
		table := c.Table()
		assert.Equal(t, 2+len(c.Lines)+len(c.Claims), strings.Count(table, "\n"))
		assert.Equal(t, len(c.Claims), strings.Count(table, ": yes\n")+strings.Count(table, ": no\n"))
	}
	assert.Equal(t, lines, calls)
}

func TestLine(t *testing.T) {
	l := Line{Gaps: []float64{1, 0.1, 0.01}}
	assert.Equal(t, 0.01, l.At(500))
	assert.Equal(t, 0.1, l.At(1))
	assert.Equal(t, 2, l.To(0.01))
	assert.Equal(t, -1, l.To(1e-3))
}

// TestLatest: lines are compared before the first of them is down to rounding.
func TestLatest(t *testing.T) {
	c := Comparison{Lines: []Line{{Name: "a", Gaps: []float64{1, 1e-3, 1e-15, 1e-15}}, {Name: "b", Gaps: []float64{1, 1e-4, 1e-5, 1e-15}}, {Name: "c", Gaps: []float64{1}}}}
	assert.Equal(t, map[string]float64{"a": 1e-3, "b": 1e-4}, c.latest("a", "b"))
	assert.Equal(t, map[string]float64{"b": 1e-5, "c": 1}, c.latest("b", "c"))
}
