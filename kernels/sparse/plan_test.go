package sparse_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// plans are those in every format that can hold the matrix.
func plans[T kernels.Float](t testing.TB, a *sparse.CSR[T]) (list []*sparse.Plan[T]) {
	t.Helper()
	for format := sparse.FormatCSR; format <= sparse.FormatSymmetric; format++ {
		p, err := sparse.NewPlan(a, sparse.PlanSettings{Format: format})
		if err != nil {
			continue
		}
		require.Equal(t, format, p.Format())
		require.Same(t, a, p.Matrix())
		list = append(list, p)
	}
	return list
}

func TestPlan(t *testing.T) { testkit.EachType(t, planMulVec[float32], planMulVec[float64]) }

func planMulVec[T kernels.Float](t *testing.T) {
	seen := map[sparse.Format]int{}
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		x := testkit.Normal[T](testkit.NewRandom(1), a.Cols())
		for _, p := range plans(t, a) {
			seen[p.Format()]++
			for k, s := range scalars {
				if testing.Short() && k != int(p.Format())%len(scalars) {
					continue
				}
				alpha, beta := T(s[0]), T(s[1])
				before := operand[T](a.Rows(), s[1])
				y := slices.Clone(before)
				p.MulVec(alpha, x, beta, y)
				for i := range y {
					columns, values := a.Row(i)
					if looked(i, columns) {
						requireElement(t, y[i], alpha, values, picked(x, columns), beta, before[i], func() string { return fmt.Sprintf("%v: y[%d]", p.Format(), i) })
					}
				}
			}
		}
	})
	for format := sparse.FormatCSR; format <= sparse.FormatSymmetric; format++ {
		require.NotZero(t, seen[format], "%v was never tried", format)
	}
}

// TestPlanSpecialValues: an infinite element of x meets the zeros that fill formats up, which are not entries.
func TestPlanSpecialValues(t *testing.T) {
	testkit.EachType(t, planSpecial[float32], planSpecial[float64])
}

func planSpecial[T kernels.Float](t *testing.T) {
	for _, a := range []*sparse.CSR[T]{
		banded[T](300, 2).matrix(t), poisson[T](20).matrix(t), scattered[T](300, 300, 900, 3).matrix(t), arrow[T](17000).matrix(t),
		ring[T](300).matrix(t),
	} {
		x := testkit.Normal[T](testkit.NewRandom(4), a.Cols())
		x[7], x[a.Cols()/3], x[a.Cols()-2] = T(math.Inf(1)), T(math.NaN()), T(math.Inf(-1))
		for _, alpha := range []T{-2, T(math.Inf(1))} {
			want := make([]T, a.Rows())
			a.MulVec(alpha, x, 0, want)
			for _, p := range plans(t, a) {
				y := make([]T, a.Rows())
				p.MulVec(alpha, x, 0, y)
				for i, v := range want {
					if finite := v-v == 0; finite != (y[i]-y[i] == 0) || !finite && !testkit.Same(v, y[i]) {
						t.Fatalf("%v, alpha %v: y[%d] = %v, want %v", p.Format(), alpha, i, y[i], v)
					}
				}
			}
		}
	}
}

// ring is a symmetric matrix without an entry on its diagonal: who is next to whom in a circle.
func ring[T kernels.Float](n int) *triplets[T] {
	c := &triplets[T]{rows: n, cols: n}
	for i := range n {
		c.add(i, (i+1)%n, 1)
		c.add((i+1)%n, i, 1)
	}
	return c
}

func TestPlanBitsDoNotDependOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	for name, a := range patterns[float64](t) {
		if testing.Short() && name != "arrow" && name != "grid" { // for the race detector
			continue
		}
		x := testkit.Normal[float64](testkit.NewRandom(1), a.Cols())
		for _, p := range plans(t, a) {
			want, got := make([]float64, a.Rows()), make([]float64, a.Rows())
			kernels.SetWorkers(1)
			p.MulVec(2, x, 0, want)
			kernels.SetWorkers(4)
			p.MulVec(2, x, 0, got)
			require.Equal(t, want, got, "%s, %v", name, p.Format())
		}
	}
}

func TestPlanPanics(t *testing.T) {
	p := plans(t, scattered[float64](7, 9, 30, 2).matrix(t))[0]
	require.PanicsWithValue(t, "sparse: Plan.MulVec: len(x)=7, columns=9", func() { p.MulVec(1, make([]float64, 7), 0, make([]float64, 7)) })
	require.PanicsWithValue(t, "sparse: Plan.MulVec: len(y)=9, rows=7", func() { p.MulVec(1, make([]float64, 9), 0, make([]float64, 9)) })
}

