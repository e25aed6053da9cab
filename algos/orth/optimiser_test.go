package orth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// makers are optimisers of every kind with settings that use everything they have.
func makers[T kernels.Float]() map[string]func([]Parameter[T]) (Optimiser, error) {
	common := TrainingSettings{Rate: 0.03, Decay: 0.1, Schedule: Cosine(2, 9, 0.1)}
	return map[string]func([]Parameter[T]) (Optimiser, error){
		"Muon": func(p []Parameter[T]) (Optimiser, error) { return NewMuon(p, MuonSettings{TrainingSettings: common}) },
		"Muon, plain": func(p []Parameter[T]) (Optimiser, error) {
			return NewMuon(p, MuonSettings{TrainingSettings: common, Plain: true, Scaling: RMSScaling})
		},
		"ROOT": func(p []Parameter[T]) (Optimiser, error) { return NewRoot(p, RootSettings{TrainingSettings: common}) },
		"ROOT, plain": func(p []Parameter[T]) (Optimiser, error) {
			return NewRoot(p, RootSettings{TrainingSettings: common, Plain: true, Threshold: 0.5, Fit: true})
		},
		"AuON": func(p []Parameter[T]) (Optimiser, error) { return NewAuON(p, AuONSettings{TrainingSettings: common}) },
		"AuON, code": func(p []Parameter[T]) (Optimiser, error) {
			return NewAuON(p, AuONSettings{TrainingSettings: common, Form: CodeForm})
		},
		"Hybrid": func(p []Parameter[T]) (Optimiser, error) {
			return NewAuON(p, AuONSettings{TrainingSettings: common, Steps: 1})
		},
		"Hybrid, print": func(p []Parameter[T]) (Optimiser, error) {
			return NewAuON(p, AuONSettings{TrainingSettings: common, Steps: 1, Printed: true})
		},
		"Hybrid, code": func(p []Parameter[T]) (Optimiser, error) {
			return NewAuON(p, AuONSettings{TrainingSettings: common, Steps: 5, Form: CodeForm})
		},
		"AdamW": func(p []Parameter[T]) (Optimiser, error) { return NewAdamW(p, AdamWSettings{TrainingSettings: common}) },
		"SGD": func(p []Parameter[T]) (Optimiser, error) {
			return NewSGD(p, SGDSettings{TrainingSettings: common, Momentum: 0.9})
		},
		"SGD, Nesterov": func(p []Parameter[T]) (Optimiser, error) {
			return NewSGD(p, SGDSettings{TrainingSettings: common, Momentum: 0.9, Nesterov: true})
		},
		"joined": func(p []Parameter[T]) (Optimiser, error) {
			muon, err := NewMuon(p[:1], MuonSettings{})
			if err != nil {
				return nil, err
			}
			adam, err := NewAdamW(p[1:], AdamWSettings{})
			return Join(muon, adam), err
		},
	}
}

// someParameters are a wide, a tall and a square matrix and a vector; gaps lie between rows.
func someParameters[T kernels.Float](gap int) []Parameter[T] {
	var list []Parameter[T]
	for i, shape := range [][2]int{{4, 9}, {70, 50}, {5, 5}, {1, 7}} {
		r := random(uint64(50 + i))
		value, gradient := gaussian[T](r, shape[0], shape[1]), kernels.NewMatrix[T](shape[0], shape[1])
		list = append(list, Parameter[T]{fmt.Sprintf("layer %d", i), strided(value, gap), strided(gradient, gap)})
	}
	return list
}

// gradients fills in those of a step, the same in every run.
func gradients[T kernels.Float](parameters []Parameter[T], step int) {
	r := rand.New(rand.NewPCG(99, uint64(step)))
	for _, p := range parameters {
		for i := range p.Gradient.Rows {
			for j := range p.Gradient.Row(i) {
				p.Gradient.Set(i, j, T(r.NormFloat64()))
			}
		}
	}
}

func train[T kernels.Float](t *testing.T, o Optimiser, parameters []Parameter[T], from, to int) {
	t.Helper()
	for step := from; step < to; step++ {
		gradients(parameters, step)
		require.NoError(t, o.Step())
	}
}

// TestStridesDoNotMatter to any optimiser, and nothing is written between rows.
func TestStridesDoNotMatter(t *testing.T) {
	for name, make := range makers[float32]() {
		packed, apart := someParameters[float32](0), someParameters[float32](3)
		a, err := make(packed)
		require.NoError(t, err)
		b, err := make(apart)
		require.NoError(t, err)
		train(t, a, packed, 0, 3)
		train(t, b, apart, 0, 3)
		assert.Equal(t, 3, a.Steps())
		for i, p := range apart {
			// Sums are taken over other pieces, and AdamW's loop may be compiled to other roundings nowhere.
			assert.Less(t, largestDifference(p.Value, packed[i].Value), 1e-5, "%s, %s", name, p.Name)
			for k := range p.Value.Rows {
				for _, v := range p.Value.Data[k*p.Value.Stride+p.Value.Cols : (k+1)*p.Value.Stride] {
					assert.True(t, math.IsNaN(float64(v)))
				}
			}
		}
	}
}

