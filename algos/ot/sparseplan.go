package ot

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// SparsePlan is the plan reduced to its count largest entries, and the mass that was left out. At small Epsilon nearly all of it
// is in a few entries a row. The plan is formed as a whole on the way. An error wraps ErrSetting for a negative count, ErrEmpty
// for a Result that does not come from this package, or sparse.ErrTooLarge for more than 2^31 - 1 entries, rows or columns.
func (r *Result) SparsePlan(count int) (plan *sparse.CSR[float64], leftOut float64, err error) {
	if count < 0 {
		return nil, 0, fmt.Errorf("ot: count = %d, want 0 or more: %w", count, ErrSetting)
	}
	if r.cost == nil {
		return nil, 0, fmt.Errorf("ot: the Result has no cost: %w", ErrEmpty)
	}
	whole := r.Plan()
	if plan, err = sparse.FromDenseLargest(whole, count); err != nil {
		return nil, 0, fmt.Errorf("ot: plan: %w", err)
	}
	return plan, max(0, sum(whole)-vec.Sum(plan.Values())), nil
}

// sum adds all elements up.
func sum(m kernels.Matrix[float64]) (total float64) {
	for i := range m.Rows {
		total += vec.Sum(m.Row(i))
	}
	return total
}
