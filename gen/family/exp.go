package family

import (
	"math"
	"math/big"

	"github.com/raphson-go/raphson/gen/machine"
)

// exponential builds e^x and e^x - 1 by Cody and Waite's reduction: with k = round(x*log2 e) and r = x - k*ln 2 in
// [-ln2/2, ln2/2], e^x = 2^k * e^r. ln 2 is two numbers: k times the first one is subtracted exactly (the multiply-add
// rounds once and the difference is representable), the second one makes up for its rounding. Adding 1.5*2^(p-1), the
// magic number of a format of p bits, rounds to integer and leaves k in the low bits of the sum.
//
// e^r is 1 + r + r^2*(...), minimax in relative error with coefficients in the working precision (Sollya's fpminimax).
// Where the machine looks tables up in registers, k counts sixteenths, r is in [-ln2/32, ln2/32] and half of the
// polynomial is enough: e^x = 2^floor(k/16) * entry * (1 + p(r)), which rounds once because p is small. The entries are
// not the sixteen powers 2^(j/16) but those times one sigma just above 1 that was searched for, so that all sixteen
// happen to lie close to a number of the format; p(r) = e^r/sigma - 1 undoes it and costs nothing. Sigma is itself
// in the table, so that e^0 = 1 exactly.
type exponential struct {
	m machine.Machine

	log2e, magic, ln2High, ln2Low machine.Vector
	lowest, highest               machine.Vector // below and above these the result is 0 and +Inf
	one                           machine.Vector
	signs, deficit                machine.Vector   // for scale
	coefficients                  []machine.Vector // highest degree first

	tables machine.Tables // nil without a table
	table  machine.Table

	brancher machine.Brancher // nil where every vector goes the same way
	bound    machine.Vector   // up to this magnitude the result is a normal number; with tables that of r
	beyond   *exponential     // what the others take
	zero     machine.Vector
}

// format says how an element is laid out: bits of the stored mantissa, bias of the exponent.
func format(m machine.Machine) (mantissa int, bias float64) {
	if m.Type() == machine.F32 {
		return 23, 127
	}
	return 52, 1023
}

// byType chooses between the two element types.
func byType[V any](m machine.Machine, single, double V) V {
	if m.Type() == machine.F32 {
		return single
	}
	return double
}

// Coefficients of e^r - 1 from r^2 up, |r| <= ln2/2. Error relative to e^r: 2^-28.0 and 2^-56.9; relative to e^r - 1,
// for the second float32 row, which expm1 takes, 2^-31.0, and for the float64 row 2^-55.5.
var (
	expWhole32 = []float64{0.49999988079071044921875, 0.1666651666164398193359375, 4.16696108877658843994140625e-2,
		8.369083516299724578857421875e-3, 1.3748742640018463134765625e-3}
	expm1Whole32 = []float64{0.5, 0.1666666567325592041015625, 4.16664779186248779296875e-2,
		8.333566598594188690185546875e-3, 1.393368816934525966644287109375e-3, 1.97432746062986552715301513671875e-4}
	expWhole64 = []float64{0.50000000000000055511151231257827021181583404541015625,
		0.1666666666666659357698421217719442211091518402099609375,
		4.1666666666573821953267753315230947919189929962158203125e-2,
		8.333333333386240548978918241118662990629673004150390625e-3,
		1.38888889322892942167209096027136183693073689937591552734375e-3,
		1.984126972710558323587798357223732637066859751939773559570312e-4,
		2.4801504566451088550083081685215802281163518428802490234375e-5,
		2.755739966562855578028354633368657289338443661108613014221191e-6,
		2.762627632428562350242894248009140056865362566895782947540283e-7,
		2.505642844924502357837076008204718613470163290912751108407974e-8}
)

// Sigma, and the coefficients of p(r) = e^r/sigma - 1 from r^0 up, |r| <= ln2/32. Absolute error 2^-29.1 and 2^-57.0.
// The entries are off by at most 0.252 ULP in float32, found among the 2^15 candidates below 1 + 2^-8, and by at most
// 0.098 ULP in float64, the best among the first 2*10^10.
const (
	expSigma32 = 1 + 1595.0/(1<<23)
	expSigma64 = 1 + 19091125071.0/(1<<52)
)

var (
	expTable32 = []float64{-1.901026698760688304901123046875e-4, 0.999809920787811279296875, 0.4999212324619293212890625,
		0.16656363010406494140625}
	expTable64 = []float64{-4.2390633542302599995996274783285429066381766460835933685302734375e-6,
		0.99999576093664799270044340028551571071147918701171875,
		0.49999788046832371879446554885362274944782257080078125,
		0.166665960118014433444244559723301790654659271240234375,
		4.1666490030604387551083078733427100814878940582275390625e-2,
		8.3334607310695772708353246116530499421060085296630859375e-3,
		1.38890880906221664096988899217421931098215281963348388671875e-3}
)

