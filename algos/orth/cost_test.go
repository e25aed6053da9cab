package orth

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFlops: the table of operation counts that the Gram form is argued with.
func TestFlops(t *testing.T) {
	five := MuonSchedule(5)
	for _, n := range []int{256, 1024, 2048} {
		m := 256
		nmm, mmm := float64(n*m*m), float64(m*m*m)
		assert.Equal(t, 3*nmm+mmm, StandardForm.Flops(m, n, five[:1], nil))
		assert.Equal(t, 15*nmm+5*mmm, StandardForm.Flops(m, n, five, nil))
		assert.Equal(t, 6*nmm+14*mmm, GramForm.Flops(m, n, five, nil))
		assert.Equal(t, GramForm.Flops(m, n, five, nil), GramForm.Flops(n, m, five, []int{2}), "tall as wide")
		assert.Equal(t, 3*nmm, StandardForm.Flops(m, n, cubicSchedule()[:1], nil), "a cubic step has no square")
		assert.Equal(t, 3*nmm+17*mmm, GramForm.Flops(m, n, five, []int{}), "without a restart")
	}
	ratio := func(times int) float64 {
		return GramForm.Flops(100, 100*times, five, nil) / StandardForm.Flops(100, 100*times, five, nil)
	}
	assert.InDelta(t, 0.58, ratio(4), 0.006)
	assert.InDelta(t, 0.50, ratio(8), 0.006)
}

func TestChooseForm(t *testing.T) {
	five := MuonSchedule(5)
	assert.Equal(t, StandardForm, ChooseForm(512, 512, five, nil))
	assert.Equal(t, GramForm, ChooseForm(512, 2048, five, nil))
	assert.Equal(t, GramForm, ChooseForm(2048, 512, five, nil))
	assert.Equal(t, StandardForm, ChooseForm(512, 4096, five, []int{1, 2, 3, 4}), "a restart after every step saves nothing")
	assert.Equal(t, StandardForm, ChooseForm(512, 4096, five[:1], nil), "nor does a single step")
	assert.Equal(t, GramForm.Flops(512, 2048, five, nil), AutomaticForm.Flops(512, 2048, five, nil))
	assert.Equal(t, "automatic", AutomaticForm.String())
	assert.Equal(t, "standard form", StandardForm.String())
	assert.Equal(t, "Gram form", GramForm.String())
	assert.Equal(t, "Frobenius norm", Frobenius.String())
	assert.Equal(t, "AOL", AOL.String())
}
