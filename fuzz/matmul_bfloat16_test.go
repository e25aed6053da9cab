package fuzz

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzGemmBFloat16": {"StripPackedPairs", "StripPairs", "PackPairs"},
	} {
		covers[target] = kernels
	}
}

// FuzzGemmBFloat16 holds products against exact sums, with the instructions of bfloat16 and without them.
func FuzzGemmBFloat16(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := newInput(data)
		m, n, k, flags := int(in.byte()%24), int(in.byte()%70), int(in.byte()%64), in.byte()
		alpha, beta := scalar[float32](in), scalar[float32](in)
		tA, tB, gap := matmul.Transpose(flags&1 != 0), matmul.Transpose(flags&2 != 0), int(flags>>2&3)
		elements := vectors[float32](in, 1)[0]
		if len(elements) == 0 {
			return
		}
		a, wideA := rounded(dense(tA, m, k, gap, elements, 0))
		b, wideB := rounded(dense(tB, k, n, gap, elements, 7))
		d := dense(matmul.NoTrans, m, n, gap, elements, 3)
		check := func(l level.Level) {
			c := kernels.NewMatrix[float32](m, n)
			for i := range m {
				copy(c.Row(i), d.Row(i))
			}
			matmul.GemmBFloat16(tA, tB, alpha, a, b, beta, c)
			for i := range m {
				for j := range n {
					checkOfBFloat16(t, l, c.At(i, j), alpha, beta, d.At(i, j), column(wideA, !tA, i), column(wideB, tB, j))
				}
			}
		}
		eachLevel(check)
		if level.BFloat16() {
			defer level.ForceBFloat16(false)()
			check(level.Current())
		}
	})
}

// rounded is x in bfloat16, and that once more in float32.
func rounded(x kernels.Matrix[float32]) (kernels.Matrix[kernels.BFloat16], kernels.Matrix[float32]) {
	narrow := kernels.Matrix[kernels.BFloat16]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Data: make([]kernels.BFloat16, len(x.Data))}
	matmul.RoundBFloat16(narrow.Data, x.Data)
	wide := kernels.Matrix[float32]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Data: make([]float32, len(x.Data))}
	matmul.WidenBFloat16(wide.Data, narrow.Data)
	return narrow, wide
}

// checkOfBFloat16 is checkElement with the bound of GemmBFloat16, for which all below the normal numbers may be zero.
func checkOfBFloat16(t *testing.T, l level.Level, got, alpha, beta, d float32, x, y []float32) {
	t.Helper()
	flushed := 1.0
	if alpha != 0 {
		for p := range x {
			flushed += math.Abs(float64(alpha)) * (math.Abs(float64(x[p])) + math.Abs(float64(y[p])) + 1)
		}
	}
	checkWithin(t, l, got, alpha, beta, d, x, y, 0x1p-126*flushed)
}
