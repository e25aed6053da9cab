package machine

// Indexer is the part of a Machine for kernels that follow integers in memory: where a row begins, which element a value
// multiplies.
type Indexer interface {
	// IntAt is unsigned integer i of those at p, of 2, 4 or 8 bytes.
	IntAt(p Pointer, i, bytes int) Int
	// AdvanceInts moves p on by n integers of so many bytes, in place.
	AdvanceInts(p Pointer, n, bytes int)
	// AdvanceIntsBy is AdvanceInts by a number that is not known beforehand.
	AdvanceIntsBy(p Pointer, n Int, bytes int)
	// Element is the address p + k elements, for loads and stores alone.
	Element(p Pointer, k Int) Pointer
	// Collect is the vector of base[k] for the unsigned integers k of so many bytes that stand at index, from number first on.
	Collect(base, index Pointer, first, bytes int) Vector
	// CollectFar is Collect for elements that are not expected in the nearest cache.
	CollectFar(base, index Pointer, first, bytes int) Vector
	// FMALane0To adds the product of the elements at p and q to lane 0 of acc, one rounding, in place; the other lanes become
	// unspecified.
	FMALane0To(acc Vector, p, q Pointer)
}
