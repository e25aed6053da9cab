package format_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

func TestReadLIBSVM(t *testing.T) {
	text := "# a comment\n+1 1:0.5 3:-2 # trailing 9:9\n\n-1\n  2.5e0 qid:7\t2:1\r\n"
	for _, data := range [][]byte{[]byte(text), zipped(t, text)} {
		d, err := format.ReadLIBSVM[float64](bytes.NewReader(data), format.LIBSVMSettings{})
		require.NoError(t, err)
		assert.Equal(t, []float64{1, -1, 2.5}, d.Labels)
		assert.Equal(t, []int64{-1, -1, 7}, d.Queries)
		assert.Equal(t, 3, d.X.Cols())
		assert.Equal(t, []float64{0.5, 0, -2, 0, 0, 0, 0, 1, 0}, d.X.Dense().Data)
	}
	d, err := format.ReadLIBSVM[float32](strings.NewReader("1 0:1 4:2"), format.LIBSVMSettings{Columns: 10, FromZero: true})
	require.NoError(t, err)
	assert.Equal(t, 10, d.X.Cols())
	assert.Equal(t, float32(2), d.X.At(0, 4))
	assert.Nil(t, d.Queries)
	d, err = format.ReadLIBSVM[float32](strings.NewReader(""), format.LIBSVMSettings{})
	require.NoError(t, err)
	assert.Equal(t, 0, d.X.Rows())
}

func TestReadLIBSVMErrors(t *testing.T) {
	for _, c := range []struct {
		text     string
		settings format.LIBSVMSettings
		want     error
		line     int
		says     string
	}{
		{"1 1:1\nx 1:1\n", format.LIBSVMSettings{}, format.ErrLabel, 2, `"x"`},
		{"1,2 1:1\n", format.LIBSVMSettings{}, format.ErrLabel, 1, `"1,2"`},
		{"1:1\n", format.LIBSVMSettings{}, format.ErrLabel, 1, `"1:1"`},
		{"1 5\n", format.LIBSVMSettings{}, format.ErrEntry, 1, `"5"`},
		{"1 qid:x 1:1\n", format.LIBSVMSettings{}, format.ErrEntry, 1, `"qid:x"`},
		{"1 1:1 qid:2\n", format.LIBSVMSettings{}, format.ErrIndex, 1, `"qid:2"`},
		{"1 0:1\n", format.LIBSVMSettings{}, format.ErrIndex, 1, `"0:1"`},
		{"1 -1:1\n", format.LIBSVMSettings{}, format.ErrIndex, 1, `"-1:1"`},
		{"1 :1\n", format.LIBSVMSettings{}, format.ErrIndex, 1, `":1"`},
		{"1 99999999999999999999:1\n", format.LIBSVMSettings{}, format.ErrIndex, 1, "99999999999999999999:1"},
		{"1 2147483648:1\n", format.LIBSVMSettings{}, format.ErrTooLarge, 1, `"2147483648:1"`},
		{"1 4:1\n", format.LIBSVMSettings{Columns: 3}, format.ErrIndex, 1, "4 of 3 features"},
		{"1 3:1\n", format.LIBSVMSettings{Columns: 3, FromZero: true}, format.ErrIndex, 1, "3 of 3 features"},
		{"\n\n1 2:1 2:1\n", format.LIBSVMSettings{}, format.ErrOrder, 3, "2 after 2"},
		{"1 2:1 1:1\n", format.LIBSVMSettings{}, format.ErrOrder, 1, "1 after 2"},
		{"1 1:\n", format.LIBSVMSettings{}, format.ErrValue, 1, `"1:"`},
		{"1 1:1:1\n", format.LIBSVMSettings{}, format.ErrValue, 1, `"1:1:1"`},
		{"1 1:bad\n", format.LIBSVMSettings{}, format.ErrValue, 1, `"1:bad"`},
		{"odd 1:1\n", format.LIBSVMSettings{}, format.ErrLabel, 1, `"odd"`},
		{"1 1:1e400\n", format.LIBSVMSettings{}, format.ErrValue, 1, `"1:1e400"`},
		{"1 1:" + strings.Repeat("0", 2000), format.LIBSVMSettings{}, format.ErrToken, 1, "..."},
	} {
		_, err := format.ReadLIBSVM[float64](strings.NewReader(c.text), c.settings)
		require.ErrorIs(t, err, c.want, c.text)
		var where *format.Error
		require.ErrorAs(t, err, &where)
		assert.Equal(t, c.line, where.Line, c.text)
		assert.ErrorContains(t, err, c.says)
	}
	for _, columns := range []int{-1, math.MaxInt32 + 1} {
		_, err := format.ReadLIBSVM[float64](strings.NewReader(""), format.LIBSVMSettings{Columns: columns})
		assert.ErrorIs(t, err, format.ErrTooLarge)
	}
}

