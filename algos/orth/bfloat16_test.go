package orth

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

func TestPolarBFloat16(t *testing.T) {
	for _, shape := range [][2]int{{20, 50}, {50, 20}, {0, 3}} {
		g := gaussian[float32](random(90), shape[0], shape[1])
		half := kernels.NewMatrix[kernels.BFloat16](shape[0], shape[1])
		for i, v := range g.Data {
			half.Data[i] = kernels.RoundBFloat16(v)
			g.Data[i] = half.Data[i].Float32()
		}
		want, settings := kernels.NewMatrix[float32](shape[0], shape[1]), PolarSettings{Schedule: PolarExpressSchedule(8)}
		_, err := Polar(background, want, g, settings, nil)
		require.NoError(t, err)
		var w Workspace[float32]
		result, err := PolarBFloat16(background, half, half, settings, &w)
		require.NoError(t, err)
		for i, v := range want.Data {
			assert.InDelta(t, v, half.Data[i].Float32(), math.Abs(float64(v))/256+1e-5)
		}
		if shape[0] > 0 {
			assert.Less(t, result.Residual, 1e-5)
		}
	}
	bad := kernels.NewMatrix[kernels.BFloat16](2, 2)
	bad.Data[3] = kernels.RoundBFloat16(float32(math.Inf(1)))
	_, err := PolarBFloat16(background, bad, bad, PolarSettings{}, nil)
	assert.ErrorIs(t, err, ErrNotFinite)
	_, err = PolarBFloat16(background, bad, kernels.NewMatrix[kernels.BFloat16](2, 3), PolarSettings{}, nil)
	assert.ErrorIs(t, err, ErrShape)
	_, err = PolarBFloat16(background, bad, bad, PolarSettings{Margin: -1}, nil)
	assert.ErrorIs(t, err, ErrSetting)
}
