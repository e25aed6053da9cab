package linear

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestYYGap(t *testing.T) {
	bad := 0
	for seed := range uint64(25000) {
		r := rand.New(rand.NewPCG(seed, 78))
		n, p := 3+r.IntN(20), 1+r.IntN(40)
		x := kernels.NewMatrix[float64](n, p)
		density := 1.0
		if r.IntN(2) == 0 {
			density = 0.3 + 0.5*r.Float64()
		}
		for i := range x.Data {
			if r.Float64() < density {
				x.Data[i] = r.NormFloat64()
			}
		}
		if r.IntN(3) == 0 { // correlated
			for i := range n {
				for j := 1; j < p; j++ {
					x.Set(i, j, x.At(i, j-1)+0.1*x.At(i, j))
				}
			}
		}
		if r.IntN(3) == 0 {
			for i := range n {
				for j := range p {
					if density == 1 {
						x.Set(i, j, x.At(i, j)+5)
					}
				}
			}
		}
		y := make([]float64, n)
		for i := range y {
			y[i] = r.NormFloat64()
			for j := range min(p, 3) {
				y[i] += x.At(i, j)
			}
		}
		d, err := Dense(x)
		if err != nil {
			t.Fatal(err)
		}
		csr, _ := sparse.FromDense(x, 0)
		sd, _ := Sparse(csr)
		s := Settings{NoIntercept: r.IntN(2) == 0, Standardise: r.IntN(2) == 0, Positive: r.IntN(3) == 0, DropConstant: true}
		if r.IntN(2) == 0 {
			s.Weights = make([]float64, n)
			for i := range s.Weights {
				s.Weights[i] = float64(r.IntN(3))
			}
			s.Weights[0], s.Weights[1], s.Weights[2] = 1, 1, 2
		}
		ratio := []float64{1, 1, 0.5, 0.01, 0}[r.IntN(5)]
		labels := make([]float64, n)
		for i := range labels {
			labels[i] = math.Copysign(1, y[i])
		}
		labels[0], labels[1] = 1, -1
		for _, loss := range []Loss{SquaredLoss, LogisticLoss} {
			f, err := newFitter(d, y, loss, s)
			yy := y
			if loss == LogisticLoss {
				yy = labels
				f, err = newFitter(d, yy, loss, s)
			}
			if err != nil {
				fmt.Println(seed, err)
				continue
			}
			lambda := f.least() / max(ratio, 0.1) * math.Pow(10, -2*r.Float64())
			if lambda == 0 {
				continue
			}
			fit := func(d *Design, s Settings, ctx context.Context) *Result {
				var res *Result
				var err error
				if loss == SquaredLoss {
					res, err = ElasticNet(ctx, d, yy, lambda, ratio, s)
				} else {
					res, err = Logistic(ctx, d, yy, lambda, ratio, s)
				}
				if err != nil && res == nil {
					fmt.Println("err", seed, err)
				}
				return res
			}
			tight := s
			tight.Tolerance = 1e-14
			a := fit(d, tight, context.Background())
			b := fit(sd, tight, context.Background())
			if math.Abs(a.Objective-b.Objective) > 1e-9*math.Abs(a.Objective)+1e-13 || a.Gap > 1e-8*(1+a.Objective) || b.Gap > 1e-8*(1+a.Objective) {
				fmt.Println("DIFF", seed, loss, s, ratio, a.Objective, b.Objective, a.Gap, b.Gap, a.Stopped, b.Stopped)
				bad++
			}
			best := min(a.Objective, b.Objective)
			for try := range 6 {
				loose := s
				loose.Tolerance = []float64{0.3, 0.1, 1e-2, 1e-3, 1e-5, 1e-7}[try]
				loose.MaxIterations = 1 + r.IntN(4)
				ctx, cancel := context.WithCancel(context.Background())
				if r.IntN(2) == 0 {
					loose.Start = make([]float64, p)
					for j := range loose.Start {
						if r.IntN(3) == 0 {
							loose.Start[j] = r.NormFloat64()
						}
					}
					if r.IntN(2) == 0 {
						copy(loose.Start, a.Coefficients)
						for j := range loose.Start {
							loose.Start[j] *= 1 + r.Float64()
						}
					}
				}
				if r.IntN(3) == 0 {
					k := r.IntN(3)
					loose.Progress = func(p algos.Progress) {
						if p.Done > k {
							cancel()
						}
					}
				}
				c := fit(d, loose, ctx)
				cancel()
				if c.Objective-best > c.Gap+1e-10*(1+math.Abs(best)) || c.Objective < best-a.Gap-b.Gap-1e-10*(1+math.Abs(best)) {
					fmt.Println("GAP", seed, loss, ratio, loose.Tolerance, c.Objective, best, c.Gap, c.Stopped)
					bad++
				}
			}
		}
	}
	fmt.Println("bad", bad)
}
