package fuzz

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

func init() {
	for target, functions := range map[string][]string{
		"FuzzMatrixMarket": {"ReadMatrixMarket", "WriteMatrixMarket"},
		"FuzzLIBSVM":       {"ReadLIBSVM", "WriteLIBSVM"},
	} {
		covers[target] = functions
	}
}

// FuzzMatrixMarket: any file gives a valid matrix or an Error; what is written of a matrix reads as the same again.
func FuzzMatrixMarket(f *testing.F) {
	for _, text := range []string{
		"%%MatrixMarket matrix coordinate real general\n% c\n2 3 2\n1 1 .5\n2 3 -1e2\n",
		"%%MatrixMarket matrix coordinate integer skew-symmetric\n3 3 1\n3 1 4\n",
		"%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n3 1\n2 2\n",
		"%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n",
		"%%MatrixMarket matrix coordinate complex hermitian\n1 1 1\n1 1 2 0\n",
		"%%MatrixMarket matrix coordinate real general\n2147483647 2147483647 2147483647\n1 1 1\n",
	} {
		f.Add([]byte(text))
	}
	f.Add(compressed(f, "%%MatrixMarket matrix array integer general\n1 2\n3\n4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, header, err := format.ReadMatrixMarket[float64](bytes.NewReader(data))
		if err != nil {
			requireFormatError(t, err)
			return
		}
		requireValid(t, a)
		header.Array = false
		var file bytes.Buffer
		if err := format.WriteMatrixMarket(&file, a, header, ""); err != nil {
			if errors.Is(err, format.ErrField) || errors.Is(err, format.ErrSymmetry) {
				return // entries in the same place add up to something else, or there is a NaN
			}
			t.Fatal(err)
		}
		b, _, err := format.ReadMatrixMarket[float64](&file)
		if err != nil {
			t.Fatal(err)
		}
		requireSameMatrix(t, a, b)
	})
}

// FuzzLIBSVM: the same for examples.
func FuzzLIBSVM(f *testing.F) {
	for _, text := range []string{"+1 1:0.5 3:-2 # c\n-1 qid:3 2:1\n", "0\n\n1 2147483647:1", "1 0:1 1:nan", "1 2:1 2:1\n"} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	f.Add(compressed(f, "1 1:1\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, fromZero bool) {
		settings := format.LIBSVMSettings{FromZero: fromZero}
		d, err := format.ReadLIBSVM[float32](bytes.NewReader(data), settings)
		if err != nil {
			requireFormatError(t, err)
			return
		}
		requireValid(t, d.X)
		var file bytes.Buffer
		if err := format.WriteLIBSVM(&file, d, settings); err != nil {
			t.Fatal(err)
		}
		e, err := format.ReadLIBSVM[float32](&file, settings)
		if err != nil {
			t.Fatal(err)
		}
		requireSameMatrix(t, d.X, e.X)
		testkit.RequireSame(t, d.Labels, e.Labels)
		if !slices.Equal(d.Queries, e.Queries) {
			t.Fatalf("queries %v, want %v", e.Queries, d.Queries)
		}
	})
}

func compressed(f *testing.F, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

func requireFormatError(t *testing.T, err error) {
	t.Helper()
	if where := (*format.Error)(nil); !errors.As(err, &where) || where.Line < 1 {
		t.Fatalf("%T without a line: %v", err, err)
	}
}
