package relaxation

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/raphson-go/raphson/algos/relax"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
)

// Heat is the second experiment on one mesh.
type Heat struct {
	Cells, Steps int
	Policies     []Policy
}

// Mesh is a size of the second experiment. The best for each step is found by trying ten relaxations, in every step or in one of so many.
type Mesh struct{ Cells, Steps, Stride int }

// Meshes of the run by default and of the long one.
var (
	Meshes     = []Mesh{{25, 5000, 5}}
	FineMeshes = []Mesh{{25, 5000, 1}, {50, 5000, 5}, {100, 5000, 25}}
)

// fixed are the relaxations of the paper; 0 is none.
var fixed = []float64{0, 1, 1.3, 1.5, 1.75, 1.95}

// RunHeat does the second experiment, on one goroutine.
func RunHeat(ctx context.Context, meshes []Mesh, progress func(done, of int)) ([]Heat, error) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var tables []Heat
	done, of := 0, len(meshes)*(len(fixed)+len(learnerNames)+1)
	for _, mesh := range meshes {
		table := Heat{Cells: mesh.Cells, Steps: mesh.Steps}
		add := func(p Policy, err error) error {
			table.Policies = append(table.Policies, p)
			if done++; progress != nil && err == nil {
				progress(done, of)
			}
			return err
		}
		for _, omega := range fixed {
			name := "conjugate gradients alone"
			if omega > 0 {
				name = fmt.Sprintf("omega %v", omega)
			}
			if err := add(mesh.simulate(ctx, name, 1, func(relax.Sequence, uint64) (relax.Learner, error) { return relax.Fixed(omega), nil })); err != nil {
				return nil, err
			}
		}
		for _, name := range learnerNames {
			if err := add(mesh.simulate(ctx, name, seeds, func(s relax.Sequence, seed uint64) (relax.Learner, error) {
				low, high := s.(*relax.Heat).Contexts()
				return newLearner(name, 6, low, high, seed)
			})); err != nil {
				return nil, err
			}
		}
		if err := add(mesh.best(ctx)); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// simulate is the mean over seeds of one policy.
func (m Mesh) simulate(ctx context.Context, name string, seeds uint64, make func(s relax.Sequence, seed uint64) (relax.Learner, error)) (Policy, error) {
	p := Policy{Name: name}
	for seed := range seeds {
		h, err := relax.NewHeat(relax.HeatSettings{Cells: m.Cells, Steps: m.Steps})
		if err != nil {
			return p, err
		}
		learner, err := make(h, seed+1)
		if err != nil {
			return p, err
		}
		clock := stopwatch()
		result, err := relax.Run(ctx, learner, h, relax.Settings{})
		if err != nil {
			return p, err
		}
		p.Seconds += clock() / float64(seeds)
		p.Total += result.Total / float64(seeds)
	}
	return p, nil
}

// stopwatch is the time of this thread where the system tells it, otherwise the time that passes.
func stopwatch() (seconds func() float64) {
	if measure.HasThreadTime {
		start := measure.ThreadTime()
		return func() float64 { return (measure.ThreadTime() - start).Seconds() }
	}
	start := time.Now()
	return func() float64 { return time.Since(start).Seconds() }
}

// best is the least of ten relaxations for each step, or for some of them.
func (m Mesh) best(ctx context.Context) (Policy, error) {
	p := Policy{Name: "best of ten for each step", Estimated: m.Stride > 1}
	h, err := relax.NewHeat(relax.HeatSettings{Cells: m.Cells, Steps: m.Steps})
	if err != nil {
		return p, err
	}
	tried := 0
	for step := 0; ; step++ {
		if _, ok := h.Next(); !ok {
			break
		}
		least := math.Inf(1)
		for k := range 10 {
			if step%m.Stride != 0 && k != 4 {
				continue
			}
			cost, err := h.Solve(ctx, 1+float64(k)/10)
			if err != nil {
				return p, err
			}
			least = min(least, cost)
		}
		if step%m.Stride == 0 {
			p.Total += least
			tried++
		}
	}
	p.Total *= float64(m.Steps) / float64(tried)
	return p, nil
}
