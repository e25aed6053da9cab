package linear

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/internal/group"
	"github.com/raphson-go/raphson/kernels/vec"
)

// GroupSettings of a group Lasso; the zero value works.
type GroupSettings struct {
	// Settings: Positive must be zero.
	Settings
	// Factors multiply the penalty of each group. Nil takes the root of its size.
	Factors []float64
}

// GroupLasso minimises, with v the weights of the samples and V their sum,
//
//	sum_i v_i*(y_i - b - x_i'w)^2 / (2*V) + lambda*sum_g factor_g*|w_g|_2
//
// where w_g are the coefficients of the features in group g: all of them are zero or, in general, none. Each feature must
// be in one group. With Settings.Standardise w_j in the penalty is s_j*w_j.
//
// Blocks are updated by proximal gradient steps on a working set of groups with its Gram matrix, or minimised over where these lead
// nowhere (Qin, Scheinberg and Goldfarb 2013), then by Newton steps on the groups that are not zero, where the objective is smooth. Where columns
// depend on each other, as they do if they are more than the samples, and the penalty is small, minimising squares above the penalty decides which
// groups are zero (Hunter and Lange 2004). The gap is that of the Lasso, with the norms of groups of correlations in place of correlations; so is
// what a fit with lambda = 0 ends by.
func GroupLasso(ctx context.Context, x *Design, y []float64, groups [][]int, lambda float64, settings GroupSettings) (*Result, error) {
	s, err := settings.Settings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	if _, _, err := penalty(lambda, 1); err != nil {
		return nil, err
	}
	settings.Settings = s
	g, err := newGrouped(x, y, groups, settings)
	if err != nil {
		return nil, err
	}
	result := g.fit(ctx, lambda, 0, 0, s)
	result.Lambda = lambda
	return result, ended(ctx, result)
}

func (s GroupSettings) check(groups [][]int, features int) error {
	seen := make([]bool, features)
	count := 0
	for g, members := range groups {
		if len(members) == 0 {
			return fmt.Errorf("linear: groups[%d] is empty: %w", g, ErrGroups)
		}
		for _, j := range members {
			if j < 0 || j >= features {
				return fmt.Errorf("linear: groups[%d] has feature %d of %d: %w", g, j, features, ErrGroups)
			}
			if seen[j] {
				return fmt.Errorf("linear: feature %d is in two groups: %w", j, ErrGroups)
			}
			seen[j] = true
			count++
		}
	}
	if count < features {
		return fmt.Errorf("linear: feature %d is in no group: %w", slices.Index(seen, false), ErrGroups)
	}
	if s.Factors == nil {
		return nil
	}
	if len(s.Factors) != len(groups) {
		return fmt.Errorf("linear: len(GroupSettings.Factors) = %d, groups = %d: %w", len(s.Factors), len(groups), ErrShape)
	}
	for g, f := range s.Factors {
		if !(f > 0) || math.IsInf(f, 1) {
			return fmt.Errorf("linear: GroupSettings.Factors[%d] = %v, want above 0 and finite: %w", g, f, ErrSetting)
		}
	}
	return nil
}

// grouped is a least squares problem with groups. Of quadratic it uses the data, the residual and the Gram matrix.
type grouped struct {
	*quadratic
	groups [][]int32
	factor []float64
	norms  []float64 // of the groups: roots of the sums of squares of those of the columns, which bound the operator's
	top    float64   // the least penalty that leaves no group
	model  group.Model
}

func newGrouped(x *Design, y []float64, groups [][]int, settings GroupSettings) (*grouped, error) {
	s := settings.Settings
	if s.Positive {
		return nil, fmt.Errorf("linear: GroupLasso with Settings.Positive: %w", ErrSetting)
	}
	if err := settings.check(groups, x.features); err != nil {
		return nil, err
	}
	s.Start = nil // for the quadratic, which knows no groups
	q, err := newQuadratic(x, y, s)
	if err != nil {
		return nil, err
	}
	g := &grouped{quadratic: q, groups: make([][]int32, len(groups)), factor: make([]float64, len(groups)), norms: make([]float64, len(groups))}
	for k, members := range groups {
		for _, j := range members {
			if q.inverse[j] != 0 {
				g.groups[k] = append(g.groups[k], int32(j))
			}
			g.norms[k] = math.Hypot(g.norms[k], q.norm[j])
		}
		g.factor[k] = math.Sqrt(float64(len(members)))
		if settings.Factors != nil {
			g.factor[k] = settings.Factors[k]
		}
		g.top = max(g.top, g.correlation(k)/g.factor[k])
	}
	g.begin(settings.Start)
	return g, nil
}

// correlation is the norm of the correlations of a group.
func (g *grouped) correlation(k int) float64 {
	size := 0.0
	for _, j := range g.groups[k] {
		size = math.Hypot(size, g.c[j])
	}
	return size
}

