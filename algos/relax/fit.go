package relax

import "math"

// fit is a linear least squares problem that grows: the triangular factor of its rows, so that no square of them is formed.
type fit struct {
	m    int
	r    []float64 // m x m, upper triangular: R of the rows added so far
	z    []float64 // Q' times their values
	rest float64   // square of the part of the values that no coefficients reach
	rows int
}

func newFit(m int) *fit { return &fit{m: m, r: make([]float64, m*m), z: make([]float64, m)} }

// add takes another row and its value, by a rotation a column (Golub and Van Loan, Matrix computations, 2013, section 6.5). It overwrites row.
func (f *fit) add(row []float64, value float64) {
	f.rows++
	for j := range f.m {
		if row[j] == 0 {
			continue
		}
		own := f.r[j*f.m : (j+1)*f.m]
		h := math.Hypot(own[j], row[j])
		c, s := own[j]/h, row[j]/h
		own[j] = h
		for k := j + 1; k < f.m; k++ {
			own[k], row[k] = c*own[k]+s*row[k], c*row[k]-s*own[k]
		}
		f.z[j], value = c*f.z[j]+s*value, c*value-s*f.z[j]
	}
	f.rest += value * value
}

const (
	mostTurns  = 60  // of Jacobi's method; it takes about six
	mostPasses = 200 // of coordinate descent
)

// minimumNorm sets theta to the shortest of the solutions for the values over scale, from the singular values of R, which one-sided
// rotations make orthogonal columns of (Hestenes 1958).
func (f *fit) minimumNorm(theta []float64, scale float64) {
	m := f.m
	w, v := append([]float64(nil), f.r...), make([]float64, m*m)
	for j := range m {
		v[j*m+j] = 1
	}
	for turn, turned := 0, true; turned && turn < mostTurns; turn++ {
		turned = false
		for p := range m {
			for q := p + 1; q < m; q++ {
				turned = orthogonalise(w, v, m, p, q) || turned
			}
		}
	}
	largest := 0.0
	squares, along := make([]float64, m), make([]float64, m)
	for j := range m {
		for i := range m {
			squares[j] += w[i*m+j] * w[i*m+j]
			along[j] += w[i*m+j] * f.z[i]
		}
		largest = max(largest, squares[j])
	}
	clear(theta)
	rounding := float64(max(f.rows, m)) * 0x1p-52 // of a singular value, as a fraction of the largest
	for j := range m {
		if squares[j] <= rounding*rounding*largest {
			continue
		}
		for i := range m {
			theta[i] += v[i*m+j] * (along[j] / squares[j] / scale)
		}
	}
}

// orthogonalise turns columns p and q of w, and those of v with them, unless they are orthogonal.
func orthogonalise(w, v []float64, m, p, q int) bool {
	var pp, qq, pq float64
	for i := 0; i < m*m; i += m {
		pp += w[i+p] * w[i+p]
		qq += w[i+q] * w[i+q]
		pq += w[i+p] * w[i+q]
	}
	if math.Abs(pq) <= 0x1p-50*math.Sqrt(pp*qq) {
		return false
	}
	zeta := (qq - pp) / (2 * pq)
	t := math.Copysign(1/(math.Abs(zeta)+math.Hypot(1, zeta)), zeta)
	c := 1 / math.Hypot(1, t)
	s := c * t
	for i := 0; i < m*m; i += m {
		w[i+p], w[i+q] = c*w[i+p]-s*w[i+q], s*w[i+p]+c*w[i+q]
		v[i+p], v[i+q] = c*v[i+p]-s*v[i+q], s*v[i+p]+c*v[i+q]
	}
	return true
}

// within solves for the values over scale with |theta[j]| <= bounds[j]: the shortest solution where it is within the bounds, otherwise by
// coordinate descent from what of it is. It returns the sum of the squares of what is left, over the square of scale.
func (f *fit) within(theta, bounds []float64, scale float64) (rest float64) {
	f.minimumNorm(theta, scale)
	inside := true
	for j, bound := range bounds {
		inside = inside && math.Abs(theta[j]) <= bound
	}
	if !inside {
		f.descend(theta, bounds, scale)
	}
	rest = f.rest / scale / scale
	for i := range f.m {
		left := f.z[i] / scale
		for j := i; j < f.m; j++ {
			left -= f.r[i*f.m+j] * theta[j]
		}
		rest += left * left
	}
	return rest
}

// descend is projected coordinate descent on the normal equations, until nothing moves.
func (f *fit) descend(theta, bounds []float64, scale float64) {
	m := f.m
	h, g := make([]float64, m*m), make([]float64, m) // R'R and R'z
	for i := range m {
		row := f.r[i*m : (i+1)*m]
		for j := i; j < m; j++ {
			g[j] += row[j] * f.z[i] / scale
			for k := i; k < m; k++ {
				h[j*m+k] += row[j] * row[k]
			}
		}
	}
	for j, bound := range bounds {
		theta[j] = min(max(theta[j], -bound), bound)
	}
	for range mostPasses {
		moved := 0.0
		for j, bound := range bounds {
			if h[j*m+j] == 0 {
				continue
			}
			slope := g[j]
			for k := range m {
				slope -= h[j*m+k] * theta[k]
			}
			next := min(max(theta[j]+slope/h[j*m+j], -bound), bound)
			if bound > 0 {
				moved = max(moved, math.Abs(next-theta[j])/bound)
			}
			theta[j] = next
		}
		if moved <= 0x1p-40 {
			return
		}
	}
}
