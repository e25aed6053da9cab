// Package cast views a generic slice as the concrete one that assembly takes.
package cast

import "unsafe"

// Float is the constraint of every kernel.
type Float interface{ float32 | float64 }

// Single reports whether T is float32; the compiler folds it to a constant in each instantiation.
func Single[T Float]() bool {
	return Bytes[T]() == 4
}

// Bytes is the size of an element.
func Bytes[T Float]() int { return int(unsafe.Sizeof(*new(T))) }

// F32 is x itself; T must be float32.
func F32[T Float](x []T) []float32 { return *(*[]float32)(unsafe.Pointer(&x)) }

// F64 is x itself; T must be float64.
func F64[T Float](x []T) []float64 { return *(*[]float64)(unsafe.Pointer(&x)) }

// Words is x itself, of a type that is 16 bits.
func Words[E ~uint16](x []E) []uint16 { return *(*[]uint16)(unsafe.Pointer(&x)) }

// Bits32 is the elements of x as bits; T must be float32.
func Bits32[T Float](x []T) []uint32 { return *(*[]uint32)(unsafe.Pointer(&x)) }

// Bits64 is the elements of x as bits; T must be float64.
func Bits64[T Float](x []T) []uint64 { return *(*[]uint64)(unsafe.Pointer(&x)) }

// Pairs is x with each two elements as one of 32 bits; a last one that is alone is left out. Its address may be any that is even.
func Pairs[E ~uint16](x []E) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}

// Halves is x with each element as two of 16 bits.
func Halves(x []float32) []uint16 {
	return unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}
