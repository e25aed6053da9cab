package orth

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
)

var schedules = map[string]Schedule{
	"Muon": MuonSchedule(5), "You": YouSchedule(), "Polar Express": PolarExpressSchedule(8).Safe(1.01), "cushioned": PolarExpressCushioned(),
	"cubic": cubicSchedule(),
}

func cubicSchedule() Schedule {
	s, _, err := Greedy(GreedySettings{Degree: 3, Steps: 7, Low: 1e-2})
	if err != nil {
		panic(err)
	}
	return s
}

// TestPolarIsTheScalarMap: each singular value goes through the polynomials and the singular vectors stay. The
// Frobenius norm of the difference bounds that of every singular value.
func TestPolarIsTheScalarMap(t *testing.T) {
	shapes := [][2]int{{24, 96}, {17, 40}, {1, 5}, {1, 1}, {12, 13}}
	if !testing.Short() {
		shapes = append(shapes, [2]int{256, 1024})
	}
	for _, shape := range shapes {
		g := converted[float64](gaussian[float32](random(uint64(shape[0])), shape[0], shape[1]))
		d := decompose(g)
		for name, schedule := range schedules {
			if shape[0] == 256 && name != "Muon" {
				continue
			}
			label := fmt.Sprintf("%d x %d, %s", shape[0], shape[1], name)
			scalarMap[float64](t, label, schedule, g, d, 1e-11)
			scalarMap[float32](t, label, schedule, g, d, 2e-4)
		}
	}
}

func scalarMap[T kernels.Float](t *testing.T, label string, schedule Schedule, g kernels.Matrix[float64], d decomposition, tolerance float64) {
	image := func(s float64) float64 { return schedule.At(s / (norm(g) + defaultGuard)) }
	want, errorWanted := d.mapped(image), 0.0
	for _, s := range d.values {
		errorWanted += (image(s)*image(s) - 1) * (image(s)*image(s) - 1)
	}
	for _, form := range []Form{StandardForm, GramForm} {
		dst := kernels.NewMatrix[T](g.Rows, g.Cols)
		result, err := Polar(background, dst, converted[T](g), PolarSettings{Schedule: schedule, Form: form}, nil)
		require.NoError(t, err)
		assert.Less(t, relativeDifference(dst, want)*norm(want), tolerance, "%s, %v", label, form)
		assert.Equal(t, form, result.Form)
		assert.Equal(t, len(schedule), result.Iterations)
		assert.Equal(t, algos.IterationLimit, result.Stopped)
		assert.InEpsilon(t, norm(g), result.Norm, 1e-5)
		assert.InDelta(t, math.Sqrt(errorWanted/float64(g.Rows)), result.Residual, tolerance, "%s, %v", label, form)
		require.Len(t, result.Residuals, len(schedule))
		assert.InDelta(t, initialError(d.values), result.Residuals[0], 1e-4)

		tall := kernels.NewMatrix[T](g.Cols, g.Rows)
		_, err = Polar(background, tall, converted[T](transposed(g)), PolarSettings{Schedule: schedule, Form: form}, nil)
		require.NoError(t, err)
		assert.Less(t, relativeDifference(transposed(tall), want)*norm(want), tolerance, "%s, %v, tall", label, form)
	}
}

// initialError is that of a matrix divided by its norm.
func initialError(values []float64) float64 {
	var sum, total float64
	for _, s := range values {
		total += s * s
	}
	for _, s := range values {
		sum += (s*s/total - 1) * (s*s/total - 1)
	}
	return math.Sqrt(sum / float64(len(values)))
}

// TestPolarExpressConverges: eight steps make a matrix orthogonal if no singular value is below a thousandth of the norm.
func TestPolarExpressConverges(t *testing.T) {
	values := make([]float64, 30)
	for i := range values {
		values[i] = math.Pow(10, -2.7*float64(i)/29)
	}
	d := withValues(random(3), 50, values)
	g := d.mapped(func(s float64) float64 { return 40 * s })
	require.Greater(t, values[29]*40/norm(g), 1e-3)
	for _, form := range []Form{StandardForm, GramForm} {
		dst := kernels.NewMatrix[float64](30, 50)
		result, err := Polar(background, dst, g, PolarSettings{Schedule: PolarExpressSchedule(8), Form: form}, nil)
		require.NoError(t, err)
		assert.Less(t, result.Residual, 1e-6)
		assert.Less(t, relativeDifference(dst, d.mapped(one)), 1e-6)
	}
}

