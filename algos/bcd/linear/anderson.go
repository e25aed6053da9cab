package linear

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// anderson extrapolates coordinate descent from its last iterates: the combination of them, with weights that add up to one, of
// which the change in one sweep is least (Bertrand and Massias 2021). Residuals are affine in the coefficients, so the same
// weights extrapolate the dual point (Massias, Gramfort and Salmon 2018).
type anderson struct {
	iterates [][]float64
	count    int
}

// memory is how many sweeps an extrapolation is made of.
const memory = 5

func (a *anderson) reset() { a.count = 0 }

// record keeps the coefficients after a sweep.
func (a *anderson) record(s *inner, slots []int32) {
	x := a.next()
	for _, k := range slots {
		x = append(x, s.b[k])
	}
	a.keep(x)
}

// next is the memory for an iterate.
func (a *anderson) next() []float64 {
	if a.iterates == nil {
		a.iterates = make([][]float64, memory+1)
	}
	return a.iterates[a.count%(memory+1)][:0]
}

// keep takes it back.
func (a *anderson) keep(x []float64) {
	a.iterates[a.count%(memory+1)] = x
	a.count++
}

// inOrthant is the extrapolation with those elements at zero that have another sign than in the last iterate.
func (a *anderson) inOrthant() []float64 {
	x := a.mix()
	if x == nil {
		return nil
	}
	last := a.iterates[(a.count+memory)%(memory+1)]
	for i, v := range x {
		if !alike(v, last[i]) {
			x[i] = 0
		}
	}
	return x
}

// mix is the extrapolation, nil if there is none.
func (a *anderson) mix() []float64 {
	if a.count <= memory {
		return nil
	}
	n := len(a.iterates[0])
	diff := kernels.NewMatrix[float64](memory, n)
	for i := range memory {
		vec.Sub(diff.Row(i), a.iterates[(a.count+i+1)%(memory+1)], a.iterates[(a.count+i)%(memory+1)])
	}
	m := kernels.NewMatrix[float64](memory, memory)
	matmul.Syrk(matmul.Full, matmul.NoTrans, 1, diff, 0, m)
	trace := 0.0
	for i := range memory {
		trace += m.At(i, i)
	}
	if !(trace > 0) {
		return nil
	}
	for i := range memory {
		m.Set(i, i, m.At(i, i)+1e-10*trace)
	}
	w := []float64{1, 1, 1, 1, 1}
	if matmul.Cholesky(matmul.Lower, m) != nil {
		return nil
	}
	matmul.CholeskySolveVector(matmul.Lower, m, w)
	sum := vec.Sum(w)
	if !check.Finite(1 / sum) {
		return nil
	}
	x := make([]float64, n)
	for i := range memory {
		vec.Axpy(w[i]/sum, a.iterates[(a.count+i+1)%(memory+1)], x)
	}
	return x
}

// extrapolate moves to the extrapolation if that makes the objective smaller.
func (a *anderson) extrapolate(s *inner, slots []int32) bool {
	x := a.inOrthant()
	if x == nil {
		return false
	}
	clear(s.gd)
	change := 0.0
	for i, k := range slots {
		if step := x[i] - s.b[k]; step != 0 {
			vec.Axpy(step, s.g.Row(int(k)), s.gd)
		}
	}
	for i, k := range slots {
		b, step := s.b[k], x[i]-s.b[k]
		change += step*(s.gd[k]/2-s.c[k]) + s.l1*(math.Abs(x[i])-math.Abs(b)) + s.l2*step*(b+step/2)
	}
	if !(change < 0) {
		return false
	}
	for i, k := range slots {
		s.b[k] = x[i]
	}
	vec.Sub(s.c, s.c, s.gd)
	return true
}
