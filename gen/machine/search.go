package machine

// Searcher is the part of a Machine that turns what stands in lanes into positions.
type Searcher interface {
	// Greater is b where b > a, else a: a NaN in b is passed over, and of two zeros it is a.
	Greater(a, b Vector) Vector
	// Lesser is b where b < a, else a.
	Lesser(a, b Vector) Vector
	// Truncate is lane 0 of v without its fraction, for |v| < 2^31.
	Truncate(v Vector) Int
	// SubInt is n -= other, in place.
	SubInt(n, other Int)
	// Whole is a block of full vectors for loops that are not Traverse's.
	Whole(vectors int) Block
	// Find walks the n elements at p, unroll vectors at a time, then single vectors, then the rest as Traverse has it, until
	// holds is true of one: of a block, in any lane where it is true of one of its vectors. It leaves in n how many elements
	// there are from that one on, 0 if there is none; where p ends is unspecified.
	Find(n Int, p Pointer, unroll int, holds func(b Block) Mask)
}
