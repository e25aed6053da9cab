package family

import "github.com/raphson-go/raphson/gen/machine"

// matmulBFloat16 converts between float32 and bfloat16, whose bits are the upper half of a float32.
var matmulBFloat16 = []machine.Kernel{
	{
		Name: "RoundBFloat16",
		Doc: "sets dst to x rounded to nearest, ties to even, NaN to a quiet one, for as many whole vectors as x has; the rest is left\n" +
			"alone.",
		Signature: "func(dst []uint16, x []float32)",
		Writes:    []string{"dst"},
		Types:     []machine.Float{machine.F32},
		Build:     roundBFloat16,
	},
	{
		Name:      "WidenBFloat16",
		Doc:       "sets dst to x exactly, for as many whole vectors as x has; the rest is left alone.",
		Signature: "func(dst []float32, x []uint16)",
		Writes:    []string{"dst"},
		Types:     []machine.Float{machine.F32},
		Build:     widenBFloat16,
	},
}

// roundBFloat16 adds half of what will be cut off, less one if the last bit that stays is 0: a carry goes where it should,
// into the exponent and up to infinity. Of a NaN the first bit of the mantissa is set, which makes it quiet and keeps it a NaN.
func roundBFloat16(m machine.Machine) {
	half, one, quiet := m.ConstantBits(0x7FFF), m.ConstantBits(1), m.ConstantBits(0x00400000)
	dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("x")
	m.Blocks(n, m.Lanes(), func() {
		v := m.LoadVector(x, 0)
		odd := m.And(m.ShiftRight(v, 16), one)
		rounded := m.IntAdd(m.IntAdd(v, half), odd)
		m.StoreUpper(dst, 0, m.Select(m.Compare(machine.Unordered, v, v), m.Or(v, quiet), rounded))
		m.Advance(x, m.Lanes())
		m.AdvanceHalf(dst, m.Lanes())
	})
}

func widenBFloat16(m machine.Machine) {
	dst, x, n := m.Pointer("dst"), m.Pointer("x"), m.Length("x")
	m.Blocks(n, m.Lanes(), func() {
		m.StoreVector(dst, 0, m.LoadUpper(x, 0))
		m.AdvanceHalf(x, m.Lanes())
		m.Advance(dst, m.Lanes())
	})
}
