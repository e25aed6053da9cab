package family

import "github.com/raphson-go/raphson/gen/machine"

// coordProx are proximal operators of l1*|x| + l2/2*x^2 between lower and upper, and of Huber's function. Every operation is
// rounded once, so that all instruction sets agree in every bit.
var coordProx = []machine.Kernel{
	{
		Name:      "ProxEach",
		Doc:       "sets dst to the proximal operator of step times the penalty at x.",
		Signature: "func(dst, x []T, step, l1, l2, lower, upper T, ridge int)",
		Writes:    []string{"dst"},
		Build: mapPenalised(func(p *penalty) formula {
			step := p.m.Broadcast("step")
			threshold, divisor := p.m.Mul(step, p.l1), p.m.Add(p.one, p.m.Mul(step, p.l2))
			return func(v ...machine.Vector) machine.Vector {
				x := p.soft(v[0], threshold)
				if p.ridge {
					x = p.m.Div(x, divisor)
				}
				return p.clamp(x)
			}
		}, "x"),
	},
	{
		Name:      "ProxSteps",
		Doc:       "sets dst to the proximal operator of steps times the penalty at x - steps*g.",
		Signature: "func(dst, g, x, steps []T, l1, l2, lower, upper T, ridge int)",
		Writes:    []string{"dst"},
		Build: mapPenalised(func(p *penalty) formula {
			return func(v ...machine.Vector) machine.Vector { return p.step(v[0], v[1], v[2]) }
		}, "g", "x", "steps"),
	},
	{
		Name:      "HuberEach",
		Doc:       "sets dst to x/divisor where |x| <= edge, and to x moved by shift towards 0 beyond.",
		Signature: "func(dst, x []T, divisor, edge, shift T)",
		Writes:    []string{"dst"},
		Build: mapVectors("dst", func(m machine.Machine) formula {
			divisor, edge, shift, sign, magnitude := m.Broadcast("divisor"), m.Broadcast("edge"), m.Broadcast("shift"), signBit(m), magnitudes(m)
			return func(v ...machine.Vector) machine.Vector {
				x := v[0]
				moved := m.Sub(x, m.Or(m.And(x, sign), shift))
				return m.Select(m.Compare(machine.Less, edge, magnitude(x)), moved, m.Div(x, divisor))
			}
		}, "x"),
	},
	{
		Name:      "Excess",
		Doc:       "sets dst to what x exceeds the bound by, 0 where it does not.",
		Signature: "func(dst, x []T, bound T)",
		Writes:    []string{"dst"},
		Build: mapVectors("dst", func(m machine.Machine) formula {
			bound, zero := m.Broadcast("bound"), m.Constant(0)
			return func(v ...machine.Vector) machine.Vector { return m.AtLeast(m.Sub(v[0], bound), zero) }
		}, "x"),
	},
}

// penalty holds the parameters of these names. Where ridge is false l2 is 0, and so is what it adds; a division by 1 takes
// as long as everything else in a step.
type penalty struct {
	m                    machine.Machine
	l1, l2, lower, upper machine.Vector
	zero, one, sign      machine.Vector
	magnitude            func(v machine.Vector) machine.Vector
	ridge                bool
}

func newPenalty(m machine.Machine) *penalty {
	return &penalty{
		m: m, l1: m.Broadcast("l1"), l2: m.Broadcast("l2"), lower: m.Broadcast("lower"), upper: m.Broadcast("upper"),
		zero: m.Constant(0), one: m.Constant(1), sign: signBit(m), magnitude: magnitudes(m),
	}
}

// eitherWay emits body with and without ridge, for the parameter of this name.
func (p *penalty) eitherWay(body func()) {
	with := func(ridge bool) func() {
		return func() {
			p.ridge = ridge
			body()
		}
	}
	p.m.IfAtLeast(p.m.IntParam("ridge"), 1, with(true), with(false))
}

// mapPenalised is mapVectors to dst, with and without ridge.
func mapPenalised(prepare func(p *penalty) formula, operands ...string) func(machine.Machine) {
	return func(m machine.Machine) {
		p := newPenalty(m)
		f := prepare(p)
		p.eitherWay(func() { mapVectors("dst", func(machine.Machine) formula { return f }, operands...)(m) })
	}
}

// within is x moved into [-t, t]; NaN stays NaN.
func (p *penalty) within(x, t machine.Vector) machine.Vector {
	return p.m.AtMost(p.m.AtLeast(x, p.m.Xor(p.sign, t)), t)
}

// soft is x moved by t towards 0, which is x without its part in [-t, t]: +0 where |x| <= t. Machines differ in the sign of a
// zero that is moved into [-0, 0], so +0 is added.
func (p *penalty) soft(x, t machine.Vector) machine.Vector {
	return p.m.Add(p.m.Sub(x, p.within(x, t)), p.zero)
}

// clamp moves v into the bounds and keeps NaN. Where these are zeros they are +0, and so is a zero in v.
func (p *penalty) clamp(v machine.Vector) machine.Vector {
	return p.m.AtMost(p.m.AtLeast(v, p.lower), p.upper)
}

// step is where the proximal gradient step leads.
func (p *penalty) step(g, x, step machine.Vector) machine.Vector {
	m := p.m
	v := p.soft(m.Sub(x, m.Mul(step, g)), m.Mul(step, p.l1))
	if p.ridge {
		v = m.Div(v, m.Add(p.one, m.Mul(step, p.l2)))
	}
	return p.clamp(v)
}
