package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// exp2 builds 2^t for the sweeps, where t is already scaled to base 2: error at most 2 ULP of the result; -Inf gives 0,
// +Inf and all beyond the range +Inf, NaN gives NaN. Results below the smallest normal number may be flushed to zero.
//
// Base 2 leaves the reduction to additions, which have their own ports: t = n + r exactly. The polynomials are
// q(r) = (2^r - 1)/r on |r| <= 1/2, or on [0, 1/16) with a table of 2^(k/16), minimax in relative error with coefficients in
// the working precision (Sollya's fpminimax).
type exp2 struct {
	m          machine.Machine
	polynomial []machine.Vector // highest degree first

	tables machine.Tables // on machines that have them
	table  machine.Table

	magic                      machine.Vector // rounds, to sixteenths or to integers
	lowest, highest, one, bias machine.Vector // elsewhere
	mantissa                   int
}

// The error of 1 + r*q(r) is 2^-54.9 with the table and 2^-57.1 without; in float32 2^-27.6 and 2^-27.5.
var (
	exp2Table64 = []float64{0x1.49182753582adp-13, 0x1.5d7a5097c4f04p-10, 0x1.3b2ac5328deccp-7,
		0x1.c6b08d62ef11bp-5, 0x1.ebfbdff830f2fp-3, 0x1.62e42fefa39ebp-1}
	exp2Whole64 = []float64{0x1.eb5b6dca847abp-32, 0x1.e60559753eefap-28, 0x1.b523dc17cc7cp-24, 0x1.62bfd4fe48998p-20,
		0x1.ffcbfd0180bcbp-17, 0x1.430913093a11p-13, 0x1.5d87fe7880441p-10, 0x1.3b2ab6fba1ee3p-7,
		0x1.c6b08d704a1acp-5, 0x1.ebfbdff82c598p-3, 0x1.62e42fefa39efp-1}
	exp2Table32 = []float64{0x1.ce0ed6p-5, 0x1.ebf11ap-3, 0x1.62e432p-1}
	exp2Whole32 = []float64{0x1.427918p-13, 0x1.5ef4a2p-10, 0x1.3b2c58p-7, 0x1.c6af9ep-5, 0x1.ebfbdep-3, 0x1.62e43p-1}
)

// newExp2 loads the constants; call it before the loops.
func newExp2(m machine.Machine) *exp2 {
	mantissa, bias := format(m)
	e := &exp2{m: m, mantissa: mantissa}
	coefficients := byType(m, exp2Whole32, exp2Whole64)
	if tables, ok := m.(machine.Tables); ok {
		coefficients = byType(m, exp2Table32, exp2Table64)
		e.tables, e.table = tables, tables.Table16(powersTimes(1))
		e.magic = m.Constant(1.5 * math.Ldexp(1, mantissa-4))
	} else {
		unit := 1.5 * math.Ldexp(1, mantissa)
		e.magic, e.bias, e.one = m.Constant(unit), m.Constant(unit+bias), m.Constant(1)
		e.lowest, e.highest = m.Constant(-bias), m.Constant(bias+1)
	}
	for _, c := range coefficients {
		e.polynomial = append(e.polynomial, m.Constant(c))
	}
	return e
}

// of is 2^t for each t, step by step for all of them together: one exponential is a chain of some fifty cycles, and the
// processor's schedulers do not reach far enough ahead to overlap as many as its multipliers could take.
func (e *exp2) of(t ...machine.Vector) []machine.Vector {
	if e.tables != nil {
		return e.byTable(t)
	}
	m, each := e.m, stepper(len(t))
	n, r, q := make([]machine.Vector, len(t)), make([]machine.Vector, len(t)), make([]machine.Vector, len(t))
	each(func(i int) { r[i] = m.AtMost(m.AtLeast(t[i], e.lowest), e.highest) })
	each(func(i int) { n[i] = m.Sub(m.Add(r[i], e.magic), e.magic) })
	each(func(i int) { r[i] = m.Sub(r[i], n[i]) })
	e.horner(q, r)
	each(func(i int) { q[i] = m.MulAdd(q[i], r[i], e.one) })
	// n is integral in [-bias, bias+1]: its biased exponent, shifted into place, is the factor 0, 2^n or +Inf.
	each(func(i int) { n[i] = m.ShiftLeft(m.Add(n[i], e.bias), e.mantissa) })
	each(func(i int) { q[i] = m.Mul(q[i], n[i]) })
	return q
}

func (e *exp2) byTable(t []machine.Vector) []machine.Vector {
	m, each := e.m, stepper(len(t))
	entry, r, q := make([]machine.Vector, len(t)), make([]machine.Vector, len(t)), make([]machine.Vector, len(t))
	each(func(i int) { r[i], entry[i] = e.tables.Sixteenths(t[i], e.magic) })
	e.horner(q, r)
	each(func(i int) { entry[i] = e.tables.Lookup(e.table, entry[i]) })
	each(func(i int) { r[i] = m.Mul(r[i], entry[i]) }) // does not wait for q
	each(func(i int) { q[i] = e.tables.ScaleByFloor(m.MulAdd(q[i], r[i], entry[i]), t[i]) })
	return q
}

// horner sets q[i] to the polynomial at r[i].
func (e *exp2) horner(q, r []machine.Vector) {
	m, each := e.m, stepper(len(r))
	for k, c := range e.polynomial {
		if m.Set() == "avx2" {
			c = m.Copy(c) // from memory, once for all
		}
		if k == 0 {
			each(func(i int) { q[i] = m.Copy(c) })
		} else {
			each(func(i int) { q[i] = m.MulAdd(q[i], r[i], c) })
		}
	}
}

// stepper runs a step for each of n vectors.
func stepper(n int) func(step func(i int)) {
	return func(step func(i int)) {
		for i := range n {
			step(i)
		}
	}
}
