package matmul

import "math"

// stripPackedPairsGeneric is stripPackedGeneric for A and B of pairs, in the arithmetic of the instruction, bit for bit.
func stripPackedPairsGeneric(rows, cols, k int, alpha float32, a, b []float32, bRow int, beta float32, d []float32, dRow int, c []float32, cRow int) {
	sizes := blocking[float32]()
	for rows > 0 {
		height := sizes.height(rows)
		stripPairsGeneric(height, cols, k, alpha, a, 1, height, b, bRow, beta, d, dRow, c, cRow, 0)
		for range height {
			d, c = next(d, dRow), next(c, cRow)
		}
		a, rows = a[height*k:], rows-height
	}
}

// stripPairsGeneric is stripGeneric for such pairs.
func stripPairsGeneric(rows, cols, k int, alpha float32, a []float32, aRow, aColumn int, b []float32, bRow int, beta float32, d []float32, dRow int, c []float32, cRow, _ int) {
	for i := range rows {
		for j := range cols {
			var sum float32
			for p := range k {
				sum = addPair(sum, a[i*aRow+p*aColumn], b[p*bRow+j])
			}
			if sum *= alpha; len(d) > 0 {
				sum = float32(almost(sum, beta, d[j]))
			}
			c[j] = sum
		}
		d, c = next(d, dRow), next(c, cRow)
	}
}

// addPair is sum plus the product of the upper halves of x and y, plus that of the lower ones.
func addPair(sum, x, y float32) float32 {
	upper := func(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ 0xFFFF) }
	lower := func(v float32) float32 { return math.Float32frombits(math.Float32bits(v) << 16) }
	return addProduct(addProduct(sum, upper(x), upper(y)), lower(x), lower(y))
}

// addProduct is x*y + sum, rounded once, with numbers below the normal ones as zeros of their sign.
func addProduct(sum, x, y float32) float32 {
	v := almost(flushed(sum), flushed(x), flushed(y))
	// Tiny is what is below the normal numbers when rounded to the precision, not to the exponents, of float32.
	const raise = 1 << 64
	if math.Abs(v) < 1 && math.Abs(float64(float32(v*raise))) < raise*0x1p-126 {
		return float32(math.Copysign(0, v))
	}
	return float32(v)
}

// almost is x*y + sum so that one more rounding, to float32, gives what it would of the exact sum: what is lost goes into the
// last bit, to say on which side of the middle between two numbers the sum lies.
func almost(sum, x, y float32) float64 {
	product, summand := float64(x)*float64(y), float64(sum) // exact
	v := product + summand
	from := v - product
	lost := (product - (v - from)) + (summand - from)
	if bits := math.Float64bits(v); lost != 0 && lost == lost && bits&1 == 0 {
		if (lost > 0) == (v > 0) {
			return math.Float64frombits(bits + 1)
		}
		return math.Float64frombits(bits - 1)
	}
	return v
}

// flushed is v, or the zero of its sign if v is below the normal numbers.
func flushed(v float32) float32 {
	if bits := math.Float32bits(v); bits&0x7F800000 == 0 {
		return math.Float32frombits(bits & 0x80000000)
	}
	return v
}

// packPairsGeneric merges rows in twos, and fills the last vector of each with zeros.
func packPairsGeneric(dst []float32, dstRow int, first, second []uint16, srcRow int, rows, cols int) {
	width := roundUp(cols, blocking[float32]().lanes)
	for i := range rows {
		row := dst[i*dstRow:][:width]
		for j := range cols {
			row[j] = math.Float32frombits(uint32(first[2*i*srcRow+j]) | uint32(second[2*i*srcRow+j])<<16)
		}
		clear(row[cols:])
	}
}
