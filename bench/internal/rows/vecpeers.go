package rows

import (
	simd32 "github.com/tphakala/simd/f32"
	simd64 "github.com/tphakala/simd/f64"
	"github.com/viterin/vek"
	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/floats"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// The names of the peers: gonum.org/v1/gonum (its floats package and its own BLAS), github.com/viterin/vek,
// github.com/tphakala/simd.
const (
	gonumName = "gonum"
	vekName   = "vek"
	simdName  = "simd"
)

var blas gonum.Implementation

// reductions pairs peers whose functions take one vector and return a number.
func reductions[T kernels.Float](x []T, of32 map[string]func([]float32) float32, of64 map[string]func([]float64) float64) []measure.Peer {
	var peers []measure.Peer
	for _, name := range []string{gonumName, vekName, simdName} {
		if f := of32[name]; f != nil && cast.Single[T]() {
			peers = append(peers, measure.Peer{Name: name, Run: func() { sink = float64(f(cast.F32(x))) }})
		}
		if f := of64[name]; f != nil && !cast.Single[T]() {
			peers = append(peers, measure.Peer{Name: name, Run: func() { sink = f(cast.F64(x)) }})
		}
	}
	return peers
}

func sumPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{vekName: vek32.Sum, simdName: simd32.Sum},
		map[string]func([]float64) float64{gonumName: floats.Sum, vekName: vek.Sum, simdName: simd64.Sum})
}

func absSumPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{
			gonumName: func(x []float32) float32 { return blas.Sasum(len(x), x, 1) }, vekName: vek32.ManhattanNorm},
		map[string]func([]float64) float64{
			gonumName: func(x []float64) float64 { return blas.Dasum(len(x), x, 1) }, vekName: vek.ManhattanNorm})
}

func sumSquaresPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{
			gonumName: func(x []float32) float32 { return blas.Sdot(len(x), x, 1, x, 1) }},
		map[string]func([]float64) float64{
			gonumName: func(x []float64) float64 { return blas.Ddot(len(x), x, 1, x, 1) }, simdName: simd64.SumOfSquares})
}

func norm2Peers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{
			gonumName: func(x []float32) float32 { return blas.Snrm2(len(x), x, 1) }, vekName: vek32.Norm},
		map[string]func([]float64) float64{
			gonumName: func(x []float64) float64 { return blas.Dnrm2(len(x), x, 1) }, vekName: vek.Norm})
}

func maxPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{vekName: vek32.Max, simdName: simd32.Max},
		map[string]func([]float64) float64{gonumName: floats.Max, vekName: vek.Max, simdName: simd64.Max})
}

func minPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{vekName: vek32.Min, simdName: simd32.Min},
		map[string]func([]float64) float64{gonumName: floats.Min, vekName: vek.Min, simdName: simd64.Min})
}

func maxAbsIndexPeers[T kernels.Float](x []T) []measure.Peer {
	return reductions(x,
		map[string]func([]float32) float32{
			gonumName: func(x []float32) float32 { return float32(blas.Isamax(len(x), x, 1)) }},
		map[string]func([]float64) float64{
			gonumName: func(x []float64) float64 { return float64(blas.Idamax(len(x), x, 1)) }})
}

func dotPeers[T kernels.Float](x, y []T) []measure.Peer {
	if cast.Single[T]() {
		x, y := cast.F32(x), cast.F32(y)
		return []measure.Peer{
			{Name: gonumName, Run: func() { sink = float64(blas.Sdot(len(x), x, 1, y, 1)) }},
			{Name: vekName, Run: func() { sink = float64(vek32.Dot(x, y)) }},
			{Name: simdName, Run: func() { sink = float64(simd32.DotProduct(x, y)) }},
		}
	}
	a, b := cast.F64(x), cast.F64(y)
	return []measure.Peer{
		{Name: gonumName, Run: func() { sink = blas.Ddot(len(a), a, 1, b, 1) }},
		{Name: vekName, Run: func() { sink = vek.Dot(a, b) }},
		{Name: simdName, Run: func() { sink = simd64.DotProduct(a, b) }},
	}
}

