package linear

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// gram is the Gram matrix of the features that have been in a working set, each of which has a slot: sums over the samples of
// u_i*(x_ij-mean_j)*(x_ik-mean_k), scaled.
type gram struct {
	z       *scaled
	u, mean []float64
	total   float64 // of u
	slot    []int32 // of a feature, -1 without
	feature []int32 // in a slot
	g       kernels.Matrix[float64]
	rows    kernels.Matrix[float64] // of a dense design: the columns as they enter the products
	root    []float64               // roots of the weights, of a dense design
}

func newGram(z *scaled) *gram {
	g := &gram{z: z, u: z.u, mean: z.mean, total: 1, slot: make([]int32, z.features)}
	for j := range g.slot {
		g.slot[j] = -1
	}
	return g
}

// size is the number of slots.
func (g *gram) size() int { return len(g.feature) }

// words is how many numbers the matrix of so many slots takes, with the columns.
func (g *gram) words(slots int) int {
	words := slots * slots
	if g.z.dense.Data != nil {
		words += slots * g.z.samples
	}
	return words
}

// slow reports whether for so many sweeps it is less work to go through sparse data than to factor the matrix of all slots: a
// multiplication of an entry takes about 1.5 ns, twice in a sweep, one of a factorisation a sixteenth of that.
func (g *gram) slow(sweeps int) bool {
	s, ok := g.z.columns.(*sparseColumns)
	if !ok {
		return false
	}
	entries, starts := 0, s.t.Starts()
	for _, j := range g.feature {
		entries += int(starts[j+1] - starts[j])
	}
	m := float64(g.size())
	return m*m*m/48 > 3*float64(sweeps)*float64(entries)
}

// matrix is the part that is filled.
func (g *gram) matrix() kernels.Matrix[float64] { return corner(g.g, g.size()) }

func corner(m kernels.Matrix[float64], n int) kernels.Matrix[float64] {
	view := m.Slice(0, n)
	view.Cols = n
	return view
}

// reserve makes room for so many slots.
func (g *gram) reserve(slots int) {
	if slots <= g.g.Rows {
		return
	}
	room := min(g.z.features, max(slots, 2*g.g.Rows, 4*fewFeatures)) // memory that is not touched costs nothing
	old, rows := g.g, g.rows
	g.g = kernels.NewMatrix[float64](room, room)
	held := min(g.size(), old.Rows)
	for i := range held {
		copy(g.g.Row(i), old.Row(i)[:held])
	}
	if g.z.dense.Data != nil {
		g.rows = kernels.NewMatrix[float64](room, g.z.samples)
		for i := range held {
			copy(g.rows.Row(i), rows.Row(i))
		}
	}
}

// add gives slots to features that have none.
func (g *gram) add(features []int32) {
	first := g.size()
	g.reserve(first + len(features))
	for _, j := range features {
		g.slot[j] = int32(g.size())
		g.feature = append(g.feature, j)
	}
	if g.z.dense.Data != nil {
		g.addDense(first)
		return
	}
	g.addSparse(first)
}

// drop takes away all slots.
func (g *gram) drop() {
	for _, j := range g.feature {
		g.slot[j] = -1
	}
	g.feature = g.feature[:0]
}

// reweigh forms the whole matrix again with other weights of the samples. The features must ascend.
func (g *gram) reweigh(u, mean []float64, total float64) {
	g.u, g.mean, g.total, g.root = u, mean, total, nil
	g.reserve(g.size())
	if g.z.dense.Data != nil {
		g.addDense(0)
		return
	}
	g.byRows()
}

func (g *gram) addDense(first int) {
	end := g.size()
	if g.root == nil {
		g.root = make([]float64, g.z.samples)
		for i, u := range g.u {
			g.root[i] = math.Sqrt(u)
		}
	}
	kernels.Parallel(end-first, func(k int) {
		j := g.feature[first+k]
		standardised(g.rows.Row(first+k), g.z.dense.Row(int(j)), g.mean[j], g.z.inverse[j], g.root)
	})
	fresh, old := g.rows.Slice(first, end), g.rows.Slice(0, first)
	block := kernels.Matrix[float64]{Rows: end - first, Cols: end - first, Stride: g.g.Stride, Data: g.g.Data[first*g.g.Stride+first:]}
	matmul.Syrk(matmul.Full, matmul.NoTrans, 1, fresh, 0, block)
	if first == 0 {
		return
	}
	beside := g.g.Slice(first, end)
	beside.Cols = first
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, fresh, old, 0, beside)
	g.mirror(first)
}

// mirror copies the new rows into the columns of the old ones, and the new lower triangle into the upper, in squares of a cache
// line, each of which is fetched once.
func (g *gram) mirror(first int) {
	const side = 8
	for top := first; top < g.size(); top += side {
		end := min(top+side, g.size())
		for left := 0; left < end; left += side {
			for a := top; a < end; a++ {
				row := g.g.Row(a)
				for b := left; b < min(left+side, a); b++ {
					g.g.Data[b*g.g.Stride+a] = row[b]
				}
			}
		}
	}
}

// standardised sets dst = (x - mean)*inverse*root.
func standardised(dst, x []float64, mean, inverse float64, root []float64) {
	if mean == 0 {
		vec.Mul(dst, x, root)
	} else {
		for i, v := range x {
			dst[i] = (v - mean) * root[i]
		}
	}
	vec.Scale(inverse, dst)
}

// addSparse forms the rows from the slot first on: sums of u_i*x_ij*x_ik over the samples of each new feature and the
// features of each of these.
func (g *gram) addSparse(first int) {
	s := g.z.columns.(*sparseColumns)
	end := g.size()
	kernels.Parallel(end-first, func(k int) {
		a := first + k
		row, j := g.g.Row(a)[:a+1], g.feature[a]
		clear(row)
		index, x := s.t.Row(int(j))
		for k, i := range index {
			w := g.u[i] * x[k]
			features, values := s.x.Row(int(i))
			for k, f := range features {
				if b := g.slot[f]; b >= 0 && int(b) <= a {
					row[b] += w * values[k]
				}
			}
		}
		g.shift(a)
	})
	g.mirror(first)
}

// shift takes the means from the sums in a row and scales them.
func (g *gram) shift(a int) {
	j := g.feature[a]
	row := g.g.Row(a)[:a+1]
	for b := range row {
		f := g.feature[b]
		row[b] = (row[b] - g.total*g.mean[j]*g.mean[f]) * g.z.inverse[j] * g.z.inverse[f]
	}
}

// byRows forms the whole matrix sample by sample, which goes through short rows once.
func (g *gram) byRows() {
	s := g.z.columns.(*sparseColumns)
	m := corner(g.g, g.size())
	for a := range m.Rows {
		clear(m.Row(a)[:a+1])
	}
	slots, values := make([]int32, 0, g.size()), make([]float64, 0, g.size())
	for i, u := range g.u {
		if u == 0 {
			continue
		}
		features, x := s.x.Row(i)
		slots, values = slots[:0], values[:0]
		for k, f := range features {
			if a := g.slot[f]; a >= 0 {
				slots, values = append(slots, a), append(values, x[k])
			}
		}
		for k, a := range slots {
			row := m.Data[int(a)*m.Stride:]
			row = row[:a+1]
			w := u * values[k]
			for l, b := range slots[:k+1] {
				row[b] += w * values[l]
			}
		}
	}
	for a := range m.Rows {
		g.shift(a)
	}
	g.mirror(0)
}
