package matmul

import "github.com/raphson-go/raphson/internal/cast"

// mulRowsGeneric sets dst = alpha*A*v + beta*d, without d if that is empty, for rows of A that are stride apart.
func mulRowsGeneric[T cast.Float](dst []T, alpha T, rows []T, stride int, v []T, beta T, d []T, _ int) {
	for i := range dst {
		row, sum := rows[min(i*stride, len(rows)):][:len(v)], T(0)
		for j, x := range v {
			sum += row[j] * x
		}
		sum *= alpha
		if len(d) > 0 {
			sum += beta * d[i]
		}
		dst[i] = sum
	}
}

// addScaledRowsGeneric adds alpha*weights'*A to sums.
func addScaledRowsGeneric[T cast.Float](sums, rows []T, stride int, alpha T, weights []T, _ int) {
	for i, weight := range weights {
		row, factor := rows[min(i*stride, len(rows)):][:len(sums)], alpha*weight
		for j, v := range row {
			sums[j] += factor * v
		}
	}
}

// addOuterGeneric adds alpha*weights*v' to A.
func addOuterGeneric[T cast.Float](rows []T, stride int, alpha T, weights, v []T, _ int) {
	for i, weight := range weights {
		row, factor := rows[min(i*stride, len(rows)):][:len(v)], alpha*weight
		for j, x := range v {
			row[j] += factor * x
		}
	}
}
