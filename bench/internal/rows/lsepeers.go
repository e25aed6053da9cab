package rows

import (
	simd32 "github.com/tphakala/simd/f32"
	simd64 "github.com/tphakala/simd/f64"
	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/floats"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// elementwisePeers builds the peers of dst = f(x). The functions of vek exist for float32 alone.
func elementwisePeers[T kernels.Float](dst, x []T, vek32Into func(dst, x []float32) []float32,
	simd32Into func(dst, x []float32), simd64Into func(dst, x []float64)) []measure.Peer {
	var peers []measure.Peer
	if cast.Single[T]() {
		dst, x := cast.F32(dst), cast.F32(x)
		if vek32Into != nil {
			peers = append(peers, measure.Peer{Name: vekName, Run: func() { vek32Into(dst, x) }})
		}
		if simd32Into != nil {
			peers = append(peers, measure.Peer{Name: simdName, Run: func() { simd32Into(dst, x) }})
		}
		return peers
	}
	if simd64Into != nil {
		dst, x := cast.F64(dst), cast.F64(x)
		peers = append(peers, measure.Peer{Name: simdName, Run: func() { simd64Into(dst, x) }})
	}
	return peers
}

func expPeers[T kernels.Float](dst, x []T) []measure.Peer {
	return elementwisePeers(dst, x, vek32.Exp_Into, simd32.Exp, simd64.Exp)
}

func logPeers[T kernels.Float](dst, x []T) []measure.Peer {
	return elementwisePeers(dst, x, vek32.Log_Into, nil, nil)
}

func tanhPeers[T kernels.Float](dst, x []T) []measure.Peer {
	return elementwisePeers(dst, x, nil, simd32.Tanh, simd64.Tanh)
}

func sigmoidPeers[T kernels.Float](dst, x []T) []measure.Peer {
	return elementwisePeers(dst, x, nil, simd32.Sigmoid, simd64.Sigmoid)
}

// logSumExpPeers has gonum, for float64.
func logSumExpPeers[T kernels.Float](x []T) []measure.Peer {
	if cast.Single[T]() {
		return nil
	}
	a := cast.F64(x)
	return []measure.Peer{{Name: gonumName, Run: func() { sink = floats.LogSumExp(a) }}}
}

// logSumExpRowsPeers gives gonum the scaled matrix ready made, which spares it a multiplication.
func logSumExpRowsPeers[T kernels.Float](dst []T, c kernels.Matrix[T]) []measure.Peer {
	if cast.Single[T]() {
		return nil
	}
	to, scaled := cast.F64(dst), kernels.NewMatrix[float64](c.Rows, c.Cols)
	for i, v := range c.Data {
		scaled.Data[i] = float64(v) / regularisation
	}
	return []measure.Peer{{Name: gonumName, Run: func() {
		for i := range to {
			to[i] = floats.LogSumExp(scaled.Row(i))
		}
	}}}
}
