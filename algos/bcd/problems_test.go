package bcd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// smallData is rows x cols, with about half of the entries zero.
func smallData(r *rand.Rand, rows, cols int) kernels.Matrix[float64] {
	m := kernels.NewMatrix[float64](rows, cols)
	for i := range m.Data {
		if r.Float64() < 0.5 {
			m.Data[i] = r.NormFloat64()
		}
	}
	return m
}

// smallProblems is one problem of each kind with few variables, on the same data, dense and sparse.
func smallProblems(t testing.TB, seed uint64, rows, cols int) map[string]Problem {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	m := smallData(r, rows, cols)
	dense, err := Dense(m)
	require.NoError(t, err)
	csr, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	thin, err := Sparse(csr)
	require.NoError(t, err)
	b, sign, class := make([]float64, rows), make([]float64, rows), make([]int, rows)
	for i := range b {
		b[i], sign[i], class[i] = r.NormFloat64(), float64(1-2*r.IntN(2)), r.IntN(3)
	}
	problems := map[string]Problem{}
	for kind, a := range map[string]*Data{"dense": dense, "sparse": thin} {
		problems[kind+" least squares"], err = LeastSquares(a, b)
		require.NoError(t, err)
		problems[kind+" logistic"], err = Logistic(a, sign)
		require.NoError(t, err)
		problems[kind+" softmax"], err = Softmax(a, class, 3)
		require.NoError(t, err)
	}
	gram := kernels.NewMatrix[float64](cols, cols)
	matmul.Syrk(matmul.Full, matmul.Trans, 1, m, 0, gram)
	inRange := make([]float64, cols) // so that there is a minimum
	matmul.Gemv(matmul.Trans, 1, m, b, 0, inRange)
	problems["quadratic"], err = DenseQuadratic(gram, inRange)
	require.NoError(t, err)
	problems["labels"] = lattice(t, r, 4, 5)
	return problems
}

