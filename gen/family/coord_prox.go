package family

import "github.com/raphson-go/raphson/gen/machine"

// coordProx are proximal operators of l1*|x| + l2/2*x^2 between lower and upper, and of Huber's function. Every operation is
// rounded once, so that all instruction sets agree in every bit.
var coordProx = []machine.Kernel{
	{
		Name:      "ProxEach",
		Doc:       "sets dst to the proximal operator of step times the penalty at x.",
		Signature: "func(dst, x []T, step, l1, l2, lower, upper T)",
		Writes:    []string{"dst"},
		Build: mapVectors("dst", func(m machine.Machine) formula {
			p, step := newPenalty(m), m.Broadcast("step")
			threshold, divisor := m.Mul(step, p.l1), m.Add(p.one, m.Mul(step, p.l2))
			return func(v ...machine.Vector) machine.Vector { return p.clamp(m.Div(p.soft(v[0], threshold), divisor)) }
		}, "x"),
	},
	{
		Name:      "ProxSteps",
		Doc:       "sets dst to the proximal operator of steps times the penalty at x - steps*g.",
		Signature: "func(dst, g, x, steps []T, l1, l2, lower, upper T)",
		Writes:    []string{"dst"},
		Build: mapVectors("dst", func(m machine.Machine) formula {
			p := newPenalty(m)
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
}

// penalty holds the parameters of these names.
type penalty struct {
	m                    machine.Machine
	l1, l2, lower, upper machine.Vector
	zero, one, sign      machine.Vector
	magnitude            func(v machine.Vector) machine.Vector
}

func newPenalty(m machine.Machine) penalty {
	return penalty{
		m: m, l1: m.Broadcast("l1"), l2: m.Broadcast("l2"), lower: m.Broadcast("lower"), upper: m.Broadcast("upper"),
		zero: m.Constant(0), one: m.Constant(1), sign: signBit(m), magnitude: magnitudes(m),
	}
}

// within is x moved into [-t, t]; NaN stays NaN.
func (p penalty) within(x, t machine.Vector) machine.Vector {
	return p.m.AtMost(p.m.AtLeast(x, p.m.Xor(p.sign, t)), t)
}

// soft is x moved by t towards 0, which is x without its part in [-t, t]: +0 where |x| <= t. Machines differ in the sign of a
// zero that is moved into [-0, 0], so +0 is added.
func (p penalty) soft(x, t machine.Vector) machine.Vector {
	return p.m.Add(p.m.Sub(x, p.within(x, t)), p.zero)
}

// clamp moves v into the bounds and keeps NaN. Where these are zeros they are +0, and so is a zero in v.
func (p penalty) clamp(v machine.Vector) machine.Vector {
	return p.m.AtMost(p.m.AtLeast(v, p.lower), p.upper)
}

// step is where the proximal gradient step leads.
func (p penalty) step(g, x, step machine.Vector) machine.Vector {
	m := p.m
	v := p.soft(m.Sub(x, m.Mul(step, g)), m.Mul(step, p.l1))
	return p.clamp(m.Div(v, m.Add(p.one, m.Mul(step, p.l2))))
}
