package algos_test

import (
	"context"
	"fmt"
	"log"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/ot"
)

// Every method tells the same way how far it is, and afterwards how it went.
func Example() {
	cost, err := ot.Grid(8)
	if err != nil {
		log.Fatal(err)
	}
	calls := 0
	settings := ot.Settings{Tolerance: 1e-6, Progress: func(p algos.Progress) { calls++ }}
	a, b := []float64{3, 1, 0, 0, 0, 0, 0, 0}, []float64{0, 0, 0, 0, 0, 0, 2, 2}
	result, err := ot.Solve(context.Background(), a, b, cost, settings)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Stopped, calls == result.Iterations, result.Residual <= settings.Tolerance)

	settings.MaxIterations, settings.Tolerance = 1, 1e-12
	result, err = ot.Solve(context.Background(), a, b, cost, settings)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Stopped, result.Iterations, len(result.Residuals))
	// Output:
	// converged true true
	// iteration limit 1 1
}
