package bcd

import "fmt"

// Update is a rule that moves the variables of a block.
type Update interface {
	// Begin prepares the rule for a run, whose blocks are known, and returns the function that moves a block. An error of that
	// ends the run by Breakdown.
	Begin(it *Iteration) (move func(Block) error, err error)
}

// Step is the update rules of this package. Of each there is a proximal form, for the smooth problem plus a regulariser.
type Step uint8

const (
	// LipschitzStep is x_b - g_b/L_b, with L_b from the bound of the Hessian, and with a regulariser the proximal step from there:
	// PG. L_b is the largest eigenvalue of H_b for up to 512 variables, and a bound of it for more.
	LipschitzStep Step = iota
	// EstimatedStep is LipschitzStep with an L_b that is doubled until f falls as much as it promises, which slopes say where rounding hides
	// it from values. It begins as the largest of the estimates of the variables in the block, each at first 1, or L_i where that is
	// less, and becomes an estimate for each of them in the ratio of its L_i to the largest in the block. (The paper has no L_i here and keeps L_b
	// itself, so that a variable in small units that has once met one in large units hardly moves from then on.)
	EstimatedStep
	// MatrixStep minimises the model f + g_b'd + d'H_b d/2 + R: without a regulariser x_b - H_b^-1 g_b. Blocks without a cycle in
	// the graph of the problem are solved by elimination in time linear in their size, others by a Cholesky factor.
	MatrixStep
	// NewtonStep is MatrixStep with the Hessian at x in place of its bound, followed by a line search. Where no step on the line is good, as where
	// a logistic loss has no curvature left that numbers can tell, it is MatrixStep; so are the next two.
	NewtonStep
	// ExactStep minimises the objective over the block exactly: MatrixStep for quadratic problems, of which it insists that they are.
	ExactStep
	// ProjectedNewton is NewtonStep for variables with bounds, PN: the model is minimised within them. With L1 it needs bounds on
	// one side of zero.
	ProjectedNewton
	// TwoMetric is the two-metric projection TMP of Bertsekas (Projected Newton methods for optimization problems with simple
	// constraints, 1982), for variables with bounds, with L1 on one side of zero: variables near a bound to which the gradient
	// pushes them take a scaled gradient step, the others a Newton step, and all are projected, with a search along the path.
	TwoMetric
)

// String is the rule's name.
func (s Step) String() string {
	names := []string{"LipschitzStep", "EstimatedStep", "MatrixStep", "NewtonStep", "ExactStep", "ProjectedNewton", "TwoMetric"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("bcd.Step(%d)", uint8(s))
}

// Begin implements Update.
func (s Step) Begin(it *Iteration) (func(Block) error, error) {
	switch s {
	case LipschitzStep:
		return it.lipschitzStep(), nil
	case EstimatedStep:
		return it.estimatedStep(), nil
	case MatrixStep:
		return it.matrixStep(s)
	case ExactStep:
		if !it.Problem.Quadratic() {
			return nil, combination("ExactStep with a problem that is not quadratic")
		}
		return it.matrixStep(s)
	case NewtonStep:
		return it.newtonStep(s)
	case ProjectedNewton, TwoMetric:
		if it.separate == nil {
			return nil, combination("%v with %v", s, it.Regulariser)
		}
		if _, ok := it.separate.smoothInside(); !ok {
			return nil, combination("%v with %v, which has a kink between its bounds", s, it.Regulariser)
		}
		if s == TwoMetric {
			return it.twoMetric()
		}
		return it.newtonStep(s)
	}
	return nil, fmt.Errorf("bcd: Settings.Update = %v, want LipschitzStep to TwoMetric: %w", s, ErrSetting)
}

// checkDense asks for blocks that are small enough to be solved with.
func (it *Iteration) checkDense(who fmt.Stringer) error {
	if longest := it.Blocks.longest(it.Size()); longest > mostSolved {
		return combination("%v with blocks of %d variables, more than %d", who, longest, mostSolved)
	}
	return nil
}

// workspace is vectors for a block.
type workspace struct{ x, g, d, z, steps []float64 }

// begin gathers variables and gradient of a block, and makes room for the others.
func (w *workspace) begin(it *Iteration, block []int32) {
	n := len(block)
	if cap(w.d) < n {
		w.g, w.d, w.z, w.steps = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	w.g, w.d, w.z, w.steps = w.g[:n], w.d[:n], w.z[:n], w.steps[:n]
	w.x = gather(w.x, it.Point.X(), block)
	it.Point.Gradient(w.g, block)
}