func dotWidePeers(x, y []float32) []measure.Peer {
	return []measure.Peer{{Name: gonumName, Run: func() { sink = blas.Dsdot(len(x), x, 1, y, 1) }}}
}

func axpyPeers[T kernels.Float](x, y []T) []measure.Peer {
	if cast.Single[T]() {
		x, y := cast.F32(x), cast.F32(y)
		return []measure.Peer{
			{Name: gonumName, Run: func() { blas.Saxpy(len(x), 1e-12, x, 1, y, 1) }},
			{Name: simdName, Run: func() { simd32.AddScaled(y, 1e-12, x) }},
		}
	}
	a, b := cast.F64(x), cast.F64(y)
	return []measure.Peer{
		{Name: gonumName, Run: func() { blas.Daxpy(len(a), 1e-12, a, 1, b, 1) }},
		{Name: simdName, Run: func() { simd64.AddScaled(b, 1e-12, a) }},
	}
}

func scalePeers[T kernels.Float](x []T) []measure.Peer {
	if cast.Single[T]() {
		x := cast.F32(x)
		return []measure.Peer{
			{Name: gonumName, Run: func() { blas.Sscal(len(x), -1, x, 1) }},
			{Name: vekName, Run: func() { vek32.MulNumber_Inplace(x, -1) }},
			{Name: simdName, Run: func() { simd32.Scale(x, x, -1) }},
		}
	}
	a := cast.F64(x)
	return []measure.Peer{
		{Name: gonumName, Run: func() { blas.Dscal(len(a), -1, a, 1) }},
		{Name: vekName, Run: func() { vek.MulNumber_Inplace(a, -1) }},
		{Name: simdName, Run: func() { simd64.Scale(a, a, -1) }},
	}
}

func clampPeers[T kernels.Float](dst, x []T) []measure.Peer {
	if cast.Single[T]() {
		dst, x := cast.F32(dst), cast.F32(x)
		return []measure.Peer{{Name: simdName, Run: func() { simd32.Clamp(dst, x, -0.5, 0.5) }}}
	}
	to, a := cast.F64(dst), cast.F64(x)
	return []measure.Peer{{Name: simdName, Run: func() { simd64.Clamp(to, a, -0.5, 0.5) }}}
}

// arithmetic builds the peers of a job dst = x op y.
func arithmetic[T kernels.Float](dst, x, y []T,
	vek32Into func(dst, x, y []float32) []float32, simd32Into func(dst, x, y []float32),
	gonumInto, vekInto func(dst, x, y []float64) []float64, simd64Into func(dst, x, y []float64)) []measure.Peer {
	if cast.Single[T]() {
		dst, x, y := cast.F32(dst), cast.F32(x), cast.F32(y)
		return []measure.Peer{
			{Name: vekName, Run: func() { vek32Into(dst, x, y) }},
			{Name: simdName, Run: func() { simd32Into(dst, x, y) }},
		}
	}
	to, a, b := cast.F64(dst), cast.F64(x), cast.F64(y)
	return []measure.Peer{
		{Name: gonumName, Run: func() { gonumInto(to, a, b) }},
		{Name: vekName, Run: func() { vekInto(to, a, b) }},
		{Name: simdName, Run: func() { simd64Into(to, a, b) }},
	}
}

func addPeers[T kernels.Float](dst, x, y []T) []measure.Peer {
	return arithmetic(dst, x, y, vek32.Add_Into, simd32.Add, floats.AddTo, vek.Add_Into, simd64.Add)
}

func subPeers[T kernels.Float](dst, x, y []T) []measure.Peer {
	return arithmetic(dst, x, y, vek32.Sub_Into, simd32.Sub, floats.SubTo, vek.Sub_Into, simd64.Sub)
}

func mulPeers[T kernels.Float](dst, x, y []T) []measure.Peer {
	return arithmetic(dst, x, y, vek32.Mul_Into, simd32.Mul, floats.MulTo, vek.Mul_Into, simd64.Mul)
}

func divPeers[T kernels.Float](dst, x, y []T) []measure.Peer {
	return arithmetic(dst, x, y, vek32.Div_Into, simd32.Div, floats.DivTo, vek.Div_Into, simd64.Div)
}
