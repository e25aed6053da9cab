// Package reference says in plain Go what the kernels of package machinetest compute, and checks them. It is copied
// beside the generated assembly and runs there, so it imports the standard library alone.
package reference

import (
	"math"
	"math/big"
)

// Float is an element type.
type Float interface{ float32 | float64 }

// operation is an elementwise kernel: prepare, if any, brings arbitrary arguments into its domain; allowed lists the
// right results (NaN for any NaN), none where the result is unspecified.
type operation[T Float] struct {
	name    string
	prepare func(x, y, z T) (T, T, T)
	allowed func(x, y, z T) []T
}

func operations[T Float]() []operation[T] {
	nan := T(math.NaN())
	var all []operation[T]
	add := func(name string, f func(x, y, z T) []T) { all = append(all, operation[T]{name: name, allowed: f}) }
	exact := func(name string, f func(x, y, z T) T) { add(name, func(x, y, z T) []T { return []T{f(x, y, z)} }) }

	exact("Add", func(x, y, _ T) T { return x + y })
	exact("Sub", func(x, y, _ T) T { return x - y })
	exact("Mul", func(x, y, _ T) T { return x * y })
	exact("Div", func(x, y, _ T) T { return x / y })
	exact("Sqrt", func(x, _, _ T) T { return T(math.Sqrt(float64(x))) }) // rounding twice is harmless here
	exact("Abs", func(x, _, _ T) T { return T(math.Abs(float64(x))) })
	exact("Round", func(x, _, _ T) T { return T(math.RoundToEven(float64(x))) })
	exact("Greater", func(x, y, _ T) T {
		if y > x {
			return y
		}
		return x
	})
	exact("Lesser", func(x, y, _ T) T {
		if y < x {
			return y
		}
		return x
	})
	truth := func(b bool) T {
		if b {
			return 1
		}
		return 0
	}
	exact("Beyond", func(x, _, _ T) T { return truth(!(x <= 2.5 && x >= -2.5)) })
	exact("NotNormal", func(x, _, _ T) T { return truth(!(x >= smallestNormal[T]() && x <= largest[T]())) })
	exact("Rarely", func(x, y, _ T) T {
		if x < y {
			return x + x
		}
		return x
	})
	exact("Brief", func(x, y, z T) T {
		if y > x {
			x = y
		}
		return z - x
	})
	add("Max", func(x, y, _ T) []T { return extreme(x, y, x > y) })
	add("Min", func(x, y, _ T) []T { return extreme(x, y, x < y) })
	exact("AtLeast", func(x, _, _ T) T {
		if x < -2.5 {
			return -2.5
		}
		return x
	})
	exact("AtMost", func(x, _, _ T) T {
		if x > 2.5 {
			return 2.5
		}
		return x
	})

	exact("And", func(x, y, _ T) T { return fromBits[T](bits(x) & bits(y)) })
	exact("Or", func(x, y, _ T) T { return fromBits[T](bits(x) | bits(y)) })
	exact("Xor", func(x, y, _ T) T { return fromBits[T](bits(x) ^ bits(y)) })
	exact("AndNot", func(x, y, _ T) T { return fromBits[T](bits(x) &^ bits(y)) })
	exact("IntAdd", func(x, y, _ T) T { return fromBits[T](bits(x) + bits(y)) })
	exact("IntSub", func(x, y, _ T) T { return fromBits[T](bits(x) - bits(y)) })
	exact("IntMax", func(x, y, _ T) T { return fromBits[T](uint64(max(signed(x), signed(y)))) })
	exact("IntMin", func(x, y, _ T) T { return fromBits[T](uint64(min(signed(x), signed(y)))) })
	exact("ShiftLeft", func(x, _, _ T) T { return fromBits[T](bits(x) << 5) })
	exact("ShiftRight", func(x, _, _ T) T { return fromBits[T](bits(x) >> 9) })
	exact("ConstantBits", func(x, _, _ T) T { return fromBits[T](bits(x)&0x5A5A5A5A_5A5A5A5A | 0xFFFFFFFF_00000003) })

	exact("MulAdd", fma[T])
	exact("Dot", dot[T])
	add("MulAddKeeps", func(x, y, z T) []T {
		var all []T
		sum := fma(x, y, z)
		for _, larger := range extreme(sum, y, sum > y) {
			all = append(all, larger-z)
		}
		return all
	})
	exact("MulAddSame", func(x, y, _ T) T { return fma(x, y, x) })
	exact("InPlace", func(x, y, z T) T {
		other := T(x+y-z) * x
		acc := fma(y, z, other)
		acc = fma(-x, z, acc)
		return T(other) + acc
	})
	add("Bounds", func(x, y, z T) []T {
		if !(y <= z) || x != x || x == 0 || y == 0 || z == 0 {
			return nil
		}
		return []T{min(max(x, y), z)}
	})
	exact("Compare", func(x, y, _ T) T {
		return digit[T](x < y, 1) + digit[T](x <= y, 2) + digit[T](x == y, 4) + digit[T](x != x || y != y, 8) +
			digit[T](x != x, 16) + digit[T](x < y || y < x, 32)
	})
	exact("Ordered", func(x, y, z T) T { return choose(x <= y && y <= z, x, y) })
	exact("SelectKeeps", func(x, y, z T) T {
		less := x < y
		high, low := choose(less, y, x), choose(less, x, y)
		third, fourth, fifth := choose(less, 3, z), choose(less, z, 5), choose(less, high, 7)
		return high + third + y - low - fourth - (fifth + x)
	})
	exact("Pressure", func(x, y, z T) T {
		values := []T{x, y, z}
		for i := range 8 {
			values = append(values, values[i]-values[i+1])
		}
		sum := T(0)
		for i := range values {
			sum += T(values[i] * values[len(values)-1-i])
		}
		return sum
	})
	exact("Polynomial", func(x, _, _ T) T {
		sum := T(1)
		for k := range 40 {
			sum = fma(sum, x, T(1/float64(k+2)))
		}
		return sum
	})
	exact("Operands", func(x, _, _ T) T {
		for k := range 40 {
			x = T(x*T(1+1/float64(k+2))) + T(float64(k)-20)
		}
		return x - 0
	})
	exact("Lookup", func(x, _, _ T) T { return T(math.Sqrt(float64(bits(x)&15 + 1))) })

	powers := operation[T]{name: "ScaleByPower", prepare: powerDomain[T]}
	powers.allowed = func(p, n, _ T) []T {
		if n != n {
			if p != p {
				return []T{nan}
			}
			return nil
		}
		return []T{scale(p, float64(n))}
	}
	all = append(all, powers)
	add("ScaleByFloor", func(p, n, _ T) []T {
		if math.IsInf(float64(n), 0) {
			return nil
		}
		return []T{scale(p, math.Floor(float64(n)))}
	})
	add("Fix", func(y, x, _ T) []T { // with the responses of its kernel
		switch f := float64(x); {
		case f == 0:
			return []T{T(math.Inf(-1))}
		case f == 1 || f < 0:
			return []T{nan}
		case math.IsInf(f, 1):
			return []T{x}
		}
		return []T{y}
	})
	add("Within", func(v, bound, _ T) []T {
		switch bound = T(math.Abs(float64(bound))); {
		case bound != bound:
			return nil
		case v != v:
			return []T{bound, -bound, v} // v if it is a signaling NaN
		case math.Abs(float64(v)) <= float64(bound):
			return []T{v}
		}
		return []T{bound, -bound}
	})
	add("SixteenthsRest", func(t, _, _ T) []T {
		f := float64(t)
		if f != f {
			return []T{t}
		}
		r := T(0)
		if math.Abs(f) < 1<<53 {
			r = T(f - math.Floor(16*f)/16)
		}
		if r == 0 {
			return []T{0, T(math.Copysign(0, -1))}
		}
		return []T{r, fromBits[T](bits(r) - 1)} // rounded one way or the other, where it has to be
	})
	add("SixteenthsIndex", func(t, _, _ T) []T {
		f, limit := float64(t), math.Ldexp(1, 47)
		if bytes[T]() == 4 {
			limit = 1 << 18
		}
		if !(math.Abs(f) < limit) {
			return nil
		}
		return []T{fromBits[T](uint64(int64(math.Floor(16*f)) & 15))}
	})
	split := func(name string, part func(fraction, exponent T) T) {
		add(name, func(x, _, _ T) []T {
			if !(x > 0) || math.IsInf(float64(x), 1) {
				return nil
			}
			fraction, exponent := math.Frexp(float64(x))
			return []T{part(T(fraction), T(exponent))}
		})
	}
	split("SplitFraction", func(fraction, _ T) T { return fraction })
	split("SplitExponent", func(_, exponent T) T { return exponent })
	split("PartsFraction", func(fraction, _ T) T { return 2 * fraction })
	split("PartsExponent", func(_, exponent T) T { return exponent - 1 })
	return all
}

