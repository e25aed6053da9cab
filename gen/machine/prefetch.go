package machine

// Prefetcher is implemented by machines on which asking for memory before it is read gains time.
type Prefetcher interface {
	// Prefetch asks for the cache line of the element at p + i elements, wherever that is: no address faults.
	Prefetch(p Pointer, i int)
	// PrefetchFar is Prefetch into the second cache, for what is needed later.
	PrefetchFar(p Pointer, i int)
}
