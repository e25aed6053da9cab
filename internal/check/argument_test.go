package check_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/check"
)

func TestFinite(t *testing.T) {
	for _, v := range []float64{0, -1, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		assert.True(t, check.Finite(v), "%v", v)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		assert.False(t, check.Finite(v), "%v", v)
	}
}

func TestVector(t *testing.T) {
	shape, finite := errors.New("of another shape"), errors.New("not finite")
	vector := func(x ...float64) error { return check.Vector("bcd", "b", x, "rows of a", 2, shape, finite) }
	assert.NoError(t, vector(1, -2))
	for _, c := range []struct {
		err     error
		want    error
		message string
	}{
		{vector(1), shape, "bcd: len(b) = 1, rows of a = 2: of another shape"},
		{vector(1, math.NaN()), finite, "bcd: b[1] = NaN: not finite"},
		{vector(math.Inf(-1), 1), finite, "bcd: b[0] = -Inf: not finite"},
	} {
		assert.ErrorIs(t, c.err, c.want)
		assert.EqualError(t, c.err, c.message)
	}
}

func TestContext(t *testing.T) {
	missing := errors.New("missing")
	assert.NoError(t, check.Context("bcd", context.Background(), missing))
	var none context.Context
	err := check.Context("bcd", none, missing)
	assert.ErrorIs(t, err, missing)
	assert.EqualError(t, err, "bcd: ctx: missing")
}