func smallVector(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// lattice is labels on side x side nodes with random weights.
func lattice(t testing.TB, r *rand.Rand, side, labels int) *Labels {
	t.Helper()
	var row, column []int
	var value []float64
	edge := func(i, j int) {
		w := 0.5 + r.Float64()
		row, column, value = append(row, i, j), append(column, j, i), append(value, w, w)
	}
	for i := range side * side {
		if i%side+1 < side {
			edge(i, i+1)
		}
		if i+side < side*side {
			edge(i, i+side)
		}
	}
	w, err := sparse.FromCOO(side*side, side*side, row, column, value)
	require.NoError(t, err)
	known := map[int]float64{}
	for _, i := range r.Perm(side * side)[:labels] {
		known[i] = r.NormFloat64()
	}
	p, err := LabelPropagation(w, known)
	require.NoError(t, err)
	return p
}

// randomBlock is some variables, ascending.
func randomBlock(r *rand.Rand, n, size int) []int32 {
	flag := make([]bool, n)
	var block []int32
	for _, i := range r.Perm(n)[:size] {
		block = append(block, int32(i))
	}
	return ascending(block, flag)
}

// hessianAt is the whole Hessian at x by central differences of the gradient.
func hessianAt(p Problem, x []float64) kernels.Matrix[float64] {
	const step = 1e-5
	n := p.Size()
	h := newMatrix(n)
	up, down := make([]float64, n), make([]float64, n)
	for i := range n {
		y := append([]float64(nil), x...)
		y[i] += step
		p.At(y).Gradient(up, everyVariable(n))
		y[i] -= 2 * step
		p.At(y).Gradient(down, everyVariable(n))
		for j := range n {
			h.Set(j, i, (up[j]-down[j])/(2*step))
		}
	}
	return h
}

// TestDerivatives: gradient and Hessian of a block against differences, and the products against the Hessian.
func TestDerivatives(t *testing.T) {
	for name, p := range smallProblems(t, 1, 9, 6) {
		r := rand.New(rand.NewPCG(2, 0))
		n := p.Size()
		x := smallVector(r, n)
		at := p.At(x)
		all := everyVariable(n)
		g := make([]float64, n)
		at.Gradient(g, all)
		for i := range x {
			const step = 1e-6
			y := append([]float64(nil), x...)
			y[i] += step
			up := p.At(y).Value()
			y[i] -= 2 * step
			assert.InDelta(t, (up-p.At(y).Value())/(2*step), g[i], 1e-7, "%s: variable %d", name, i)
		}
		want := hessianAt(p, x)
		block := randomBlock(r, n, n/2)
		h := newMatrix(len(block))
		at.Hessian(h, block)
		for a, i := range block {
			for b, j := range block {
				assert.InDelta(t, want.At(int(i), int(j)), h.At(a, b), 1e-8, "%s: %d, %d", name, i, j)
			}
		}
		d, got, product := smallVector(r, n), make([]float64, n), make([]float64, n)
		at.(HessianMultiplier).MulHessian(got, d)
		matmul.Gemv(matmul.NoTrans, 1, want, d, 0, product)
		assert.InDeltaSlice(t, product, got, 1e-7, name)
	}
}

// TestBounds: H_b - f”_bb is positive semidefinite, in whole and in blocks; its diagonal is L; rows sum to no more than they say.
func TestBounds(t *testing.T) {
	for name, p := range smallProblems(t, 3, 9, 6) {
		r := rand.New(rand.NewPCG(4, 0))
		n := p.Size()
		for range 20 {
			x := smallVector(r, n)
			vec.Scale(3*r.Float64(), x)
			block := randomBlock(r, n, 1+r.IntN(n))
			bound, h := newMatrix(len(block)), newMatrix(len(block))
			p.Bound(bound, block)
			p.At(x).Hessian(h, block)
			for a := range block {
				for b := range block {
					h.Set(a, b, bound.At(a, b)-h.At(a, b))
				}
				h.Set(a, a, h.At(a, a)+1e-9)
			}
			assert.NoError(t, matmul.Cholesky(matmul.Lower, h), "%s, block %v", name, block)
		}
		all := everyVariable(n)
		whole, one := newMatrix(n), newMatrix(1)
		p.Bound(whole, all)
		for i := range n {
			p.Bound(one, []int32{int32(i)})
			assert.InDelta(t, p.Lipschitz()[i], one.Data[0], 1e-12, name)
			assert.LessOrEqual(t, vec.AbsSum(whole.Row(i)), p.(RowSummer).RowSums()[i]*(1+1e-12), name)
		}
		d, got, want := smallVector(r, n), make([]float64, n), make([]float64, n)
		p.(Multiplier).MulBound(got, d)
		matmul.Gemv(matmul.NoTrans, 1, whole, d, 0, want)
		assert.InDeltaSlice(t, want, got, 1e-10, name)
	}
}

// TestMoves: what a point keeps up to date is what a fresh one forms, and it says which elements of the gradient have changed.
func TestMoves(t *testing.T) {
	for name, p := range smallProblems(t, 5, 40, 30) {
		r := rand.New(rand.NewPCG(6, 0))
		n := p.Size()
		at := p.At(smallVector(r, n))
		g, _, all := at.(Tracker).Whole()
		assert.True(t, all, name)
		before := append([]float64(nil), g...)
		for step := range 60 {
			block := randomBlock(r, n, 1+r.IntN(2))
			to := make([]float64, len(block))
			for k := range to {
				to[k] = r.NormFloat64()
			}
			at.Move(block, to)
			for k, i := range block {
				require.Equal(t, to[k], at.X()[i])
			}
			if step%7 == 6 {
				at.Refresh()
			}
			if step%3 > 0 {
				continue
			}
			fresh := p.At(at.X())
			assert.InDelta(t, fresh.Value(), at.Value(), 1e-11*math.Abs(fresh.Value())+1e-12, name)
			g, changed, all := at.(Tracker).Whole()
			want := make([]float64, n)
			fresh.Gradient(want, everyVariable(n))
			require.InDeltaSlice(t, want, g, 1e-10, name)
			listed := map[int32]bool{}
			for _, i := range changed {
				assert.False(t, listed[i], "%s: listed twice", name)
				listed[i] = true
			}
			for i, v := range g {
				if !all && !listed[int32(i)] {
					require.Equal(t, before[i], v, "%s: element %d changed unseen", name, i)
				}
			}
			copy(before, g)
		}
	}
}

// TestFewNeighboursChange: on a sparse graph a move of one variable changes no more than its neighbours.
func TestFewNeighboursChange(t *testing.T) {
	p := lattice(t, rand.New(rand.NewPCG(7, 0)), 10, 10)
	at := p.At(make([]float64, p.Size()))
	at.(Tracker).Whole()
	at.Move([]int32{40}, []float64{1})
	_, changed, all := at.(Tracker).Whole()
	neighbours, _ := p.Graph().Row(40)
	assert.False(t, all)
	assert.ElementsMatch(t, neighbours, changed)
}

// TestLabels: the objective is that over the edges, up to a constant, and the values are put in their places.
func TestLabels(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 0))
	w, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		9, 1, 0, 2,
		1, 0, 3, 0,
		0, 3, 0, 4,
		2, 0, 4, 0,
	}}, 0)
	require.NoError(t, err)
	p, err := LabelPropagation(w, map[int]float64{1: 5, 3: -2})
	require.NoError(t, err)
	assert.Equal(t, []int{0, 2}, p.Unlabelled())
	energy := func(v []float64) (sum float64) {
		for i := range 4 {
			for j := range i {
				sum += w.At(i, j) * (v[i] - v[j]) * (v[i] - v[j]) / 2
			}
		}
		return sum
	}
	zero := energy(p.Values([]float64{0, 0}))
	for range 10 {
		x := smallVector(r, 2)
		v := p.Values(x)
		assert.Equal(t, []float64{x[0], 5, x[1], -2}, v)
		assert.InDelta(t, energy(v)-zero, p.At(x).Value(), 1e-12)
	}
}
