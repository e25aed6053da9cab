// Package vec holds the vector kernels, level 1 in the sense of BLAS: element by element operations, reductions (dot
// products, sums, norms, extremes) and their indexed forms, in float32 and float64.
//
// # Numbers
//
// The element by element functions (Axpy, Scale, Add, Sub, Mul, Div, AddScaled, AdamStep, Clamp, SoftThreshold, Fill, Gather,
// ScatterAdd, GatherAxpy) round every operation of their formula once and never fuse: their results are the same bits
// at each instruction set, NaN payloads excepted, and infinities, signed zeros and subnormals are those of IEEE 754.
//
// The reductions add in a fixed order that belongs to the instruction set, so they differ between instruction sets by
// rounding and are otherwise reproducible: nothing but the elements and the length matters, alignment does not. A
// vector is cut in panels, a panel is added in several interleaved chains, and panels are combined pairwise. With u the
// unit roundoff (2^-24 or 2^-53) and n the length, the error of every sum is at most
//
//	min(n, 1024 + log2 n) * u * sum |terms|
//
// to first order in u, while nothing overflows or underflows; the measured error is far smaller. Sum has a tighter
// bound. A NaN term makes the result NaN, and so do infinities of both signs and 0 times infinity; infinities of one
// sign make it that infinity. Where partial sums of finite terms leave the range, the result is an infinity or NaN. The
// sum of nothing is +0.
//
// # Memory and goroutines
//
// Slices of different length panic before any memory is touched, and so does an index out of range. Zero length is
// valid. A destination may be exactly one of the operands; overlap in part is the caller's error unless a function says
// otherwise. No function allocates, keeps its arguments or makes them escape to the heap. Every function may be called
// from many goroutines at once, and runs on the calling one only: these kernels are limited by memory, and a second core
// adds only 15 % to the bandwidth of main memory. Under the race detector an operand counts as read or written whole,
// also the dense vector of Gather and GatherDot.
package vec
