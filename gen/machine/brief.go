package machine

// Brief is the part of a Machine that short vectors depend on.
type Brief interface {
	// TraverseBriefly is Traverse for a body of few instructions: it may be emitted for several pieces of the rest, each half
	// as long as the one before, where that is faster than masks.
	TraverseBriefly(n Int, pointers []Pointer, unroll int, body func(b Block))
}
