package sparse_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestTransposeTwice(t *testing.T) {
	for _, a := range patterns[float64](t) {
		b := a.Transpose()
		require.Equal(t, a.Cols(), b.Rows())
		requireEqual(t, a, b.Transpose())
	}
	a := scattered[float32](8, 13, 50, 1).matrix(t)
	for i := range 8 {
		for j := range 13 {
			require.Equal(t, a.At(i, j), a.Transpose().At(j, i))
		}
	}
}

func TestPermute(t *testing.T) {
	random := testkit.NewRandom(9)
	a := scattered[float64](31, 31, 200, 2).matrix(t)
	order := random.Perm(31)
	back := make([]int, 31)
	for k, i := range order {
		back[i] = k
	}
	for name, permute := range map[string]func(*sparse.CSR[float64], []int) (*sparse.CSR[float64], error){
		"rows":      (*sparse.CSR[float64]).PermuteRows,
		"columns":   (*sparse.CSR[float64]).PermuteColumns,
		"symmetric": (*sparse.CSR[float64]).PermuteSymmetric,
	} {
		b, err := permute(a, order)
		require.NoError(t, err)
		require.NoError(t, b.Validate())
		for i := range 31 {
			for j := range 31 {
				fromI, fromJ := i, j
				if name != "columns" {
					fromI = order[i]
				}
				if name != "rows" {
					fromJ = order[j]
				}
				require.Equal(t, a.At(fromI, fromJ), b.At(i, j), "%s (%d,%d)", name, i, j)
			}
		}
		c, err := permute(b, back)
		require.NoError(t, err)
		requireEqual(t, a, c)
	}
}

func TestExtractRows(t *testing.T) {
	a := scattered[float64](6, 8, 20, 3).matrix(t)
	b, err := a.ExtractRows([]int{5, 0, 5})
	require.NoError(t, err)
	require.NoError(t, b.Validate())
	for k, i := range []int{5, 0, 5} {
		columns, values := a.Row(i)
		gotColumns, gotValues := b.Row(k)
		assert.True(t, slices.Equal(columns, gotColumns) && slices.Equal(values, gotValues))
	}
	none, err := a.ExtractRows(nil)
	require.NoError(t, err)
	assert.Equal(t, 0, none.Rows())
	assert.Equal(t, 8, none.Cols())
}

func TestScaleAndDiagonal(t *testing.T) {
	a := scattered[float64](5, 7, 25, 4).matrix(t)
	rows, columns := []float64{1, 2, 3, 4, 5}, []float64{-1, 2, -3, 4, -5, 6, -7}
	byRows, byColumns := a.ScaleRows(rows), a.ScaleColumns(columns)
	require.NoError(t, byRows.Validate())
	require.NoError(t, byColumns.Validate())
	for i := range 5 {
		assert.Equal(t, a.At(i, i), a.Diagonal()[i])
		for j := range 7 {
			assert.Equal(t, rows[i]*a.At(i, j), byRows.At(i, j))
			assert.Equal(t, columns[j]*a.At(i, j), byColumns.At(i, j))
		}
	}
	assert.Len(t, a.Diagonal(), 5)
	assert.Len(t, a.Transpose().Diagonal(), 5)
}

func TestWithValuesSharesThem(t *testing.T) {
	a := poisson[float64](3).matrix(t)
	values := make([]float64, a.Len())
	b, err := a.WithValues(values)
	require.NoError(t, err)
	values[0] = 7
	assert.Equal(t, 7.0, b.At(0, 0))
	assert.Equal(t, 4.0, a.At(0, 0))
}

func TestSymmetric(t *testing.T) {
	testkit.EachType(t, symmetricProducts[float32], symmetricProducts[float64])
}

func symmetricProducts[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		if a.Rows() != a.Cols() {
			return
		}
		s := symmetricPart(t, a)
		full := s.Full()
		again, err := sparse.NewSymmetric(full)
		require.NoError(t, err)
		requireEqual(t, s.Lower(), again.Lower())
		requireProduct(t, full, testkit.Normal[T](testkit.NewRandom(8), s.Rows()), s.MulVec)
	})
}

func TestSymmetricAddsTheDiagonal(t *testing.T) {
	a, err := sparse.FromCSR(3, 3, []int{0, 1, 2, 2}, []int{1, 0}, []float64{5, 5})
	require.NoError(t, err)
	s, err := sparse.NewSymmetric(a)
	require.NoError(t, err)
	assert.Equal(t, 4, s.Lower().Len())
	assert.Equal(t, 5, s.Full().Len())
	y := []float64{1, 1, 1}
	s.MulVec(2, []float64{1, 2, 3}, 10, y)
	assert.Equal(t, []float64{30, 20, 10}, y)
}

func TestTriangular(t *testing.T) { testkit.EachType(t, triangular[float32], triangular[float64]) }

// triangular checks solutions by what they must satisfy, row by row, and with a product.
func triangular[T kernels.Float](t *testing.T) {
	matrices := map[string]*sparse.CSR[T]{
		"one": banded[T](1, 0).matrix(t), "band": banded[T](60, 2).matrix(t), "grid": poisson[T](60).matrix(t),
		"levels": leveled[T](t, 4, 4000), "arrow": arrow[T](40000).matrix(t), "empty": banded[T](0, 0).matrix(t),
	}
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, a := range matrices {
			for _, unit := range []bool{false, true} {
				for _, upper := range []bool{false, true} {
					prepare := sparse.NewLower[T]
					if upper {
						prepare = sparse.NewUpper[T]
					}
					s, err := prepare(a, unit)
					require.NoError(t, err)
					b := testkit.Normal[T](testkit.NewRandom(4), a.Rows())
					x := make([]T, len(b))
					s.Solve(x, b)
					for i := range b {
						if !looked(i, nil) {
							continue
						}
						terms, factors := []T{1}, []T{x[i]}
						if !unit {
							terms[0] = a.At(i, i)
						}
						columns, values := a.Row(i)
						for k, j := range columns {
							if upper && int(j) > i || !upper && int(j) < i {
								terms, factors = append(terms, values[k]), append(factors, x[j])
							}
						}
						difference := testkit.WideOf(float64(b[i])).Sub(testkit.Dot(terms, factors)).Float64()
						bound := float64(len(terms)+3) * testkit.Roundoff[T]() * testkit.AbsDot(terms, factors).Float64()
						require.LessOrEqual(t, max(difference, -difference), bound, "%s, row %d", name, i)
					}
					s.Solve(b, b)
					testkit.RequireSame(t, x, b)
				}
			}
		}
	})
}

func TestLevels(t *testing.T) {
	for name, c := range map[string]struct {
		a      *sparse.CSR[float64]
		levels int
	}{
		"none":        {banded[float64](0, 0).matrix(t), 0},
		"diagonal":    {banded[float64](50, 0).matrix(t), 1},
		"tridiagonal": {banded[float64](50, 1).matrix(t), 50},
		"grid":        {poisson[float64](20).matrix(t), 39},
		"levels":      {leveled[float64](t, 7, 400), 7},
	} {
		for _, prepare := range []func(*sparse.CSR[float64], bool) (*sparse.Triangular[float64], error){sparse.NewLower[float64], sparse.NewUpper[float64]} {
			s, err := prepare(c.a, false)
			require.NoError(t, err)
			assert.Equal(t, c.levels, s.Levels(), name)
			assert.Equal(t, c.a.Rows(), s.Rows())
		}
	}
}
