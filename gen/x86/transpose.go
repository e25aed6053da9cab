package x86

import (
	"github.com/mmcloughlin/avo/operand"
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
	if !m.wide {
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
