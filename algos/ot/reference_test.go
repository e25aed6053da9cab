package ot

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// The distances of all pairs of the 64 digits at the default epsilon, by a loop that shares nothing with this package:
// scalings of a kernel of correctly rounded entries, every sum in 100 bits, until the marginals agree to 1e-14.
// `go test ./algos/ot -run TestReference -update` writes the file anew, in some minutes.

const (
	referenceFile    = "testdata/digits.txt"
	referenceEpsilon = 0.01 * 2 * 27 * 27
)

var updateReference = flag.Bool("update", false, "compute "+referenceFile+" anew")

// referenceKernel is exp(-d/eps) by squared distance d on the grid of pixels.
func referenceKernel() []float64 {
	kernel := make([]float64, 2*27*27+1)
	for d := range kernel {
		kernel[d] = wideExp(testkit.WideOf(float64(-d)).Div(testkit.WideOf(referenceEpsilon))).Float64()
	}
	return kernel
}

// referenceCost is <C,P> for the histograms a and b of digits.
func referenceCost(kernel, a, b []float64) float64 {
	sources, targets := support(a), support(b)
	a, b = pick(a, sources), pick(b, targets)
	rows, columns := make([][]float64, len(a)), make([][]float64, len(b))
	distance := func(k, l int) int {
		p, q := sources[k], targets[l]
		down, right := p/28-q/28, p%28-q%28
		return down*down + right*right
	}
	u, v := make([]float64, len(a)), make([]float64, len(b))
	for l := range columns {
		columns[l] = make([]float64, len(a))
		v[l] = 1
	}
	for k := range rows {
		rows[k] = make([]float64, len(b))
		for l := range b {
			rows[k][l] = kernel[distance(k, l)]
			columns[l][k] = rows[k][l]
		}
	}
	for residual := 1.0; residual > 1e-14; {
		residual = 0
		for k := range u {
			sum := testkit.Dot(rows[k], v).Float64()
			residual += math.Abs(u[k]*sum - a[k])
			u[k] = a[k] / sum
		}
		for l := range v {
			v[l] = b[l] / testkit.Dot(columns[l], u).Float64()
		}
	}
	var cost testkit.Wide
	for k := range u {
		weights := make([]float64, len(b))
		for l := range weights {
			weights[l] = float64(distance(k, l)) * v[l]
		}
		cost = cost.Add(testkit.Dot(rows[k], weights).Mul(testkit.WideOf(u[k])))
	}
	return cost.Float64()
}

// reference is the matrix in the file.
func reference(t *testing.T) kernels.Matrix[float64] {
	file, err := os.Open(referenceFile)
	require.NoError(t, err)
	defer file.Close()
	distances := kernels.NewMatrix[float64](digits.Count, digits.Count)
	scanner, lines := bufio.NewScanner(file), 0
	for scanner.Scan() {
		if strings.HasPrefix(scanner.Text(), "#") {
			continue
		}
		var i, j int
		var cost float64
		_, err := fmt.Sscan(scanner.Text(), &i, &j, &cost)
		require.NoError(t, err)
		distances.Set(i, j, cost)
		distances.Set(j, i, cost)
		lines++
	}
	require.NoError(t, scanner.Err())
	require.Equal(t, digits.Count*(digits.Count+1)/2, lines)
	return distances
}

// TestReference computes some pairs of the file again, or all of them and the file with -update.
func TestReference(t *testing.T) {
	kernel := referenceKernel()
	histograms := digits.Histograms()
	if *updateReference {
		writeReference(t, kernel, histograms)
	}
	distances := reference(t)
	r := rand.New(rand.NewPCG(rand.Uint64(), 0)) // other pairs every time
	pairs := 6
	if testing.Short() {
		pairs = 1
	}
	for range pairs {
		i, j := r.IntN(digits.Count), r.IntN(digits.Count)
		require.InEpsilon(t, referenceCost(kernel, histograms[i], histograms[j]), distances.At(i, j), 1e-10, "pair %d %d", i, j)
	}
}

func writeReference(t *testing.T, kernel []float64, histograms [][]float64) {
	lines := make([]string, digits.Count)
	kernels.Parallel(digits.Count, func(i int) {
		for j := range i + 1 {
			lines[i] += fmt.Sprintf("%d %d %.15g\n", i, j, referenceCost(kernel, histograms[i], histograms[j]))
		}
	})
	header := fmt.Sprintf("# <C,P> of pairs of the digits in internal/digits, C the squared distance of pixels, eps = %v; see reference_test.go\n", referenceEpsilon)
	require.NoError(t, os.WriteFile(referenceFile, []byte(header+strings.Join(lines, "")), 0o666))
}
