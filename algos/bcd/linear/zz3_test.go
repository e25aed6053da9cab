package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// dual value of measure against the true minimum, where the working set is not solved.
func TestXXMeasure(t *testing.T) {
	bad := 0
	for seed := range uint64(20000) {
		r := rand.New(rand.NewPCG(seed, 79))
		d, _, y := mk(r, 4+r.IntN(10), 3+r.IntN(6))
		q, err := newQuadratic(d, y, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		l1 := q.top * (0.1 + 0.8*r.Float64())
		best, _ := Lasso(context.Background(), d, y, l1, Settings{Tolerance: 1e-13})
		q.in.l1 = l1
		q.fresh = append(q.fresh[:0], 0)
		q.admit()
		for range 6 {
			q.in.b[0] += r.NormFloat64() * 0.3 * r.Float64()
			q.refresh()
			q.correlations(l1)
			m := q.measure()
			if m.dual > best.Objective+1e-10 {
				bad++
				if bad < 5 {
					fmt.Println(seed, m.dual, best.Objective, m.scale, m.worst, l1)
				}
				break
			}
		}
	}
	fmt.Println("bad", bad)
}
