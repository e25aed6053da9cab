package vec

// long reports whether a vector of n elements is one that the widest registers do faster than those half as wide: a long one, or
// one without a rest. A store through a mask that reaches into the next cache line waits for 6 ns on a Zen 5, and none is
// forwarded to the next load: Axpy of 9 elements takes twice as long as in pieces of 4, 2 and 1.
func long(n int) bool { return n >= 64 || n%16 == 0 }
