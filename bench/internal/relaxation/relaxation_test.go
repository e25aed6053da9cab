package relaxation

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunShifts with few systems: every line is there, and the best fixed relaxation is among those that the reference has.
func TestRunShifts(t *testing.T) {
	calls := 0
	tables, err := RunShifts(context.Background(), 40, func(done, of int) { calls++; assert.Equal(t, 12, of) })
	require.NoError(t, err)
	assert.Equal(t, 12, calls)
	require.Len(t, tables, len(variances))
	for _, table := range tables {
		require.Len(t, table.Policies, 9)
		for _, p := range table.Policies {
			assert.Greater(t, p.Total, 40*10.)
			assert.Zero(t, p.Reference, "for 5000 systems only")
			assert.Contains(t, table.String(), p.Name)
		}
		assert.Less(t, find(table.Policies, "best for each").Total, bestFixed(table.Policies).Total)
	}
	assert.Equal(t, 5, strings.Count(tables[0].Claims(), "\n"))
	assert.Equal(t, 1, strings.Count(tables[1].Claims(), "\n"))
	for _, v := range variances {
		for name := range v.reference {
			assert.NotPanics(t, func() { find(tables[0].Policies, name) })
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = RunShifts(cancelled, 40, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

// TestRunHeat on a coarse mesh.
func TestRunHeat(t *testing.T) {
	calls := 0
	tables, err := RunHeat(context.Background(), []Mesh{{8, 60, 1}, {8, 60, 7}}, func(done, of int) { calls++; assert.Equal(t, 20, of) })
	require.NoError(t, err)
	assert.Equal(t, 20, calls)
	require.Len(t, tables, 2)
	for i, table := range tables {
		require.Len(t, table.Policies, 10)
		for _, p := range table.Policies {
			assert.GreaterOrEqual(t, p.Total, 60.)
			assert.Equal(t, i == 1 && p.Name == "best of ten for each step", p.Estimated)
			assert.Equal(t, p.Name != "best of ten for each step", p.Seconds > 0)
			assert.Contains(t, table.String(), p.Name)
		}
		assert.LessOrEqual(t, tables[0].Policies[9].Total, bestFixed(table.Policies).Total)
		assert.Equal(t, 3, strings.Count(table.Claims(), "\n"))
	}
	assert.InEpsilon(t, tables[0].Policies[9].Total, tables[1].Policies[9].Total, 0.2, "estimated from one step in seven")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = RunHeat(cancelled, Meshes, nil)
	assert.ErrorIs(t, err, context.Canceled)
}
