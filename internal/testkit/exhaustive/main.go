// Command exhaustive proves the error bounds of the float32 functions of package lse: it tries all 2^32 arguments of a
// function at every level of this machine and prints the largest error with its argument. Plain Go, which computes in
// float64 and is slower than the rest together, takes part with -generic.
//
//	go run ./internal/testkit/exhaustive -function Exp
//
// It fails if an error exceeds the documented bound. A function takes a few minutes. kernels/lse/ACCURACY.md has results.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

// function is one to prove. fast is within 2^-49 of the exact result, relatively: 2^-25 of a float32's last place.
type function struct {
	name   string
	kernel func(dst, x []float32)
	fast   func(x float64) float64
	exact  func(x float64) testkit.Wide
	bound  float64
}

var functions = []function{
	{"Exp", lse.Exp[float32], math.Exp, testkit.Exp, 1},
	{"Expm1", lse.Expm1[float32], math.Expm1, testkit.Expm1, 2},
	{"Log", lse.Log[float32], math.Log, testkit.Log, 1},
	{"Log1p", lse.Log1p[float32], math.Log1p, testkit.Log1p, 2},
	{"Tanh", lse.Tanh[float32], math.Tanh, testkit.Tanh, 2},
	{"Sigmoid", lse.Sigmoid[float32], sigmoid, testkit.Sigmoid, 2},
	{"Softplus", lse.Softplus[float32], softplus, testkit.Softplus, 2},
}

func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// doubt is more than the error of fast in units of the last place of a float32.
const doubt = 0x1p-24

// worst is the largest error so far and where it occurred.
type worst struct {
	level    level.Level
	distance float64
	at       float32
}

func main() {
	chosen := flag.String("function", "all", "function to prove: Exp, Expm1, Log, Log1p, Tanh, Sigmoid or Softplus")
	generic := flag.Bool("generic", false, "try plain Go too")
	flag.Parse()
	kernels.SetWorkers(1)
	proven, failed := 0, false
	for _, f := range functions {
		if *chosen != "all" && !strings.EqualFold(*chosen, f.name) {
			continue
		}
		proven++
		start := time.Now()
		for _, w := range prove(f, *generic) {
			verdict := "holds"
			if !(w.distance <= f.bound) {
				verdict, failed = "FAILS", true
			}
			fmt.Printf("%-8s %-7v %.6f ULP at %v (%x), bound %v %s\n", f.name, w.level, w.distance, w.at, w.at, f.bound, verdict)
		}
		fmt.Printf("%-8s all 2^32 arguments in %v\n", f.name, time.Since(start).Round(time.Second))
	}
	if proven == 0 {
		fmt.Fprintf(os.Stderr, "exhaustive: no function %q\n", *chosen)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// prove goes through all arguments, block by block.
func prove(f function, generic bool) []worst {
	var results []worst
	for _, l := range level.Available() {
		if l == level.Generic && !generic {
			continue
		}
		results = append(results, worst{level: l, distance: 0.25}) // rounding alone makes half
	}
	const block = 1 << 14
	x, got, want := make([]float32, block), make([]float32, block), make([]float64, block)
	for first := 0; first < 1<<32; first += block {
		for i := range x {
			x[i] = math.Float32frombits(uint32(first + i))
			want[i] = f.fast(float64(x[i]))
		}
		for r := range results {
			restore := level.Force(results[r].level)
			f.kernel(got, x)
			restore()
			results[r].compare(f, x, got, want)
		}
	}
	return results
}

// compare looks at one block. Where the fast value leaves open whether an error is a new record, the exact one decides.
func (w *worst) compare(f function, x, got []float32, want []float64) {
	for i, v := range want {
		d := distance(got[i], v)
		if d <= w.distance-doubt {
			continue
		}
		if d = testkit.ULP(got[i], f.exact(float64(x[i]))); !(d <= w.distance) {
			w.distance, w.at = d, x[i]
		}
	}
}

// distance is |got - want| in units of the last place of want as a float32; an infinity stands for 2^128.
func distance(got float32, want float64) float64 {
	g := float64(got)
	if g == want || g != g && want != want {
		return 0
	}
	if g != g || want != want || math.IsInf(want, 0) {
		return math.Inf(1)
	}
	if math.IsInf(g, 0) {
		g = math.Copysign(0x1p128, g)
		if math.Abs(want) >= 0x1p128 && (want < 0) == (g < 0) {
			return 0
		}
	}
	exponent := min(max(int(math.Float64bits(want)>>52&0x7ff)-1023, -126), 127)
	return math.Abs(g-want) * math.Float64frombits(uint64(1023+23-exponent)<<52)
}