// extreme is one of two numbers, or any of them and NaN where Max and Min are free.
func extreme[T Float](x, y T, first bool) []T {
	if x != x || y != y || x == 0 && y == 0 {
		return []T{x, y, T(math.NaN())}
	}
	return []T{choose(first, x, y)}
}

// powerDomain makes p one of [0.5, 4) or NaN, and n integral up to four times the exponent range.
func powerDomain[T Float](x, y, z T) (T, T, T) {
	span := 1024.0
	if bytes[T]() == 4 {
		span = 128
	}
	if fraction, _ := math.Frexp(math.Abs(float64(x))); fraction > 0 && !math.IsInf(fraction, 0) {
		x = T(math.Ldexp(fraction, int(bits(z)%3)))
	} else if x == x {
		x = 0.5
	}
	_, n := math.Frexp(float64(y))
	n += int(bits(z)>>3&127) - 64
	return x, T(math.Max(-4*span, math.Min(4*span, math.Trunc(float64(n)*1.2)))), z
}

// scale is p * 2^n with one rounding, in high precision.
func scale[T Float](p T, n float64) T {
	f := float64(p)
	if f != f || n != n {
		return T(math.NaN())
	}
	if f == 0 || math.IsInf(f, 0) {
		return p
	}
	n = math.Max(-5000, math.Min(5000, n))
	return round[T](new(big.Float).SetMantExp(big.NewFloat(f), int(n)))
}