// TestZeroGradientMovesNothing and makes no NaN.
func TestZeroGradientMovesNothing(t *testing.T) {
	for name, make := range makers[float32]() {
		parameters := someParameters[float32](0)
		o, err := make(parameters)
		require.NoError(t, err)
		before := converted[float32](parameters[1].Value)
		require.NoError(t, o.Step())
		for i, v := range parameters[1].Value.Data {
			assert.InDelta(t, before.Data[i], v, 0.0031*math.Abs(float64(v)), "%s: only the decay", name)
		}
	}
}

func TestABadGradientChangesNothing(t *testing.T) {
	for name, make := range makers[float64]() {
		if name == "joined" {
			continue
		}
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			parameters, twins := someParameters[float64](0), someParameters[float64](0)
			o, err := make(parameters)
			require.NoError(t, err)
			twin, err := make(twins)
			require.NoError(t, err)
			train(t, o, parameters, 0, 2)
			gradients(parameters, 7)
			parameters[2].Gradient.Set(1, 1, bad)
			err = o.Step()
			assert.ErrorIs(t, err, ErrNotFinite, name)
			assert.ErrorContains(t, err, "layer 2", name)
			assert.Equal(t, 2, o.Steps())
			train(t, o, parameters, 2, 4)
			train(t, twin, twins, 0, 4)
			for i := range parameters {
				assert.Equal(t, twins[i].Value.Data, parameters[i].Value.Data, "%s goes on as if nothing had been", name)
			}
		}
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	for name, make := range makers[float32]() {
		parameters := someParameters[float32](0)
		o, err := make(parameters)
		require.NoError(t, err)
		train(t, o, parameters, 0, 1)
		testkit.NoAllocs(t, func() {
			if err := o.Step(); err != nil {
				t.Fatal(name, err)
			}
		})
	}
}

func TestRateSchedules(t *testing.T) {
	cosine, linear := Cosine(10, 110, 0.1), Linear(0, 100, 0)
	for step, want := range map[int]float64{0: 0.1, 9: 1, 10: 1, 60: 0.55, 110: 0.1, 1000: 0.1} {
		assert.InDelta(t, want, cosine(step), 1e-12, "step %d", step)
	}
	for step, want := range map[int]float64{0: 1, 25: 0.75, 100: 0, 200: 0} {
		assert.InDelta(t, want, linear(step), 1e-12, "step %d", step)
	}
	assert.Equal(t, 0.5, Cosine(0, 0, 0.5)(3))
	for step := range 12 {
		assert.Equal(t, Cosine(0, 9, 0.1)(step), Cosine(-3, 9, 0.1)(step), "no warm-up")
		assert.Equal(t, Linear(0, 9, 0.1)(step), Linear(-1, 9, 0.1)(step), "no warm-up")
	}
}

func TestScalings(t *testing.T) {
	assert.Equal(t, 2.0, SpectralScaling.Factor(8, 2))
	assert.Equal(t, 1.0, SpectralScaling.Factor(2, 8))
	assert.InDelta(t, 0.2*math.Sqrt(8), RMSScaling.Factor(2, 8), 1e-15)
	assert.InDelta(t, 0.2*math.Sqrt(8), RMSScaling.Factor(8, 2), 1e-15)
	assert.Equal(t, 1.0, RMSScaling.Factor(0, 8))
	assert.Equal(t, "spectral root mean square paper code", fmt.Sprint(SpectralScaling, " ", RMSScaling, " ", PaperForm, " ", CodeForm))
}

