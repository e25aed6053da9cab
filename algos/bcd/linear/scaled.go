package linear

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// scaled is a design as the methods see it: column j is z_j = (x_j - mean_j)*inverse_j, without a copy of anything.
// Samples have the weights u, which add up to one.
type scaled struct {
	*Design
	u         []float64
	uniform   bool // all u are the same
	intercept bool
	mean      []float64 // all zero without an intercept
	moved     []float64 // what was taken from every entry of a column beforehand, and is not in its mean; nil for nothing
	inverse   []float64 // one over the scale; 0 for a column that is left out
	norm      []float64 // of z_j in the inner product weighted with u
}

// epsilon is the distance from 1 to the next larger number.
const epsilon = 0x1p-52

// roundedSum is the rounding of a sum of n numbers by vec, as a share of the sum of their magnitudes, with a little for what is done with it.
func roundedSum(n int) float64 { return float64(min(n, 1024+64)) * epsilon }

// newScaled measures the columns, and correlates them with the target on the way where that is not nil:
// c_j = sum of u_i*z_ij*(t_i) for a target whose weighted mean is zero if there is an intercept.
func newScaled(d *Design, s Settings, t, c []float64) (*scaled, error) {
	n, p := d.samples, d.features
	z := &scaled{
		Design: d, u: make([]float64, n), uniform: s.Weights == nil, intercept: !s.NoIntercept,
		mean: make([]float64, p), inverse: make([]float64, p), norm: make([]float64, p),
	}
	if err := z.weigh(s.Weights); err != nil {
		return nil, err
	}
	var v []float64
	sum := 0.0
	if t != nil {
		v = make([]float64, n)
		target := t
		if z.intercept {
			target = make([]float64, n)
			z.centre(target, t)
		}
		vec.Mul(v, z.u, target)
		sum = vec.Sum(v)
	}
	visit := func(j int) {
		z.measure(j, s.Standardise)
		if v != nil && z.inverse[j] != 0 {
			c[j] = (z.columns.dot(j, v) - z.mean[j]*sum) * z.inverse[j]
		}
	}
	visited, err := d.look(visit)
	if err != nil {
		return nil, err
	}
	if !visited {
		kernels.Parallel(blocks(p), func(b int) {
			for j := b * blockColumns; j < min((b+1)*blockColumns, p); j++ {
				visit(j)
			}
		})
	}
	far, err := z.moveFar()
	if err != nil {
		return nil, err
	}
	for _, j := range far {
		visit(int(j))
	}
	for j, v := range z.norm {
		if !check.Finite(v) {
			return nil, fmt.Errorf("linear: sum of squares of column %d of x = %v: %w", j, v, ErrFinite)
		}
	}
	if !s.DropConstant {
		for j, v := range z.inverse {
			if v == 0 {
				return nil, fmt.Errorf("linear: column %d of x: %w", j, ErrZeroColumn)
			}
		}
	}
	return z, nil
}

// weigh sets u to the weights as shares of their sum.
func (z *scaled) weigh(weights []float64) error {
	n := z.samples
	if weights == nil {
		vec.Fill(z.u, 1/float64(n))
		return nil
	}
	if len(weights) != n {
		return fmt.Errorf("linear: len(Settings.Weights) = %d, samples = %d: %w", len(weights), n, ErrShape)
	}
	largest := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return fmt.Errorf("linear: Settings.Weights[%d] = %v: %w", i, w, ErrWeights)
		}
		largest = max(largest, w)
	}
	if largest == 0 {
		return fmt.Errorf("linear: Settings.Weights are zero: %w", ErrWeights)
	}
	total := 0.0
	for i, w := range weights {
		z.u[i] = w / largest // so that the sum cannot overflow
		total += z.u[i]
	}
	for i := range z.u {
		z.u[i] /= total
	}
	return nil
}

// measure sets mean, scale and norm of a column, the norm to infinity where squares overflow.
func (z *scaled) measure(j int, standardise bool) {
	u, share := z.u, 1.0
	if z.uniform {
		u, share = nil, 1/float64(z.samples)
	}
	m, square := z.columns.moments(j, u)
	m *= share
	square *= share
	if !check.Finite(square) {
		z.norm[j] = math.Inf(1)
		return
	}
	variance := square - m*m
	if variance < 0.05*square { // digits have cancelled
		variance = z.columns.centred(j, u, m) * share
	}
	rounding := float64(z.samples) * epsilon
	if z.uniform {
		rounding = roundedSum(z.samples)
	}
	spread := variance
	if !z.intercept {
		spread = square
	}
	if !(spread > rounding*rounding*square) || standardise && !(variance > rounding*rounding*square) {
		return
	}
	if z.intercept {
		z.mean[j] = m
	}
	z.inverse[j] = 1
	if standardise {
		z.inverse[j] = 1 / math.Sqrt(variance)
	}
	z.norm[j] = math.Sqrt(spread) * z.inverse[j]
}

// centre sets dst to t without its weighted mean, which it returns.
func (z *scaled) centre(dst, t []float64) (mean float64) {
	mean = vec.Dot(z.u, t)
	for i, v := range t {
		dst[i] = v - mean
	}
	again := vec.Dot(z.u, dst) // what rounding left
	for i := range dst {
		dst[i] -= again
	}
	return mean + again
}

// correlate sets c_j to the product of z_j with v, for the features listed, and tells how many multiplications that took.
func (z *scaled) correlate(c, v []float64, features []int32) {
	sum := vec.Sum(v)
	kernels.Parallel(blocks(len(features)), func(b int) {
		for _, j := range features[b*blockColumns : min((b+1)*blockColumns, len(features))] {
			if z.inverse[j] == 0 {
				c[j] = 0
				continue
			}
			c[j] = (z.columns.dot(int(j), v) - z.mean[j]*sum) * z.inverse[j]
		}
	})
}

// offset is what the intercept is less for a coefficient w of a feature as it was given.
func (z *scaled) offset(j int, w float64) float64 {
	if z.moved == nil {
		return w * z.mean[j]
	}
	return w * (z.moved[j] + z.mean[j])
}

// subtract sets r = t - Z*b for the coefficients given of some features.
func (z *scaled) subtract(r, t []float64, features []int32, b []float64) {
	copy(r, t)
	offset := 0.0
	for k, j := range features {
		if b[k] == 0 {
			continue
		}
		w := b[k] * z.inverse[j]
		z.columns.axpy(-w, int(j), r)
		offset += w * z.mean[j]
	}
	if offset != 0 {
		for i := range r {
			r[i] += offset
		}
	}
}