// fma is x*y + z with one rounding.
func fma[T Float](x, y, z T) T {
	product := T(x * y)
	if x-x != 0 || y-y != 0 { // infinite or NaN
		return product + z
	}
	if z-z != 0 {
		return z
	}
	if x == 0 || y == 0 {
		return product + z
	}
	exact := new(big.Float).SetPrec(5000).SetFloat64(float64(x))
	exact.Mul(exact, big.NewFloat(float64(y))).Add(exact, big.NewFloat(float64(z)))
	if exact.Sign() == 0 {
		return 0
	}
	return round[T](exact)
}

func round[T Float](f *big.Float) T {
	if bytes[T]() == 4 {
		r, _ := f.Float32()
		return T(r)
	}
	r, _ := f.Float64()
	return T(r)
}

func choose[T Float](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func digit[T Float](yes bool, value T) T { return choose(yes, value, 0) }

func bytes[T Float]() int {
	if T(1)+T(1e-10) == 1 {
		return 4
	}
	return 8
}

func bits[T Float](x T) uint64 {
	if bytes[T]() == 4 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(float64(x))
}

func signed[T Float](x T) int64 {
	if bytes[T]() == 4 {
		return int64(int32(bits(x)))
	}
	return int64(bits(x))
}

// fromBits drops what a float32 has no room for.
func fromBits[T Float](b uint64) T {
	if bytes[T]() == 4 {
		return T(math.Float32frombits(uint32(b)))
	}
	return T(math.Float64frombits(b))
}
