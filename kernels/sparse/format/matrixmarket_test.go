package format_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

func TestMatrixMarketKinds(t *testing.T) {
	for _, c := range []struct {
		text string
		want [][]float64
	}{
		{"%%MatrixMarket matrix coordinate real general\n% comment\n\n 2 3 3\n1 1 .5\n\n2 3 -1e2\n% another\n1 3 2.5D+1\n", [][]float64{{.5, 0, 25}, {0, 0, -100}}},
		{"%%matrixmarket MATRIX Coordinate Integer GENERAL\r\n2 2 2\r\n1 2 -7\r\n2 1 +9\r\n", [][]float64{{0, -7}, {9, 0}}},
		{"%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n2 2", [][]float64{{0, 1}, {0, 1}}},
		{"%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 1\n3 1 2\n2 2 3\n", [][]float64{{1, 0, 2}, {0, 3, 0}, {2, 0, 0}}},
		{"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n", [][]float64{{0, 1}, {1, 0}}},
		{"%%MatrixMarket matrix coordinate integer skew-symmetric\n3 3 2\n2 1 4\n3 2 -5\n", [][]float64{{0, -4, 0}, {4, 0, 5}, {0, -5, 0}}},
		{"%%MatrixMarket matrix coordinate real general\n1 1 2\n1 1 3\n1 1 4\n", [][]float64{{7}}}, // the same place twice
		{"%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n0\n5\n6\n", [][]float64{{1, 3, 5}, {2, 0, 6}}},
		{"%%MatrixMarket matrix array real general\n2 3\n1 2 3 0 5 6", [][]float64{{1, 3, 5}, {2, 0, 6}}},
		{"%%MatrixMarket matrix array integer symmetric\n3 3\n1\n2\n3\n4\n5\n6\n", [][]float64{{1, 2, 3}, {2, 4, 5}, {3, 5, 6}}},
		{"%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n2\n3\n", [][]float64{{0, -1, -2}, {1, 0, -3}, {2, 3, 0}}},
		{"%%MatrixMarket matrix array real skew-symmetric\n1 1\n", [][]float64{{0}}},
		{"%%MatrixMarket matrix coordinate real general\n1 2 2\n1 1 NaN\n1 2 -inf\n", [][]float64{{math.NaN(), math.Inf(-1)}}},
		{"%%MatrixMarket matrix coordinate real general\n0 0 0\n", nil},
	} {
		a, header, err := format.ReadMatrixMarket[float64](strings.NewReader(c.text))
		require.NoError(t, err, c.text)
		require.NoError(t, a.Validate())
		require.Equal(t, len(c.want), a.Rows())
		assert.Equal(t, header.Rows, a.Rows())
		assert.Equal(t, header.Cols, a.Cols())
		for i, row := range c.want {
			testkit.RequireSame(t, row, a.Dense().Row(i))
		}
		_, _, err = format.ReadMatrixMarket[float32](iotest.OneByteReader(strings.NewReader(c.text)))
		assert.NoError(t, err)
	}
}

// banner begins the files of the next test.
const banner = "%%MatrixMarket matrix coordinate real general\n"

func TestMatrixMarketErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		want error
		line int
		says string
	}{
		{"", format.ErrBanner, 1, `format: line 1: "": not a Matrix Market header`},
		{"1 1 1\n", format.ErrBanner, 1, `"1"`},
		{"%%MatrixMarket matrix coordinate real\n", format.ErrBanner, 1, `""`},
		{"%%MatrixMarket matrix coordinate real general extra\n", format.ErrBanner, 1, "one word too many"},
		{"%%MatrixMarket vector coordinate real general\n", format.ErrUnsupported, 1, `"vector"`},
		{"%%MatrixMarket matrix sparse real general\n", format.ErrBanner, 1, `"sparse"`},
		{"%%MatrixMarket matrix coordinate complex general\n", format.ErrUnsupported, 1, "complex general"},
		{"%%MatrixMarket matrix coordinate complex hermitian\n", format.ErrUnsupported, 1, "complex hermitian"},
		{"%%MatrixMarket matrix coordinate quaternion general\n", format.ErrBanner, 1, "quaternion"},
		{"%%MatrixMarket matrix coordinate real triangular\n", format.ErrBanner, 1, "triangular"},
		{"%%MatrixMarket matrix array pattern general\n", format.ErrBanner, 1, "array pattern general"},
		{"%%MatrixMarket matrix coordinate pattern skew-symmetric\n", format.ErrBanner, 1, "pattern skew-symmetric"},
		{banner, format.ErrSize, 2, `""`},
		{banner + "% only\n%\n", format.ErrSize, 4, `""`},
		{banner + "2 2\n", format.ErrSize, 2, `""`},
		{banner + "2 2 1 1\n", format.ErrSize, 2, `"1" is one word too many`},
		{banner + "2 x 1\n", format.ErrSize, 2, `"x"`},
		{banner + "-2 2 1\n", format.ErrSize, 2, `"-2"`},
		{banner + "2 2 1.5\n", format.ErrSize, 2, `"1.5"`},
		{banner + "99999999999999999999 2 1\n", format.ErrSize, 2, "99999999999999999999"},
		{banner + "2147483648 2 1\n", format.ErrTooLarge, 2, "2147483648"},
		{banner + "2 2 9000000000\n", format.ErrTooLarge, 2, "9000000000"},
		{"%%MatrixMarket matrix array real general\n100000 100000\n", format.ErrTooLarge, 2, "100000 x 100000"},
		{"%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n", format.ErrSize, 2, "2 x 3 and symmetric"},
		{banner + "\n2 2 1\n0 1 5\n", format.ErrIndex, 4, `"0" of 2`},
		{banner + "2 2 1\n3 1 5\n", format.ErrIndex, 3, `"3" of 2`},
		{banner + "2 2 1\n1 -1 5\n", format.ErrIndex, 3, `"-1" of 2`},
		{banner + "2 2 1\n1 18446744073709551617 5\n", format.ErrIndex, 3, "18446744073709551617"},
		{banner + "2 2 1\n1.0 1 5\n", format.ErrIndex, 3, `"1.0" of 2`},
		{banner + "2 2 1\n1\n", format.ErrEntry, 3, "an index is missing"},
		{banner + "2 2 1\n1 1\n", format.ErrEntry, 3, "the value is missing"},
		{banner + "2 2 1\n1 1 2 3\n", format.ErrEntry, 3, `"3" is one word too many`},
		{banner + "2 2 1\n1 1 two\n", format.ErrValue, 3, `"two"`},
		{banner + "2 2 1\n1 1 1e999\n", format.ErrValue, 3, `"1e999"`},
		{banner + "2 2 1\n1 1 2.5D\n", format.ErrValue, 3, `"2.5D"`},
		{banner + "2 2 1\n1 1 0x1p3\n", format.ErrValue, 3, `"0x1p3"`},
		{"%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 2.5\n", format.ErrValue, 3, `"2.5" is no integer`},
		{"%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 99999999999999999999\n", format.ErrValue, 3, "is no integer"},
		{"%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 -\n", format.ErrValue, 3, `"-" is no integer`},
		{"%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 -+5\n", format.ErrValue, 3, `"-+5" is no integer`},
		{banner + "2 2 3\n1 1 1\n2 2 2\n", format.ErrTooFew, 5, "2 of 3"},
		{banner + "2 2 1\n1 1 1\n\n% x\n2 2 2\n", format.ErrTooMany, 6, `"2" after 1`},
		{"%%MatrixMarket matrix array real general\n2 2\n1\n0\n3\n", format.ErrTooFew, 6, "3 of 4"},
		{"%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n4\n", format.ErrTooMany, 6, `"4" after 3`},
		{"%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 5\n", format.ErrTriangle, 3, "(1,2) and symmetric"},
		{"%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n2 1 5\n", format.ErrTooFew, 4, "1 of 2"},
		{"%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 2 5\n", format.ErrTriangle, 3, "(2,2) and skew-symmetric"},
		{banner + "2 2 1\n1 1 " + strings.Repeat("1", 5000) + "\n", format.ErrToken, 3, "11111111111111111111..."},
		{banner[:len(banner)-1] + " " + strings.Repeat("1", 5000) + "\n", format.ErrToken, 1, "11111111111111111111..."},
		{banner + "2 2 1 " + strings.Repeat("1", 5000) + "\n", format.ErrToken, 2, "11111111111111111111..."},
		{banner + "2147483647 2147483647 1\n1 1 1\n", format.ErrTooLarge, 4, "2147483647 rows for 1 entries"},
		{banner + "2147483647 2147483647 2147483647\n1 1 1\n", format.ErrTooFew, 4, "1 of 2147483647"},
		{"\x1f\x8bnot gzip", gzip.ErrHeader, 1, "gzip"},
	} {
		a, _, err := format.ReadMatrixMarket[float64](strings.NewReader(c.text))
		assert.Nil(t, a)
		require.ErrorIs(t, err, c.want, "%.80q", c.text)
		var where *format.Error
		require.ErrorAs(t, err, &where)
		assert.Equal(t, c.line, where.Line, "%.80q: %v", c.text, err)
		assert.ErrorContains(t, err, c.says)
	}
}

func TestReadersPassErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	for _, text := range []string{"", "%%Matr", banner, banner + "2 2", banner + "2 2 1\n1", banner + "2 2 1\n1 1 1\n"} {
		_, _, err := format.ReadMatrixMarket[float64](io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken, "%q", text)
	}
	_, err := format.ReadLIBSVM[float64](io.MultiReader(strings.NewReader("1 2:3"), iotest.ErrReader(broken)), format.LIBSVMSettings{})
	require.ErrorIs(t, err, broken)
	once := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("1 2:3"))) // an error in the place of its second byte, but no other
	_, err = format.ReadLIBSVM[float64](once, format.LIBSVMSettings{})
	require.ErrorIs(t, err, iotest.ErrTimeout)
	whole := zipped(t, banner+"2 2 1\n1 1 1\n")
	_, _, err = format.ReadMatrixMarket[float64](bytes.NewReader(whole[:len(whole)-9]))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func zipped(t *testing.T, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// TestHostileHeadersTakeNoMemory reads small files that announce large matrices, plain and compressed.
func TestHostileHeadersTakeNoMemory(t *testing.T) {
	for _, text := range []string{
		banner + "2147483647 2147483647 2147483647\n1 1 1\n",
		banner + "2147483647 1 1\n1 1 1\n",
		"%%MatrixMarket matrix array real general\n40000 40000\n1\n",
		"%%MatrixMarket matrix coordinate pattern symmetric\n2147483647 2147483647 2147483647\n2 1\n",
	} {
		for _, data := range [][]byte{[]byte(text), zipped(t, text)} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := format.ReadMatrixMarket[float64](bytes.NewReader(data))
			runtime.ReadMemStats(&after)
			assert.Error(t, err)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), "%q", text)
		}
	}
	t3, err := format.ReadTriplets[float64](strings.NewReader(banner + "2147483647 2147483647 1\n2147483647 2 5\n"))
	require.NoError(t, err)
	assert.Equal(t, []int32{math.MaxInt32 - 1}, t3.Row)
	assert.Equal(t, []int32{1}, t3.Column)
	assert.Equal(t, []float64{5}, t3.Value)
}

func TestMatrixMarketRoundTrip(t *testing.T) {
	random := testkit.NewRandom(1)
	m := kernels.NewMatrix[float64](7, 7)
	for range 20 {
		m.Set(random.IntN(7), random.IntN(7), testkit.FromBits[float64](random.Uint64()))
	}
	m.Set(6, 6, math.Copysign(0, -1))
	values, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	symmetric, err := sparse.FromCSR(3, 3, []int{0, 2, 3, 4}, []int{0, 1, 0, 2}, []float64{2, -3, -3, 9})
	require.NoError(t, err)
	skew, err := sparse.FromCSR(3, 3, []int{0, 1, 2, 2}, []int{1, 0}, []float64{4, -4})
	require.NoError(t, err)
	whole, err := sparse.FromCSR(1, 4, []int{0, 4}, []int{0, 1, 2, 3}, []float64{math.Copysign(0, -1), 0, 1<<62 + 1<<20, -math.Nextafter(1<<63, 0)})
	require.NoError(t, err)
	ones, err := sparse.FromCSR(2, 3, []int{0, 1, 3}, []int{2, 0, 1}, []float64{1, 1, 1})
	require.NoError(t, err)
	for _, c := range []struct {
		a *sparse.CSR[float64]
		h format.Header
	}{
		{values, format.Header{}},
		{symmetric, format.Header{}},
		{symmetric, format.Header{Symmetry: format.Symmetric}},
		{symmetric, format.Header{Field: format.Integer, Symmetry: format.Symmetric}},
		{skew, format.Header{Symmetry: format.SkewSymmetric}},
		{whole, format.Header{Field: format.Integer}},
		{ones, format.Header{Field: format.Pattern}},
	} {
		var file bytes.Buffer
		require.NoError(t, format.WriteMatrixMarket(&file, c.a, c.h, "two\nlines"))
		text := file.String()
		assert.Contains(t, text, "\n% two\n% lines\n")
		b, header, err := format.ReadMatrixMarket[float64](&file)
		require.NoError(t, err, text)
		assert.Equal(t, c.h.Symmetry, header.Symmetry)
		assert.Equal(t, c.h.Field, header.Field)
		assert.Equal(t, c.a.Columns(), b.Columns())
		testkit.RequireSame(t, c.a.Values(), b.Values())
	}
	var file bytes.Buffer
	require.NoError(t, format.WriteMatrixMarketArray(&file, m, ""))
	b, _, err := format.ReadMatrixMarket[float64](&file)
	require.NoError(t, err)
	for i := range 7 {
		for j := range 7 {
			assert.True(t, m.At(i, j) == 0 && b.At(i, j) == 0 || testkit.Same(m.At(i, j), b.At(i, j)))
		}
	}
}

