// Package machine is the vector machine that kernels are written against: a kernel is built once, and runs as
// AVX-512, AVX2 or NEON because each of those is a Machine. An operation stands here when every instruction set has it
// in a few instructions; what only one has (a register table, a gather) is asked for by an optional interface.
package machine

// Float is an element type.
type Float int

// The element types.
const (
	F32 Float = 4 // the value is the size in bytes
	F64 Float = 8
)

// Bytes is the size of an element.
func (f Float) Bytes() int { return int(f) }

// GoType is the type's name in Go.
func (f Float) GoType() string {
	if f == F32 {
		return "float32"
	}
	return "float64"
}

// Suffix ends the name of the assembly function for this type: DotF32.
func (f Float) Suffix() string {
	if f == F32 {
		return "F32"
	}
	return "F64"
}

// Vector is a vector register (or, on x86, a constant in memory). Its lanes hold elements of the function's type, or
// integers of the same width.
type Vector struct{ Op any }

// Mask is the result of a comparison: a K register on AVX-512, all-ones lanes elsewhere.
type Mask struct{ Op any }

// Pointer is an address in a general register.
type Pointer struct{ Op any }

// Int is a 64-bit integer in a general register.
type Int struct{ Op any }

// Compare is an ordered comparison, false where an operand is NaN; Unordered is true exactly there.
type Compare int

// The comparisons.
const (
	Less Compare = iota
	LessEqual
	Equal
	Unordered
)

// Machine emits one function at a time. Operations return fresh registers unless their comment says "in place"; a
// vector passed to an operation stays valid. In-place operations change their first operand, which must be a register
// the kernel made (never a Constant). Registers are virtual: each machine allocates real ones by liveness, and running out
// is an error when the file is printed.
type Machine interface {
	Searcher
	Brief

	// Set names the instruction set: avx2, avx512, neon.
	Set() string
	// Type is the element type of the function being emitted.
	Type() Float
	// Lanes is the number of elements of that type in a vector.
	Lanes() int
	// Registers is the number of vector registers, so that a kernel can choose how far to unroll.
	Registers() int

	// Arguments and results, by the names in the signature.

	Pointer(param string) Pointer    // base of a slice, or a pointer parameter
	Length(param string) Int         // length of a slice
	IntParam(param string) Int       // an int parameter
	Broadcast(param string) Vector   // a float parameter (of the function's type) in every lane
	Return(result string, v Vector)  // lane 0 of v is the named float result; stored now, call before End of function
	ReturnInt(result string, v Int)  // the named int result
	Comment(format string, a ...any) // a line of comment in the assembly

	// Constants. A Constant may live in memory: it may be any operand of any operation but the changed one of an
	// in-place operation. Call these before the loops: a machine may load the register there.

	Constant(value float64) Vector   // value rounded to the function's type, in every lane
	ConstantBits(bits uint64) Vector // the low 32 or 64 bits as they are, in every lane
	Copy(v Vector) Vector            // a fresh register that holds v; how an accumulator starts from a constant
	Zero() Vector                    // a fresh register that holds +0

	// Arithmetic, lane by lane.

	Add(a, b Vector) Vector
	Sub(a, b Vector) Vector // a - b
	Mul(a, b Vector) Vector
	Div(a, b Vector) Vector
	Sqrt(a Vector) Vector
	// Max and Min are exact for numbers. Where either operand is NaN, or both are zeros of different sign, the result is
	// one of the operands or a NaN, and machines differ: a kernel for which that matters handles it with Less and Select.
	Max(a, b Vector) Vector
	Min(a, b Vector) Vector
	// AtLeast and AtMost are Max and Min with a bound that is a number: a NaN in v stays NaN.
	AtLeast(v, bound Vector) Vector
	AtMost(v, bound Vector) Vector
	Abs(a Vector) Vector
	// MulAdd returns x*y + c with one rounding and consumes x: x must not be used afterwards. Horner's step.
	MulAdd(x, y, c Vector) Vector

	// In place.

	AddTo(acc, v Vector)     // acc += v
	SubFrom(acc, v Vector)   // acc -= v
	MulBy(acc, v Vector)     // acc *= v
	MaxTo(acc, v Vector)     // acc = Max(acc, v)
	MinTo(acc, v Vector)     // acc = Min(acc, v)
	FMATo(acc, x, y Vector)  // acc += x*y, one rounding
	FNMATo(acc, x, y Vector) // acc -= x*y, one rounding
	Assign(dst, src Vector)  // dst = src

	// Bits and integers, lane by lane, integers as wide as the function's type.

	And(a, b Vector) Vector
	Or(a, b Vector) Vector
	Xor(a, b Vector) Vector
	AndNot(a, b Vector) Vector // a &^ b
	IntAdd(a, b Vector) Vector
	IntSub(a, b Vector) Vector
	ShiftLeft(a Vector, bits int) Vector
	ShiftRight(a Vector, bits int) Vector // logical
	IntMax(a, b Vector) Vector            // signed
	IntMin(a, b Vector) Vector            // signed

	// Rounding and powers of two.

	Round(a Vector) Vector // to the nearest integer, ties to even, as a float
	// ScaleByPower returns p * 2^n correctly rounded, for integral float n with |n| <= 4 * the exponent range, and p in
	// [0.5, 4): the last step of exp. Overflow gives infinity, gradual underflow is correctly rounded. NaN in p gives NaN.
	ScaleByPower(p, n Vector) Vector
	// Split returns for positive finite a (subnormals included) m in [0.5, 1) and integral float e with a = m * 2^e.
	// For other operands the pair is unspecified.
	Split(a Vector) (m, e Vector)

	// Masks.

	Compare(how Compare, a, b Vector) Mask
	Select(m Mask, yes, no Vector) Vector // lane by lane yes where m, else no
	MaskOr(a, b Mask) Mask
	MaskAnd(a, b Mask) Mask

	// Across the lanes. The order of the additions is a fixed tree. The result stands in lane 0 (others unspecified).

	SumLanes(v Vector) Vector
	MaxLanes(v Vector) Vector
	MinLanes(v Vector) Vector
	// SpreadLane0 puts lane 0 of v into every lane.
	SpreadLane0(v Vector) Vector
	// WidenLow and WidenHigh convert the low and the high half of the float32 lanes to a vector of float64
	// (for float64 accumulation in float32 functions); AddWide, FMAWide and SumLanesWide work on those.
	WidenLow(v Vector) Vector
	WidenHigh(v Vector) Vector
	AddWide(a, b Vector) Vector
	FMAWideTo(acc, x, y Vector)
	SumLanesWide(v Vector) Vector
	ReturnWide(result string, v Vector) // lane 0 of a float64 vector is the named float64 result

	// Scalars.

	Advance(p Pointer, elements int)   // p += elements, in place
	AdvanceBy(p Pointer, elements Int) // p += elements (of the function's type), in place
	// BroadcastFrom puts the element at p + i elements in every lane; StoreLane0 writes lane 0 of v there.
	BroadcastFrom(p Pointer, i int) Vector
	StoreLane0(p Pointer, i int, v Vector)
	CopyPointer(p Pointer) Pointer // a fresh register
	CopyInt(n Int) Int             // a fresh register
	AddInt(n Int, immediate int)   // n += immediate, in place

	Tiler
	Halver
	Indexer

	// Control. Labels are made unique by the machine.

	// Traverse emits the loops that walk n elements (n is consumed, the pointers end after the last element): blocks of
	// unroll vectors, then single vectors, then the rest. body is called once for each kind of block; what it emits must
	// compute the same for each element whichever block the element falls in, but for the order of accumulation.
	Traverse(n Int, pointers []Pointer, unroll int, body func(b Block))
	// While emits: for n > 0 { body; n -= step } for a positive multiple count n of step; it consumes n.
	While(n Int, step int, body func())
	// Blocks emits: for n >= step { body; n -= step }, leaving the rest in n: blocks of rows.
	Blocks(n Int, step int, body func())
	// BlocksFrom emits: for n >= least or n == step { body; n -= step }, for least no less than step.
	BlocksFrom(n Int, step, least int, body func())
}

