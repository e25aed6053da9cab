package main

import (
	"runtime"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/bench/internal/digits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/report"
	"github.com/raphson-go/raphson/bench/internal/rows"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

// The rows of the program as ordinary benchmarks, under the names that it writes for benchstat:
//
//	go test -bench 'Vec/kernel=Dot' ./bench
//	go test -bench 'Lse/kernel=Exp$/type=float64' -count 10 ./bench | benchstat -col /level -

func BenchmarkVec(b *testing.B) { benchmark(b, "vec") }
func BenchmarkLse(b *testing.B) { benchmark(b, "lse") }

func BenchmarkMatmul(b *testing.B) { benchmark(b, "matmul") }
func BenchmarkSparse(b *testing.B) { benchmark(b, "sparse") }
func BenchmarkCoord(b *testing.B)  { benchmark(b, "coord") }

// BenchmarkGonum times gonum's methods on its own BLAS and on ours.
func BenchmarkGonum(b *testing.B) { benchmark(b, "gonum") }

// BenchmarkOrth times whole methods; the large shapes take seconds at the generic level.
func BenchmarkOrth(b *testing.B) { benchmark(b, "orth") }

// BenchmarkOt is the matrix of distances between the digits.
func BenchmarkOt(b *testing.B) {
	_, name, _ := strings.Cut(report.BenchmarkName(digits.Job()), "/")
	b.Run(name, func(b *testing.B) {
		pairs := 0
		for b.Loop() {
			result, err := digits.Run(b.Context(), nil)
			if err != nil {
				b.Fatal(err)
			}
			pairs += result.Pairs
		}
		b.ReportMetric(float64(pairs)/b.Elapsed().Seconds(), "pairs/s")
	})
}

func benchmark(b *testing.B, family string) {
	for _, row := range rows.All() {
		if row.Family != family {
			continue
		}
		m := measure.Measurement{Family: row.Family, Kernel: row.Kernel, Type: row.Type, Shape: row.Shape}
		_, name, _ := strings.Cut(report.BenchmarkName(m), "/")
		name, _, _ = strings.Cut(name, "/level=")
		b.Run(name, func(b *testing.B) { contenders(b, row, m) })
	}
}

// contenders runs all that do the row's job, on the same operands.
func contenders(b *testing.B, row measure.Row, m measure.Measurement) {
	job := row.Setup()
	workers := []int{1}
	if all := runtime.GOMAXPROCS(0); row.Parallel && all > 1 {
		workers = append(workers, all)
	}
	run := func(do func()) {
		_, name, _ := strings.Cut(report.BenchmarkName(m), "/level=")
		b.Run("level="+name, func(b *testing.B) {
			defer kernels.SetWorkers(kernels.SetWorkers(m.Workers))
			for b.Loop() {
				do()
			}
			b.ReportMetric(row.Cost.Elements*float64(b.N)/float64(b.Elapsed().Nanoseconds()), row.RateUnit())
		})
	}
	for _, m.Workers = range workers {
		for _, l := range level.Available() {
			if l == level.Generic && (row.Large || row.Assembly) {
				continue
			}
			restore := level.Force(l)
			m.Level = l.String()
			run(job.Run)
			restore()
		}
	}
	if row.Large {
		job.Peers = nil
	}
	for _, p := range job.Peers {
		m.Peer, m.Workers = p.Name, 1
		if p.Parallel {
			m.Workers = runtime.GOMAXPROCS(0)
		}
		run(p.Run)
	}
}
