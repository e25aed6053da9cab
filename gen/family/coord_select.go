package family

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

// coordSelect are the greedy rules: each as a search for the largest score and as a map to all scores. Without scale, MaxAbs of vec is
// the search.
var coordSelect = []machine.Kernel{
	{
		Name: "GreatestScaled",
		Doc: "returns the largest |g[i]|*scale[i] and the first index of it; NaN is passed over, and where there is nothing else the\n" +
			"score is -1 and the index len(g).",
		Signature: "func(g, scale []T) (score T, index int)",
		Build:     greatest(scaledAbsolutes, "g", "scale"),
	},
	{
		Name:      "GreatestSlope",
		Doc:       "is GreatestScaled for the scores of Slopes.",
		Signature: "func(g, x []T, l1, l2, lower, upper T, ridge int) (score T, index int)",
		Build:     greatestPenalised(slopes, "g", "x"),
	},
	{
		Name:      "GreatestStep",
		Doc:       "is GreatestScaled for the scores of StepLengths.",
		Signature: "func(g, x, steps []T, l1, l2, lower, upper T, ridge int) (score T, index int)",
		Build:     greatestPenalised(stepLengths, "g", "x", "steps"),
	},
	{
		Name:      "GreatestGain",
		Doc:       "is GreatestScaled for the scores of Gains.",
		Signature: "func(g, x, steps []T, l1, l2, lower, upper T, ridge int) (score T, index int)",
		Build:     greatestPenalised(gains, "g", "x", "steps"),
	},
	{
		Name:      "ScaledMagnitudes",
		Doc:       "sets dst to |g|*scale.",
		Signature: "func(dst, g, scale []T)",
		Writes:    []string{"dst"},
		Build:     mapVectors("dst", scaledAbsolutes, "g", "scale"),
	},
	{
		Name:      "Slopes",
		Doc:       "sets dst to the least magnitude of a subgradient at x.",
		Signature: "func(dst, g, x []T, l1, l2, lower, upper T, ridge int)",
		Writes:    []string{"dst"},
		Build:     mapPenalised(slopes, "g", "x"),
	},
	{
		Name:      "StepLengths",
		Doc:       "sets dst to the length of the proximal step at x.",
		Signature: "func(dst, g, x, steps []T, l1, l2, lower, upper T, ridge int)",
		Writes:    []string{"dst"},
		Build:     mapPenalised(stepLengths, "g", "x", "steps"),
	},
	{
		Name:      "Gains",
		Doc:       "sets dst to what the proximal step at x gains in the quadratic bound.",
		Signature: "func(dst, g, x, steps []T, l1, l2, lower, upper T, ridge int)",
		Writes:    []string{"dst"},
		Build:     mapPenalised(gains, "g", "x", "steps"),
	},
	{
		Name:      "Above",
		Doc:       "returns the first index with x[i] > bound, len(x) if there is none.",
		Signature: "func(x []T, bound T) (index int)",
		Build:     above,
	},
}

func scaledAbsolutes(m machine.Machine) formula {
	magnitude := magnitudes(m)
	return func(v ...machine.Vector) machine.Vector { return m.Mul(magnitude(v[0]), v[1]) }
}

// slopes: where x is not 0 the penalty has the slope l2*x + sign(x)*l1; at 0 it takes up to l1 of the slope away. A bound
// takes the slope that points out of the interval.
func slopes(p *penalty) formula {
	m := p.m
	return func(v ...machine.Vector) machine.Vector {
		g, x := v[0], v[1]
		if p.ridge {
			g = m.Add(g, m.Mul(p.l2, x))
		}
		against := m.Or(m.AndNot(p.sign, x), p.l1) // -sign(x)*l1
		slope := m.Sub(g, m.Select(m.Compare(machine.Equal, x, p.zero), p.within(g, p.l1), against))
		slope = m.Select(m.Compare(machine.LessEqual, x, p.lower), m.AtMost(slope, p.zero), slope)
		slope = m.Select(m.Compare(machine.LessEqual, p.upper, x), m.AtLeast(slope, p.zero), slope)
		return p.magnitude(slope)
	}
}

func stepLengths(p *penalty) formula {
	return func(v ...machine.Vector) machine.Vector { return p.magnitude(p.m.Sub(p.step(v[0], v[1], v[2]), v[1])) }
}

// gains: -(g*d + d^2/(2*step) + penalty(x+d) - penalty(x)) for the step d, with x+d as it is before x is subtracted.
func gains(p *penalty) formula {
	m, half := p.m, p.m.Constant(0.5)
	return func(v ...machine.Vector) machine.Vector {
		g, x, step := v[0], v[1], v[2]
		moved := p.step(g, x, step)
		d := m.Sub(moved, x)
		slope := m.Add(g, m.Div(m.Mul(half, d), step))
		if p.ridge {
			slope = m.Add(slope, m.Mul(m.Mul(half, p.l2), m.Add(moved, x)))
		}
		gain := m.Sub(m.Mul(p.l1, m.Sub(p.magnitude(x), p.magnitude(moved))), m.Mul(d, slope))
		return m.Select(m.Compare(machine.Less, gain, p.zero), p.zero, gain)
	}
}

