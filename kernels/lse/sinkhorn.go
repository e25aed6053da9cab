package lse

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// sumRange is the range in which a row sum of exponentials, taken with the old potential, is used as it is. Entries below
// the smallest normal number may have been lost: beside a sum in this range they do not count, nor do they in a column
// sum above columnFloor after a weight of at most the mass over the lower end. Outside, the maximum is taken out first.
func sumRange[T kernels.Float]() (low, high, columnFloor T) {
	if cast.Single[T]() {
		return 0x1p-40, 0x1p60, 0x1p-50
	}
	low64, high64, floor64 := 0x1p-200, 0x1p400, 0x1p-600
	return T(low64), T(high64), T(floor64)
}

// sinkhornLogRows updates the potentials f of a part of the rows and adds the rows of the plan with the new f to the
// column sums of the part: one exponential an element, since the new plan is the old one times a factor a row.
func (s *sweep[T]) sinkhornLogRows(part int) {
	cols := s.matrix.Cols
	sums := s.partial[part*cols : (part+1)*cols]
	buffer := scratch.Get[T](rowsAtOnce * cols)
	from, to := s.span(part, s.matrix.Rows)
	var err T
	for i := from; i < to; i += rowsAtOnce {
		count := min(rowsAtOnce, to-i)
		var weights [rowsAtOnce]T
		for r := range count {
			var e T
			weights[r], e = s.updatePotential(buffer.Data[r*cols:(r+1)*cols], i+r)
			err += e
		}
		addWeighted(sums, buffer.Data, cols, weights[:count])
	}
	s.errors[part] = err
	buffer.Release()
}

// updatePotential sets f[i] to its new value and row to a row of exponentials that, times weight, is row i of the plan
// with it; err is the distance of the old row sum from the mass.
func (s *sweep[T]) updatePotential(row []T, i int) (weight, err T) {
	low, high, _ := sumRange[T]()
	old, mass, c := s.f[i], s.a[i], s.matrix.Row(i)
	sum := expRow(row, s.g, c, s.scale, s.scale*old)
	if mass > 0 && sum >= low && sum <= high {
		ratio := mass / sum
		if step := s.eps * T(math.Log(float64(ratio))); s.power == 1 {
			s.f[i], weight = old+step, ratio
		} else {
			s.f[i] = s.power * (old + step)
			weight = T(math.Exp(float64((s.f[i] - old) / s.eps)))
		}
		if weight <= high { // also not NaN
			return weight, abs(sum - mass)
		}
	}
	rest := logSumExpAffine(row, s.g, c, s.scale)
	exact := math.Exp(float64(old)/float64(s.eps) + rest)
	if math.IsInf(float64(old), -1) && !math.IsNaN(rest) {
		exact = 0 // also where rest is +Inf
	}
	s.f[i] = potential(mass, rest, s.eps, s.power)
	if mass == 0 && !math.IsNaN(rest) {
		clear(row)
	} else {
		expRow(row, s.g, c, s.scale, s.scale*s.f[i])
	}
	return 1, T(math.Abs(exact - float64(mass)))
}

// finishLog sets g from the column sums of the plan with the new f and the old g.
func (s *sweep[T]) finishLog(columns, b []T, power T) {
	_, high, floor := sumRange[T]()
	for j, sum := range columns {
		switch {
		case b[j] > 0 && sum >= floor && sum <= high:
			s.g[j] = power * (s.g[j] + s.eps*T(math.Log(float64(b[j]/sum))))
		default:
			s.g[j] = potential(b[j], logSumExpColumn(s.scale, s.f, s.matrix, j), s.eps, power)
		}
	}
}

// potential is power*eps*(log mass - rest), -Inf where there is no mass whatever the rest is, except NaN.
func potential[T kernels.Float](mass T, rest float64, eps, power T) T {
	if mass == 0 && !math.IsNaN(rest) {
		return T(math.Inf(-1))
	}
	return T(float64(power) * float64(eps) * (math.Log(float64(mass)) - rest))
}

// sinkhornKernelRows updates the scalings of a part of the rows and adds the scaled rows to the column sums of the part.
func (s *sweep[T]) sinkhornKernelRows(part int) {
	cols, k := s.matrix.Cols, s.matrix
	sums := s.partial[part*cols : (part+1)*cols]
	from, to := s.span(part, k.Rows)
	var err T
	for i := from; i < to; i += rowsAtOnce {
		count := min(rowsAtOnce, to-i)
		rows := rowsFrom(k, i)
		var dots [rowsAtOnce]T
		dotPanels(dots[:count], rows, k.Stride, s.g)
		scalings := s.f[i : i+count]
		for r, dot := range dots[:count] {
			err += abs(scalings[r]*dot - s.a[i+r])
			scalings[r] = scaling(s.a[i+r], dot, s.power)
		}
		addWeighted(sums, rows, k.Stride, scalings)
	}
	s.errors[part] = err
}

// dotPanels sets dst[i] to the product of row i and v.
func dotPanels[T kernels.Float](dst, rows []T, stride int, v []T) {
	dotRows(dst, rows, stride, v[:min(columnPanel, len(v))])
	for j := columnPanel; j < len(v); j += columnPanel {
		var more [rowsAtOnce]T
		dotRows(more[:len(dst)], rows[j:], stride, v[j:min(j+columnPanel, len(v))])
		for i := range dst {
			dst[i] += more[i]
		}
	}
}

// scaling is (mass/sum)^power, zero where there is no mass whatever the sum is, except NaN.
func scaling[T kernels.Float](mass, sum, power T) T {
	if mass == 0 && sum == sum {
		return 0
	}
	if power == 1 {
		return mass / sum
	}
	return T(math.Pow(float64(mass/sum), float64(power)))
}

func abs[T kernels.Float](x T) T { return T(math.Abs(float64(x))) }
