package lse

import (
	"os"
	"strconv"
	"testing"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// samples is how many arguments a function is tried on in each type and at each level: few under an emulator, or as
// many as RAPHSON_SAMPLES says.
func samples() int {
	if n, err := strconv.Atoi(os.Getenv("RAPHSON_SAMPLES")); err == nil {
		return n
	}
	if testing.Short() || os.Getenv(testkit.WantLevel) != "" {
		return 5000
	}
	return 200000
}

// TestFunctionAccuracy holds each function against its bound over the whole range.
func TestFunctionAccuracy(t *testing.T) {
	eachFunction(t, functionAccuracy[float32], functionAccuracy[float64])
}

func functionAccuracy[T kernels.Float](t *testing.T, name string, row functionRow[T]) {
	x := arguments[T](testkit.NewRandom(4), samples())
	got := make([]T, len(x))
	row.public(got, x)
	worst := testkit.RequireULP(t, row.bound, x, got, row.oracle)
	t.Logf("largest error %.3f ULP", worst)
}

// TestFunctionEdges tries the neighbours of the arguments at which results overflow, become subnormal or vanish.
func TestFunctionEdges(t *testing.T) {
	eachFunction(t, functionEdges[float32], functionEdges[float64])
}

func functionEdges[T kernels.Float](t *testing.T, name string, row functionRow[T]) {
	var x []T
	for _, edge := range []float64{
		709.782712893384, 709.436, 709.09, -708.396418532264, -745.13321910194, -744.44, 88.72283905206835, 88.37, -87.33654475055310,
		-103.97208, -103.27, 0x1p-126, 0x1p-149, 0x1p-1022, 0x1p-1074, 0x1.fffffep127, 0x1.fffffffffffffp1023, 19.06, 9.01, 36.7, 37.5,
		-36.7, -37.4, 16.6, -17.3, 0.3465735902799726, 1.0397207708399179, -0.3465735902799726, 0x1p-54, 0x1p-25, 0.41421356237,
		-0.2928932188134524, -0.999999, 0x1p53, 0x1p24, 0x1p54, 0x1p25, -0.8813735870195430,
	} {
		for _, center := range []T{T(edge), -T(edge)} {
			low, high := center, center
			for range 40 {
				x = append(x, low, high)
				low, high = testkit.Next(low, T(-1e30)), testkit.Next(high, T(1e30))
			}
		}
	}
	got := make([]T, len(x))
	row.kernel(got, x)
	testkit.RequireULP(t, row.bound, x, got, row.oracle)
}
