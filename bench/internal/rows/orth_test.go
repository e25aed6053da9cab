package rows

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/orth"
)

// TestGramRestarts: the operations that a row counts are those that it does.
func TestGramRestarts(t *testing.T) {
	for _, shape := range [][2]int{{64, 256}, {256, 1024}, {512, 2048}} {
		g := dense[float32](shape[0], shape[1])
		result, err := orth.Polar(context.Background(), g, g, orth.PolarSettings{Form: orth.GramForm, Unmeasured: true}, nil)
		require.NoError(t, err)
		assert.Len(t, gramRestarts(shape[0]), result.Restarts, "%v", shape)
	}
}
