package forms

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/orth"
)

// TestTheModelHolds where it matters: of oblong matrices the form chosen is not the much slower one. The margin is wide,
// because tests share the machine.
func TestTheModelHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes times")
	}
	list, err := Run(context.Background(), [][2]int{{128, 128}, {128, 1024}}, 100*time.Millisecond, nil)
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, c := range list {
		assert.Less(t, c.Loss(), 0.5, "%d x %d", c.Rows, c.Cols)
		assert.InEpsilon(t, c.Predicted, c.Measured, 0.5, "%d x %d", c.Rows, c.Cols)
	}
	assert.Equal(t, orth.GramForm, list[1].Chosen)
	assert.Contains(t, Report(list), "128x1024")
}

func TestLoss(t *testing.T) {
	assert.Equal(t, 0.25, Comparison{Measured: 0.8, Chosen: orth.StandardForm}.Loss())
	assert.Zero(t, Comparison{Measured: 0.8, Chosen: orth.GramForm}.Loss())
	assert.InDelta(t, 0.1, Comparison{Measured: 1.1, Chosen: orth.GramForm}.Loss(), 1e-12)
}
