// Package blockdata generates the problems of Nutini, Laradji and Schmidt (Let's make block coordinate descent converge faster, 2022), whose
// draws are random: least squares, logistic and softmax regression on sparse data with columns of very different lengths, and
// labels on a lattice and on two moons. Tests and the benchmark program share it.
package blockdata

import (
	"math"
	"math/rand/v2"
)

// Entries is a sparse matrix by coordinates.
type Entries struct {
	Rows, Cols  int
	Row, Column []int32
	Value       []float64
}

func (e *Entries) add(i, j int, v float64) {
	e.Row, e.Column, e.Value = append(e.Row, int32(i)), append(e.Column, int32(j)), append(e.Value, v)
}

// design is m x n: entries from N(1, 1), columns times 10 times a number from N(0, 1), and each entry kept with probability
// 10*ln(m)/m.
func design(r *rand.Rand, m, n int) Entries {
	e := Entries{Rows: m, Cols: n}
	scale := make([]float64, n)
	for j := range scale {
		scale[j] = 10 * r.NormFloat64()
	}
	keep := 10 * math.Log(float64(m)) / float64(m)
	for i := range m {
		for j := range n {
			if r.Float64() < keep {
				e.add(i, j, (r.NormFloat64()+1)*scale[j])
			}
		}
	}
	return e
}

// model is z = A*w for weights of which a tenth is from N(0, 1) and the others are zero.
func model(r *rand.Rand, e Entries) []float64 {
	w := make([]float64, e.Cols)
	for j := range w {
		if r.Float64() < 0.1 {
			w[j] = r.NormFloat64()
		}
	}
	z := make([]float64, e.Rows)
	for k, v := range e.Value {
		z[e.Row[k]] += v * w[e.Column[k]]
	}
	return z
}

// Regression is data set A: a target A*w plus noise from N(0, 1). The paper's is 1000 x 10000.
func Regression(m, n int, seed uint64) (Entries, []float64) {
	r := rand.New(rand.NewPCG(seed, 'A'))
	e := design(r, m, n)
	b := model(r, e)
	for i := range b {
		b[i] += r.NormFloat64()
	}
	return e, b
}

// Classification is data set B: the signs of A*w, a tenth of them the other way. The paper's is 1000 x 10000.
func Classification(m, n int, seed uint64) (Entries, []float64) {
	r := rand.New(rand.NewPCG(seed, 'B'))
	e := design(r, m, n)
	b := model(r, e)
	for i, v := range b {
		b[i] = math.Copysign(1, v)
		if r.Float64() < 0.1 {
			b[i] = -b[i]
		}
	}
	return e, b
}

// Classes is data set C: the largest of the elements of a row of A*W plus noise from N(0, 1). The paper's is 1000 x 1000 with 50 classes.
func Classes(m, n, classes int, seed uint64) (Entries, []int) {
	r := rand.New(rand.NewPCG(seed, 'C'))
	e := design(r, m, n)
	y, best := make([]int, m), make([]float64, m)
	for c := range classes {
		for i, v := range model(r, e) {
			if v += r.NormFloat64(); c == 0 || v > best[i] {
				y[i], best[i] = c, v
			}
		}
	}
	return e, y
}

// Lattice is data set D: the edges of a lattice of side x side nodes with weight 1, and the labels of some random nodes from N(0, 100), the
// variance. The paper's is 50 x 50 with 100 labels.
func Lattice(side, labels int, seed uint64) (Entries, map[int]float64) {
	r := rand.New(rand.NewPCG(seed, 'D'))
	e := Entries{Rows: side * side, Cols: side * side}
	edge := func(i, j int) {
		e.add(i, j, 1)
		e.add(j, i, 1)
	}
	for row := range side {
		for col := range side {
			node := row*side + col
			if col+1 < side {
				edge(node, node+1)
			}
			if row+1 < side {
				edge(node, node+side)
			}
		}
	}
	return e, drawn(r, side*side, labels, func(int) float64 { return 10 * r.NormFloat64() })
}

// drawn labels so many nodes.
func drawn(r *rand.Rand, nodes, labels int, label func(i int) float64) map[int]float64 {
	values := map[int]float64{}
	for _, i := range r.Perm(nodes)[:labels] {
		values[i] = label(i)
	}
	return values
}

// Moons is data set E: the graph of each node with its five nearest neighbours, of nodes on two half circles with noise, and the labels 1 and
// -1, by moon, of some random nodes. The paper's has 2000 nodes and 100 labels.
func Moons(nodes, labels int, seed uint64) (Entries, map[int]float64) {
	const nearest = 5
	r := rand.New(rand.NewPCG(seed, 'E'))
	x, y := make([]float64, nodes), make([]float64, nodes)
	for i := range x {
		angle := math.Pi * r.Float64()
		x[i], y[i] = math.Cos(angle), math.Sin(angle)
		if i%2 == 1 {
			x[i], y[i] = 1-x[i], 0.5-y[i]
		}
		x[i] += 0.1 * r.NormFloat64()
		y[i] += 0.1 * r.NormFloat64()
	}
	e := Entries{Rows: nodes, Cols: nodes}
	edges := map[[2]int]bool{}
	for i := range nodes {
		for _, j := range neighbours(x, y, i, nearest) {
			if pair := [2]int{min(i, j), max(i, j)}; !edges[pair] {
				edges[pair] = true
				e.add(i, j, 1)
				e.add(j, i, 1)
			}
		}
	}
	return e, drawn(r, nodes, labels, func(i int) float64 { return float64(1 - 2*(i%2)) })
}

// neighbours is the count nodes nearest to node i.
func neighbours(x, y []float64, i, count int) []int {
	var list []int
	distance := func(j int) float64 { return math.Hypot(x[i]-x[j], y[i]-y[j]) }
	for j := range x {
		if j == i {
			continue
		}
		at := len(list)
		for at > 0 && distance(list[at-1]) > distance(j) {
			at--
		}
		if at < count {
			list = append(list[:at], append([]int{j}, list[at:]...)...)
			list = list[:min(len(list), count)]
		}
	}
	return list
}
