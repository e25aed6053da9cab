package bcd

import "github.com/raphson-go/raphson/kernels/vec"

// matrixStep minimises the quadratic model with the bound of the Hessian.
func (it *Iteration) matrixStep(who Step) (func(Block) error, error) {
	var w workspace
	s := it.newSolver()
	if it.plain() {
		if err := s.check(who); err != nil {
			return nil, err
		}
		return func(block Block) error {
			w.begin(it, block.Variables)
			vec.AddScaled(w.d, -1, w.g, 0, w.g)
			s.of(block).solve(w.d)
			vec.Add(w.z, w.x, w.d)
			it.Point.Move(block.Variables, w.z)
			return nil
		}, nil
	}
	if err := it.checkDense(who); err != nil {
		return nil, err
	}
	bounds := make([]Matrix, len(it.Blocks.Fixed))
	return func(block Block) error {
		w.begin(it, block.Variables)
		var h Matrix
		if block.Number < 0 {
			h = s.matrix(len(block.Variables))
			it.Problem.Bound(h, block.Variables)
		} else {
			if h = bounds[block.Number]; h.Data == nil {
				h = newMatrix(len(block.Variables))
				it.Problem.Bound(h, block.Variables)
				bounds[block.Number] = h
			}
		}
		it.minimiseModel(w.z, h, w.x, w.g, block.Variables)
		it.Point.Move(block.Variables, w.z)
		return nil
	}, nil
}
