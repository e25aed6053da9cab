package family

import "github.com/raphson-go/raphson/gen/machine"

// Vec is the level-1 kernels. The element by element ones are below, sums in vec_sum.go, extremes and the check of
// indices in vec_extreme.go.
var Vec = machine.Family{
	Name:    "vec",
	Package: "kernels/vec",
	Kernels: []machine.Kernel{
		{
			Name:      "Axpy",
			Doc:       "adds alpha*x to y, product and sum rounded once each.",
			Signature: "func(alpha T, x, y []T)",
			Common:    "len(x) == len(y) && common(len(x))",
			Long:      "long(len(x))",
			Writes:    []string{"y"},
			Build: mapVectors("y", func(m machine.Machine) formula {
				alpha := m.Broadcast("alpha")
				return func(v ...machine.Vector) machine.Vector { return m.Add(m.Mul(v[0], alpha), v[1]) }
			}, "x", "y"),
		},
		{
			Name:      "Scale",
			Doc:       "multiplies x by alpha.",
			Signature: "func(alpha T, x []T)",
			Common:    "common(len(x))",
			Long:      "long(len(x))",
			Writes:    []string{"x"},
			Build: mapVectors("x", func(m machine.Machine) formula {
				alpha := m.Broadcast("alpha")
				return func(v ...machine.Vector) machine.Vector { return m.Mul(v[0], alpha) }
			}, "x"),
		},
		{
			Name:      "Add",
			Doc:       "sets dst to x + y.",
			Signature: "func(dst, x, y []T)",
			Common:    "len(dst) == len(x) && len(dst) == len(y) && common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build:     mapPair(machine.Machine.Add),
		},
		{
			Name:      "Sub",
			Doc:       "sets dst to x - y.",
			Signature: "func(dst, x, y []T)",
			Common:    "len(dst) == len(x) && len(dst) == len(y) && common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build:     mapPair(machine.Machine.Sub),
		},
		{
			Name:      "Mul",
			Doc:       "sets dst to x * y, element by element.",
			Signature: "func(dst, x, y []T)",
			Common:    "len(dst) == len(x) && len(dst) == len(y) && common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build:     mapPair(machine.Machine.Mul),
		},
		{
			Name:      "Div",
			Doc:       "sets dst to x / y, element by element.",
			Signature: "func(dst, x, y []T)",
			Common:    "len(dst) == len(x) && len(dst) == len(y) && common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build:     mapPair(machine.Machine.Div),
		},
		{
			Name:      "AddScaled",
			Doc:       "sets dst to a*x + b*y, every operation rounded once.",
			Signature: "func(dst []T, a T, x []T, b T, y []T)",
			Common:    "len(dst) == len(x) && len(dst) == len(y) && common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build: mapVectors("dst", func(m machine.Machine) formula {
				a, b := m.Broadcast("a"), m.Broadcast("b")
				return func(v ...machine.Vector) machine.Vector { return m.Add(m.Mul(v[0], a), m.Mul(v[1], b)) }
			}, "x", "y"),
		},
		{
			Name: "AdamStep",
			Doc: "sets first to past1*first + part1*g and second to past2*second + part2*g*g, and w to\n" +
				"keep*w - rate*first/(root*sqrt(second) + epsilon), every operation rounded once.",
			Signature: "func(w, first, second, g []T, past1, part1, past2, part2, keep, rate, root, epsilon T)",
			Common:    "len(w) == len(first) && len(w) == len(second) && len(w) == len(g) && common(len(w))",
			Long:      "long(len(w))",
			Writes:    []string{"w", "first", "second"},
			Build:     adamStep,
		},
		{
			Name:      "Clamp",
			Doc:       "sets dst to x moved into [lo, hi]; NaN stays NaN.",
			Signature: "func(dst, x []T, lo, hi T)",
			Common:    "len(dst) == len(x) && lo <= hi && common(len(x))",
			Long:      "long(len(x))",
			Writes:    []string{"dst"},
			Build:     mapVectors("dst", clamp, "x"),
		},
		{
			Name:      "SoftThreshold",
			Doc:       "sets dst to x moved by t towards zero, +0 where |x| <= t; t >= 0.",
			Signature: "func(dst, x []T, t T)",
			Common:    "len(dst) == len(x) && t >= 0 && common(len(x))",
			Long:      "long(len(x))",
			Writes:    []string{"dst"},
			Build:     mapVectors("dst", softThreshold, "x"),
		},
		{
			Name:      "Fill",
			Doc:       "sets every element of dst to v.",
			Signature: "func(dst []T, v T)",
			Common:    "common(len(dst))",
			Long:      "long(len(dst))",
			Writes:    []string{"dst"},
			Build: mapVectors("dst", func(m machine.Machine) formula {
				value := m.Broadcast("v")
				return func(...machine.Vector) machine.Vector { return value }
			}),
		},
		{
			Name:      "Dot",
			Doc:       "returns the sum of x*y.",
			Signature: "func(x, y []T) (sum T)",
			Common:    "len(x) == len(y) && len(x) <= sumPanel",
			Build:     dot,
		},
		{
			Name:      "DotWide",
			Doc:       "returns the sum of x*y, products exact and sums in float64.",
			Signature: "func(x, y []T) (sum float64)",
			Common:    "len(x) == len(y) && len(x) <= sumPanel",
			Types:     []machine.Float{machine.F32},
			Build:     dotWide,
		},
		{
			Name:      "Sum",
			Doc:       "returns the sum of x.",
			Signature: "func(x []T) (sum T)",
			Common:    "len(x) <= pairwisePanel",
			Build:     reduction(plain),
		},
		{
			Name:      "AbsSum",
			Doc:       "returns the sum of |x|.",
			Signature: "func(x []T) (sum T)",
			Common:    "len(x) <= sumPanel",
			Build:     reduction(absolute),
		},
		{
			Name:      "SumSquares",
			Doc:       "returns the sum of x*x.",
			Signature: "func(x []T) (sum T)",
			Common:    "len(x) <= sumPanel",
			Build:     reduction(square),
		},
		{
			Name:      "SumSquaresScaled",
			Doc:       "returns the sum of (alpha*x)*(alpha*x), for a power of two alpha.",
			Signature: "func(alpha T, x []T) (sum T)",
			Common:    "len(x) <= sumPanel",
			Build:     reduction(scaledSquare),
		},
		{
			Name:      "Max",
			Doc:       "returns the largest element, NaN if there is one, +0 for either zero.",
			Signature: "func(x []T) (m T)",
			Common:    "len(x) <= panel",
			Build:     maximum,
		},
		{
			Name:      "Min",
			Doc:       "returns the smallest element, NaN if there is one, +0 for either zero.",
			Signature: "func(x []T) (m T)",
			Common:    "len(x) <= panel",
			Build:     minimum,
		},
		{
			Name: "MaxAbs",
			Doc: "returns the largest |x[i]| and the first index of it; NaN is passed over, and where there is nothing else the\n" +
				"largest is -1 and the index len(x).",
			Signature: "func(x []T) (largest T, index int)",
			Common:    "len(x) <= panel",
			Build:     maxAbs,
		},
		{
			Name:      "Gather",
			Doc:       "sets dst[i] to x[index[i]]; the indices have been checked.",
			Signature: "func(dst, x []T, index []int32)",
			Writes:    []string{"dst"},
			Sets:      []string{"avx2", "avx512"},
			Build:     gather,
		},
		{
			Name:      "GatherDot",
			Doc:       "returns the sum of x[i]*y[index[i]]; the indices have been checked.",
			Signature: "func(x []T, index []int32, y []T) (sum T)",
			Sets:      []string{"avx2", "avx512"},
			Build:     gatherDot,
		},
		{
			Name:      "IndexOutside",
			Doc:       "returns 0 if every index is in [0, bound), bound > 0 given by its bits, and else not 0.",
			Signature: "func(index []int32, bound float32) (outside float32)",
			Types:     []machine.Float{machine.F32},
			Build:     indexOutside,
		},
	},
}