func greatest(prepare func(m machine.Machine) formula, operands ...string) func(machine.Machine) {
	return func(m machine.Machine) { newSearch(m, prepare(m), operands).build() }
}

// greatestPenalised is greatest with and without ridge.
func greatestPenalised(prepare func(p *penalty) formula, operands ...string) func(machine.Machine) {
	return func(m machine.Machine) {
		p := newPenalty(m)
		search := newSearch(m, prepare(p), operands)
		p.eitherWay(search.build)
	}
}

// search is for the greatest score and its first index, as maxAbs has it, for scores that are formed of several operands, the
// first of which is NaN where elements are absent. The block that has the largest score is scored again to find it.
type search struct {
	m                             machine.Machine
	score                         formula
	operands                      []string
	unroll, few                   int
	nan, lowest, length, infinity machine.Vector
}

func newSearch(m machine.Machine, score formula, operands []string) *search {
	const unroll, few = 8, 2
	return &search{
		m: m, score: score, operands: operands, unroll: unroll, few: few,
		nan: m.Constant(math.NaN()), lowest: m.Constant(-1), length: m.Constant(float64(unroll * m.Lanes())), infinity: m.Constant(math.Inf(1)),
	}
}

func (s *search) build() {
	m, score := s.m, s.score
	elements := s.unroll * m.Lanes()
	largest, start, position, rest := m.Copy(s.lowest), m.Zero(), m.Zero(), m.Copy(s.lowest)
	pointers, again := make([]machine.Pointer, len(s.operands)), make([]machine.Pointer, len(s.operands))
	n := m.Length(s.operands[0])
	for k, name := range s.operands {
		pointers[k] = m.Pointer(name)
	}
	// of is the largest score of a block, or of its vectors and those in first.
	of := func(b machine.Block, first machine.Vector) machine.Vector {
		best := make([]machine.Vector, min(s.few, b.Vectors()))
		for i := range b.Vectors() {
			v := []machine.Vector{b.LoadOr(pointers[0], i, s.nan)}
			for _, p := range pointers[1:] {
				v = append(v, b.Load(p, i))
			}
			if k := i % s.few; i >= s.few {
				best[k] = m.Greater(best[k], score(v...))
			} else {
				best[k] = m.Greater(first, score(v...))
			}
		}
		for n := len(best); n > 1; n /= 2 {
			for i := range n / 2 {
				best[i] = m.Greater(best[i], best[n/2+i])
			}
		}
		return best[0]
	}
	keep := func(block machine.Vector) {
		m.Assign(start, m.Select(m.Compare(machine.Less, largest, block), position, start))
		m.Assign(largest, m.Greater(largest, block)) // and not Select, which would wait for the comparison
	}
	m.Blocks(n, elements, func() {
		keep(of(m.Whole(s.unroll), s.lowest))
		m.AddTo(position, s.length)
		for _, p := range pointers {
			m.Advance(p, elements)
		}
	})
	m.Traverse(n, pointers, s.few, func(b machine.Block) { m.Assign(rest, of(b, rest)) })
	keep(rest)
	best := m.SpreadLane0(m.MaxLanes(largest))
	left, index := m.Length(s.operands[0]), m.Length(s.operands[0])
	for k, name := range s.operands {
		again[k] = m.Pointer(name)
	}
	m.IfAtLeast(index, elements, func() {
		before := m.Truncate(m.MinLanes(m.Select(m.Compare(machine.Equal, largest, best), start, s.infinity)))
		m.SubInt(left, before)
		for _, p := range again {
			m.AdvanceBy(p, before)
		}
	}, nil)
	m.Find(left, again[0], 1, func(b machine.Block) machine.Mask {
		v := make([]machine.Vector, len(again))
		for k, p := range again {
			v[k] = b.Load(p, 0)
		}
		same := m.Compare(machine.Equal, score(v...), best)
		for _, p := range again[1:] { // Find moves the first
			if b.Partial() {
				m.Advance(p, 1)
			} else {
				m.Advance(p, m.Lanes())
			}
		}
		return same
	})
	m.SubInt(index, left)
	m.Return("score", best)
	m.ReturnInt("index", index)
}

func above(m machine.Machine) {
	bound, x, left, index := m.Broadcast("bound"), m.Pointer("x"), m.Length("x"), m.Length("x")
	m.Find(left, x, 4, func(b machine.Block) (found machine.Mask) {
		for i := range b.Vectors() {
			greater := m.Compare(machine.Less, bound, b.LoadOr(x, i, bound))
			if i > 0 {
				greater = m.MaskOr(found, greater)
			}
			found = greater
		}
		return found
	})
	m.SubInt(index, left)
	m.ReturnInt("index", index)
}
