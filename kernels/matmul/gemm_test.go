package matmul_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// TestProducts compares random products of random shapes with exact ones: the paths without packing, with one and with
// several blocks.
func TestProducts(t *testing.T) { testkit.EachType(t, products[float32], products[float64]) }

func products[T kernels.Float](t *testing.T) {
	sizes := []int{0, 1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 33, 47, 64, 65, 70}
	calls := 250
	if testing.Short() {
		calls = 40
	}
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(1)
		size := func() int { return sizes[r.IntN(len(sizes))] }
		for i := range calls {
			c := newCall[T](r, names[i%len(names)], size(), size(), size())
			before := slices.Clone(c.c.Data)
			c.run()
			requireProduct(t, c, before)
		}
		if testing.Short() {
			return
		}
		for _, large := range [][3]int{{5, 7, 900}, {300, 3, 5}, {2, 1100, 3}, {100, 300, 7}, {150, 131, 260}} {
			for _, name := range names {
				c := newCall[T](r, name, large[0], large[1], large[2])
				before := slices.Clone(c.c.Data)
				c.run()
				requireProduct(t, c, before)
				c.a, c.b = restride(c.a, 1024), restride(c.b, 1024) // rows that fall on each other in the first cache
				copy(c.c.Data, before)
				c.run()
				requireProduct(t, c, before)
			}
		}
	})
}

// TestWorkers: no bit depends on how many there are, nor on the strides.
func TestWorkers(t *testing.T) { testkit.EachType(t, workers[float32], workers[float64]) }

func workers[T kernels.Float](t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(0))
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		shapes := [][3]int{{90, 100, 110}, {400, 24, 300}, {16, 500, 270}, {400, 600, 7}, {90, 90, 900}}
		if testing.Short() {
			shapes = shapes[:1]
		}
		for _, shape := range shapes {
			for seed, name := range names {
				var want []T
				for _, count := range []int{1, 2, 3, 8} {
					kernels.SetWorkers(count)
					c := newCall[T](testkit.NewRandom(uint64(seed)), name, shape[0], shape[1], shape[2])
					c.run()
					if want == nil {
						want = c.c.Data
					}
					testkit.RequireSame(t, want, c.c.Data)
				}
				wide := newCall[T](testkit.NewRandom(uint64(seed)), name, shape[0], shape[1], shape[2])
				wide.a, wide.b = restride(wide.a, 512), restride(wide.b, 512)
				wide.run()
				testkit.RequireSame(t, want, wide.c.Data)
			}
		}
	})
}

// TestNotRead: with beta = 0 C is not read, with alpha = 0 neither are A and B.
func TestNotRead(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for _, n := range []int{1, 3, 20, 70} {
			r := testkit.NewRandom(uint64(n))
			zeros := kernels.NewMatrix[float64](n, n)
			nans := func() kernels.Matrix[float64] {
				m := kernels.NewMatrix[float64](n, n)
				for i := range m.Data {
					m.Data[i] = math.NaN()
				}
				return m
			}
			for _, name := range names {
				c := newCall[float64](r, name, n, n, n)
				c.beta, c.c, c.d = 0, nans(), nans()
				before := slices.Clone(c.c.Data)
				c.run()
				requireProduct(t, c, before)

				c = newCall[float64](r, name, n, n, n)
				c.alpha, c.a, c.b = 0, nans(), nans()
				before = slices.Clone(c.c.Data)
				c.run()
				c.a, c.b = zeros, zeros
				requireProduct(t, c, before)
			}
		}
	})
}

// TestLargeAlpha: alpha multiplies sums, not factors, so it takes nothing beyond the range that the result does not leave.
func TestLargeAlpha(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for _, shape := range [][3]int{{1, 5, 48}, {5, 1, 48}, {1, 1, 48}, {20, 30, 48}, {1, 300, 300}} {
			for _, name := range []string{"Gemm", "GemmPlus"} {
				for seed := range uint64(4) { // transposed or not
					c := newCall[float32](testkit.NewRandom(seed), name, shape[0], shape[1], shape[2])
					c.alpha, c.beta = 1e34, 0.5
					for i := range c.a.Data {
						c.a.Data[i] *= 1e10
					}
					for i := range c.b.Data {
						c.b.Data[i] *= 1e-20
					}
					for swap := range 2 { // either operand may hold the large ones
						if swap == 1 {
							for i := range c.a.Data {
								c.a.Data[i] *= 1e-30
							}
							for i := range c.b.Data {
								c.b.Data[i] *= 1e30
							}
						}
						before := slices.Clone(c.c.Data)
						c.run()
						requireProduct(t, c, before)
					}
				}
			}
		}
	})
}

// TestSummandIsOperand: the summand may be A or B itself.
func TestSummandIsOperand(t *testing.T) {
	for _, n := range []int{5, 40, 90} {
		r := testkit.NewRandom(uint64(n))
		for _, name := range []string{"GemmPlus", "GemmtPlus"} {
			c := newCall[float64](r, name, n, n, n)
			c.tA, c.beta = matmul.NoTrans, 0.5
			c.a = operand[float64](r, matmul.NoTrans, n, n)
			c.d = c.a
			before := slices.Clone(c.c.Data)
			c.run()
			requireProduct(t, c, before)
		}
	}
}

