package ot

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func protoCase(name string, seed uint64) (a, b []float64, c *Cost) {
	switch name {
	case "assign":
		n := 500
		r := rand.New(rand.NewPCG(seed, 0))
		m := kernels.NewMatrix[float64](n, n)
		for i := range m.Data {
			m.Data[i] = r.Float64()
		}
		c, _ = Dense(m)
		a = make([]float64, n)
		for i := range a {
			a[i] = 1 / float64(n)
		}
		return a, a, c
	}
	fl := func(k int) []float64 {
		im := digits.Image(k)
		h := make([]float64, len(im))
		var s float64
		for i, v := range im {
			h[i] = float64(v)/255 + 0.01
			s += h[i]
		}
		for i := range h {
			h[i] /= s
		}
		return h
	}
	m := kernels.NewMatrix[float64](784, 784)
	mx := 0.0
	for i := range 784 {
		for j := range 784 {
			dx, dy := float64(i/28-j/28), float64(i%28-j%28)
			v := dx*dx + dy*dy
			if name == "l1" {
				v = math.Abs(dx) + math.Abs(dy)
			}
			mx = max(mx, v)
			m.Set(i, j, v)
		}
	}
	for i := range m.Data {
		m.Data[i] /= mx
	}
	c, _ = Dense(m)
	k := int(seed)
	return fl(k), fl(63 - k), c
}

func TestProto(t *testing.T) {
	kernels.SetWorkers(1)
	debugNewton = os.Getenv("DBG") != ""
	for _, name := range []string{"assign", "l2", "l1"} {
		if w := os.Getenv("CASE"); w != "" && w != name {
			continue
		}
		for _, eta := range []float64{1200, 100, 10} {
			if w := os.Getenv("ETA"); w != "" && w != fmt.Sprint(eta) {
				continue
			}
			for seed := uint64(1); seed <= 2; seed++ {
				a, b, c := protoCase(name, seed)
				for _, dense := range []bool{false, true} {
					tSel, tCG, tModel, tDense = 0, 0, 0, 0
					s := NewtonSettings{Settings: Settings{Epsilon: 1 / eta, Tolerance: 1e-12}, Dense: dense}
					t0, c0 := time.Now(), cpuTime()
					r, err := SinkhornNewton(context.Background(), a, b, c, s)
					if err != nil {
						t.Fatal(err)
					}
					fmt.Printf("%s eta %v seed %d dense %v: sweeps %d steps %d cg %d evals %d failed %d fraction %.4g (%.1f/row) residual %.2g %v  cpu %v wall %v | sel %v cg %v model %v dense %v\n", name, eta, seed, dense, r.Sweeps, r.Steps, r.LinearIterations, r.Evaluations, r.Failed, r.Fraction, r.Fraction*float64(len(a)), r.Residual, r.Stopped, cpuTime()-c0, time.Since(t0), tSel, tCG, tModel, tDense)
				}
			}
		}
	}
}
