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
			if !slices.Equal(want, got) {
				t.Fatalf("%x, want %x", got, want)
			}
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
				if math.Float32bits(want[i]) != math.Float32bits(got[i]) {
					t.Fatalf("element %d is %x, want %x", i, math.Float32bits(got[i]), math.Float32bits(want[i]))
				}
			}
		},
		"StripPackedPairs": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			s := newShape[float32](n)
			width := roundUp(s.cols, blocking[float32]().lanes)
			bRow := width + n%2*blocking[float32]().lanes
			a, b := testkit.CopyOf(m, randomPairs(r, s.rows*s.k)), testkit.CopyOf(m, randomPairs(r, testkit.Extent(s.k, width, bRow)))
			beta, d, got, want := s.results(m, r)
			alpha := float32(r.NormFloat64())
			stripPackedPairsGeneric(s.rows, s.cols, s.k, alpha, a, b, bRow, beta, d, s.dRow, want, s.cRow)
			stripPackedPairs(s.rows, s.cols, s.k, alpha, a, b, bRow, beta, d, s.dRow, got, s.cRow)
			testkit.RequireSame(t, want, got)
		},
		"StripPairs": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			s := newShape[float32](n)
			aRow, aColumn := s.k+n%3, 1
			if n%2 == 1 {
				aRow, aColumn = 1, s.rows+n%3
			}
			bRow := s.cols + n%4
			a := testkit.CopyOf(m, randomPairs(r, (s.rows-1)*aRow+(s.k-1)*aColumn+1))
			b := testkit.CopyOf(m, randomPairs(r, testkit.Extent(s.k, s.cols, bRow)))
			beta, d, got, want := s.results(m, r)
			alpha := float32(r.NormFloat64())
			stripPairsGeneric(s.rows, s.cols, s.k, alpha, a, aRow, aColumn, b, bRow, beta, d, s.dRow, want, s.cRow, 0)
			stripPairs(s.rows, s.cols, s.k, alpha, a, aRow, aColumn, b, bRow, beta, d, s.dRow, got, s.cRow, n/4%2)
			testkit.RequireSame(t, want, got)
		},
		"PackPairs": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			rows, cols := 1+n/8, 1+n%max(blocking[float32]().tileCols, blocking[float32]().tileRows)
			width := roundUp(cols, blocking[float32]().lanes)
			srcRow, dstRow := cols+n%3, cols
			if n%2 == 1 {
				dstRow = width + 1
			}
			src := testkit.CopyOf(m, cast.Halves(randomPairs(r, testkit.Extent(2*rows, cols, srcRow)))[:testkit.Extent(2*rows, cols, srcRow)])
			got := testkit.Slice[float32](m, testkit.Extent(rows, width, dstRow))
			want := slices.Clone(got)
			packPairsGeneric(want, dstRow, src, src[srcRow:], srcRow, rows, cols)
			packPairs(got, dstRow, src, src[srcRow:], srcRow, rows, cols)
			require.Equal(t, cast.Bits32(want), cast.Bits32(got))
		},
	}
}

// randomPairs are of numbers that are all of a kind: of any bits, infinities and NaN among them; near 1, so that sums are rounded;
// or such that products and sums are about the smallest normal number.
func randomPairs(r *rand.Rand, n int) []float32 {
	pairs := make([]float32, n)
	kind, halves := r.IntN(3), cast.Halves(pairs)
	for i := range halves {
		bits := r.Uint32()
		exponent := bits >> 7 & 0xFF
		switch kind {
		case 1:
			exponent = 122 + exponent%8
		case 2:
			exponent = 60 + exponent%8
			if bits>>16%16 == 0 {
				exponent = bits >> 20 & 1 // below the normal numbers, or the first of them
			}
		}
		halves[i] = uint16(bits&0x807F | exponent<<7)
	}
	return pairs
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
			want := all[i]
			if v != v {
				want |= 0x40 // becomes quiet
			}
			if math.Float32bits(v) != uint32(i)<<16 || back[i] != want {
				t.Fatalf("%x is %x in 32 bits and from there %x, want %x", i, math.Float32bits(v), back[i], want)
			}
		}
		for _, below := range []uint32{0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF} {
			for i := range wide {
				wide[i] = math.Float32frombits(uint32(i)<<16 | below)
			}
			RoundBFloat16(back, wide)
			for i, v := range wide {
				if want := nearest(uint32(i), below); back[i] != want {
					t.Fatalf("%x is rounded to %x, want %x", math.Float32bits(v), back[i], want)
				}
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

func TestConversionShapes(t *testing.T) {
	require.PanicsWithValue(t, "matmul: RoundBFloat16: len(dst)=1, len(x)=2", func() { RoundBFloat16(make([]kernels.BFloat16, 1), make([]float32, 2)) })
	require.PanicsWithValue(t, "matmul: WidenBFloat16: len(dst)=1, len(x)=2", func() { WidenBFloat16(make([]float32, 1), make([]kernels.BFloat16, 2)) })
}
