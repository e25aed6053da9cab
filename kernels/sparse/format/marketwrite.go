package format

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// WriteMatrixMarket writes a matrix in coordinates, row by row. Of the header, Field and Symmetry count; what they leave out must
// be implied: with Symmetric or SkewSymmetric every entry needs its counterpart, with Pattern all values are 1, with Integer
// they are whole numbers below 2^63. Each line of the comment, if there is one, goes behind a %.
//
// The error wraps ErrSymmetry, ErrField, ErrUnsupported or ErrNil, before anything is written, or is the writer's.
func WriteMatrixMarket[T kernels.Float](w io.Writer, a *sparse.CSR[T], header Header, comment string) error {
	if w == nil {
		return fmt.Errorf("format: w: %w", ErrNil)
	}
	if a == nil {
		return fmt.Errorf("format: a: %w", ErrNil)
	}
	if header.Array || int(header.Field) >= len(fields) || int(header.Symmetry) >= len(symmetries) {
		return fmt.Errorf("format: header %+v: %w", header, ErrUnsupported)
	}
	if header.Field == Pattern && header.Symmetry == SkewSymmetric {
		return fmt.Errorf("format: %v %v: %w", header.Field, header.Symmetry, ErrUnsupported)
	}
	if err := checkField(a, header.Field); err != nil {
		return err
	}
	if err := checkSymmetry(a, header.Symmetry); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(out, "%%%%MatrixMarket matrix coordinate %v %v\n", header.Field, header.Symmetry)
	writeComment(out, comment)
	count := 0
	each(a, header.Symmetry, func(int, int32, T) { count++ })
	fmt.Fprintf(out, "%d %d %d\n", a.Rows(), a.Cols(), count)
	var line []byte
	each(a, header.Symmetry, func(i int, j int32, v T) {
		line = strconv.AppendInt(line[:0], int64(i)+1, 10)
		line = strconv.AppendInt(append(line, ' '), int64(j)+1, 10)
		switch header.Field {
		case Integer:
			line = strconv.AppendFloat(append(line, ' '), float64(v), 'f', 0, 64) // also -0
		case Real:
			line = appendReal(append(line, ' '), v)
		}
		out.Write(append(line, '\n'))
	})
	return out.Flush()
}

// WriteMatrixMarketArray writes all elements of a matrix, as vectors and right-hand sides are exchanged. The error wraps ErrLength or ErrNil, or
// is the writer's.
func WriteMatrixMarketArray[T kernels.Float](w io.Writer, m kernels.Matrix[T], comment string) error {
	if w == nil {
		return fmt.Errorf("format: w: %w", ErrNil)
	}
	if err := m.Validate(); err != nil {
		return fmt.Errorf("format: m: %w: %w", err, ErrLength)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(out, "%%%%MatrixMarket matrix array real general\n")
	writeComment(out, comment)
	fmt.Fprintf(out, "%d %d\n", m.Rows, m.Cols)
	var line []byte
	for j := range m.Cols {
		for i := range m.Rows {
			line = appendReal(line[:0], m.At(i, j))
			out.Write(append(line, '\n'))
		}
	}
	return out.Flush()
}

func writeComment(out *bufio.Writer, comment string) {
	if comment == "" {
		return
	}
	comment = strings.ReplaceAll(comment, "\r", " ")
	for line := range strings.SplitSeq(strings.TrimSuffix(comment, "\n"), "\n") {
		fmt.Fprintf(out, "%% %s\n", line)
	}
}

// each goes through the entries that a file with a symmetry has.
func each[T kernels.Float](a *sparse.CSR[T], symmetry Symmetry, do func(i int, j int32, v T)) {
	for i := range a.Rows() {
		columns, values := a.Row(i)
		for k, j := range columns {
			if symmetry == General || int(j) < i || int(j) == i && symmetry == Symmetric {
				do(i, j, values[k])
			}
		}
	}
}

// checkField asks that the values can be had from the file again.
func checkField[T kernels.Float](a *sparse.CSR[T], field Field) error {
	for _, v := range a.Values() {
		if field == Pattern && v != 1 || field == Integer && !(T(math.Trunc(float64(v))) == v && math.Abs(float64(v)) < 1<<63) {
			return fmt.Errorf("format: value %v: %w: %v", v, ErrField, field)
		}
	}
	return nil
}

// checkSymmetry compares a matrix with its transpose.
func checkSymmetry[T kernels.Float](a *sparse.CSR[T], symmetry Symmetry) error {
	sign := T(1)
	switch symmetry {
	case General:
		return nil
	case SkewSymmetric:
		sign = -1
	}
	if a.Rows() != a.Cols() {
		return fmt.Errorf("format: a is %d x %d: %w", a.Rows(), a.Cols(), ErrSymmetry)
	}
	mirror := a.Transpose()
	for i := range a.Rows() {
		columns, values := a.Row(i)
		mirrorColumns, mirrorValues := mirror.Row(i)
		if len(columns) != len(mirrorColumns) {
			return fmt.Errorf("format: row %d has %d entries, column %d has %d: %w", i, len(columns), i, len(mirrorColumns), ErrSymmetry)
		}
		for k, j := range columns {
			onDiagonal := symmetry == SkewSymmetric && int(j) == i
			if j != mirrorColumns[k] || values[k] != sign*mirrorValues[k] || onDiagonal {
				return fmt.Errorf("format: a(%d,%d) = %v, a(%d,%d) = %v: %w: %v", i, j, values[k], j, i, a.At(int(j), i), ErrSymmetry, symmetry)
			}
		}
	}
	return nil
}