// TestSharedAndStrided: dst may be g, rows may be apart, and what lies between rows is left alone.
func TestSharedAndStrided(t *testing.T) {
	for _, shape := range [][2]int{{6, 15}, {15, 6}, {8, 8}} {
		for steps := 1; steps <= 5; steps++ {
			for _, form := range []Form{StandardForm, GramForm} {
				for _, size := range []float64{1, 1e-130, 1e130} { // the last ones take a scaled copy
					g := gaussian[float64](random(8), shape[0], shape[1])
					for i := range g.Data {
						g.Data[i] *= size
					}
					settings := PolarSettings{Schedule: PolarExpressSchedule(steps), Form: form, Guard: 1e-200}
					want := kernels.NewMatrix[float64](shape[0], shape[1])
					_, err := Polar(background, want, g, settings, nil)
					require.NoError(t, err)
					for _, gap := range []int{0, 3} {
						shared := strided(g, gap)
						_, err = Polar(background, shared, shared, settings, nil)
						require.NoError(t, err)
						assert.Less(t, largestDifference(shared, want), 1e-13, "%v, %d steps, %v, gap %d", shape, steps, form, gap)
						for i := range g.Rows {
							for j := range gap {
								assert.True(t, math.IsNaN(shared.Data[i*shared.Stride+shared.Cols+j]), "written between rows")
							}
						}
					}
				}
			}
		}
	}
}

// TestScaleDoesNotMatter from the least to the greatest numbers, if the guard lets it.
func TestScaleDoesNotMatter(t *testing.T) {
	g := gaussian[float32](random(9), 5, 9)
	want := kernels.NewMatrix[float32](5, 9)
	_, err := Polar(background, want, g, PolarSettings{Guard: 1e-60}, nil)
	require.NoError(t, err)
	for _, size := range []float32{1e-35, 1e-20, 1e-13, 1e13, 1e20, 1e36} {
		for _, form := range []Form{StandardForm, GramForm} {
			scaled := kernels.NewMatrix[float32](5, 9)
			for i, v := range g.Data {
				scaled.Data[i] = v * size
			}
			_, err := Polar(background, scaled, scaled, PolarSettings{Form: form, Guard: 1e-60}, nil)
			require.NoError(t, err)
			assert.Less(t, largestDifference(scaled, want), 2e-4, "times %v", size)
		}
	}
}

func TestZeroStaysZero(t *testing.T) {
	for _, start := range []Start{Frobenius, AOL} {
		for _, form := range []Form{StandardForm, GramForm} {
			dst := gaussian[float32](random(1), 3, 7)
			result, err := Polar(background, dst, kernels.NewMatrix[float32](3, 7), PolarSettings{Form: form, Start: start}, nil)
			require.NoError(t, err)
			assert.Equal(t, make([]float32, 21), dst.Data)
			assert.Equal(t, 1.0, result.Residual)
		}
	}
}

// TestExtremeGuards: a guard whose square or inverse is no number makes no NaN, and a norm that the margin lifts out of the
// range is an error.
func TestExtremeGuards(t *testing.T) {
	rows := gaussian[float32](random(15), 4, 9)
	clear(rows.Row(2))
	for _, form := range []Form{StandardForm, GramForm} {
		settings := PolarSettings{Form: form, Start: AOL, Schedule: AOLSchedule()}
		want, got := kernels.NewMatrix[float32](4, 9), kernels.NewMatrix[float32](4, 9)
		_, err := Polar(background, want, rows, settings, nil)
		require.NoError(t, err)
		settings.Guard = 1e-60
		_, err = Polar(background, got, rows, settings, nil)
		require.NoError(t, err)
		assert.Less(t, largestDifference(got, want), 1e-5)
		for _, start := range []Start{Frobenius, AOL} {
			zero := kernels.NewMatrix[float64](2, 3)
			_, err = Polar(background, zero, zero, PolarSettings{Form: form, Start: start, Guard: 1e-310}, nil)
			require.NoError(t, err)
			assert.Equal(t, make([]float64, 6), zero.Data)
		}
	}
	large := kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1, Data: []float64{1.7e308}}
	dst := kernels.NewMatrix[float64](1, 1)
	_, err := Polar(background, dst, large, PolarSettings{Margin: 1.1}, nil)
	assert.ErrorIs(t, err, ErrNotFinite)
	_, err = Polar(background, dst, large, PolarSettings{Schedule: PolarExpressSchedule(8)}, nil)
	require.NoError(t, err)
	assert.InDelta(t, 1, dst.Data[0], 1e-12)
}

