//go:build race

package matmul

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// conflict is the environment variable that makes TestConflict the program with a race; its value says with which function.
const conflict = "RAPHSON_TEST_CONFLICT"

// writers write the first row of C, a unit matrix as X is, at least.
var writers = map[string]func(x, c kernels.Matrix[float32]){
	"Gemm":         func(x, c kernels.Matrix[float32]) { Gemm(NoTrans, NoTrans, 1, x, x, 0, c) },
	"Gemm, packed": func(x, c kernels.Matrix[float32]) { Gemm(NoTrans, Trans, 1, x, x, 1, c) },
	"Syrk":         func(x, c kernels.Matrix[float32]) { Syrk(Full, NoTrans, 1, x, 0, c) },
	"Gemv":         func(x, c kernels.Matrix[float32]) { Gemv(NoTrans, 1, x, x.Row(1), 0, c.Row(0)) },
	"Ger":          func(x, c kernels.Matrix[float32]) { Ger(1, x.Row(0), x.Row(1), c) },
	"Trsm":         func(x, c kernels.Matrix[float32]) { Trsm(Left, Lower, NoTrans, NonUnit, 1, x, c) },
	"Trsv":         func(x, c kernels.Matrix[float32]) { Trsv(Lower, NoTrans, NonUnit, x, c.Row(0)) },
	"Cholesky":     func(x, c kernels.Matrix[float32]) { _ = Cholesky(Upper, c) },
	"InverseSPD":   func(x, c kernels.Matrix[float32]) { _ = InverseSPD(c) },
	"GemmBatch": func(x, c kernels.Matrix[float32]) {
		one := func(m kernels.Matrix[float32]) Batch[float32] {
			return Batch[float32]{Count: 1, Rows: 20, Cols: 20, Stride: m.Stride, Data: m.Data[30:]}
		}
		GemmBatch(NoTrans, NoTrans, 1, one(x), one(x), 0, one(c))
	},
	"SolveSPDBatch": func(x, c kernels.Matrix[float32]) {
		SolveSPDBatch(Batch[float32]{Count: 1, Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}, Batch[float32]{Count: 1, Rows: 1, Cols: c.Cols, Stride: c.Stride, Data: c.Data}, nil)
	},
	"GemmBFloat16": func(x, c kernels.Matrix[float32]) {
		narrow := kernels.NewMatrix[kernels.BFloat16](c.Rows, c.Cols)
		GemmBFloat16(NoTrans, NoTrans, 1, narrow, narrow, 0, c)
	},
	"WidenBFloat16": func(x, c kernels.Matrix[float32]) { WidenBFloat16(c.Row(0), make([]kernels.BFloat16, c.Cols)) },
}

// TestConflict writes an element while a function does, with nothing between the two.
func TestConflict(t *testing.T) {
	write := writers[os.Getenv(conflict)]
	if write == nil {
		t.Skip("the program that TestRacesAreSeen runs")
	}
	x, done := kernels.NewMatrix[float32](60, 60), make(chan struct{})
	for i := range x.Rows {
		x.Set(i, i, 1)
	}
	c := copied(x)
	go func() {
		defer close(done)
		c.Set(0, 40, 0)
	}()
	write(x, c)
	<-done
}

// TestRacesAreSeen: the race detector is told what assembly writes.
func TestRacesAreSeen(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for name := range writers {
		program := exec.Command(self, "-test.run=^TestConflict$")
		program.Env = append(os.Environ(), conflict+"="+name)
		output, err := program.CombinedOutput()
		assert.Error(t, err, name)
		assert.Contains(t, string(output), "DATA RACE", name)
	}
}
