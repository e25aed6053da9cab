package linear

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
)

// TestRun with small problems: every fit converges, every line is complete.
func TestRun(t *testing.T) {
	calls := 0
	lines, err := run(context.Background(), sizes{dense: [][2]int{{40, 120}}, samples: 500, repeats: 1}, func(done, of int) {
		calls++
		assert.Equal(t, calls, done)
		assert.LessOrEqual(t, done, of)
	})
	require.NoError(t, err)
	require.Len(t, lines, calls)
	for _, l := range lines {
		assert.Equal(t, algos.Converged, l.Stopped, l.Name)
		assert.Positive(t, l.Seconds)
		assert.Positive(t, l.Support, l.Name)
		assert.LessOrEqual(t, l.Gap, 1e-4)
	}
	assert.Equal(t, len(lines)+2, strings.Count(Table(lines), "\n"))
}
