package matmul

import (
	"fmt"
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

// bfloat16Call is one product: op(A) is m x k, op(B) k x n.
type bfloat16Call struct {
	tA, tB      Transpose
	alpha, beta float32
	a, b        kernels.Matrix[kernels.BFloat16]
	c           kernels.Matrix[float32]
	k           int
}

func (x bfloat16Call) String() string {
	return fmt.Sprintf("op(A) %dx%d (%v, stride %d), B (%v, stride %d), C %dx%d, alpha %v, beta %v",
		x.c.Rows, x.k, x.tA, x.a.Stride, x.tB, x.b.Stride, x.c.Rows, x.c.Cols, x.alpha, x.beta)
}

// newBFloat16Call draws a product of the given size in that memory, with gaps between the rows.
func newBFloat16Call(m *testkit.Memory, r *rand.Rand, tA, tB Transpose, rows, cols, k int) bfloat16Call {
	operand := func(t Transpose, rows, cols int) kernels.Matrix[kernels.BFloat16] {
		if t {
			rows, cols = cols, rows
		}
		stride := cols + r.IntN(3)
		n := testkit.Extent(rows, cols, stride)
		data := memoryOf[kernels.BFloat16](m, n)
		copy(cast.Words(data), cast.Halves(randomPairs(r, n)))
		return kernels.Matrix[kernels.BFloat16]{Rows: rows, Cols: cols, Stride: stride, Data: data}
	}
	stride := cols + r.IntN(3)
	x := bfloat16Call{tA: tA, tB: tB, alpha: float32(r.NormFloat64()), k: k, a: operand(tA, rows, k), b: operand(tB, k, cols)}
	if r.IntN(3) > 0 {
		x.beta = float32(r.NormFloat64())
	}
	x.c = kernels.Matrix[float32]{Rows: rows, Cols: cols, Stride: stride, Data: memoryOf[float32](m, testkit.Extent(rows, cols, stride))}
	testkit.FillNormal(r, x.c.Data)
	return x
}

// memoryOf is guarded memory, or any other where there is none.
func memoryOf[E any](m *testkit.Memory, n int) []E {
	if m == nil {
		return make([]E, n)
	}
	return testkit.Slice[E](m, n)
}

func (x bfloat16Call) run() { GemmBFloat16(x.tA, x.tB, x.alpha, x.a, x.b, x.beta, x.c) }

// factors are the row of op(A) and the column of op(B) whose product an element is.
func (x bfloat16Call) factors(i, j int) (row, column []float32) {
	row, column = make([]float32, x.k), make([]float32, x.k)
	for p := range x.k {
		row[p], column[p] = opAt(x.tA, x.a, i, p), opAt(x.tB, x.b, p, j)
	}
	return row, column
}

// opAt is element (i, j) of op(x).
func opAt(t Transpose, x kernels.Matrix[kernels.BFloat16], i, j int) float32 {
	if t {
		i, j = j, i
	}
	return x.At(i, j).Float32()
}

// specified is C as it should be in every bit: by plain Go that does what the instruction does, or by Gemm in float32.
func (x bfloat16Call) specified() []float32 {
	c := x.c
	c.Data = slices.Clone(x.c.Data)
	if !level.BFloat16() || c.Rows < 2 || c.Cols < 2 || x.k < 2 {
		Gemm(x.tA, x.tB, x.alpha, wide(x.a), wide(x.b), x.beta, c)
		return c.Data
	}
	depth := 2 * evenly((x.k+1)/2, blocking[float32]().k, 8)
	for i := range c.Rows {
		for j := range c.Cols {
			row, column := x.factors(i, j)
			if x.k%2 == 1 {
				row, column = append(row, 0), append(column, 0)
			}
			beta := x.beta
			for first := 0; first < len(row); first += depth {
				var sum float32
				for p := first; p < min(first+depth, len(row)); p += 2 {
					sum = addProduct(addProduct(sum, row[p+1], column[p+1]), row[p], column[p])
				}
				if sum *= x.alpha; beta != 0 {
					sum = float32(almost(sum, beta, c.At(i, j)))
				}
				c.Set(i, j, sum)
				beta = 1
			}
		}
	}
	return c.Data
}

// wide is x in float32.
func wide(x kernels.Matrix[kernels.BFloat16]) kernels.Matrix[float32] {
	y := kernels.Matrix[float32]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Data: make([]float32, len(x.Data))}
	widenBFloat16Generic(y.Data, cast.Words(x.Data))
	return y
}

