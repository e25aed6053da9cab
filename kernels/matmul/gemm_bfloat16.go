package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// GemmBFloat16 sets C = alpha*op(A)*op(B) + beta*C for operands of 16 bits, with products that are exact and sums in float32.
//
// Shapes: as [Gemm], and so is what counts: with beta = 0 not C, with alpha = 0 neither A nor B. C must not overlap A or B.
//
// Some processors have instructions for this, at twice the speed of float32. With them, numbers below the smallest normal one,
// 2^-126, count as zeros, in A and B and in sums of products (also where they are multiplied by infinity: NaN); and the results
// differ in their last bits from those of other processors. Without them, and where an operand is a vector, the results are those of Gemm for the same numbers as
// float32. On one processor they depend on the operands alone.
//
// NaN and infinities propagate as in the sums they stand in. The error of an element is at most (k+2) rounding units (2^-24) of
// |alpha| * sum |a*b| + |beta*c|, plus 2^-126 * (1 + |alpha| * sum (1 + |a| + |b|)) for what is below the normal numbers.
// Operands that are not read in the order in which they lie are copied to lent memory, of their size in float32 at most.
func GemmBFloat16(tA, tB Transpose, alpha float32, a, b kernels.Matrix[kernels.BFloat16], beta float32, c kernels.Matrix[float32]) {
	check.Matrix("matmul", "GemmBFloat16", "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	check.Matrix("matmul", "GemmBFloat16", "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	if level.BFloat16() && paysInPairs(tA, tB, a, b, c) {
		multiplyPairs(tA, tB, alpha, a, b, beta, c)
		return
	}
	memory := scratch.Get[float32](a.Rows*a.Cols + b.Rows*b.Cols)
	defer memory.Release()
	ofA, ofB := memory.Data[:a.Rows*a.Cols], memory.Data[a.Rows*a.Cols:]
	multiply("GemmBFloat16", whole, tA, tB, alpha, widened(ofA, a), widened(ofB, b), beta, c, c)
}

// widened is x in float32, in memory of its size.
func widened(memory []float32, x kernels.Matrix[kernels.BFloat16]) kernels.Matrix[float32] {
	y := kernels.Matrix[float32]{Rows: x.Rows, Cols: x.Cols, Stride: x.Cols, Data: memory}
	for i := 0; i < x.Rows && x.Cols > 0; i++ { // of rows without elements there may be any number
		WidenBFloat16(y.Row(i), x.Row(i))
	}
	return y
}

// paysInPairs reports whether the shapes agree and the product in pairs is the faster one.
func paysInPairs(tA, tB Transpose, a, b kernels.Matrix[kernels.BFloat16], c kernels.Matrix[float32]) bool {
	m, k, kOfB, n := a.Rows, a.Cols, b.Rows, b.Cols
	if tA {
		m, k = k, m
	}
	if tB {
		kOfB, n = n, kOfB
	}
	return k == kOfB && m == c.Rows && n == c.Cols && check.Fits(c.Rows, c.Cols, c.Stride, len(c.Data)) && k > 1 && m > 1 && n > 1
}

// multiplyPairs computes the product of operands whose elements at k and the next are taken together, as one of 32 bits: the
// product of such elements is that of any others but for its strip and for what is packed from two rows.
func multiplyPairs(tA, tB Transpose, alpha float32, a, b kernels.Matrix[kernels.BFloat16], beta float32, c kernels.Matrix[float32]) {
	p := product[float32]{triangle: whole, tA: tA, tB: tB, m: c.Rows, n: c.Cols, alpha: alpha, beta: beta, c: c, sizes: blocking[float32](), pairs: true}
	if p.k = (a.Cols + 1) / 2; tA {
		p.k = (a.Rows + 1) / 2
	}
	if alpha == 0 {
		p.k = 0
	}
	if beta != 0 {
		p.d = c
	}
	ofA, ofB := 0, 0
	if !tA {
		ofA = memoryOfPairs(a)
	}
	if tB {
		ofB = memoryOfPairs(b)
	}
	memory := scratch.Get[float32](ofA + ofB)
	defer memory.Release()
	if p.halvesA = a; !tA {
		p.a, p.halvesA = pairsAlong(memory.Data[:ofA], a), kernels.Matrix[kernels.BFloat16]{}
	}
	if p.halvesB = b; tB {
		p.b, p.halvesB = pairsAlong(memory.Data[ofA:], b), kernels.Matrix[kernels.BFloat16]{}
	}
	announce(&p)
	p.run()
}

// memoryOfPairs is what pairsAlong needs, in elements: nothing if all rows of x are pairs.
func memoryOfPairs(x kernels.Matrix[kernels.BFloat16]) int {
	if x.Cols%2 == 0 && x.Stride%2 == 0 {
		return 0
	}
	return x.Rows * ((x.Cols + 1) / 2)
}

// pairsAlong is x with the elements of each row in pairs, the last beside a zero if it is alone: x itself without memory.
func pairsAlong(memory []float32, x kernels.Matrix[kernels.BFloat16]) kernels.Matrix[float32] {
	if len(memory) == 0 {
		return kernels.Matrix[float32]{Rows: x.Rows, Cols: x.Cols / 2, Stride: x.Stride / 2, Data: cast.Pairs(x.Data)}
	}
	cols := (x.Cols + 1) / 2
	for i := range x.Rows {
		row := cast.Halves(memory[i*cols:][:cols])
		clear(row[copy(row, cast.Words(x.Row(i))):])
	}
	return kernels.Matrix[float32]{Rows: x.Rows, Cols: cols, Stride: cols, Data: memory}
}
