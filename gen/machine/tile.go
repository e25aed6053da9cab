package machine

// Tiler is the part of a Machine that matrix products need: elements that multiply whole vectors, edges, and rows that
// become columns.
type Tiler interface {
	// Scalars are the elements at p + first, p + first + 1 and so on, as factors of vectors. Whole vectors may be read
	// where count is a multiple of Lanes, and nothing beyond the elements elsewhere.
	Scalars(p Pointer, first, count int) []Scalar
	// FMAScalarTo does sums[j] += v[j]*s, one rounding each, in place.
	FMAScalarTo(sums, v []Vector, s Scalar)

	// LoadVector and StoreVector move a full vector at p + i elements.
	LoadVector(p Pointer, i int) Vector
	StoreVector(p Pointer, i int, v Vector)
	// Edge describes the first n lanes of a vector, 0 < n <= Lanes(). LoadFirst reads these at p + i elements and makes the
	// others +0; StoreFirst writes these alone.
	Edge(n Int) Edge
	LoadFirst(p Pointer, i int, e Edge) Vector
	StoreFirst(p Pointer, i int, e Edge, v Vector)

	// Rows are count addresses, stride elements from each other, that move together.
	Rows(p Pointer, stride Int, count int) Rows
	// Transpose makes rows of columns: lane i of vector j becomes lane j of vector i, for as many vectors as lanes.
	Transpose(v []Vector) []Vector

	// IntLess is a - b, IntMul a * b and IntTimes a * factor for a power of two, in fresh registers.
	IntLess(a, b Int) Int
	IntMul(a, b Int) Int
	IntTimes(a Int, factor int) Int
	// IfAtLeast runs then where n >= least, and otherwise (if not nil) elsewhere. What the code that is skipped changes keeps its
	// value.
	IfAtLeast(n Int, least int, then, otherwise func())
	// BlocksOfParam emits: for the int parameter >= step { body; parameter -= step }. The parameter stays in memory: for loops around such as need all
	// registers.
	BlocksOfParam(param string, step int, body func())
	// AdvanceParam moves a slice or pointer parameter on by so many elements, for what reads it from then on. The length of a slice stays.
	AdvanceParam(param string, elements int)
	// UnlessOne runs body where the float parameter (of the function's type) is anything but 1.
	UnlessOne(param string, body func())
}

// Narrower is a Machine that can also work on vectors of half as many lanes. Where a processor takes as long over half a vector as it takes over half
// as many lanes, that is worth it for columns that fill no more.
type Narrower interface {
	// Narrowed runs body, in which Lanes is half of what it is outside. Vectors and edges are of no use on the other side.
	Narrowed(body func())
}

// Columner is a Machine that can lay out panels of other heights than a vector has lanes.
type Columner interface {
	// Columns are the elements of six rows, one column behind the other, in as many vectors.
	Columns(rows []Vector) []Vector
}

// Scalar is an element in memory or in a lane, to multiply vectors with.
type Scalar struct{ Op any }

// Edge is the first lanes of a vector.
type Edge struct{ Op any }

// Rows is what [Tiler].Rows returns.
type Rows interface {
	// At is the address of row i, for loads and stores alone: it moves with the others.
	At(i int) Pointer
	// AdvanceBy moves all rows on by so many elements.
	AdvanceBy(elements Int)
	// Pointers are what moves the rows: where all of them advance alike, so do the rows.
	Pointers() []Pointer
}