// formula computes one vector of the result from a vector of each operand.
type formula func(v ...machine.Vector) machine.Vector

// mapVectors builds dst = f(operands), each a slice parameter; dst may be among them. prepare emits what comes before the
// loop.
func mapVectors(dst string, prepare func(m machine.Machine) formula, operands ...string) func(machine.Machine) {
	return func(m machine.Machine) {
		f := prepare(m)
		pointers := make([]machine.Pointer, 0, len(operands)+1)
		to := -1
		for i, name := range operands {
			if name == dst {
				to = i
			}
			pointers = append(pointers, m.Pointer(name))
		}
		if to < 0 {
			to = len(operands)
			pointers = append(pointers, m.Pointer(dst))
		}
		const unroll = 4
		m.TraverseBriefly(m.Length(dst), pointers, unroll, func(b machine.Block) {
			for i := range b.Vectors() {
				v := make([]machine.Vector, len(operands))
				for j := range v {
					v[j] = b.Load(pointers[j], i)
				}
				b.Store(pointers[to], i, f(v...))
			}
		})
	}
}

// mapPair builds dst = op(x, y).
func mapPair(op func(m machine.Machine, a, b machine.Vector) machine.Vector) func(machine.Machine) {
	return mapVectors("dst", func(m machine.Machine) formula {
		return func(v ...machine.Vector) machine.Vector { return op(m, v[0], v[1]) }
	}, "x", "y")
}

// clamp keeps a NaN, and the zero that stands there, which Max and Min may not.
func clamp(m machine.Machine) formula {
	lo, hi := m.Broadcast("lo"), m.Broadcast("hi")
	return func(v ...machine.Vector) machine.Vector {
		return m.Lesser(m.Greater(v[0], lo), hi)
	}
}

// softThreshold is x - copysign(t, x), or +0 where |x| <= t; NaN is not <= t and stays NaN in the difference.
func softThreshold(m machine.Machine) formula {
	t, zero, sign, magnitude := m.Broadcast("t"), m.Zero(), signBit(m), magnitudes(m)
	return func(v ...machine.Vector) machine.Vector {
		x := v[0]
		moved := m.Sub(x, m.Or(m.And(x, sign), t))
		return m.Select(m.Compare(machine.LessEqual, magnitude(x), t), zero, moved)
	}
}

// signBit is the sign bit of an element in every lane.
func signBit(m machine.Machine) machine.Vector {
	return m.ConstantBits(1 << (8*m.Type().Bytes() - 1))
}

// magnitudes returns the function that clears the sign, with its constant where all loops can use it.
func magnitudes(m machine.Machine) func(v machine.Vector) machine.Vector {
	rest := m.ConstantBits(1<<(8*m.Type().Bytes()-1) - 1)
	return func(v machine.Vector) machine.Vector { return m.And(rest, v) }
}
