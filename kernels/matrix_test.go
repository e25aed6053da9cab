package kernels_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/raphson-go/raphson/kernels"
	"github.com/stretchr/testify/assert"
)

// general has the fields of gonum's blas64.General.
type general struct {
	Rows, Cols int
	Data       []float64
	Stride     int
}

func ExampleMatrix() {
	m := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 3, Data: []float64{1, 2, 0, 3, 4}}
	m.Set(0, 1, 7)
	fmt.Println(m.Row(0), m.At(1, 1), m.Slice(1, 2).Row(0))
	// Output: [1 7] 4 [3 4]
}

func TestMatrixConvertsToGonum(t *testing.T) {
	m := kernels.NewMatrix[float64](2, 3)
	g := general(m)
	g.Data[5] = 8
	assert.Equal(t, 8.0, kernels.Matrix[float64](g).At(1, 2))
}

func TestValidate(t *testing.T) {
	data := make([]float32, 7)
	assert.NoError(t, kernels.Matrix[float32]{}.Validate())
	assert.NoError(t, kernels.Matrix[float32]{Rows: 2, Cols: 3, Stride: 4, Data: data}.Validate())
	assert.EqualError(t, kernels.Matrix[float32]{Rows: 2, Cols: 3, Stride: 5, Data: data}.Validate(),
		"kernels: Matrix: rows=2, cols=3, stride=5, len(data)=7: data is too short")
	assert.EqualError(t, kernels.Matrix[float32]{Rows: 2, Cols: 3, Stride: 2, Data: data}.Validate(),
		"kernels: Matrix: rows=2, cols=3, stride=2, len(data)=7: stride < cols")
	assert.EqualError(t, kernels.Matrix[float32]{Rows: -2, Cols: 3, Stride: 3, Data: data}.Validate(),
		"kernels: Matrix: rows=-2, cols=3, stride=3, len(data)=7: negative size")
	assert.Error(t, kernels.Matrix[float32]{Rows: math.MaxInt, Cols: 2, Stride: math.MaxInt, Data: data}.Validate())
}

func TestRowIsExactlyTheRow(t *testing.T) {
	m := kernels.Matrix[float32]{Rows: 2, Cols: 2, Stride: 3, Data: []float32{1, 2, 3, 4, 5}}
	assert.Equal(t, []float32{1, 2}, m.Row(0))
	assert.Equal(t, 2, cap(m.Row(0)), "appending must not write into the next row")
	assert.Equal(t, []float32{4, 5}, m.Row(1))
	assert.PanicsWithValue(t, "kernels: Matrix.Row: row 2 of 2", func() { m.Row(2) })
	assert.PanicsWithValue(t, "kernels: Matrix.Row: row -1 of 2", func() { m.Row(-1) })
	assert.Panics(t, func() { m.At(0, 2) }, "column between the rows")
	assert.Panics(t, func() { m.Set(0, -1, 0) })
	assert.Empty(t, kernels.Matrix[float32]{Rows: 3, Stride: 4}.Row(2))
}

func TestSlice(t *testing.T) {
	m := kernels.NewMatrix[float64](4, 2)
	for i := range m.Data {
		m.Data[i] = float64(i)
	}
	middle := m.Slice(1, 3)
	assert.NoError(t, middle.Validate())
	assert.Equal(t, []float64{2, 3, 4, 5}, middle.Data)
	middle.Set(0, 0, -1)
	assert.Equal(t, -1.0, m.At(1, 0), "a view shares its elements")
	assert.Equal(t, 0, m.Slice(4, 4).Rows)
	assert.NoError(t, m.Slice(4, 4).Validate())
	assert.NoError(t, kernels.Matrix[float64]{Rows: 3, Stride: 4}.Slice(1, 3).Validate())
	for _, bad := range [][2]int{{-1, 2}, {3, 2}, {0, 5}} {
		assert.Panics(t, func() { m.Slice(bad[0], bad[1]) }, "%v", bad)
	}
}

func TestNewMatrix(t *testing.T) {
	m := kernels.NewMatrix[float32](3, 5)
	assert.NoError(t, m.Validate())
	assert.Len(t, m.Data, 15)
	assert.Panics(t, func() { kernels.NewMatrix[float32](-1, 5) })
	assert.Panics(t, func() { kernels.NewMatrix[float32](math.MaxInt/2, 8) }, "the product overflows")
}
