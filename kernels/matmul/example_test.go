package matmul_test

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

func Example() {
	a := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1, 2, 3,
		4, 5, 6,
	}}
	c := kernels.NewMatrix[float64](2, 2)
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, a, a, 0, c) // C = A*A'
	fmt.Println(c.Row(0), c.Row(1))
	// Output: [14 32] [32 77]
}

// One Newton-Schulz step towards the orthogonal factor of X: Q = b*P + c*P*P with P = X*X', then X = a*X + Q*X.
func ExampleGemmtPlus() {
	x := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{0.5, 0, 0, 1}}
	p, q, y := kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	matmul.Syrk(matmul.Full, matmul.NoTrans, 1, x, 0, p)
	matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, 0.375, p, p, -1.25, p, q)
	matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, 1, q, x, 1.875, x, y)
	fmt.Println(y.Row(0), y.Row(1))
	// Output: [0.79296875 0] [0 1]
}

// Operands of 16 bits halve the traffic; products and sums are float32.
func ExampleGemmBFloat16() {
	a, b := kernels.NewMatrix[kernels.BFloat16](2, 2), kernels.NewMatrix[kernels.BFloat16](2, 2)
	matmul.RoundBFloat16(a.Data, []float32{1, 2, 3, 4})
	matmul.RoundBFloat16(b.Data, []float32{1, 0.5, 0, 2})
	c := kernels.NewMatrix[float32](2, 2)
	matmul.GemmBFloat16(matmul.NoTrans, matmul.NoTrans, 1, a, b, 0, c)
	fmt.Println(c.Data)
	// Output: [1 4.5 3 9.5]
}