// TestRealDataset reads examples of 14 attributes each, all turned to ones, and writes them again.
func TestRealDataset(t *testing.T) {
	file, err := os.Open("testdata/a9a-first200.gz")
	require.NoError(t, err)
	defer file.Close()
	d, err := format.ReadLIBSVM[float64](file, format.LIBSVMSettings{Columns: 123})
	require.NoError(t, err)
	require.Len(t, d.Labels, 200)
	for i := range 200 {
		_, values := d.X.Row(i)
		require.LessOrEqual(t, len(values), 14)
		for _, v := range values {
			require.Equal(t, 1.0, v)
		}
	}
	columns, _ := d.X.Row(0)
	assert.Equal(t, []int32{2, 10, 13, 18, 38, 41, 54, 63, 66, 72, 74, 75, 79, 82}, columns)
	d.Queries = make([]int64, 200)
	d.Queries[3] = -1
	d.X.Values()[5] = testkit.FromBits[float64](0x3fe123456789abcd)
	for _, settings := range []format.LIBSVMSettings{{Columns: 123}, {Columns: 123, FromZero: true}} {
		var out bytes.Buffer
		require.NoError(t, format.WriteLIBSVM(&out, d, settings))
		again, err := format.ReadLIBSVM[float64](&out, settings)
		require.NoError(t, err)
		assert.Equal(t, d, again)
	}
}

func TestWriteLIBSVMErrors(t *testing.T) {
	d, err := format.ReadLIBSVM[float64](strings.NewReader("1 qid:1 1:1\n"), format.LIBSVMSettings{})
	require.NoError(t, err)
	short := d
	short.Labels = nil
	assert.ErrorIs(t, format.WriteLIBSVM(&bytes.Buffer{}, short, format.LIBSVMSettings{}), format.ErrLength)
	short = d
	short.Queries = []int64{}
	assert.ErrorIs(t, format.WriteLIBSVM(&bytes.Buffer{}, short, format.LIBSVMSettings{}), format.ErrLength)
	short.Queries = []int64{-2}
	assert.ErrorIs(t, format.WriteLIBSVM(&bytes.Buffer{}, short, format.LIBSVMSettings{}), format.ErrEntry)
}

// TestWritersWithoutAMatrix: the matrix of a constructor that failed is nil.
func TestWritersWithoutAMatrix(t *testing.T) {
	assert.ErrorIs(t, format.WriteMatrixMarket[float64](io.Discard, nil, format.Header{}, ""), format.ErrNil)
	assert.ErrorIs(t, format.WriteLIBSVM(io.Discard, format.Dataset[float64]{}, format.LIBSVMSettings{}), format.ErrNil)
}

// TestNoReaderNorWriter: none at all is an error like any other.
func TestNoReaderNorWriter(t *testing.T) {
	a, _, err := format.ReadMatrixMarket[float64](strings.NewReader("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n"))
	require.NoError(t, err)
	d, err := format.ReadLIBSVM[float64](strings.NewReader("1 1:1\n"), format.LIBSVMSettings{})
	require.NoError(t, err)
	_, _, market := format.ReadMatrixMarket[float64](nil)
	_, triplets := format.ReadTriplets[float64](nil)
	_, libsvm := format.ReadLIBSVM[float64](nil, format.LIBSVMSettings{})
	for _, err := range []error{market, triplets, libsvm} {
		var where *format.Error
		assert.ErrorAs(t, err, &where)
		assert.ErrorIs(t, err, format.ErrNil)
	}
	for _, err := range []error{
		format.WriteMatrixMarket(nil, a, format.Header{}, ""), format.WriteMatrixMarketArray(nil, a.Dense(), ""),
		format.WriteLIBSVM(nil, d, format.LIBSVMSettings{}),
	} {
		assert.EqualError(t, err, "format: w: nil")
	}
}