// Block is one step of Traverse: Vectors() full vectors, or one partial vector.
type Block interface {
	// Vectors is the number of vectors in this block: unroll or 1.
	Vectors() int
	// Partial reports whether this is the rest, of fewer elements than lanes (one at a time on NEON).
	Partial() bool
	// Load is vector i of the block at p; absent lanes are +0.
	Load(p Pointer, i int) Vector
	// LoadOr is Load with the lanes of fill where elements are absent.
	LoadOr(p Pointer, i int, fill Vector) Vector
	// Present is v with the lanes of absent where elements are absent.
	Present(v, absent Vector) Vector
	// Store writes vector i of the block at p; absent lanes are not written.
	Store(p Pointer, i int, v Vector)
}

// Tables is implemented by machines that look up a small table by the low bits of an integer vector without memory.
type Tables interface {
	// Table16 loads 16 values, rounded to the function's type; call it before the loops.
	Table16(values [16]float64) Table
	// Sixteenths splits t into floor(16 t)/16 + r: r in [0, 1/16), 0 for infinite t, NaN for NaN; the low four bits of index
	// are floor(16 t) modulo 16 for |t| < 2^18 (float32) or 2^47, and unspecified beyond. magic is 1.5*2^(p-4) in every
	// lane, p the bits of the stored mantissa: the sum of the two has an ULP of 1/16.
	Sixteenths(t, magic Vector) (r, index Vector)
	// Lookup returns for each lane the value at its low four bits.
	Lookup(t Table, index Vector) Vector
	// Parts splits a > 0 into fraction * 2^exponent, 1 <= fraction < 2; what it gives for other a is not specified.
	Parts(a Vector) (fraction, exponent Vector)
	// Fix returns y, but where x is of a class for which there is a response: these are in every lane of responses as integers, each
	// four bits, from the lowest for quiet NaN, signaling NaN, zero, 1, -Inf, +Inf, other negative and other positive numbers.
	Fix(y, x, responses Vector) Vector
	// Within returns v where its magnitude is at most the bound, and elsewhere, also where v is a quiet NaN, the bound with either sign.
	Within(v, bound Vector) Vector
	// ScaleByFloor returns p * 2^floor(n), correctly rounded, for any n; floor(NaN) gives NaN.
	ScaleByFloor(p, n Vector) Vector
}

// Responses of Fix.
const (
	FixNot      = 0
	FixNaN      = 3
	FixNegative = 4 // -Inf
	FixInfinite = 5
)

// Table is a register table.
type Table struct{ Op any }
