package x86

import (
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

var (
	_ machine.Brancher = avx2{}
	_ machine.Skipper  = avx512{}
)

// Beyond compares as integers, which have the order of magnitudes: the units that compare floats are those that multiply.
func (m avx2) Beyond(v, bound vector) machine.Mask {
	return machine.Mask(m.binary("VPCMPGT"+m.integer(), m.Abs(v), bound))
}

// NotNormal compares the distance from the smallest normal number with that of infinity, as numbers without sign, which
// signed numbers become by adding half of their range.
func (m avx2) NotNormal(v vector) machine.Mask {
	mantissa, _ := m.format()
	sign := uint64(1) << (8*m.typ.Bytes() - 1)
	normal, infinity := uint64(1)<<mantissa, sign-1<<mantissa
	distance := m.IntSub(v, m.ConstantBits(normal+sign))
	return machine.Mask(m.binary("VPCMPGT"+m.integer(), distance, m.ConstantBits(infinity-normal-1+sign)))
}

func (m *x86) Rarely(mask machine.Mask, body func()) {
	lanes, skip := m.ctx.GP32(), m.label("usual")
	if m.wide {
		m.emit("KMOVW", mask.Op, lanes)
	} else {
		m.emit("VMOVMSK"+m.packed(), mask.Op, lanes)
	}
	m.emit("TESTL", lanes, lanes)
	m.emit("JEQ", operand.LabelRef(skip))
	m.depth++
	body()
	m.depth--
	m.ctx.Label(skip)
}
