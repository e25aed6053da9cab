package matmul

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// equivalence16 has a row for each kernel of conversion: whole vectors are as specified, and nothing else is touched.
func equivalence16() map[string]row[float32] {
	return map[string]row[float32]{
		"RoundBFloat16": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x := testkit.Slice[float32](m, n)
			testkit.FillBits(r, x)
			got := testkit.Slice[uint16](m, n)
			want := slices.Clone(got)
			roundBFloat16Generic(want[:wholeVectors(n)], x[:wholeVectors(n)])
			roundBFloat16(got, x)
			require.Equal(t, want, slices.Clone(got))
		},
		"WidenBFloat16": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x := testkit.Slice[uint16](m, n)
			for i := range x {
				x[i] = uint16(r.Uint32())
			}
			got := testkit.Slice[float32](m, n)
			want := slices.Clone(got)
			widenBFloat16Generic(want[:wholeVectors(n)], x[:wholeVectors(n)])
			widenBFloat16(got, x)
			for i := range got {
				require.Equal(t, math.Float32bits(want[i]), math.Float32bits(got[i]))
			}
		},
	}
}

// wholeVectors is how many of n elements a kernel converts: plain Go converts all.
func wholeVectors(n int) int {
	if level.Current() == level.Generic {
		return n
	}
	return n / blocking[float32]().lanes * blocking[float32]().lanes
}

func TestBFloat16Placements(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, row := range equivalence16() {
			t.Run(name, func(t *testing.T) {
				r := testkit.NewRandom(7)
				testkit.EachPlacement[float32](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
			})
		}
	})
}

// TestBFloat16 tries every number of 16 bits, and every float32 that lies around the middle between two of them.
func TestBFloat16(t *testing.T) {
	all, wide := make([]kernels.BFloat16, 1<<16), make([]float32, 1<<16)
	for i := range all {
		all[i] = kernels.BFloat16(i)
	}
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		WidenBFloat16(wide, all)
		back := make([]kernels.BFloat16, len(all))
		RoundBFloat16(back, wide)
		for i, v := range wide {
			require.Equal(t, uint32(i)<<16, math.Float32bits(v))
			if v != v {
				require.Equal(t, kernels.BFloat16(i|0x40), back[i], "a NaN that becomes quiet")
				continue
			}
			require.Equal(t, all[i], back[i])
		}
		for _, below := range []uint32{0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF} {
			for i := range wide {
				wide[i] = math.Float32frombits(uint32(i)<<16 | below)
			}
			RoundBFloat16(back, wide)
			for i, v := range wide {
				require.Equal(t, nearest(uint32(i), below), back[i], "%x", math.Float32bits(v))
			}
		}
	})
}

// nearest rounds what has the upper half i and the lower half below, by the rule in words.
func nearest(i, below uint32) kernels.BFloat16 {
	switch {
	case i&0x7F80 == 0x7F80: // with a lower half that is not 0: NaN
		return kernels.BFloat16(i | 0x40)
	case below > 0x8000 || below == 0x8000 && i%2 == 1:
		return kernels.BFloat16(i + 1)
	}
	return kernels.BFloat16(i)
}

func TestGemmBFloat16(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(3)
		for _, shape := range [][3]int{{0, 3, 2}, {1, 1, 1}, {5, 7, 3}, {33, 20, 65}, {70, 90, 300}} {
			for flags := range 4 {
				tA, tB := Transpose(flags&1 != 0), Transpose(flags&2 != 0)
				a, wideA := bfloat16Matrix(r, tA, shape[0], shape[2])
				b, wideB := bfloat16Matrix(r, tB, shape[2], shape[1])
				got := kernels.Matrix[float32]{Rows: shape[0], Cols: shape[1], Stride: shape[1] + 1, Data: testkit.Normal[float32](r, shape[0]*(shape[1]+1))}
				want := kernels.Matrix[float32]{Rows: got.Rows, Cols: got.Cols, Stride: got.Stride, Data: slices.Clone(got.Data)}
				GemmBFloat16(tA, tB, 2, a, b, -1, got)
				Gemm(tA, tB, 2, wideA, wideB, -1, want)
				testkit.RequireSame(t, want.Data, got.Data)
			}
		}
	})
	require.PanicsWithValue(t, "matmul: GemmBFloat16: columns of op(a)=3, rows of op(b)=2", func() {
		GemmBFloat16(NoTrans, NoTrans, 1, kernels.NewMatrix[kernels.BFloat16](2, 3), kernels.NewMatrix[kernels.BFloat16](2, 3), 0, kernels.NewMatrix[float32](2, 3))
	})
	require.PanicsWithValue(t, "matmul: RoundBFloat16: len(dst)=1, len(x)=2", func() { RoundBFloat16(make([]kernels.BFloat16, 1), make([]float32, 2)) })
	require.PanicsWithValue(t, "matmul: WidenBFloat16: len(dst)=1, len(x)=2", func() { WidenBFloat16(make([]float32, 1), make([]kernels.BFloat16, 2)) })
}

// bfloat16Matrix is a matrix for op of it to have the given shape, and the same in float32.
func bfloat16Matrix(r *rand.Rand, t Transpose, rows, cols int) (kernels.Matrix[kernels.BFloat16], kernels.Matrix[float32]) {
	if t {
		rows, cols = cols, rows
	}
	stride := cols + r.IntN(3)
	narrow := kernels.Matrix[kernels.BFloat16]{Rows: rows, Cols: cols, Stride: stride, Data: make([]kernels.BFloat16, rows*stride)}
	RoundBFloat16(narrow.Data, testkit.Normal[float32](r, rows*stride))
	wide := kernels.Matrix[float32]{Rows: rows, Cols: cols, Stride: stride, Data: make([]float32, rows*stride)}
	widenBFloat16Generic(wide.Data, cast.Words(narrow.Data))
	return narrow, wide
}