func TestWriteMatrixMarketErrors(t *testing.T) {
	a, err := sparse.FromCSR(2, 2, []int{0, 1, 2}, []int{1, 0}, []float64{4.5, -4.5})
	require.NoError(t, err)
	wide, err := sparse.FromCSR(1, 2, []int{0, 1}, []int{1}, []float64{math.Inf(1)})
	require.NoError(t, err)
	diagonal, err := sparse.FromCSR(1, 1, []int{0, 1}, []int{0}, []float64{0})
	require.NoError(t, err)
	for _, c := range []struct {
		a    *sparse.CSR[float64]
		h    format.Header
		want error
	}{
		{a, format.Header{Array: true}, format.ErrUnsupported},
		{a, format.Header{Field: 9}, format.ErrUnsupported},
		{a, format.Header{Symmetry: 9}, format.ErrUnsupported},
		{a, format.Header{Field: format.Pattern, Symmetry: format.SkewSymmetric}, format.ErrUnsupported},
		{a, format.Header{Field: format.Integer}, format.ErrField},
		{wide, format.Header{Field: format.Integer}, format.ErrField},
		{a, format.Header{Field: format.Pattern}, format.ErrField},
		{a, format.Header{Symmetry: format.Symmetric}, format.ErrSymmetry},
		{wide, format.Header{Symmetry: format.Symmetric}, format.ErrSymmetry},
		{diagonal, format.Header{Symmetry: format.SkewSymmetric}, format.ErrSymmetry},
	} {
		var file bytes.Buffer
		assert.ErrorIs(t, format.WriteMatrixMarket(&file, c.a, c.h, ""), c.want, "%+v", c.h)
		assert.Empty(t, file.Bytes())
	}
	assert.ErrorIs(t, format.WriteMatrixMarketArray(io.Discard, kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1}, ""), format.ErrLength)
	broken := errors.New("broken")
	assert.ErrorIs(t, format.WriteMatrixMarket(failing{broken}, a, format.Header{}, ""), broken)
}

// failing is a writer that does not write.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestRealMatrix reads a piece of a stiffness matrix, which is symmetric with a positive diagonal.
func TestRealMatrix(t *testing.T) {
	file, err := os.Open("testdata/bcsstk13-leading.mtx")
	require.NoError(t, err)
	defer file.Close()
	a, header, err := format.ReadMatrixMarket[float64](file)
	require.NoError(t, err)
	assert.Equal(t, format.Symmetric, header.Symmetry)
	assert.Equal(t, [2]int{80, 80}, [2]int{a.Rows(), a.Cols()})
	assert.Equal(t, 277281165.183, a.At(0, 0))
	assert.Equal(t, 3101923.80092, a.At(0, 1))
	for i, d := range a.Diagonal() {
		assert.Positive(t, d, "row %d", i)
	}
	_, err = sparse.NewSymmetric(a)
	assert.NoError(t, err)
	assert.Equal(t, 2*header.Entries-80, a.Len())
}

func TestNames(t *testing.T) {
	assert.Equal(t, "integer skew-symmetric", fmt.Sprint(format.Integer, " ", format.SkewSymmetric))
	assert.Equal(t, "format.Field(9)", format.Field(9).String())
}
