// Package relaxation takes the learners of algos/relax through the two experiments of their paper (Khodak, Chow, Balcan and Talwalkar 2024): successive
// over-relaxation of Laplacians with random shifts, and conjugate gradients with SSOR in the heat equation.
package relaxation

import (
	"context"

	"github.com/raphson-go/raphson/algos/relax"
	"github.com/raphson-go/raphson/kernels"
)

// seeds of each experiment, of which the mean counts.
const seeds = 3

// Policy is a way to choose the relaxation with what it cost in all.
type Policy struct {
	Name  string
	Total float64 // iterations, the mean over seeds
	// Reference is what an independent program found for two seeds of its own, the mean; 0 where it was not asked.
	Reference float64
	Seconds   float64 // of one goroutine; 0 where it was not measured
	Estimated bool    // from a part of the steps
}

// Shifts is the first experiment with shifts of one distribution.
type Shifts struct {
	Name     string
	Systems  int
	Policies []Policy
}

// variances are the two distributions, with the reference for each policy.
var variances = []struct {
	name        string
	alpha, beta float64
	reference   map[string]float64
}{
	{"much variance", 0.5, 1.5, map[string]float64{
		"omega 1": 3.06e6, "omega 1.4": 1.285e6, "omega 1.6": 757e3, "omega 1.8": 517e3,
		"Tsallis-INF": 605e3, "Tsallis-INF in bins": 516.5e3, "ChebCB": 328.5e3, "best for each": 281.5e3,
	}},
	{"little variance", 2, 6, map[string]float64{
		"omega 1": 1.37e6, "omega 1.4": 558e3, "omega 1.6": 320.5e3, "omega 1.8": 430e3,
		"Tsallis-INF": 338e3, "Tsallis-INF in bins": 324e3, "ChebCB": 234e3, "best for each": 209e3,
	}},
}

// learnerNames in the order of the tables.
var learnerNames = []string{"Tsallis-INF", "Tsallis-INF in bins", "ChebCB"}

// newLearner makes one for contexts of a range.
func newLearner(name string, bins int, low, high float64, seed uint64) (relax.Learner, error) {
	switch name {
	case "Tsallis-INF":
		return relax.NewTsallisINF(relax.TsallisINFSettings{Seed: seed})
	case "Tsallis-INF in bins":
		return relax.NewBinned(relax.BinnedSettings{Bins: bins, Low: low, High: high, Seed: seed})
	}
	return relax.NewChebCB(relax.ChebCBSettings{Low: low, High: high, Seed: seed})
}

// RunShifts does the first experiment with so many systems.
func RunShifts(ctx context.Context, systems int, progress func(done, of int)) ([]Shifts, error) {
	var tables []Shifts
	done, of := 0, len(variances)*seeds*2
	step := func() {
		if done++; progress != nil {
			progress(done, of)
		}
	}
	for _, v := range variances {
		table := Shifts{Name: v.name, Systems: systems}
		totals := map[string]float64{}
		for seed := range uint64(seeds) {
			settings := relax.ShiftsSettings{Alpha: v.alpha, Beta: v.beta, Systems: systems, Seed: seed + 1}
			if err := known(ctx, settings, totals); err != nil {
				return nil, err
			}
			step()
			if err := learned(ctx, settings, totals); err != nil {
				return nil, err
			}
			step()
		}
		names := append([]string{"omega 1", "omega 1.2", "omega 1.4", "omega 1.6", "omega 1.8"}, learnerNames...)
		for _, name := range append(names, "best for each") {
			p := Policy{Name: name, Total: totals[name] / seeds}
			if systems == 5000 {
				p.Reference = v.reference[name]
			}
			table.Policies = append(table.Policies, p)
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// known adds the totals of the policies that learn nothing.
func known(ctx context.Context, settings relax.ShiftsSettings, totals map[string]float64) error {
	s, err := relax.NewShifts(settings)
	if err != nil {
		return err
	}
	rules := map[string]relax.Rule{"best for each": s.Best}
	for name, omega := range map[string]float64{"omega 1": 1, "omega 1.2": 1.2, "omega 1.4": 1.4, "omega 1.6": 1.6, "omega 1.8": 1.8} {
		rules[name] = func(float64) float64 { return omega }
	}
	for name, rule := range rules {
		costs, err := s.Sweeps(ctx, rule)
		if err != nil {
			return err
		}
		for _, cost := range costs {
			totals[name] += cost
		}
	}
	return nil
}

// learned adds those of the learners, each a worker's.
func learned(ctx context.Context, settings relax.ShiftsSettings, totals map[string]float64) error {
	sums, errors := make([]float64, len(learnerNames)), make([]error, len(learnerNames))
	kernels.Parallel(len(learnerNames), func(i int) {
		s, err := relax.NewShifts(settings)
		if err != nil {
			errors[i] = err
			return
		}
		low, high := s.Contexts()
		learner, err := newLearner(learnerNames[i], 5, low, high, settings.Seed)
		if err != nil {
			errors[i] = err
			return
		}
		result, err := relax.Run(ctx, learner, s, relax.Settings{})
		if err != nil {
			errors[i] = err
			return
		}
		sums[i] = result.Total
	})
	for i, err := range errors {
		if err != nil {
			return err
		}
		totals[learnerNames[i]] += sums[i]
	}
	return nil
}
