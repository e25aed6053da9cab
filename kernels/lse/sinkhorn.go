package lse

import (
	"math"
	"slices"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// sumRange is the range in which a row sum of exponentials, taken with the old potential, is used as it is. Entries below
// the smallest normal number may have been lost: beside a sum in this range they do not count, nor do they in a column
// sum above columnFloor after a weight of at most 1/low. Outside, the maximum is taken out first.
func sumRange[T kernels.Float]() (low, high, columnFloor T) {
	if cast.Single[T]() {
		return 0x1p-40, 0x1p60, 0x1p-50
	}
	low64, high64, floor64 := 0x1p-200, 0x1p400, 0x1p-600
	return T(low64), T(high64), T(floor64)
}

// accurate reports whether a quotient of a mass and a sum says as much as these two: it is neither subnormal nor infinite.
func accurate[T kernels.Float](ratio T) bool {
	if cast.Single[T]() {
		return float64(ratio) >= 0x1p-126 && float64(ratio) <= math.MaxFloat32
	}
	return float64(ratio) >= 0x1p-1022 && float64(ratio) <= math.MaxFloat64
}

// sinkhornLogRows updates the potentials f of a part of the rows and adds the rows of the plan with the new f to the
// column sums of the part: one exponential an element, since the new plan is the old one times a factor a row.
func (s *sweep[T]) sinkhornLogRows(part int) {
	cols := s.matrix.Cols
	sums := s.partial[part*cols : (part+1)*cols]
	from, to := s.span(part, s.matrix.Rows)
	memory := scratch.Get[T](cols + to - from)
	row, ratios := memory.Data[:cols], memory.Data[cols:]
	clear(row)
	var weight [1]T // of the row, which is still to be added
	var err T
	for i := from; i < to; i++ {
		var e T
		weight[0], ratios[i-from], e = s.updatePotential(row, sums, weight[0], i)
		err += e
	}
	addWeighted(sums, row, cols, weight[:])
	advance(s.f[from:to], ratios, s.eps)
	s.errors[part] = err
	memory.Release()
}

// updatePotential adds row, times its weight, to the sums, and sets it to a row of exponentials that, times next, is row i
// of the plan with the new f[i]; err is the distance of the old row sum from the mass. The new f[i] is
// f[i] + eps*log(ratio), which is left to the caller, or stands there already, and ratio is 0.
func (s *sweep[T]) updatePotential(row, sums []T, weight T, i int) (next, ratio, err T) {
	low, high, _ := sumRange[T]()
	old, mass, c := s.f[i], s.a[i], s.matrix.Row(i)
	sum := s.addThenPlanRow(row, row, sums, weight, i)
	if ratio = mass / sum; accurate(ratio) && sum >= low && sum <= high {
		if s.power == 1 && ratio <= 1/low {
			return ratio, ratio, abs(sum - mass)
		}
		updated := s.power * (old + s.eps*T(math.Log(float64(ratio))))
		if next = T(math.Exp(float64((updated - old) / s.eps))); next <= 1/low { // also not NaN
			s.f[i] = updated
			return next, 0, abs(sum - mass)
		}
	}
	if mass == 0 && sum == sum {
		s.f[i] = T(math.Inf(-1))
		clear(row)
		return 0, 0, sum
	}
	rest := logSumExpAffine(row, s.g, c, s.scale)
	exact := math.Exp(float64(old)/float64(s.eps) + rest)
	if math.IsInf(float64(old), -1) && !math.IsNaN(rest) {
		exact = 0 // also where rest is +Inf
	}
	s.f[i] = potential(mass, rest, s.eps, s.power)
	expRow(row, s.g, c, s.scale, s.scale*s.f[i])
	return 1, 0, T(math.Abs(exact - float64(mass)))
}

// advance adds eps*log(ratios) to the potentials, where the ratio is not 0. It changes ratios.
func advance[T kernels.Float](potentials, ratios []T, eps T) {
	for first := 0; first < len(ratios); first += panel {
		block := ratios[first:min(first+panel, len(ratios))]
		log(block, block)
		for i, l := range block {
			if !math.IsInf(float64(l), -1) {
				potentials[first+i] += T(eps * l)
			}
		}
	}
}

// finishLog sets g from the column sums of the plan with the new f and the old g. It changes columns.
func (s *sweep[T]) finishLog(columns, b []T, power T) {
	_, high, floor := sumRange[T]()
	for j, sum := range columns {
		columns[j] = b[j] / sum
		switch {
		case accurate(columns[j]) && sum >= floor && sum <= high:
		case b[j] == 0 && sum == sum:
			columns[j], s.g[j] = 0, T(math.Inf(-1))
		default:
			columns[j], s.g[j] = 0, potential(b[j], logSumExpColumn(s.scale, s.f, s.matrix, j), s.eps, 1)
		}
	}
	advance(s.g, columns, s.eps)
	if power != 1 {
		for j := range s.g {
			s.g[j] *= power
		}
	}
}

// potential is power*eps*(log mass - rest), -Inf where there is no mass whatever the rest is, except NaN.
func potential[T kernels.Float](mass T, rest float64, eps, power T) T {
	if mass == 0 && !math.IsNaN(rest) {
		return T(math.Inf(-1))
	}
	return T(float64(power) * float64(eps) * (logarithm(float64(mass)) - rest))
}

// rowsInCall is how many rows one call of scaleRows takes, and elementsInCall how many elements: as many float64 take 90 us from
// main memory.
const (
	rowsInCall     = 32
	elementsInCall = 1 << 17
)

// sinkhornKernelRows updates the scalings of a part of the rows and adds the scaled rows to the column sums of the part.
func (s *sweep[T]) sinkhornKernelRows(part int) {
	cols, k := s.matrix.Cols, s.matrix
	sums := s.partial[part*cols : (part+1)*cols]
	from, to := s.span(part, k.Rows)
	var err T
	var dots, weights [rowsInCall]T
	step := min(rowsInCall, max(elementsInCall/max(cols, 1)/rowsAtOnce, 1)*rowsAtOnce) // in the same groups at any width
	for i := from; i < to; i += step {
		end := min(i+step, to)
		masses, rows := s.a[i:end], rowsFrom(k, i)
		if s.power == 1 && cols <= columnPanel && !slices.Contains(masses, 0) {
			const backwards = 32 // elements at a time, or a multiple of what are
			scaleRows(sums, dots[:end-i], weights[:end-i], rows, k.Stride, s.g, masses, cols/backwards*backwards)
		} else {
			s.scaleEach(sums, dots[:end-i], weights[:end-i], rows, masses)
		}
		for r, scaling := range s.f[i:end] {
			err += abs(scaling*dots[r] - masses[r])
		}
		copy(s.f[i:end], weights[:])
	}
	s.errors[part] = err
}

// scaleEach is scaleRows for any power, mass and number of columns.
func (s *sweep[T]) scaleEach(sums, dots, weights, rows, masses []T) {
	stride := min(s.matrix.Stride, len(rows)) // a longer one, of rows without elements, might overflow
	for i := 0; i < len(dots); i += rowsAtOnce {
		end := min(i+rowsAtOnce, len(dots))
		these := rows[min(i*stride, len(rows)):]
		dotPanels(dots[i:end], these, stride, s.g)
		for r := i; r < end; r++ {
			weights[r] = scaling(masses[r], dots[r], s.power)
		}
		addWeighted(sums, these, stride, weights[i:end])
	}
}

// dotPanels sets dst[i] to the product of row i and v.
func dotPanels[T kernels.Float](dst, rows []T, stride int, v []T) {
	clear(dst)
	for j := 0; j < len(v); j += columnPanel {
		end := min(j+columnPanel, len(v))
		var panel [rowsAtOnce]T
		dotRows(panel[:len(dst)], rows[j:(len(dst)-1)*stride+end], stride, v[j:end])
		for i := range dst {
			dst[i] += panel[i]
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