func (g *grouped) least() float64 { return g.top }

// fit is quadratic.fit for groups.
func (g *grouped) fit(ctx context.Context, lambda, _, previous float64, s Settings) *Result {
	result := &Result{}
	q := g.quadratic
	sweeps, steps := g.model.Sweeps, g.model.Steps
	gone := make([]bool, len(g.groups))
	bestDual := math.Inf(-1)
	patience := newPatience(s)
	best, merit, in := lowest{merit: q.null}, 0.0, &g.model
	if in.Lambda = lambda; lambda == 0 {
		best.merit = math.Inf(1)
	}
	look := func() (scale, worst, radius float64) {
		q.correlations(0)
		rr, tr := vec.Dot(q.v, q.r), vec.Dot(q.v, q.t)
		primal := rr/2 + in.Penalty()
		if scale = max(tr/rr, 0); rr == 0 {
			scale = 0
		}
		for k := range g.groups {
			if !gone[k] {
				worst = max(worst, g.correlation(k)/g.factor[k])
			}
		}
		if scale*worst > lambda {
			scale = lambda / worst
		}
		dual := scale*tr - scale*scale*rr/2
		if dual > bestDual { // no NaN
			bestDual = dual
		}
		result.Objective, result.Gap = primal, max(primal-bestDual, 0)
		result.Residual, merit = result.Gap/q.null, primal
		if lambda == 0 {
			result.Residual = q.violation()
			merit = result.Residual
		}
		return scale, worst, math.Sqrt(2 * max(primal-dual, 0))
	}
	for {
		scale, worst, radius := look()
		if result.judge(ctx, s) {
			break
		}
		result.Screened = 0
		for k := range g.groups {
			if g.slotless(k) {
				gone[k] = gone[k] || scale*g.correlation(k)+radius*g.norms[k] < lambda*g.factor[k]*(1-1e-10)
			}
			if gone[k] {
				result.Screened += len(g.groups[k])
			}
		}
		added := g.admitGroups(result.threshold(lambda, previous), gone)
		if patience.spend(result.Residual, added) {
			result.Stopped = algos.Stalled
			break
		}
		best.see(merit, in.B)
		result.Residuals = append(result.Residuals, result.Residual)
		result.Iterations++
		in.Tolerance = max(lambda, 1e-3*q.size) * max(patience.floor, min(1e-3, 0.01*(worst/max(lambda, 1e-3*q.size)-1)))
		in.Run(ctx)
		copy(q.in.b, in.B)
		q.refresh()
	}
	if best.restore(in.B, merit, result.Stopped) {
		copy(q.in.b, in.B)
		q.renew()
		look()
	}
	q.report(result)
	result.Sweeps, result.Steps = g.model.Sweeps-sweeps, g.model.Steps-steps
	return result
}

// slotless reports whether a group is not in the working set.
func (g *grouped) slotless(k int) bool {
	return len(g.groups[k]) > 0 && g.gram.slot[g.groups[k][0]] < 0
}

// begin puts the groups of a start into the working set.
func (g *grouped) begin(w []float64) {
	q := g.quadratic
	if w == nil {
		return
	}
	var list []int
	for k, members := range g.groups {
		if slices.ContainsFunc(members, func(j int32) bool { return w[j] != 0 }) {
			list = append(list, k)
		}
	}
	g.enter(list)
	for k, j := range q.gram.feature {
		q.in.b[k] = w[j] / q.inverse[j]
		g.model.B[k] = q.in.b[k]
	}
	if q.settle() {
		clear(g.model.B)
	}
}

// admitGroups takes in groups whose correlations exceed a threshold, the largest first.
func (g *grouped) admitGroups(threshold float64, gone []bool) bool {
	var list []int
	for k := range g.groups {
		if g.slotless(k) && !gone[k] && g.correlation(k) > threshold*g.factor[k] {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b int) int {
		x, y := g.correlation(a)/g.factor[a], g.correlation(b)/g.factor[b]
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return a - b
	})
	most, size := max(fewFeatures, g.gram.size()), 0
	for k, chosen := range list {
		if size += len(g.groups[chosen]); size > most && k > 0 {
			list = list[:k]
			break
		}
	}
	g.enter(list)
	return len(list) > 0
}

// enter gives slots to groups.
func (g *grouped) enter(list []int) {
	q, in := g.quadratic, &g.model
	if len(list) == 0 {
		q.update()
		copy(in.C, q.in.c)
		return
	}
	q.fresh = q.fresh[:0]
	first := q.gram.size()
	for _, k := range list {
		q.fresh = append(q.fresh, g.groups[k]...)
	}
	q.admitToGram() // working sets of groups have no wide form, as admit may choose
	in.Resize(q.gram.matrix())
	copy(in.C, q.in.c)
	for _, k := range list {
		end := first + len(g.groups[k])
		in.Add(first, end, g.factor[k])
		first = end
	}
}
