package linsolve

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// GMRES solves A*x = b for any square A: x has the least residual in each Krylov space, whose basis it keeps, and starts again when
// the basis has Settings.Restart vectors. An iteration takes one product, one application of the preconditioner and as many vector
// operations as the basis has vectors, made orthogonal by modified Gram-Schmidt.
//
// Restarts can stop all progress; the result then says Stalled. It breaks down with ErrSingular where the Krylov space is used up
// without a solution in it, also after starting again. Errors are as those of [CG].
func GMRES(ctx context.Context, a Operator, b []float64, settings Settings) (*Result, error) {
	it, err := newIteration(ctx, a, b, settings, true)
	if err != nil {
		return nil, err
	}
	g := newGMRES(it, len(b))
	for it.restart(1 - 1e-6) {
		g.cycle()
	}
	return it.finish()
}

// gmres is one Krylov space.
type gmres struct {
	*iteration
	basis         kernels.Matrix[float64] // one vector a row
	triangle      kernels.Matrix[float64] // column k of the Hessenberg matrix after the rotations, as row k
	cosine, sine  []float64
	right         []float64 // the right-hand side after the rotations; element k is the residual after k steps
	z, y          []float64
	columnLargest float64 // of all cycles: a residual that A makes nothing of would pass for a column beside itself
	spread        float64 // a norm of A from below, by its products
}

func newGMRES(it *iteration, n int) *gmres {
	m := it.settings.Restart
	return &gmres{
		iteration: it, basis: kernels.NewMatrix[float64](m+1, n), triangle: kernels.NewMatrix[float64](m, m+1),
		cosine: make([]float64, m), sine: make([]float64, m), right: make([]float64, m+1),
		z: make([]float64, n), y: make([]float64, m),
	}
}

// cycle builds a space from the residual and adds what it is good for to x.
func (g *gmres) cycle() {
	norm := g.last * g.scale
	clear(g.basis.Row(0))
	vec.Axpy(1/norm, g.r, g.basis.Row(0))
	g.right[0] = norm
	k := 0
	for k < g.settings.Restart && g.next(math.Abs(g.right[k])/g.scale) {
		exhausted, reason := g.extend(k)
		if reason != nil {
			// A basis that has done its work ends in rounding, of which any system looks singular: start again from the residual.
			if reason != ErrSingular || math.Abs(g.right[k]) > drifted*norm {
				g.breakdown(reason)
			}
			break
		}
		k++
		if exhausted {
			break
		}
	}
	g.advance(k)
}

// advance moves x by k steps, or by fewer where the projected system is so nearly singular that its last columns may be rounding and what they add to x
// anything: then by as many as leave the least residual, with what rounding may hide of it where x is large.
func (g *gmres) advance(k int) {
	smallest := math.Inf(1)
	for i := range k {
		smallest = min(smallest, g.triangle.At(i, i))
	}
	if smallest > nearlySingular*g.columnLargest {
		g.update(k)
		return
	}
	begin, best, least := append([]float64(nil), g.x...), append([]float64(nil), g.x...), g.last+g.hidden()
	for ; k > 0 && math.Abs(g.right[k])/g.scale < least; k-- {
		copy(g.x, begin)
		g.update(k)
		if most := g.judge() + g.hidden(); most < least {
			least = most
			copy(best, g.x)
		}
	}
	copy(g.x, best)
}

// hidden is what rounding may hide of the relative residual of x.
func (g *gmres) hidden() float64 { return 0x1p-52 * g.spread * vec.Norm2(g.x) / g.scale }

// nearlySingular is how small an element of the diagonal may be beside the largest column before the residual of its step is formed.
const nearlySingular = 0x1p-40

// extend does step k: one more vector, rotated like the ones before. The space is exhausted if the vector vanishes, and the projected
// system singular if its last column does.
func (g *gmres) extend(k int) (exhausted bool, reason error) {
	g.precondition(g.z, g.basis.Row(k))
	next, column := g.basis.Row(k+1), g.triangle.Row(k)
	g.a.Apply(next, g.z)
	size := vec.Norm2(next)
	if !check.Finite(size) {
		return false, ErrOverflow
	}
	g.columnLargest = max(g.columnLargest, size)
	if length := vec.Norm2(g.z); length > 0 {
		g.spread = max(g.spread, size/length)
	}
	for i := range k + 1 {
		column[i] = vec.Dot(g.basis.Row(i), next)
		vec.Axpy(-column[i], g.basis.Row(i), next)
	}
	h := vec.Norm2(next)
	if exhausted = h <= 0x1p-50*size; exhausted {
		h = 0
	} else {
		vec.Scale(1/h, next)
	}
	for i := range k {
		column[i], column[i+1] = g.cosine[i]*column[i]+g.sine[i]*column[i+1], g.cosine[i]*column[i+1]-g.sine[i]*column[i]
	}
	r := math.Hypot(column[k], h)
	if r <= 0x1p-50*g.columnLargest {
		return true, ErrSingular
	}
	g.cosine[k], g.sine[k] = column[k]/r, h/r
	column[k] = r
	g.right[k], g.right[k+1] = g.cosine[k]*g.right[k], -g.sine[k]*g.right[k]
	return exhausted, nil
}

// update solves the triangular system of k steps and adds the combination of the basis to x.
func (g *gmres) update(k int) {
	if k == 0 {
		return
	}
	for i := k - 1; i >= 0; i-- {
		g.y[i] = g.right[i]
		for j := i + 1; j < k; j++ {
			g.y[i] -= g.triangle.At(j, i) * g.y[j]
		}
		g.y[i] /= g.triangle.At(i, i)
	}
	sum := g.r
	clear(sum)
	for i := range k {
		vec.Axpy(g.y[i], g.basis.Row(i), sum)
	}
	g.precondition(g.z, sum)
	vec.Axpy(1, g.z, g.x)
}