// newExponential loads the constants of e^x; call it before the loops.
func newExponential(m machine.Machine) *exponential {
	tables, ok := m.(machine.Tables)
	mantissa, _ := format(m)
	if brancher, branches := m.(machine.Brancher); branches {
		e := newReduced(m, 1.5*math.Ldexp(1, mantissa), byType(m, expWhole32, expWhole64))
		e.brancher, e.bound, e.beyond = brancher, m.Constant(byType(m, 87.0, 708)), newScaledExponential(alone(m))
		e.zero = m.Constant(0)
		return e
	}
	if !ok {
		return newScaledExponential(m)
	}
	sigma := byType(m, expSigma32, expSigma64)
	// The low four bits of the sum count sixteenths.
	e := newReduced(m, 1.5*math.Ldexp(1, mantissa-4), byType(m, expTable32, expTable64))
	e.tables, e.bound = tables, m.Constant(0x1p-5) // more than ln2/32
	e.table = tables.Table16(powersTimes(sigma))
	return e
}

// newScaledExponential loads the constants of e^x with the last step in scale.
func newScaledExponential(m machine.Machine) *exponential {
	mantissa, _ := format(m)
	deficit := byType(m, 4.0, 32)
	e := newReduced(m, 1.5*math.Ldexp(1, mantissa)-deficit, byType(m, expWhole32, expWhole64))
	e.deficit, e.signs = m.Constant(math.Exp2(deficit)), m.Constant(math.Copysign(0, -1))
	return e
}

// powersTimes is factor*2^(j/16), correctly rounded.
func powersTimes(factor float64) (values [16]float64) {
	for j := range values {
		power := new(big.Float).SetPrec(200).SetFloat64(math.Ldexp(1, j))
		for range 4 {
			power.Sqrt(power)
		}
		values[j], _ = power.Mul(power, big.NewFloat(factor)).Float64()
	}
	return values
}

// newReduced loads what all variants have in common, and the given coefficients.
func newReduced(m machine.Machine, magic float64, coefficients []float64) *exponential {
	high := byType(m, float64(float32(math.Ln2)), math.Ln2)
	e := &exponential{
		m:       m,
		log2e:   m.Constant(math.Log2E),
		magic:   m.Constant(magic),
		ln2High: m.Constant(high),
		ln2Low:  m.Constant(byType(m, math.Ln2-high, ln2Low)),
		lowest:  m.Constant(byType(m, -104.0, -746)),
		highest: m.Constant(byType(m, 89.0, 710)),
		one:     m.Constant(1),
	}
	for i := len(coefficients) - 1; i >= 0; i-- {
		e.coefficients = append(e.coefficients, m.Constant(coefficients[i]))
	}
	return e
}

// ln2Low is ln 2 less its value in float64.
const ln2Low = 2.3190468138462996e-17

// reduce returns k as a number, the sum whose low bits count it, and x - k*ln2.
func (e *exponential) reduce(x machine.Vector) (k, counted, r machine.Vector) {
	m := e.m
	counted = m.Copy(e.magic)
	m.FMATo(counted, x, e.log2e)
	k = m.Sub(counted, e.magic)
	r = m.Copy(x)
	m.FNMATo(r, k, e.ln2High)
	m.FNMATo(r, k, e.ln2Low)
	return k, counted, r
}

// of is e^x, at most 1 ULP off.
func (e *exponential) of(x machine.Vector) machine.Vector {
	m := e.m
	if e.brancher != nil {
		return e.usual(x, func() machine.Vector { return x })
	}
	if e.tables != nil {
		// Beyond the range r is not what it should be, but k is: it alone decides, as long as there is a number to scale.
		k, counted, r := e.reduce(x)
		r = e.tables.Within(r, e.bound)
		entry := e.tables.Lookup(e.table, counted)
		return e.tables.ScaleByFloor(m.MulAdd(e.horner(r), entry, entry), k)
	}
	x = m.AtMost(m.AtLeast(x, e.lowest), e.highest)
	k, counted, r := e.reduce(x)
	p := m.MulAdd(e.horner(r), r, e.one)
	y := e.scale(m.MulAdd(p, r, e.one), counted, k)
	return m.AtLeast(x, y) // y, which is more than x; but NaN where x is
}

