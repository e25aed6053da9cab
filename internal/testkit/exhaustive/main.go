// Command exhaustive proves the error bounds of the float32 functions of package lse: it tries all 2^32 arguments of a
// function at every level of this machine and prints the largest error with its argument. Plain Go, which computes in
// float64 and is slower than the rest together, takes part with -generic.
//
//	go run ./internal/testkit/exhaustive -function Exp
//
// The float64 functions of the best level stand in for the exact result where that leaves no doubt, and are themselves
// compared with package math on one block of arguments in 64; the oracle of testkit decides on every new largest error.
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

// function is one to prove.
type function struct {
	name    string
	kernel  func(dst, x []float32)
	double  func(dst, x []float64)
	library func(x float64) float64 // of package math
	exact   func(x float64) testkit.Wide
	bound   float64
}

var functions = []function{
	{"Exp", lse.Exp[float32], lse.Exp[float64], math.Exp, testkit.Exp, 1},
	{"Expm1", lse.Expm1[float32], lse.Expm1[float64], math.Expm1, testkit.Expm1, 2},
	{"Log", lse.Log[float32], lse.Log[float64], math.Log, testkit.Log, 1},
	{"Log1p", lse.Log1p[float32], lse.Log1p[float64], math.Log1p, testkit.Log1p, 2},
	{"Tanh", lse.Tanh[float32], lse.Tanh[float64], math.Tanh, testkit.Tanh, 2},
	{"Sigmoid", lse.Sigmoid[float32], lse.Sigmoid[float64], sigmoid, testkit.Sigmoid, 2},
	{"Softplus", lse.Softplus[float32], lse.Softplus[float64], softplus, testkit.Softplus, 2},
}

func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// doubt is more than the error of a float64 function in units of the last place of a float32, by far.
const doubt = 0x1p-20

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
	if flag.NArg() > 0 { // it would otherwise begin with an hour of everything
		fmt.Fprintf(os.Stderr, "exhaustive: unexpected argument %q: the function is named by -function\n", flag.Arg(0))
		os.Exit(2)
	}
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
	x, got := make([]float32, block), make([]float32, block)
	wide, want := make([]float64, block), make([]float64, block)
	for first := 0; first < 1<<32; first += block {
		for i := range x {
			x[i] = math.Float32frombits(uint32(first + i))
			wide[i] = float64(x[i])
		}
		f.double(want, wide)
		if first/block%64 == 0 {
			f.checkDouble(wide, want)
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

// checkDouble ends the program unless the float64 function is as exact as prove needs it. Results outside the range of
// float32 do not matter, and there package math is not exact everywhere.
func (f function) checkDouble(x, got []float64) {
	for i, v := range x {
		want := f.library(v)
		outside := math.Abs(want) < 0x1p-200 || math.Abs(want) > 0x1p200
		if testkit.Same(got[i], want) || math.Abs(got[i]-want) <= 0x1p-46*math.Abs(want) || outside && math.Abs(got[i]) > 0x1p199 == (math.Abs(want) > 1) {
			continue
		}
		fmt.Fprintf(os.Stderr, "exhaustive: %s(%v) is %v in float64, %v in package math\n", f.name, v, got[i], want)
		os.Exit(1)
	}
}

// compare looks at one block. Where the float64 value leaves open whether an error is a new record, the oracle decides; an error that is
// no number, which only a broken oracle makes, stays.
func (w *worst) compare(f function, x, got []float32, want []float64) {
	if math.IsNaN(w.distance) {
		return
	}
	threshold := w.distance - doubt
	for i, v := range want {
		bits := math.Float64bits(v) >> 52 & 0x7ff
		inverse := math.Float64frombits((2*1023 + 23 - max(bits, 1023-126)) << 52) // of a unit in the last place of float32
		if math.Abs(float64(got[i])-v)*inverse <= threshold || distance(got[i], v) <= threshold {
			continue
		}
		if d := testkit.ULP(got[i], f.exact(float64(x[i]))); !(d <= w.distance) {
			w.distance, w.at = d, x[i]
			if math.IsNaN(d) {
				return
			}
			threshold = d - doubt
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
