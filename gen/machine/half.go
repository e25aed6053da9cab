package machine

// Halver is the part of a Machine that moves the upper halves of float32 lanes: elements of 16 bits in memory, which are
// the bits of a bfloat16.
type Halver interface {
	// LoadUpper is a vector whose lanes have the elements of 16 bits from p + i on as their upper halves, and zeros below.
	LoadUpper(p Pointer, i int) Vector
	// StoreUpper stores the upper halves of the lanes at p + i elements of 16 bits.
	StoreUpper(p Pointer, i int, v Vector)
	// AdvanceHalf moves a pointer to elements of 16 bits on, in place.
	AdvanceHalf(p Pointer, elements int)
}