// requireBound holds C, which was before, against the exact product, where that is in the range of float32.
func (x bfloat16Call) requireBound(t *testing.T, before []float32) {
	const roundoff, smallestNormal = 0x1p-24, 0x1p-126
	for i := range x.c.Rows {
		for j := range x.c.Cols {
			row, column := x.factors(i, j)
			small := 0.0
			for p := range row {
				small += math.Abs(float64(row[p])) + math.Abs(float64(column[p])) + 1
			}
			alpha := math.Abs(float64(x.alpha))
			want := testkit.Dot(row, column).Mul(testkit.WideOf(float64(x.alpha)))
			size := testkit.AbsDot(row, column).Float64()
			if !(size < math.MaxFloat32/4) { // or NaN
				continue
			}
			size *= alpha
			if x.beta != 0 {
				added := testkit.WideOf(float64(x.beta)).Mul(testkit.WideOf(float64(before[i*x.c.Stride+j])))
				want, size = want.Add(added), size+math.Abs(added.Float64())
			}
			off := testkit.Off(x.c.At(i, j), want)
			if bound := float64(x.k+2)*roundoff*size + smallestNormal*(alpha*small+1); !(off <= bound) {
				t.Fatalf("%v: element (%d, %d) is %v, want %v, %g off, more than %g", x, i, j, x.c.At(i, j), want.Float64(), off, bound)
			}
		}
	}
}

// check runs the call and holds it against its specification and its bound.
func (x bfloat16Call) check(t *testing.T) {
	before, want := slices.Clone(x.c.Data), x.specified()
	x.run()
	for i := range want {
		if !testkit.Same(want[i], x.c.Data[i]) {
			t.Fatalf("%v: element %d of the data is %v, want %v", x, i, x.c.Data[i], want[i])
		}
	}
	x.requireBound(t, before)
}

// eachTransposition calls f four times.
func eachTransposition(f func(tA, tB Transpose)) {
	for flags := range 4 {
		f(flags&1 != 0, flags&2 != 0)
	}
}

// TestGemmBFloat16Placements: nothing outside the operands is touched, whatever their shape and address, odd ones among them.
func TestGemmBFloat16Placements(t *testing.T) {
	testkit.EachBFloat16(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(5)
		testkit.EachPlacement[float32](t, func(m *testkit.Memory, n int) {
			newBFloat16Call(m, r, n&1 != 0, n&2 != 0, n%12, (n+3)%53, n%17).check(t)
		})
	})
}

func TestGemmBFloat16(t *testing.T) {
	shapes := [][3]int{{0, 3, 2}, {3, 2, 0}, {1, 9, 8}, {9, 1, 8}, {8, 9, 1}, {2, 2, 2}, {33, 20, 65}, {70, 90, 32}}
	if !testing.Short() {
		shapes = append(shapes, [][3]int{{5, 7, 2500}, {20, 50, 1101}, {9, 1100, 3}, {300, 5, 6}}...)
	}
	testkit.EachBFloat16(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(3)
		for _, shape := range shapes {
			eachTransposition(func(tA, tB Transpose) {
				for range 1 + min(20, 20000/(1+shape[0]*shape[1]*shape[2])) {
					x := newBFloat16Call(nil, r, tA, tB, shape[0], shape[1], shape[2])
					x.check(t)
				}
			})
		}
	})
	matrix := kernels.NewMatrix[kernels.BFloat16]
	broken := kernels.Matrix[kernels.BFloat16]{Rows: 2, Cols: 3, Stride: 2, Data: make([]kernels.BFloat16, 6)}
	for message, call := range map[string]func(){
		"matmul: GemmBFloat16: columns of op(a)=3, rows of op(b)=2": func() {
			GemmBFloat16(NoTrans, NoTrans, 1, matrix(2, 3), matrix(2, 3), 0, kernels.NewMatrix[float32](2, 3))
		},
		"matmul: GemmBFloat16: rows of op(a)=2, c.Rows=3": func() {
			GemmBFloat16(NoTrans, NoTrans, 1, matrix(2, 3), matrix(3, 3), 0, kernels.NewMatrix[float32](3, 3))
		},
		"matmul: GemmBFloat16: columns of op(b)=3, c.Cols=2": func() {
			GemmBFloat16(NoTrans, NoTrans, 1, matrix(2, 3), matrix(3, 3), 0, kernels.NewMatrix[float32](2, 2))
		},
		"matmul: GemmBFloat16: b: rows=2, cols=3, stride=2, len(data)=6: stride < cols": func() { GemmBFloat16(NoTrans, NoTrans, 1, matrix(2, 2), broken, 0, kernels.NewMatrix[float32](2, 3)) },
		"matmul: GemmBFloat16: c: rows=2, cols=3, stride=3, len(data)=5: data is too short": func() {
			GemmBFloat16(NoTrans, NoTrans, 1, matrix(2, 2), matrix(2, 3), 0, kernels.Matrix[float32]{Rows: 2, Cols: 3, Stride: 3, Data: make([]float32, 5)})
		},
	} {
		require.PanicsWithValue(t, message, call)
	}
	// Any number of rows without elements is nothing to go through.
	GemmBFloat16(NoTrans, NoTrans, 1, kernels.Matrix[kernels.BFloat16]{Rows: math.MaxInt}, matrix(0, 0), 0, kernels.Matrix[float32]{Rows: math.MaxInt})
}

