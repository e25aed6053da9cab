package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// scorer keeps the scores of variables, of which it forms anew no more than the gradient has changed.
type scorer struct {
	it    *Iteration
	rule  coord.ProxRule // with a separable regulariser
	steps []float64      // 1/D_i; nil for GS
	roots []float64      // 1/sqrt(D_i); nil for GS
	s     []float64
	last  []int32 // the block that has moved since
	own   []int32 // a copy of the list of changes and last

	x, g, t, out []float64 // of some variables
}

// diagonalGreedy is GS, GSL, GSD and GSDRows.
func (it *Iteration) diagonalGreedy(rule Greedy) (func() Block, error) {
	curvature, err := it.curvatures(rule)
	if err != nil {
		return nil, err
	}
	sc := &scorer{it: it, rule: coord.GSS, s: make([]float64, it.Size())}
	if curvature != nil {
		sc.rule = coord.GSQ
		sc.steps, sc.roots = make([]float64, it.Size()), make([]float64, it.Size())
		for i, d := range curvature {
			sc.steps[i], sc.roots[i] = 1/d, 1/math.Sqrt(d)
		}
	}
	if it.Blocks.Fixed == nil {
		return func() Block {
			sc.update()
			block := it.formed(sc.s)
			sc.last = block.Variables
			return block
		}, nil
	}
	return sc.fixed(), nil
}

// curvatures is D_i of a rule, positive; nil for GS, which has none.
func (it *Iteration) curvatures(rule Greedy) ([]float64, error) {
	d := make([]float64, it.Size())
	switch {
	case rule == GS:
		return nil, nil
	case rule == GSL && it.Blocks.Fixed == nil:
		copy(d, it.Lipschitz)
	case rule == GSL:
		for k, block := range it.Blocks.Fixed {
			l := it.blockLipschitz(it.numbered(k))
			for _, i := range block {
				d[i] = l
			}
		}
	case rule == GSD && it.Blocks.Fixed == nil:
		vec.AddScaled(d, float64(it.Blocks.longest(it.Size())), it.Lipschitz, 0, it.Lipschitz)
	case rule == GSD:
		for _, block := range it.Blocks.Fixed {
			for _, i := range block {
				d[i] = float64(len(block)) * it.Lipschitz[i]
			}
		}
	case it.Blocks.Fixed == nil:
		summer, ok := it.Problem.(RowSummer)
		if !ok {
			return nil, combination("GSDRows in blocks formed anew with a problem that is no RowSummer")
		}
		copy(d, summer.RowSums())
	default:
		for k, block := range it.Blocks.Fixed {
			for t, sum := range it.rowSums(it.numbered(k)) {
				d[block[t]] = sum
			}
		}
	}
	for i := range d {
		d[i] = max(d[i], it.Lipschitz[i]) // where it is a zero row, whose L_i was raised
	}
	return d, nil
}

// rowSums is sum_j |H_ij| over the variables of a block.
func (it *Iteration) rowSums(block Block) []float64 {
	sums := make([]float64, len(block.Variables))
	if g, ok := it.Problem.(Graph); ok {
		inside := make([]bool, it.Size())
		for _, i := range block.Variables {
			inside[i] = true
		}
		for t, i := range block.Variables {
			columns, values := g.Graph().Row(int(i))
			for e, j := range columns {
				if inside[j] {
					sums[t] += math.Abs(values[e])
				}
			}
		}
		return sums
	}
	h := newMatrix(len(sums))
	it.Problem.Bound(h, block.Variables)
	for t := range sums {
		sums[t] = vec.AbsSum(h.Row(t))
	}
	return sums
}

// fixed scores whole blocks.
func (sc *scorer) fixed() func() Block {
	it := sc.it
	owner := make([]int32, it.Size())
	for k, block := range it.Blocks.Fixed {
		for _, i := range block {
			owner[i] = int32(k)
		}
	}
	scores := make([]float64, len(it.Blocks.Fixed))
	due, list := make([]bool, len(scores)), []int32(nil)
	score := func(k int32) {
		scores[k] = 0
		for _, i := range it.Blocks.Fixed[k] {
			if it.L1Score {
				scores[k] += sc.s[i]
			} else {
				scores[k] += sc.s[i] * sc.s[i]
			}
		}
	}
	return func() Block {
		if changed, all := sc.update(); all {
			for k := range scores {
				score(int32(k))
			}
		} else {
			list = list[:0]
			for _, i := range changed {
				if k := owner[i]; !due[k] {
					due[k] = true
					list = append(list, k)
				}
			}
			for _, k := range list {
				due[k] = false
				score(k)
			}
		}
		block := it.highest(scores)
		sc.last = block.Variables
		return block
	}
}

// update brings the scores up to date and says which have changed.
func (sc *scorer) update() (changed []int32, all bool) {
	g := sc.it.Gradient()
	list, all := sc.it.Changed()
	x := sc.it.Point.X()
	if _, separable := sc.it.Regulariser.(separable); all || !separable || len(list)+len(sc.last) > len(g)/2 {
		sc.score(sc.s, x, g, sc.steps, sc.roots, sc.it.all)
		return nil, true
	}
	sc.own = append(append(sc.own[:0], list...), sc.last...)
	sc.x, sc.g = gather(sc.x, x, sc.own), gather(sc.g, g, sc.own)
	var roots []float64
	if sc.steps != nil {
		if sc.it.plain() {
			sc.t = gather(sc.t, sc.roots, sc.own)
			roots = sc.t
		} else {
			sc.t = gather(sc.t, sc.steps, sc.own)
		}
	}
	sc.out = append(sc.out[:0], sc.g...)
	sc.score(sc.out, sc.x, sc.g, sc.t, roots, sc.own)
	for t, i := range sc.own {
		sc.s[i] = sc.out[t]
	}
	return sc.own, false
}

// score sets dst to the scores of the variables of a list.
func (sc *scorer) score(dst, x, g, steps, roots []float64, list []int32) {
	it := sc.it
	switch {
	case it.plain():
		coord.Scores(dst, g, roots)
	case it.separate != nil:
		it.separate.scores(dst, sc.rule, x, g, steps, list)
		if sc.rule == coord.GSQ {
			for t, gain := range dst {
				if gain == 0 {
					gain = it.lostGain(x[t], g[t], steps[t], list[t])
				}
				dst[t] = math.Sqrt(2 * gain)
			}
		}
	case steps == nil: // GS: lengths of steps of one size
		step := 1 / vec.Max(it.Lipschitz)
		equal := make([]float64, len(list))
		vec.Fill(equal, step)
		it.Regulariser.Step(dst, x, g, equal, list)
		for t := range dst {
			dst[t] = math.Abs(dst[t]-x[t]) / step
		}
	default:
		it.Regulariser.Step(dst, x, g, steps, list)
		for t := range dst {
			dst[t] = math.Abs(dst[t]-x[t]) / math.Sqrt(steps[t])
		}
	}
}

// lostGain is what a step would gain that is lost when it is added to x: the curvature of a block may be so far above that of a variable in it that
// its own step is a long one all the same. It is zero where that is lost too, and where x is at a kink or a bound, for nothing is lost there.
func (it *Iteration) lostGain(x, g, step float64, i int32) float64 {
	s := it.separate
	if x == 0 || x <= s.lowest(i) || x >= s.highest(i) {
		return 0
	}
	slope := g + s.L2*x + math.Copysign(s.L1, x)
	if x-slope/it.Lipschitz[i] == x {
		return 0
	}
	return slope * slope * step / 2
}
