package limit

import "github.com/raphson-go/raphson/internal/cast"

func peakGeneric[T cast.Float](one T, iterations int) (count T) {
	var a, b, c, d, e, f, g, h, i, j T // ten chains fit the registers of every machine
	for range iterations {
		a = a*one + one
		b = b*one + one
		c = c*one + one
		d = d*one + one
		e = e*one + one
		f = f*one + one
		g = g*one + one
		h = h*one + one
		i = i*one + one
		j = j*one + one
	}
	return a + b + c + d + e + f + g + h + i + j
}

func readStreamGeneric[T cast.Float](x []T, passes int) (sum T) {
	for range passes {
		var a, b, c, d T
		rest := x
		for len(rest) >= 4 {
			a += rest[0]
			b += rest[1]
			c += rest[2]
			d += rest[3]
			rest = rest[4:]
		}
		for _, v := range rest {
			a += v
		}
		sum += a + b + (c + d)
	}
	return sum
}

func updateStreamGeneric[T cast.Float](alpha T, x []T, passes int) {
	for range passes {
		for i := range x {
			x[i] *= alpha
		}
	}
}

// peakOfPairsGeneric counts two a step, for want of pairs.
func peakOfPairsGeneric(one float32, iterations int) (count float32) {
	return 2 * peakGeneric[float32](1, iterations)
}