// TestGemmBFloat16Workers: no bit depends on how many there are, nor on strides and addresses.
func TestGemmBFloat16Workers(t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(0))
	testkit.EachBFloat16(t, func(t *testing.T, _ level.Level) {
		for _, shape := range [][3]int{{90, 100, 201}, {400, 24, 300}, {16, 500, 270}, {90, 90, 1500}} {
			eachTransposition(func(tA, tB Transpose) {
				var want []float32
				for _, count := range []int{1, 2, 3, 8} {
					kernels.SetWorkers(count)
					x := newBFloat16Call(nil, testkit.NewRandom(9), tA, tB, shape[0], shape[1], shape[2])
					before := slices.Clone(x.c.Data)
					x.run()
					if want == nil {
						want = slices.Clone(x.c.Data)
					}
					testkit.RequireSame(t, want, x.c.Data)

					data := make([]kernels.BFloat16, 1+x.a.Rows*(x.a.Cols+3))
					moved := kernels.Matrix[kernels.BFloat16]{Rows: x.a.Rows, Cols: x.a.Cols, Stride: x.a.Cols + 3, Data: data[1:]}
					for i := range moved.Rows {
						copy(moved.Row(i), x.a.Row(i))
					}
					x.a = moved
					copy(x.c.Data, before)
					x.run()
					testkit.RequireSame(t, want, x.c.Data)
				}
			})
		}
	})
}

// TestGemmBFloat16NotRead: with beta = 0 C is not read, with alpha = 0 neither are A and B.
func TestGemmBFloat16NotRead(t *testing.T) {
	nan := kernels.RoundBFloat16(float32(math.NaN()))
	testkit.EachBFloat16(t, func(t *testing.T, _ level.Level) {
		for _, n := range []int{1, 3, 40} {
			x := newBFloat16Call(nil, testkit.NewRandom(1), NoTrans, NoTrans, n, n, n)
			for i := range x.a.Data {
				x.a.Data[i] = nan
			}
			x.alpha, x.beta = 0, 0
			for i := range x.c.Data {
				x.c.Data[i] = float32(math.NaN())
			}
			x.run()
			for i := range n {
				require.Equal(t, make([]float32, n), x.c.Row(i))
			}
		}
	})
}

// TestAddProduct: the rounding that the other tests compare assembly with.
func TestAddProduct(t *testing.T) {
	const normal = 0x1p-126
	for _, x := range []struct{ sum, x, y, want float32 }{
		{1, 0x1p-12, 0x1p-12, 1},                      // a tie, to even
		{1 + 0x1p-23, 0x1p-12, 0x1p-12, 1 + 0x1p-22},  // the other way
		{1, 0x1.02p-12, 0x1p-12, 1 + 0x1p-23},         // above the tie
		{1, 0x1p-60, 0x1p-60, 1},                      // far below it
		{1 + 0x1p-23, -0x1p-60, 0x1p-60, 1 + 0x1p-23}, //
		{normal, -0x1p-76, 0x1p-75, normal},           // the tie between a normal number and less
		{normal, -0x1p-75, 0x1p-75, 0},                // the largest that counts as zero
		{normal, -0x1p-80, 0x1p-80, normal},           // rounded up to a normal number
		{-0x1p-130, 0, 0, 0},                          // -0 + 0
		{0, 0x1p-130, math.MaxFloat32, 0},             //
		{0, -0x1p-100, 0x1p-100, float32(math.Copysign(0, -1))},
		{math.MaxFloat32, 0x1p100, 0x1p100, float32(math.Inf(1))},
	} {
		require.True(t, testkit.Same(x.want, addProduct(x.sum, x.x, x.y)), "%x + %x * %x is %x, want %x", x.sum, x.x, x.y, addProduct(x.sum, x.x, x.y), x.want)
	}
	require.True(t, math.IsNaN(float64(addProduct(0, 0x1p-130, float32(math.Inf(1))))), "zero times infinity")
}