// TestPlanOfTallDiagonals: rows below the last diagonal have no element to multiply.
func TestPlanOfTallDiagonals(t *testing.T) {
	c := &triplets[float64]{rows: 400, cols: 3}
	for i := range 3 {
		for j := range 3 {
			c.add(i, j, float64(1+i+j))
		}
	}
	p, err := sparse.NewPlan(c.matrix(t), sparse.PlanSettings{Format: sparse.FormatDiagonals})
	require.NoError(t, err)
	y := make([]float64, 400)
	p.MulVec(1, []float64{1, 2, 3}, 0, y)
	require.Equal(t, append([]float64{14, 20, 26}, make([]float64, 397)...), y)
}

func TestPlanErrors(t *testing.T) {
	random := scattered[float32](400, 400, 900, 2).matrix(t)
	for _, c := range []struct {
		settings sparse.PlanSettings
		want     error
		message  string
	}{
		{sparse.PlanSettings{Format: sparse.FormatDiagonals}, sparse.ErrFormat, "more than 64 diagonals"},
		{sparse.PlanSettings{Format: sparse.FormatSlabs}, sparse.ErrFormat, "format slabs takes"},
		{sparse.PlanSettings{Format: sparse.FormatSymmetric}, sparse.ErrNotSymmetric, "a("},
		{sparse.PlanSettings{Format: 99}, sparse.ErrFormat, "settings.Format = Format(99)"},
		{sparse.PlanSettings{Products: -1}, sparse.ErrSize, "settings.Products = -1"},
	} {
		p, err := sparse.NewPlan(random, c.settings)
		require.Nil(t, p)
		require.ErrorIs(t, err, c.want)
		require.ErrorContains(t, err, c.message)
	}
}

// TestPlanOfManyColumns: rows are not looked at in every one of thousands of bands for a few entries each.
func TestPlanOfManyColumns(t *testing.T) {
	c := &triplets[float32]{rows: 20000, cols: math.MaxInt32}
	for i := range c.rows {
		c.add(i, i*100003, 1)
	}
	p, err := sparse.NewPlan(c.matrix(t), sparse.PlanSettings{Format: sparse.FormatShort})
	require.Nil(t, p)
	require.ErrorIs(t, err, sparse.ErrFormat)
	require.ErrorContains(t, err, "cuts 20000 rows with 20000 entries into 32768 bands")
}

// TestPlanSaysWhy: what was measured and what was not; no plan is made where it cannot pay.
func TestPlanSaysWhy(t *testing.T) {
	a := poisson[float64](60).matrix(t)
	p, err := sparse.NewPlan(a, sparse.PlanSettings{})
	require.NoError(t, err)
	candidates := p.Candidates()
	require.Equal(t, sparse.FormatCSR, candidates[0].Format)
	require.Len(t, candidates, int(sparse.FormatSymmetric))
	for _, c := range candidates {
		require.Contains(t, p.String(), c.Format.String())
		require.True(t, c.Seconds > 0 && c.Bytes > 0 || c.Reason != "", "%+v", c)
		if c.Format == sparse.FormatDiagonals {
			require.Equal(t, 8*(3*3600-60-1), c.Bytes, "the main diagonal and those above")
		}
	}
	p, err = sparse.NewPlan(a, sparse.PlanSettings{Products: 2})
	require.NoError(t, err)
	require.Equal(t, sparse.FormatCSR, p.Format())
	require.Contains(t, p.String(), "2 products do not pay for measuring")
}

// TestPlanOfNothing: the zero value, and matrices without rows, columns or entries.
func TestPlanOfNothing(t *testing.T) {
	p, err := sparse.NewPlan(&sparse.CSR[float64]{}, sparse.PlanSettings{})
	require.NoError(t, err)
	p.MulVec(1, nil, 0, nil)
	for _, shape := range [][2]int{{0, 3}, {3, 0}, {4, 5}} {
		a := (&triplets[float64]{rows: shape[0], cols: shape[1]}).matrix(t)
		p, err := sparse.NewPlan(a, sparse.PlanSettings{})
		require.NoError(t, err)
		y := make([]float64, shape[0])
		for i := range y {
			y[i] = 1
		}
		p.MulVec(1, make([]float64, shape[1]), 2, y)
		for _, v := range y {
			require.Equal(t, 2.0, v)
		}
	}
}

func TestPlanNoAllocs(t *testing.T) {
	testkit.EachType(t, planNoAllocs[float32], planNoAllocs[float64])
}

func planNoAllocs[T kernels.Float](t *testing.T) {
	for _, p := range plans(t, poisson[T](12).matrix(t)) {
		testkit.NoAllocs(t, func() {
			var x, y [144]T
			p.MulVec(2, x[:], 1, y[:])
		})
	}
	for _, p := range plans(t, poisson[T](150).matrix(t)) {
		x, y := make([]T, 150*150), make([]T, 150*150)
		testkit.NoAllocs(t, func() { p.MulVec(2, x, 1, y) })
	}
}