// TestEmptyMatrices: what runs until it converges has done so, whatever the context; a schedule of fixed length is cut off by its end.
func TestEmptyMatrices(t *testing.T) {
	cancelled, cancel := context.WithCancelCause(background)
	cancel(errEnough)
	for _, shape := range [][2]int{{0, 0}, {0, 4}, {4, 0}} {
		m := kernels.NewMatrix[float32](shape[0], shape[1])
		result, err := Polar(background, m, m, PolarSettings{}, nil)
		require.NoError(t, err)
		assert.Zero(t, result.Iterations)
		for _, form := range []Form{StandardForm, GramForm} {
			result, err = Polar(cancelled, m, m, PolarSettings{Form: form}, nil)
			assert.ErrorIs(t, err, errEnough)
			assert.EqualError(t, err, "orth: Polar: "+errEnough.Error())
			assert.Equal(t, algos.Cancelled, result.Stopped)
		}
		for _, ctx := range []context.Context{background, cancelled} {
			result, err = ExactPolar(ctx, m, m, ExactSettings{}, nil)
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped)
		}
	}
	var none kernels.Matrix[float64]
	for _, ctx := range []context.Context{background, cancelled} {
		for name, run := range map[string]func() (algos.Report, error){
			"Inverse":     func() (algos.Report, error) { return Inverse(ctx, none, none, IterationSettings{}, nil) },
			"SquareRoots": func() (algos.Report, error) { return SquareRoots(ctx, none, none, none, IterationSettings{}, nil) },
			"Sign":        func() (algos.Report, error) { return Sign(ctx, none, none, IterationSettings{}, nil) },
		} {
			report, err := run()
			require.NoError(t, err, name)
			assert.Equal(t, algos.Report{Stopped: algos.Converged}, report, name)
		}
	}
}

// TestAOL: the result is that of the matrix with rows (of a tall one columns) scaled as the start says.
func TestAOL(t *testing.T) {
	for _, form := range []Form{StandardForm, GramForm} {
		for _, degree := range []int{3, 5} {
			schedule := AOLSchedule()
			if degree == 3 {
				schedule = cubicSchedule()
			}
			g := gaussian[float64](random(10), 8, 20)
			d := kernels.NewMatrix[float64](8, 20)
			gram := product(g, transposed(g))
			for i := range 8 {
				var sum float64
				for _, v := range gram.Row(i) {
					sum += math.Abs(v)
				}
				for j, v := range g.Row(i) {
					d.Set(i, j, v/math.Sqrt(sum))
				}
			}
			parts := decompose(d)
			assert.LessOrEqual(t, parts.values[0], 1.0, "the start bounds the singular values by 1")
			dst, tall := kernels.NewMatrix[float64](8, 20), kernels.NewMatrix[float64](20, 8)
			settings := PolarSettings{Schedule: schedule, Form: form, Start: AOL}
			result, err := Polar(background, dst, g, settings, nil)
			require.NoError(t, err)
			assert.Less(t, largestDifference(dst, parts.mapped(schedule.At)), 1e-9)
			_, err = Polar(background, tall, transposed(g), settings, nil)
			require.NoError(t, err)
			assert.Less(t, largestDifference(transposed(tall), dst), 1e-12)
			frobenius, err := Polar(background, dst, g, PolarSettings{Schedule: schedule, Form: form}, nil)
			require.NoError(t, err)
			assert.Less(t, result.Residuals[0], frobenius.Residuals[0], "it starts nearer to orthogonal")
		}
	}
}