// usual is e^x for results that are normal numbers: k is added to the exponent, and nothing is clamped. Vectors with other
// lanes are computed again, from again, one by one. Where the result is 0 they take e^0 instead: processors slow down over
// numbers that underflow.
func (e *exponential) usual(x machine.Vector, again func() machine.Vector) machine.Vector {
	m := e.m
	mantissa, _ := format(m)
	unusual := e.brancher.Beyond(x, e.bound)
	_, counted, r := e.reduce(x)
	p := m.MulAdd(e.horner(r), r, e.one)
	y := m.IntAdd(m.MulAdd(p, r, e.one), m.ShiftLeft(counted, mantissa))
	e.brancher.Rarely(unusual, func() {
		m, x := e.beyond.m, again()
		for i := range members(y) {
			zero := m.Compare(machine.Less, member(x, i), e.lowest)
			power := e.beyond.of(m.Select(zero, e.zero, member(x, i)))
			m.Assign(member(y, i), m.Select(zero, e.zero, power))
		}
	})
	return y
}

// scale is p*2^k, correctly rounded, where no instruction does it: k goes into the exponent of p by an integer addition,
// less a deficit, so that overflow does not reach the sign, and plus a surplus for negative k, so that the result is normal;
// a multiplication by their power of two makes up for both, with the only rounding. The deficit is in magic already,
// and the surplus is the sign bit of k, shifted into the exponent. What a NaN in p becomes is not a NaN.
func (e *exponential) scale(p, counted, k machine.Vector) machine.Vector {
	m := e.m
	mantissa, _ := format(m)
	surplus := m.ShiftRight(m.And(k, e.signs), byType(m, 3, 4)) // 32 or 128 in the place of the exponent
	p = m.IntAdd(p, m.IntAdd(m.ShiftLeft(counted, mantissa), surplus))
	return m.Mul(p, m.IntSub(e.deficit, surplus))
}

// horner evaluates the polynomial of the coefficients.
func (e *exponential) horner(r machine.Vector) machine.Vector {
	p := e.m.Copy(e.coefficients[0])
	for _, c := range e.coefficients[1:] {
		p = e.m.MulAdd(p, r, c)
	}
	return p
}

// exponentialMinusOne builds e^x - 1, at most 2 ULP off.
//
// e^x - 1 = 2^k * ((1 - 2^-k) + r + r^2*q(r)). The first two terms are added with their error, and so is the rounding of
// r: for k = 1 and r near -0.3 they cancel down to a fifth, and each half ULP of r would be one of the result.
type exponentialMinusOne struct {
	*exponential
	unbiased machine.Vector // the bits of 1.0, from which the exponent is subtracted
	enough   machine.Vector // magic + a k for which 1 - 2^-k rounds to 1 anyway
	signs    machine.Vector
}

func newExponentialMinusOne(m machine.Machine) *exponentialMinusOne {
	mantissa, _ := format(m)
	e := newReduced(m, 1.5*math.Ldexp(1, mantissa), byType(m, expm1Whole32, expWhole64))
	e.lowest = m.Constant(byType(m, -20.0, -40)) // the result rounds to -1
	return &exponentialMinusOne{
		exponential: e,
		unbiased:    e.one,
		enough:      m.Constant(1.5*math.Ldexp(1, mantissa) + 100),
		signs:       m.Constant(math.Copysign(0, -1)),
	}
}

// scaled returns p = 2^-k * (e^x - 1), k, and 2^-k where k <= 100, for x that is clamped.
func (e *exponentialMinusOne) scaled(x machine.Vector) (p, k, power machine.Vector) {
	m := e.m
	mantissa, _ := format(m)
	k, counted, r := e.reduce(x)
	// What rounding r lost: (x - k*high) - r - k*low, the first difference being exact.
	lost := m.Copy(x)
	m.FNMATo(lost, k, e.ln2High)
	m.SubFrom(lost, r)
	m.FNMATo(lost, k, e.ln2Low)
	power = m.IntSub(e.unbiased, m.ShiftLeft(m.AtMost(counted, e.enough), mantissa))
	c := m.Sub(e.one, power)
	// c is 0 or at least 1/2, more than r: the error of c + r is r less what arrived of it.
	sum := m.Add(c, r)
	rest := m.Add(m.Sub(r, m.Sub(sum, c)), lost)
	q := e.horner(r)
	m.FMATo(rest, m.Mul(r, r), q)
	return m.Add(sum, rest), k, power
}

func (e *exponentialMinusOne) of(x machine.Vector) machine.Vector {
	m := e.m
	p, k, _ := e.scaled(m.AtMost(m.AtLeast(x, e.lowest), e.highest))
	y := m.ScaleByPower(p, k)
	return m.Or(y, m.And(x, e.signs)) // the sum loses the sign of -0
}
