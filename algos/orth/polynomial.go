package orth

import (
	"fmt"
	"math"
)

// Polynomial is the odd polynomial p(s) = A*s + B*s^3 + C*s^5, what one Newton-Schulz step makes of every singular
// value. C = 0 makes it cubic, and its step one product cheaper.
type Polynomial struct{ A, B, C float64 }

// At is p(s).
func (p Polynomial) At(s float64) float64 {
	t := s * s
	return s * (p.A + t*(p.B+t*p.C))
}

// Stretched is s -> p(s/factor), the polynomial for singular values that are larger by factor. The result is
// meaningless unless factor is positive.
func (p Polynomial) Stretched(factor float64) Polynomial {
	square := factor * factor
	s := Polynomial{A: p.A / factor, B: p.B / (factor * square)}
	if p.C != 0 { // a cubic stays one where the fifth power underflows
		s.C = p.C / (factor * square * square)
	}
	return s
}

func (p Polynomial) times(factor float64) Polynomial {
	return Polynomial{A: factor * p.A, B: factor * p.B, C: factor * p.C}
}

// Schedule is the polynomials of the steps of a Newton-Schulz iteration in their order.
type Schedule []Polynomial

// At is what the whole schedule makes of a singular value: the last polynomial of ... of the first of s.
func (s Schedule) At(value float64) float64 {
	for _, p := range s {
		value = p.At(value)
	}
	return value
}

// Safe is the schedule with every polynomial but the last stretched by factor, so that singular values which rounding
// has left a little above the interval that the polynomials were made for do no harm. Polar Express takes 1.01, the
// authors of the Gram form 1.05.
func (s Schedule) Safe(factor float64) Schedule {
	safe := append(Schedule(nil), s...)
	for i := range max(0, len(safe)-1) {
		safe[i] = safe[i].Stretched(factor)
	}
	return safe
}

// Range is the interval that the schedule maps [low, high] onto, 0 < low <= high, by search: the least and the greatest
// value on a grid of 20000 points that is even in log s, refined around both. Oscillations finer than the grid are
// missed.
func (s Schedule) Range(low, high float64) (least, most float64) {
	const points = 20000
	ratio := math.Log(high/low) / points
	at := func(i float64) float64 { return s.At(min(low*math.Exp(i*ratio), high)) }
	least, most = math.Inf(1), math.Inf(-1)
	var leastAt, mostAt float64
	for i := range points + 1 {
		v := at(float64(i))
		if v < least {
			least, leastAt = v, float64(i)
		}
		if v > most {
			most, mostAt = v, float64(i)
		}
	}
	least = min(least, -peak(func(i float64) float64 { return -at(i) }, max(0, leastAt-1), min(points, leastAt+1)))
	most = max(most, peak(at, max(0, mostAt-1), min(points, mostAt+1)))
	return least, most
}

// peak is the maximum of a function with one maximum between low and high, by thirds.
func peak(f func(float64) float64, low, high float64) float64 {
	for range 60 {
		third := (high - low) / 3
		if f(low+third) < f(high-third) {
			low += third
		} else {
			high -= third
		}
	}
	return f((low + high) / 2)
}

// check reports a coefficient that is not finite.
func (s Schedule) check(name string) error {
	for i, p := range s {
		if sum := math.Abs(p.A) + math.Abs(p.B) + math.Abs(p.C); math.IsNaN(sum) || math.IsInf(sum, 0) {
			return fmt.Errorf("orth: %s[%d] = %v: %w", name, i, p, ErrSchedule)
		}
	}
	return nil
}

// muon is the polynomial of the Muon optimiser.
var muon = Polynomial{3.4445, -4.7750, 2.0315}

// MuonSchedule is the polynomial of Muon (Jordan 2024) so many times; Muon takes five. It has the steepest slope at
// zero of its kind and does not converge: five steps leave the singular values of [0.01, 1] between 0.68 and 1.14.
func MuonSchedule(steps int) Schedule {
	return repeat(Schedule{}, muon, steps)
}

// YouSchedule is five polynomials, found by numerical search and known under the name of You: they map [0.01, 1] into
// [0.977, 1.032].
func YouSchedule() Schedule {
	return Schedule{
		{4.0848, -6.8946, 2.9270},
		{3.9505, -6.3029, 2.6377},
		{3.7418, -5.5913, 2.3037},
		{2.8769, -3.1427, 1.2046},
		{2.8366, -3.0525, 1.2012},
	}
}

// PolarExpressSchedule is the first steps of the published table of Polar Express (Amsel, Persson, Musco and Gower
// 2025), which is made for singular values in [0.001, 1] and a cushion of 0.024, without its safety factor: see
// [Schedule.Safe]. Five steps map that interval into [0.876, 1.124], eight into 1 but for rounding. Behind the seventh
// every step is 15/8, -10/8, 3/8. [Greedy] computes it for other intervals.
func PolarExpressSchedule(steps int) Schedule {
	table := Schedule{
		{8.28721201814563, -23.595886519098837, 17.300387312530933},
		{4.107059111542203, -2.9478499167379106, 0.5448431082926601},
		{3.9486908534822946, -2.908902115962949, 0.5518191394370137},
		{3.3184196573706015, -2.488488024314874, 0.51004894012372},
		{2.300652019954817, -1.6689039845747493, 0.4188073119525673},
		{1.891301407787398, -1.2679958271945868, 0.37680408948524835},
		{1.8750014808534479, -1.2500016453999487, 0.3750001645474248},
	}
	return repeat(table[:max(0, min(steps, len(table)))], halley, steps)
}

// PolarExpressCushioned is a table of five steps in wide use: Polar Express with a cushion of 0.02 and a safety factor of
// 1.02, which is in the coefficients already.
func PolarExpressCushioned() Schedule {
	return Schedule{
		{8.156554524902461, -22.48329292557795, 15.878769915207462},
		{4.042929935166739, -2.808917465908714, 0.5000178451051316},
		{3.8916678022926607, -2.772484153217685, 0.5060648178503393},
		{3.285753657755655, -2.3681294933425376, 0.46449024233003106},
		{2.3465413258596377, -1.7097828382687081, 0.42323551169305323},
	}
}

// AOLSchedule is four steps made for the start of [AOL], by the authors of its kernel.
func AOLSchedule() Schedule {
	return Schedule{
		{4.6051, -9.6552, 5.6769},
		{4.7505, -6.0861, 2.1790},
		{2.7763, -2.3190, 0.5523},
		{2.4231, -2.2861, 0.8193},
	}
}

// repeat extends a schedule to a number of steps.
func repeat(s Schedule, p Polynomial, steps int) Schedule {
	for len(s) < steps {
		s = append(s, p)
	}
	return s
}
