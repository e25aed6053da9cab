package x86

import (
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// Transpose merges vectors in pairs until each holds one column: first within quarters of registers (128 bits), the farther rows
// before the nearer ones, so that the columns come out in order; then the quarters themselves.
func (m *x86) Transpose(v []vector) []vector {
	if len(v) != m.Lanes() {
		panic("x86: Transpose takes as many vectors as lanes")
	}
	for distance := 16 / m.typ.Bytes() / 2; distance > 0; distance /= 2 {
		v = m.pairs(v, distance, func(a, b vector) (low, high vector) {
			return m.binary("VUNPCKL"+m.packed(), a, b), m.binary("VUNPCKH"+m.packed(), a, b)
		})
	}
	perQuarter := 16 / m.typ.Bytes()
	if !m.wide || m.halved {
		return m.pairs(v, perQuarter, func(a, b vector) (low, high vector) {
			return m.permuted("VPERM2F128", 0x20, a, b), m.permuted("VPERM2F128", 0x31, a, b)
		})
	}
	// Four quarters need two stages: even and odd ones, and those once more.
	evenOdd := func(a, b vector) (even, odd vector) {
		return m.permuted("VSHUFF64X2", 0x88, a, b), m.permuted("VSHUFF64X2", 0xDD, a, b)
	}
	v = m.pairs(v, perQuarter, evenOdd)
	return m.pairs(v, 2*perQuarter, evenOdd)
}

// pairs merges each two vectors that stand distance apart into two others in their places.
func (m *x86) pairs(v []vector, distance int, f func(a, b vector) (low, high vector)) []vector {
	result := make([]vector, len(v))
	for i := range v {
		if i&distance == 0 {
			result[i], result[i+distance] = f(v[i], v[i+distance])
		}
	}
	return result
}

func (m *x86) permuted(name string, immediate uint8, a, b vector) vector {
	dst := m.vector()
	m.emit(name, operand.U8(immediate), b, a, dst)
	return vector{Op: dst}
}

// Columns merges neighbouring rows, of which then each two or, of float32, four elements of a column stand together: quarters, of which
// float32 has to shuffle halves once more. What is stored is whole lines then, where columns of six elements would straddle them.
func (m avx2) Columns(rows []vector) []vector {
	if len(rows) != 6 {
		panic("x86: Columns takes six rows")
	}
	var low, high []vector // of rows 0 and 1, 2 and 3, 4 and 5: the even and the odd columns, in float32 the even and the odd pairs of columns
	for i := 0; i < len(rows); i += 2 {
		low = append(low, m.binary("VUNPCKL"+m.packed(), rows[i], rows[i+1]))
		high = append(high, m.binary("VUNPCKH"+m.packed(), rows[i], rows[i+1]))
	}
	quarters := []vector{low[0], low[1], low[2], high[0], high[1], high[2]}
	if m.typ == machine.F32 {
		quarters = nil
		for _, pair := range [][]vector{low, high} { // columns c and c+1
			quarters = append(quarters,
				m.binary("VUNPCKLPD", pair[0], pair[1]),
				m.permuted("VSHUFPD", 0b1010, pair[2], pair[0]),
				m.binary("VUNPCKHPD", pair[1], pair[2]))
		}
	}
	columns := make([]vector, len(rows))
	for i := range 3 {
		columns[i] = m.permuted("VPERM2F128", 0x20, quarters[2*i], quarters[2*i+1])
		columns[i+3] = m.permuted("VPERM2F128", 0x31, quarters[2*i], quarters[2*i+1])
	}
	return columns
}