func TestOptimiserErrors(t *testing.T) {
	nan := math.NaN()
	good := func() []Parameter[float64] { return someParameters[float64](0) }
	named := func(name string) []Parameter[float64] {
		list := good()
		list[1].Name = name
		return list
	}
	mismatched := good()
	mismatched[3].Gradient = kernels.NewMatrix[float64](7, 1)
	itsOwn, tied := good(), good()
	itsOwn[1].Gradient = itsOwn[1].Value
	tied[3].Value, tied[3].Gradient = tied[1].Value, kernels.NewMatrix[float64](tied[1].Value.Rows, tied[1].Value.Cols)
	for i, c := range []struct {
		parameters []Parameter[float64]
		settings   TrainingSettings
		want       error
	}{
		{named(""), TrainingSettings{}, ErrName},
		{named("layer 0"), TrainingSettings{}, ErrName},
		{named(string(make([]byte, 1<<16))), TrainingSettings{}, ErrName},
		{mismatched, TrainingSettings{}, ErrShape},
		{itsOwn, TrainingSettings{}, ErrShared},
		{tied, TrainingSettings{}, ErrShared},
		{good(), TrainingSettings{Rate: -1}, ErrSetting},
		{good(), TrainingSettings{Rate: nan}, ErrSetting},
		{good(), TrainingSettings{Decay: -1}, ErrSetting},
		{good(), TrainingSettings{Decay: math.Inf(1)}, ErrSetting},
	} {
		_, err1 := NewMuon(c.parameters, MuonSettings{TrainingSettings: c.settings})
		_, err2 := NewRoot(c.parameters, RootSettings{TrainingSettings: c.settings})
		_, err3 := NewAuON(c.parameters, AuONSettings{TrainingSettings: c.settings})
		_, err4 := NewAdamW(c.parameters, AdamWSettings{TrainingSettings: c.settings})
		_, err5 := NewSGD(c.parameters, SGDSettings{TrainingSettings: c.settings})
		for _, err := range []error{err1, err2, err3, err4, err5} {
			assert.ErrorIs(t, err, c.want, "case %d", i)
		}
	}
	second := func(_ any, err error) error { return err }
	for i, err := range []error{
		second(NewMuon(good(), MuonSettings{Momentum: 1})), second(NewMuon(good(), MuonSettings{Momentum: nan})), second(NewMuon(good(), MuonSettings{Scaling: 5})),
		second(NewMuon(good(), MuonSettings{Polar: PolarSettings{Margin: -1}})), second(NewRoot(good(), RootSettings{Quantile: 1.5})),
		second(NewRoot(good(), RootSettings{Threshold: nan})), second(NewRoot(good(), RootSettings{Momentum: -1})), second(NewRoot(good(), RootSettings{Polar: PolarSettings{Guard: -1}})),
		second(NewAuON(good(), AuONSettings{Gamma: -1})), second(NewAuON(good(), AuONSettings{Steps: -1})), second(NewAuON(good(), AuONSettings{Form: 7})),
		second(NewAuON(good(), AuONSettings{Momentum: 2})), second(NewAdamW(good(), AdamWSettings{Beta1: 1})), second(NewAdamW(good(), AdamWSettings{Beta2: -1})),
		second(NewAdamW(good(), AdamWSettings{Epsilon: nan})), second(NewSGD(good(), SGDSettings{Momentum: 1})),
	} {
		assert.ErrorIs(t, err, ErrSetting, "case %d", i)
	}
	single := func() []Parameter[float32] { return someParameters[float32](0) }
	for _, epsilon := range []float64{1e-50, 1e50} { // beyond the range of float32: elements without a gradient would become NaN
		_, err := NewAdamW(single(), AdamWSettings{Epsilon: epsilon})
		assert.ErrorIs(t, err, ErrSetting)
		assert.NoError(t, second(NewAdamW(good(), AdamWSettings{Epsilon: epsilon})))
	}
	huge, err := NewSGD(single(), SGDSettings{TrainingSettings: TrainingSettings{Rate: 1e39}})
	require.NoError(t, err)
	assert.ErrorIs(t, huge.Step(), ErrSetting)
	_, err = NewRoot(good(), RootSettings{Table: map[Shape]Polynomial{{4, 9}: {A: nan}}})
	assert.ErrorIs(t, err, ErrSchedule)
	_, err = NewRoot(good(), RootSettings{Table: map[Shape]Polynomial{{9, 4}: muon}})
	assert.ErrorIs(t, err, ErrShape)
	muon, err := NewMuon(good(), MuonSettings{TrainingSettings: TrainingSettings{Schedule: func(int) float64 { return nan }}})
	require.NoError(t, err)
	assert.ErrorIs(t, muon.Step(), ErrSetting)
	assert.Zero(t, Join().Steps())
	assert.PanicsWithValue(t, "orth: Join: optimisers[1] is nil", func() { Join(Join(), nil) })
	empty, gaps := kernels.Matrix[float64]{}, kernels.Matrix[float64]{Rows: 5, Stride: 3}
	for name, make := range makers[float64]() {
		if name == "joined" {
			continue
		}
		o, err := make([]Parameter[float64]{{"nothing", empty, empty}, {"no columns", gaps, gaps}})
		require.NoError(t, err, name)
		assert.NoError(t, o.Step(), name)
	}
}
