package orth_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/kernels"
)

func ExamplePolar() {
	g := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		3, 4, 0,
		0, 0, 2,
	}}
	u := kernels.NewMatrix[float64](2, 3)
	result, err := orth.Polar(context.Background(), u, g, orth.PolarSettings{Schedule: orth.PolarExpressSchedule(8)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for i := range u.Rows {
		fmt.Printf("%.3f\n", u.Row(i))
	}
	fmt.Println(result.Iterations, "steps,", result.Residual < 1e-6)
	// Output:
	// [0.600 0.800 0.000]
	// [0.000 0.000 1.000]
	// 8 steps, true
}

func ExampleGreedy() {
	// Singular values between a tenth of the norm and the norm: three steps of degree 5.
	schedule, deviation, err := orth.Greedy(orth.GreedySettings{Steps: 3, Low: 0.1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("0.3 becomes %.4f, nothing is off by more than %.4f\n", schedule.At(0.3), deviation)
	// Output:
	// 0.3 becomes 1.0001, nothing is off by more than 0.0002
}

func ExampleSquareRoots() {
	a := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{
		10, 6,
		6, 10,
	}}
	root, inverse := kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	report, err := orth.SquareRoots(context.Background(), root, inverse, a, orth.IterationSettings{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %.3f %v\n", root.Data, inverse.Data, report.Stopped)
	// Output:
	// [3.000 1.000 1.000 3.000] [0.375 -0.125 -0.125 0.375] converged
}

func ExampleLeastSquares() {
	// The line through (0,1), (1,3), (2,5), a column for the slope and one for the offset.
	x := kernels.Matrix[float64]{Rows: 3, Cols: 2, Stride: 2, Data: []float64{
		0, 1,
		1, 1,
		2, 1,
	}}
	result, err := orth.LeastSquares(context.Background(), x, []float64{1, 3, 5}, orth.LeastSquaresSettings[float64]{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.6f %v\n", result.Weights, result.Stopped)
	// Output:
	// [2.000000 1.000000] converged
}

func ExampleMuon() {
	// One layer learns to rotate by a right angle: minimise |W - target|^2/2, whose gradient is W - target.
	target := []float64{0, -1, 1, 0}
	w, gradient := kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	settings := orth.MuonSettings{TrainingSettings: orth.TrainingSettings{Rate: 0.1, Schedule: orth.Cosine(0, 100, 0)}}
	muon, err := orth.NewMuon([]orth.Parameter[float64]{{Name: "w", Value: w, Gradient: gradient}}, settings)
	if err != nil {
		log.Fatal(err)
	}
	for range 100 {
		for i, v := range w.Data {
			gradient.Data[i] = v - target[i]
		}
		if err := muon.Step(); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(muon.Steps(), "steps, off by less than 0.03:", math.Abs(w.At(1, 0)-1) < 0.03 && math.Abs(w.At(0, 0)) < 0.03)
	// Output:
	// 100 steps, off by less than 0.03: true
}

// Muon is for the matrices of hidden layers; what else there is, biases among it, goes to AdamW. Both step, and are saved, as one.
func ExampleJoin() {
	weights := orth.Parameter[float32]{Name: "weights", Value: kernels.NewMatrix[float32](4, 8), Gradient: kernels.NewMatrix[float32](4, 8)}
	bias := orth.Parameter[float32]{Name: "bias", Value: kernels.NewMatrix[float32](1, 4), Gradient: kernels.NewMatrix[float32](1, 4)}
	build := func() orth.Optimiser {
		muon, err := orth.NewMuon([]orth.Parameter[float32]{weights}, orth.MuonSettings{})
		if err != nil {
			log.Fatal(err)
		}
		adam, err := orth.NewAdamW([]orth.Parameter[float32]{bias}, orth.AdamWSettings{})
		if err != nil {
			log.Fatal(err)
		}
		return orth.Join(muon, adam)
	}
	optimiser := build()
	for range 3 {
		weights.Gradient.Set(0, 0, 1)
		bias.Gradient.Set(0, 0, 1)
		if err := optimiser.Step(); err != nil {
			log.Fatal(err)
		}
	}
	var checkpoint bytes.Buffer
	if err := optimiser.Save(&checkpoint); err != nil {
		log.Fatal(err)
	}
	resumed := build()
	if err := resumed.Load(&checkpoint); err != nil {
		log.Fatal(err)
	}
	fmt.Println(resumed.Steps())
	// Output: 3
}
