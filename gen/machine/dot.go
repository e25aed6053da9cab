package machine

// Dotter is implemented by machines that may have the dot products of bfloat16, an extension of their set: see [Kernel].Needs.
// An element of 32 bits is then a pair of bfloat16, the first in the lower half.
type Dotter interface {
	// DotTo adds to each lane of acc the product of the upper halves of x and y, then that of the lower halves. Each sum is
	// rounded once, to nearest even; numbers below the normal ones count as zeros, operands and sums alike.
	DotTo(acc, x, y Vector)
	// DotScalarTo does DotTo(sums[j], v[j], s), with s in every lane.
	DotScalarTo(sums, v []Vector, s Scalar)
	// LoadPairs is a vector of pairs: the elements of 16 bits at first + i and those at second + i. LoadFirstPairs reads as many
	// as e describes and makes the others +0.
	LoadPairs(first, second Pointer, i int) Vector
	LoadFirstPairs(first, second Pointer, i int, e Edge) Vector
}
