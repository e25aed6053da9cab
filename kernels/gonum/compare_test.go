package gonum

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// overridden are the functions that BLAS has of its own, without the letter of their type, and how many floating-point operations
// an element of the result may have gone through, of the largest size n.
var overridden = map[string]func(n float64) float64{
	"dot": inOrder, "axpy": inOrder, "scal": inOrder, "asum": inOrder, "nrm2": inOrder, "amax": inOrder,
	"gemv": inOrder, "ger": inOrder, "gemm": inOrder, "syrk": inOrder, "symm": inOrder, "trmm": inOrder,
	"trsv": solved, "trsm": solved,
}

func inOrder(n float64) float64 { return n + 4 }

// solved is the factor of the forward error of a triangular system (N. Higham, "Accuracy and Stability of Numerical
// Algorithms", theorem 8.10).
func solved(n float64) float64 { return n*n + n + 4 }

// method is the name of a function in full.
func method(letter, name string) string {
	if name == "amax" {
		return "I" + map[string]string{"D": "d", "S": "s"}[letter] + name
	}
	return letter + name
}

// outcome is what a call leaves behind: its result, if it has one, its operands, and what it panicked with.
type outcome struct {
	result   any
	operands [][]float64
	message  any
}

// invoke calls a method with copies of the arguments, float64 and []float64 in the type of the method.
func invoke(implementation any, name string, arguments []any) (o outcome) {
	m := reflect.ValueOf(implementation).MethodByName(name)
	in := make([]reflect.Value, len(arguments))
	for i, a := range arguments {
		in[i] = argument(a, m.Type().In(i))
	}
	func() {
		defer func() { o.message = recover() }()
		if out := m.Call(in); len(out) > 0 {
			o.result = out[0].Interface()
		}
	}()
	for _, v := range in {
		if v.Kind() == reflect.Slice {
			o.operands = append(o.operands, widen(v.Interface()))
		}
	}
	if v, ok := o.result.(float32); ok {
		o.result = float64(v)
	}
	return o
}

func argument(a any, as reflect.Type) reflect.Value {
	x, isSlice := a.([]float64)
	if !isSlice {
		return reflect.ValueOf(a).Convert(as)
	}
	if as == reflect.TypeFor[[]float64]() {
		return reflect.ValueOf(slices.Clone(x))
	}
	narrow := make([]float32, len(x))
	for i, v := range x {
		narrow[i] = float32(v)
	}
	return reflect.ValueOf(narrow)
}

func widen(x any) []float64 {
	narrow, ok := x.([]float32)
	if !ok {
		return x.([]float64)
	}
	wide := make([]float64, len(narrow))
	for i, v := range narrow {
		wide[i] = float64(v)
	}
	return wide
}

// triangularAt is the place of the triangular matrix among the arguments of those that solve with it.
var triangularAt = map[string]int{"trsv": 4, "trsm": 7}

// magnitudes are the arguments of a call whose results bound the sums of magnitudes that those of the call are made of. For a
// triangular system that is one with the comparison matrix.
func magnitudes(name string, arguments []any) []any {
	largest := slices.Clone(arguments)
	for i, a := range arguments {
		switch a := a.(type) {
		case float64:
			largest[i] = math.Abs(a)
		case []float64:
			x := slices.Clone(a)
			for j, v := range x {
				x[j] = math.Abs(v)
			}
			largest[i] = x
		}
	}
	at := triangularAt[name]
	if at == 0 {
		return largest
	}
	a, stride := largest[at].([]float64), largest[at+1].(int)
	for i := range a {
		if i%stride != i/stride {
			a[i] = -a[i]
		}
	}
	return largest
}

// compare calls our function and gonum's with the same arguments: they must panic with the same words, or agree within what the
// error bounds of both allow.
func compare(t *testing.T, letter, name string, arguments ...any) {
	t.Helper()
	label := func() string { return fmt.Sprint(method(letter, name), arguments) }
	ours := invoke(BLAS{}, method(letter, name), arguments)
	theirs := invoke(gonum.Implementation{}, method(letter, name), arguments)
	if theirs.message != nil || ours.message != nil {
		if !reflect.DeepEqual(theirs, ours) {
			require.Equal(t, theirs, ours, label())
		}
		return
	}
	unit := 0x1p-53
	if letter == "S" {
		unit = 0x1p-24
	}
	largest := 0
	for _, a := range arguments {
		if n, ok := a.(int); ok {
			largest = max(largest, n)
		}
	}
	unit *= 2 * overridden[name](float64(largest)) // of both
	bound := invoke(gonum.Implementation{}, method("D", name), magnitudes(name, arguments))
	want, isNumber := theirs.result.(float64)
	if isNumber && !close(ours.result.(float64), want, unit*bound.result.(float64)) || !isNumber && theirs.result != ours.result {
		require.Equal(t, theirs.result, ours.result, label())
	}
	for i, want := range theirs.operands {
		for j := range want {
			if !close(ours.operands[i][j], want[j], unit*bound.operands[i][j]) {
				require.Equal(t, want[j], ours.operands[i][j], "%s: operand %d, element %d", label(), i, j)
			}
		}
	}
}

// close reports whether two numbers differ by no more than bound, which may be NaN where they are.
func close(got, want, bound float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= bound
}

var (
	transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans, 'x'}
	triangles  = []blas.Uplo{blas.Lower, blas.Upper, blas.All}
	diagonals  = []blas.Diag{blas.Unit, blas.NonUnit, 'x'}
	sides      = []blas.Side{blas.Left, blas.Right, 'x'}
)
