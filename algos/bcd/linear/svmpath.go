package linear

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
)

// SVMPath is [SVM] for a sequence of rising costs, each fit beginning with the dual variables of the one before, in proportion to the
// costs. Lambda of a fit is 1/cost. Progress is called after every fit if there are several.
//
// If the context ends the fits done, the last of them Cancelled, are returned with its error.
func SVMPath(ctx context.Context, x *Design, labels, costs []float64, settings SVMSettings) (*Path, error) {
	m, s, err := checkedMachine(ctx, x, labels, costs, settings)
	if err != nil {
		return nil, err
	}
	each := s.Progress
	if len(costs) == 1 {
		each = nil
	} else {
		s.Progress = nil
	}
	return m.path(ctx, costs, s, each)
}

// checkedMachine checks the arguments of SVMPath, and makes its machine and the settings of the fits.
func checkedMachine(ctx context.Context, x *Design, labels, costs []float64, settings SVMSettings) (*machine, Settings, error) {
	s, err := settings.resolve(ctx, x)
	if err != nil {
		return nil, s, err
	}
	if err := checkCosts(costs); err != nil {
		return nil, s, err
	}
	switch {
	case s.Standardise || s.Positive || s.Start != nil:
		return nil, s, fmt.Errorf("linear: SVM with Settings.Standardise, Positive or Start: %w", ErrSetting)
	case settings.Loss > Hinge:
		return nil, s, fmt.Errorf("linear: SVMSettings.Loss = %d, want SquaredHinge or Hinge: %w", settings.Loss, ErrSetting)
	}
	if err := checkVector("labels", labels, "samples", x.samples); err != nil {
		return nil, s, err
	}
	if _, err := x.look(nil); err != nil {
		return nil, s, err
	}
	weighed := &scaled{Design: x, u: make([]float64, x.samples)}
	if err := weighed.weigh(s.Weights); err != nil {
		return nil, s, err
	}
	pair, err := twoClasses(labels, s.Weights)
	if err != nil {
		return nil, s, err
	}
	if err := checkTotalCost(costs[len(costs)-1], x.samples, s.Weights); err != nil {
		return nil, s, err
	}
	m := newMachine(x, labels, pair, settings)
	for i, v := range m.square {
		if !check.Finite(v) {
			return nil, s, fmt.Errorf("linear: sum of squares of row %d of x = %v: %w", i, v, ErrFinite)
		}
	}
	return m, s, nil
}

// checkCosts asks for costs that rise.
func checkCosts(costs []float64) error {
	if len(costs) == 0 {
		return fmt.Errorf("linear: costs are none: %w", ErrSetting)
	}
	for k, c := range costs {
		if !(c > 0) || math.IsInf(c, 1) {
			return fmt.Errorf("linear: cost = %v: %w", c, ErrCost)
		}
		if k > 0 && c <= costs[k-1] {
			return fmt.Errorf("linear: costs[%d] = %v does not rise: %w", k, c, ErrSetting)
		}
	}
	return nil
}

// checkTotalCost asks for an objective at zero, the unit of the gap, that is in range: the costs of all samples with their weights.
func checkTotalCost(cost float64, samples int, weights []float64) error {
	total := cost * float64(samples)
	if weights != nil {
		total = 0
		for _, w := range weights {
			total += cost * w
		}
	}
	if math.IsInf(total, 1) {
		return fmt.Errorf("linear: cost = %v, and %v for all samples: %w", cost, total, ErrCost)
	}
	return nil
}

// path fits at all costs, and calls each, if there is one, after every fit.
func (m *machine) path(ctx context.Context, costs []float64, s Settings, each func(algos.Progress)) (*Path, error) {
	path := &Path{}
	for k, cost := range costs {
		m.price(cost, s.Weights)
		result := m.run(ctx, s)
		result.Coefficients, result.Intercept, result.Lambda = slices.Clone(m.w), m.bias, 1/cost
		path.Fits = append(path.Fits, result)
		if each != nil {
			each(algos.Progress{Done: k + 1, Of: len(costs), Residual: result.Residual})
		}
		if err := ended(ctx, result); err != nil {
			return path, err
		}
	}
	return path, nil
}

// price sets the cost of the samples, and the dual variables in proportion.
func (m *machine) price(cost float64, weights []float64) {
	for i, before := range m.cost {
		m.cost[i] = cost
		if weights != nil {
			m.cost[i] *= weights[i]
		}
		m.upper[i] = m.cost[i]
		if m.squared {
			m.upper[i] = math.Inf(1)
			if m.cost[i] > 0 {
				m.ridge[i] = min(1/(2*m.cost[i]), math.MaxFloat64)
			}
		}
		if m.a[i] > 0 {
			m.a[i] = min(m.a[i]*(m.cost[i]/before), m.upper[i])
		}
	}
	m.form()
	m.restore()
}
