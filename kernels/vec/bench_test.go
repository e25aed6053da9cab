package vec_test

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// operands of one benchmark: four vectors and indices into them that jump about but never far.
type operands[T kernels.Float] struct {
	dst, x, y, z []T
	index        []int32
}

func newOperands[T kernels.Float](n int) operands[T] {
	o := operands[T]{make([]T, n), make([]T, n), make([]T, n), make([]T, n), make([]int32, n)}
	for i := range n {
		o.x[i] = T(1 + i%7)
		o.y[i] = T(2 - i%3)
		o.index[i] = int32(i*17%64+i&^63) % int32(n)
	}
	return o
}

// benchmarks lists, by the name of the public function, one call on the operands and how many operands it moves.
func benchmarks[T kernels.Float]() []benchmark[T] {
	return []benchmark[T]{
		{"Dot", 2, func(o operands[T]) { vec.Dot(o.x, o.y) }},
		{"Axpy", 3, func(o operands[T]) { vec.Axpy(T(1e-9), o.x, o.dst) }},
		{"Scale", 2, func(o operands[T]) { vec.Scale(T(1), o.x) }},
		{"Add", 3, func(o operands[T]) { vec.Add(o.dst, o.x, o.y) }},
		{"Sub", 3, func(o operands[T]) { vec.Sub(o.dst, o.x, o.y) }},
		{"Mul", 3, func(o operands[T]) { vec.Mul(o.dst, o.x, o.y) }},
		{"Div", 3, func(o operands[T]) { vec.Div(o.dst, o.y, o.x) }},
		{"AddScaled", 3, func(o operands[T]) { vec.AddScaled(o.dst, T(2), o.x, T(3), o.y) }},
		{"AdamStep", 7, func(o operands[T]) { // dst becomes the square of x
			vec.AdamStep(o.y, o.z, o.dst, o.x, vec.AdamFactors[T]{Past1: 0.5, Part1: 0.5, Past2: 0.5, Part2: 0.5, Keep: 1, Rate: 1e-9, Root: 1})
		}},
		{"Clamp", 2, func(o operands[T]) { vec.Clamp(o.dst, o.x, T(2), T(4)) }},
		{"SoftThreshold", 2, func(o operands[T]) { vec.SoftThreshold(o.dst, o.x, T(2)) }},
		{"Fill", 1, func(o operands[T]) { vec.Fill(o.dst, T(2)) }},
		{"Sum", 1, func(o operands[T]) { vec.Sum(o.x) }},
		{"AbsSum", 1, func(o operands[T]) { vec.AbsSum(o.x) }},
		{"SumSquares", 1, func(o operands[T]) { vec.SumSquares(o.x) }},
		{"Norm2", 1, func(o operands[T]) { vec.Norm2(o.x) }},
		{"Max", 1, func(o operands[T]) { vec.Max(o.x) }},
		{"Min", 1, func(o operands[T]) { vec.Min(o.x) }},
		{"MaxAbsIndex", 1, func(o operands[T]) { vec.MaxAbsIndex(o.x) }},
		{"Gather", 2, func(o operands[T]) { vec.Gather(o.dst, o.x, o.index) }},
		{"ScatterAdd", 3, func(o operands[T]) { vec.ScatterAdd(o.dst, o.index, o.x) }},
		{"GatherDot", 2, func(o operands[T]) { vec.GatherDot(o.x, o.index, o.y) }},
		{"GatherAxpy", 3, func(o operands[T]) { vec.GatherAxpy(T(1e-9), o.x, o.index, o.dst) }},
	}
}

type benchmark[T kernels.Float] struct {
	name  string
	moves int
	run   func(o operands[T])
}

var benchmarkLengths = []int{16, 64, 256, 4096, 1 << 20}

func BenchmarkF32(b *testing.B) { benchmarkAll[float32](b) }
func BenchmarkF64(b *testing.B) { benchmarkAll[float64](b) }

func benchmarkAll[T kernels.Float](b *testing.B) {
	for _, bench := range benchmarks[T]() {
		for _, n := range benchmarkLengths {
			o := newOperands[T](n)
			for _, l := range level.Available() {
				b.Run(fmt.Sprintf("%s/n=%d/level=%v", bench.name, n, l), func(b *testing.B) {
					defer level.Force(l)()
					b.SetBytes(int64(bench.moves * n * int(unsafe.Sizeof(*new(T)))))
					for b.Loop() {
						bench.run(o)
					}
					reportRate(b, n)
				})
			}
		}
	}
}

func BenchmarkDotWide(b *testing.B) {
	for _, n := range benchmarkLengths {
		o := newOperands[float32](n)
		for _, l := range level.Available() {
			b.Run(fmt.Sprintf("n=%d/level=%v", n, l), func(b *testing.B) {
				defer level.Force(l)()
				b.SetBytes(int64(8 * n))
				for b.Loop() {
					vec.DotWide(o.x, o.y)
				}
				reportRate(b, n)
			})
		}
	}
}

func reportRate(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
}
