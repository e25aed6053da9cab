package bcd

import (
	"fmt"
	"maps"
	"slices"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Labels is the propagation of labels on a graph: the values x of the nodes without a label minimise
//
//	sum over edges of weight*(x_i - x_j)^2/2,
//
// where those of the labelled nodes are given (Zhu, Ghahramani and Lafferty, Semi-supervised learning using Gaussian fields and
// harmonic functions, 2003). It is a quadratic problem whose matrix is the Laplacian of the graph among the unlabelled nodes,
// without the part of the objective that is constant.
type Labels struct {
	*quadratic
	unlabelled []int
	values     []float64 // of all nodes, those without a label zero
}

// LabelPropagation is the problem on a graph of symmetric weights, zero or more, which are elements of a matrix; its diagonal does
// not count. labels maps nodes to their values; at least one node must have none. A part of the graph without a labelled
// node is determined only up to a constant.
//
// The error wraps ErrNil, ErrShape, ErrEmpty, ErrFinite, ErrSetting, ErrSymmetry or ErrIndex.
func LabelPropagation(weights *sparse.CSR[float64], labels map[int]float64) (*Labels, error) {
	if weights == nil {
		return nil, fmt.Errorf("bcd: weights: %w", ErrNil)
	}
	n := weights.Rows()
	if n != weights.Cols() {
		return nil, fmt.Errorf("bcd: weights is %d x %d, want it square: %w", n, weights.Cols(), ErrShape)
	}
	l := &Labels{values: make([]float64, n)}
	for _, i := range slices.Sorted(maps.Keys(labels)) { // so that of several that are wrong the first is named
		v := labels[i]
		if i < 0 || i >= n {
			return nil, fmt.Errorf("bcd: labels has node %d of %d: %w", i, n, ErrIndex)
		}
		if !check.Finite(v) {
			return nil, fmt.Errorf("bcd: labels[%d] = %v: %w", i, v, ErrFinite)
		}
		l.values[i] = v
	}
	variable := make([]int, n)
	for i := range variable {
		if _, ok := labels[i]; !ok {
			variable[i] = len(l.unlabelled)
			l.unlabelled = append(l.unlabelled, i)
		}
	}
	if len(l.unlabelled) == 0 {
		return nil, fmt.Errorf("bcd: labels has all %d nodes: %w", n, ErrEmpty)
	}
	if err := checkEdgeWeights(weights); err != nil {
		return nil, err
	}
	a, b, err := l.system(weights, labels, variable)
	if err != nil {
		return nil, err
	}
	if l.quadratic, err = newQuadratic(a, b); err != nil {
		return nil, err
	}
	return l, nil
}

// checkEdgeWeights looks at the rows of all nodes: an edge that only a labelled one knows of would be missed otherwise.
func checkEdgeWeights(weights *sparse.CSR[float64]) error {
	for i := range weights.Rows() {
		neighbours, w := weights.Row(i)
		for e, j := range neighbours {
			switch {
			case int(j) == i:
			case !check.Finite(w[e]):
				return fmt.Errorf("bcd: weights[%d, %d] = %v: %w", i, j, w[e], ErrFinite)
			case w[e] < 0:
				return fmt.Errorf("bcd: weights[%d, %d] = %v, want 0 or more: %w", i, j, w[e], ErrSetting)
			case weights.At(int(j), i) != w[e]:
				return fmt.Errorf("bcd: weights[%d, %d] = %v, weights[%d, %d] = %v: %w", i, j, w[e], j, i, weights.At(int(j), i), ErrSymmetry)
			}
		}
	}
	return nil
}

// system is the Laplacian among the variables and what the labelled neighbours add to the right-hand side.
func (l *Labels) system(weights *sparse.CSR[float64], labels map[int]float64, variable []int) (*sparse.CSR[float64], []float64, error) {
	var row, column []int
	var value []float64
	b := make([]float64, len(l.unlabelled))
	for r, i := range l.unlabelled {
		neighbours, w := weights.Row(i)
		degree := 0.0
		for e, j := range neighbours {
			if int(j) == i || w[e] == 0 {
				continue
			}
			degree += w[e]
			if v, ok := labels[int(j)]; ok {
				b[r] += w[e] * v
				continue
			}
			row, column, value = append(row, r), append(column, variable[j]), append(value, -w[e])
		}
		row, column, value = append(row, r), append(column, r), append(value, degree)
	}
	a, err := sparse.FromCOO(len(b), len(b), row, column, value)
	if err != nil {
		return nil, nil, fmt.Errorf("bcd: weights: %w", err)
	}
	return a, b, nil
}

// made reports whether l comes from LabelPropagation, and not from an error of it that was ignored.
func (l *Labels) made() bool { return l != nil && l.quadratic != nil }

// Unlabelled is the node that each variable stands for, ascending; a view for reading.
func (l *Labels) Unlabelled() []int { return l.unlabelled }

// Values puts the variables x in their places among the values of all nodes. It panics unless x has an element for each node without
// a label.
func (l *Labels) Values(x []float64) []float64 {
	check.Dimension("bcd", "Labels.Values", "len(x)", len(x), "unlabelled nodes", len(l.unlabelled))
	values := append([]float64(nil), l.values...)
	for r, i := range l.unlabelled {
		values[i] = x[r]
	}
	return values
}
