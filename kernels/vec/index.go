package vec

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Gather sets dst[i] = x[index[i]].
//
// It panics if len(dst) != len(index) and if an index is not in [0, len(x)), before it writes anything. Indices may
// repeat. dst must not overlap x.
func Gather[T kernels.Float](dst, x []T, index []int32) {
	check.Equal("vec", "Gather", "dst", len(dst), "index", len(index))
	checkIndex("Gather", index, "x", len(x))
	if len(index) < fewIndices {
		gatherGeneric(dst, x, index)
		return
	}
	for begin := 0; begin < len(index); begin += sumPanel { // an element from main memory takes 10 ns
		end := panelEnd(begin, len(index), sumPanel)
		gather(dst[begin:end], x, index[begin:end])
	}
}

// ScatterAdd adds x to the indexed elements of dst: dst[index[i]] += x[i], in the order of i, each sum rounded once.
// The values of a repeated index accumulate in that order.
//
// It panics if len(x) != len(index) and if an index is not in [0, len(dst)), before it writes anything. dst must not
// overlap x.
func ScatterAdd[T kernels.Float](dst []T, index []int32, x []T) {
	check.Equal("vec", "ScatterAdd", "x", len(x), "index", len(index))
	checkIndex("ScatterAdd", index, "dst", len(dst))
	scatterAddGeneric(dst, index, x)
}

// GatherDot returns the dot product of a sparse vector with a dense one: the sum of x[i]*y[index[i]].
//
// It panics if len(x) != len(index) and if an index is not in [0, len(y)). Indices may repeat, in any order. The error
// bound and special values are those of the package comment; elements of y that no index names do not count.
func GatherDot[T kernels.Float](x []T, index []int32, y []T) T {
	check.Equal("vec", "GatherDot", "x", len(x), "index", len(index))
	checkIndex("GatherDot", index, "y", len(y))
	if len(index) < fewIndices {
		return gatherDotGeneric(x, index, y)
	}
	return gatherDotPairwise(x, index, y)
}

func gatherDotPairwise[T kernels.Float](x []T, index []int32, y []T) T {
	if len(x) <= sumPanel {
		return gatherDot(x, index, y)
	}
	h := half(len(x), sumPanel)
	return gatherDotPairwise(x[:h], index[:h], y) + gatherDotPairwise(x[h:], index[h:], y)
}

// GatherAxpy adds a multiple of a sparse vector to a dense one: y[index[i]] += alpha*x[i], in the order of i, the product
// and the sum rounded once each. The values of a repeated index accumulate in that order.
//
// It panics if len(x) != len(index) and if an index is not in [0, len(y)), before it writes anything. y must not overlap x.
func GatherAxpy[T kernels.Float](alpha T, x []T, index []int32, y []T) {
	check.Equal("vec", "GatherAxpy", "x", len(x), "index", len(index))
	checkIndex("GatherAxpy", index, "y", len(y))
	gatherAxpyGeneric(alpha, x, index, y)
}
