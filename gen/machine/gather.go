package machine

// Gatherer is implemented by machines that fetch elements by index faster than compiled code does.
type Gatherer interface {
	// Gather is vector i of the block: base[k] for each int32 k that stands at index. Absent lanes are +0, and neither their
	// indices nor any element for them is read.
	Gather(b Block, base, index Pointer, i int) Vector
	// AdvanceIndex moves a pointer to int32 on by so many of them, in place.
	AdvanceIndex(index Pointer, elements int)
}
