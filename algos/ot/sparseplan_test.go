package ot

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestSparsePlan(t *testing.T) {
	const n = 50
	mass, cost := randomAssignment(t, n, 4)
	result, err := SinkhornNewton(background, mass, mass, cost, NewtonSettings{Settings: Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-12}})
	require.NoError(t, err)
	whole := result.Plan()
	plan, leftOut, err := result.SparsePlan(3 * n)
	require.NoError(t, err)
	require.Equal(t, 3*n, plan.Len())
	total, least := 0.0, math.Inf(1)
	for i := range n {
		columns, values := plan.Row(i)
		for k, j := range columns {
			require.Equal(t, whole.At(i, int(j)), values[k])
			total, least = total+values[k], min(least, values[k])
		}
	}
	larger := 0
	for _, v := range whole.Data {
		if v > least {
			larger++
		}
	}
	assert.Less(t, larger, 3*n, "there is none larger that was left out")
	assert.InDelta(t, 1-total, leftOut, 1e-11)
	assert.Less(t, leftOut, 0.01)

	all, leftOut, err := result.SparsePlan(n * n)
	require.NoError(t, err)
	assert.Equal(t, n*n, all.Len())
	assert.InDelta(t, 0, leftOut, 1e-15)
	_, _, err = result.SparsePlan(-1)
	assert.ErrorIs(t, err, ErrSetting)
	assert.NotErrorIs(t, err, sparse.ErrCount)
}
