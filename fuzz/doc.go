// Package fuzz holds the fuzz targets, one a kernel and a file a family: go test -fuzz=FuzzDot ./fuzz. Each turns bytes
// into operands in one of three ways (any bits, finite numbers, numbers in [-1, 1]), runs the kernel at every level this
// machine has, and holds the results against plain Go and against the error bound that the kernel documents. Nothing is
// exported: the package is for its tests.
package fuzz
