package relax_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/algos/relax"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// chain is a row of springs between two walls, each mass held in its place by another spring of this stiffness.
func chain(n int, stiffness float64) *sparse.CSR[float64] {
	var row, column []int
	var value []float64
	for i := range n {
		for _, j := range []int{i - 1, i, i + 1} {
			if j < 0 || j >= n {
				continue
			}
			row, column, value = append(row, i), append(column, j), append(value, -1)
			if i == j {
				value[len(value)-1] = 2 + stiffness
			}
		}
	}
	a, err := sparse.FromCOO(n, n, row, column, value)
	if err != nil {
		log.Fatal(err)
	}
	return a
}

func Example() {
	// Chains of which the stiffness changes: 600 systems, each of which is solved with what was learned from those before.
	force := make([]float64, 50)
	force[20] = 1
	learner, err := relax.NewChebCB(relax.ChebCBSettings{Low: 0, High: 0.2})
	if err != nil {
		log.Fatal(err)
	}
	first, last := 0, 0
	for k := range 600 {
		stiffness := 0.1 - 0.1*math.Cos(float64(k)/10)
		omega, err := learner.Choose(stiffness)
		if err != nil {
			log.Fatal(err)
		}
		result, err := linsolve.SOR(context.Background(), chain(50, stiffness), force, linsolve.SORSettings{Omega: omega})
		if err != nil {
			log.Fatal(err)
		}
		if err := learner.Observe(float64(result.Iterations)); err != nil {
			log.Fatal(err)
		}
		if k < 100 {
			first += result.Iterations
		} else if k >= 500 {
			last += result.Iterations
		}
	}
	fmt.Println("the last hundred systems take less than half of the first:", 2*last < first)
	// Output: the last hundred systems take less than half of the first: true
}

func ExampleRun() {
	shifts, err := relax.NewShifts(relax.ShiftsSettings{Systems: 100})
	if err != nil {
		log.Fatal(err)
	}
	learner, err := relax.NewTsallisINF(relax.TsallisINFSettings{})
	if err != nil {
		log.Fatal(err)
	}
	learned, err := relax.Run(context.Background(), learner, shifts, relax.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	shifts.Rewind()
	gaussSeidel, err := relax.Run(context.Background(), relax.Fixed(1), shifts, relax.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(learned.Stopped, learned.Iterations, 2*learned.Total < gaussSeidel.Total)
	// Output: converged 100 true
}

func ExampleBestOmega() {
	a := chain(50, 0.01)
	beta, err := relax.JacobiRadius(context.Background(), a)
	if err != nil {
		log.Fatal(err)
	}
	omega := relax.BestOmega(beta)
	surrogate := relax.Surrogate{Beta: beta}
	fmt.Printf("beta %.6f, omega %.4f: about %.0f sweeps instead of %.0f\n", beta, omega, surrogate.Cost(omega), surrogate.Cost(1))
	// Output: beta 0.993138, omega 1.7906: about 79 sweeps instead of 1339
}