func TestShapes(t *testing.T) {
	m := func(rows, cols int) kernels.Matrix[float64] { return kernels.NewMatrix[float64](rows, cols) }
	broken := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 2, Data: make([]float64, 6)}
	const no, yes = matmul.NoTrans, matmul.Trans
	for message, call := range map[string]func(){
		"matmul: Gemm: columns of op(a)=3, rows of op(b)=2":                         func() { matmul.Gemm(no, no, 1, m(2, 3), m(2, 2), 0, m(2, 2)) },
		"matmul: Gemm: columns of op(a)=2, rows of op(b)=4":                         func() { matmul.Gemm(yes, yes, 1, m(2, 3), m(2, 4), 0, m(3, 2)) },
		"matmul: Gemm: rows of op(a)=2, c.Rows=3":                                   func() { matmul.Gemm(no, no, 1, m(2, 3), m(3, 2), 0, m(3, 2)) },
		"matmul: Gemm: columns of op(b)=2, c.Cols=3":                                func() { matmul.Gemm(no, no, 1, m(2, 3), m(3, 2), 0, m(2, 3)) },
		"matmul: Gemm: a: rows=2, cols=3, stride=2, len(data)=6: stride < cols":     func() { matmul.Gemm(no, no, 1, broken, m(3, 2), 0, m(2, 2)) },
		"matmul: GemmPlus: b: rows=2, cols=3, stride=2, len(data)=6: stride < cols": func() { matmul.GemmPlus(no, no, 1, m(3, 2), broken, 0, m(0, 0), m(3, 3)) },
		"matmul: GemmPlus: d.Rows=2, c.Rows=3":                                      func() { matmul.GemmPlus(no, no, 1, m(3, 2), m(2, 3), 1, m(2, 3), m(3, 3)) },
		"matmul: GemmPlus: d.Cols=2, c.Cols=3":                                      func() { matmul.GemmPlus(no, no, 1, m(3, 2), m(2, 3), 1, m(3, 2), m(3, 3)) },
		"matmul: Gemmt: c.Rows=2, c.Cols=3":                                         func() { matmul.Gemmt(matmul.Full, no, no, 1, m(2, 3), m(3, 3), 0, m(2, 3)) },
		"matmul: Gemmt: triangle=9: want Full, Lower or Upper":                      func() { matmul.Gemmt(9, no, no, 1, m(2, 3), m(3, 2), 0, m(2, 2)) },
		"matmul: GemmtPlus: triangle=3: want Full, Lower or Upper":                  func() { matmul.GemmtPlus(3, no, no, 1, m(2, 3), m(3, 2), 0, m(2, 2), m(2, 2)) },
		"matmul: Syrk: rows of op(a)=3, c.Rows=2":                                   func() { matmul.Syrk(matmul.Lower, yes, 1, m(2, 3), 0, m(2, 2)) },
		"matmul: Syrk: c: rows=2, cols=3, stride=2, len(data)=6: stride < cols":     func() { matmul.Syrk(matmul.Upper, no, 1, m(2, 3), 0, broken) },
	} {
		require.PanicsWithValue(t, message, call)
	}
	matmul.GemmPlus(no, no, 1, m(3, 2), m(2, 3), 0, kernels.Matrix[float64]{}, m(3, 3)) // not read: no shape needed
}

// TestNoAllocs: the arrays are on the stack unless a function lets its arguments escape; the large matrices go to workers.
func TestNoAllocs(t *testing.T) {
	testkit.NoAllocs(t, func() {
		var a, b, c [24 * 24]float32
		x := kernels.Matrix[float32]{Rows: 24, Cols: 24, Stride: 24, Data: a[:]}
		y := kernels.Matrix[float32]{Rows: 24, Cols: 24, Stride: 24, Data: b[:]}
		z := kernels.Matrix[float32]{Rows: 24, Cols: 24, Stride: 24, Data: c[:]}
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, x, y, 0, z)
		matmul.Gemm(matmul.Trans, matmul.Trans, 1, x, y, 1, z)
		matmul.GemmtPlus(matmul.Lower, matmul.NoTrans, matmul.Trans, 1, x, y, 1, y, z)
		matmul.Syrk(matmul.Full, matmul.NoTrans, 1, x, 0, z)
	})
	testkit.NoAllocs(t, func() {
		var a, b [24 * 25]kernels.BFloat16
		var c [24 * 24]float32
		x := kernels.Matrix[kernels.BFloat16]{Rows: 24, Cols: 24, Stride: 24, Data: a[:]}
		y := kernels.Matrix[kernels.BFloat16]{Rows: 24, Cols: 24, Stride: 25, Data: b[:]} // pairs that are copied
		z := kernels.Matrix[float32]{Rows: 24, Cols: 24, Stride: 24, Data: c[:]}
		matmul.GemmBFloat16(matmul.NoTrans, matmul.NoTrans, 1, x, y, 0, z)
		matmul.GemmBFloat16(matmul.Trans, matmul.Trans, 1, x, y, 1, z)
	})
	narrow, wide := kernels.NewMatrix[kernels.BFloat16](40, 40), kernels.NewMatrix[float32](40, 40)
	testkit.NoAllocs(t, func() {
		matmul.RoundBFloat16(narrow.Data, wide.Data)
		matmul.GemmBFloat16(matmul.NoTrans, matmul.NoTrans, 1, narrow, narrow, 0, wide)
	})
	x, z := kernels.NewMatrix[float64](120, 120), kernels.NewMatrix[float64](120, 120)
	testkit.NoAllocs(t, func() {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, x, x, 0, z)
		matmul.Syrk(matmul.Upper, matmul.NoTrans, 1, x, 0, z)
	})
}
