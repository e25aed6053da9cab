package orth

import (
	"fmt"
	"math"
)

// halley is the limit of the best polynomials of degree 5 as the interval shrinks to 1: it has 1 as a fixed point of
// third order.
var halley = Polynomial{15.0 / 8, -10.0 / 8, 3.0 / 8}

// newtonSchulz is the same of degree 3.
var newtonSchulz = Polynomial{3.0 / 2, -1.0 / 2, 0}

// Cushion is the fraction of the upper end of the interval that Polar Express lets the lower end not fall below when it
// makes a polynomial, lest the first ones lift small singular values at the expense of the large. The value is that of
// the published table.
const Cushion = 0.02407327424182761

// pointInterval is the relative width below which an interval counts as a point. The error of the best polynomial of
// degree 5 on it is about (width/4)^3*10 and lost in rounding.
const pointInterval = 5e-6

// Minimax returns the odd polynomial of degree 5 with the least maximum of |1 - p| on [low, high], 0 < low <= high, and that
// maximum. By Remez' exchange: the error takes its maximum at low, high and two places between, with alternating signs.
//
// Its value at those places is right to about 10 rounding units of max |A s|; the coefficients are less certain the
// narrower the interval. The error wraps ErrInterval, also for a high so large or small that the coefficients are beyond the
// range of float64, as they are from about 1e61 on, or 1e-61.
func Minimax(low, high float64) (p Polynomial, deviation float64, err error) {
	if err := checkInterval(low, high); err != nil {
		return p, 0, err
	}
	low /= high // makes the interval [low, 1]
	if low >= 1-pointInterval {
		p, err = stretch(halley, high)
		return p, 0, err
	}
	points := [4]float64{low, (3*low + 1) / 4, (low + 3) / 4, 1}
	for range 100 {
		p, deviation = levelled(points)
		inner, ok := extremes(p)
		if !ok || !(low < inner[0] && inner[0] < inner[1] && inner[1] < 1) {
			break // as exact as rounding allows
		}
		change := math.Abs(inner[0]-points[1])/points[1] + math.Abs(inner[1]-points[2])
		points[1], points[2] = inner[0], inner[1]
		if change < 1e-15 {
			break
		}
	}
	if p, err = stretch(p, high); err != nil {
		return p, 0, err
	}
	return p, deviation, nil
}

// stretch is p stretched from [0, 1] to [0, high], or an error where coefficients are then beyond the range of float64.
func stretch(p Polynomial, high float64) (Polynomial, error) {
	s := p.Stretched(high)
	for _, c := range [][2]float64{{p.A, s.A}, {p.B, s.B}, {p.C, s.C}} {
		if c[0] != 0 && !(math.Abs(c[1]) >= 0x1p-1022 && math.Abs(c[1]) <= math.MaxFloat64) {
			return Polynomial{}, fmt.Errorf("orth: polynomial for [0, %v] = %v, beyond the range of float64: %w", high, s, ErrInterval)
		}
	}
	return s, nil
}

// levelled returns the odd polynomial whose error 1 - p is +e, -e, +e, -e at four places, and e. With t = s^2 and p(s)
// = s*q(t), the quadratic q passes through (1 -+ e)/s: the third divided difference of these values vanishes, which is
// an equation for e.
func levelled(s [4]float64) (p Polynomial, e float64) {
	var t, y [4]float64
	for i := range s {
		t[i] = s[i] * s[i]
	}
	var top, bottom float64
	sign := 1.0
	for i := range t {
		weight := 1 / s[i]
		for j := range t {
			if j != i {
				weight /= (s[i] - s[j]) * (s[i] + s[j])
			}
		}
		top += weight
		bottom += sign * weight // weights alternate in sign, so nothing cancels here
		sign = -sign
	}
	e = top / bottom
	for i := range y {
		y[i] = (1 - sign*e) / s[i]
		sign = -sign
	}
	// Through the upper three: near zero (1-e)/s is all rounding.
	first := (y[2] - y[1]) / (t[2] - t[1])
	second := ((y[3]-y[2])/(t[3]-t[2]) - first) / (t[3] - t[1])
	return Polynomial{A: y[1] - t[1]*(first-second*t[2]), B: first - second*(t[1]+t[2]), C: second}, e
}

// extremes are the places where p' = A + 3B s^2 + 5C s^4 is zero.
func extremes(p Polynomial) (places [2]float64, ok bool) {
	root := math.Sqrt(9*p.B*p.B - 20*p.A*p.C)
	sum := -3*p.B + root // no cancellation: B is negative
	small, large := 2*p.A/sum, sum/(10*p.C)
	return [2]float64{math.Sqrt(small), math.Sqrt(large)}, small > 0 && large > small
}

// MinimaxCubic is [Minimax] of degree 3, in closed form (Grishina, Smirnov and Rakhuba 2025): with Q = l^2 + l*u + u^2
// and D = 2(Q/3)^(3/2) + l*u*(l+u), p(s) = 2/D * (Q*s - s^3) is 1-e at both ends and 1+e at sqrt(Q/3).
func MinimaxCubic(low, high float64) (p Polynomial, deviation float64, err error) {
	if err := checkInterval(low, high); err != nil {
		return p, 0, err
	}
	low /= high
	q := low*low + low + 1
	bulge, ends := 2*math.Pow(q/3, 1.5), low*(low+1)
	d := bulge + ends
	if p, err = stretch(Polynomial{A: 2 * q / d, B: -2 / d}, high); err != nil {
		return p, 0, err
	}
	return p, (bulge - ends) / d, nil
}

func checkInterval(low, high float64) error {
	if !(low > 0 && low <= high && high/low <= math.MaxFloat64) {
		return fmt.Errorf("orth: interval [%v, %v]: %w", low, high, ErrInterval)
	}
	return nil
}

// GreedySettings of [Greedy]; the zero value makes five steps of Polar Express.
type GreedySettings struct {
	Degree int // 3 or 5; zero takes 5
	Steps  int // zero takes 5

	// Low and High are the interval of the singular values; zero takes 0.001 and 1, for a matrix divided by its norm.
	Low, High float64

	// Cushion makes each polynomial for an interval whose lower end is at least Cushion times its upper end, and then
	// scales it so that the values of the real interval lie evenly around 1: a few per cent are lost where Low is very small,
	// while larger singular values, which the polynomials would otherwise throw back, converge sooner. The published table
	// has [Cushion]. Zero is none, which is the best for the interval as a whole.
	Cushion float64

	// Safety, at least 1, makes each polynomial but the last for singular values larger by this factor, so that what rounding
	// leaves above the interval does no harm; the intervals take it into account, as those of [Schedule.Safe] do not. Zero
	// takes 1.
	Safety float64
}

func (g GreedySettings) resolve() (GreedySettings, error) {
	if g.Degree == 0 {
		g.Degree = 5
	}
	if g.Steps == 0 {
		g.Steps = defaultSteps
	}
	if g.Low == 0 {
		g.Low = 1e-3
	}
	if g.High == 0 {
		g.High = 1
	}
	if g.Safety == 0 {
		g.Safety = 1
	}
	switch {
	case g.Degree != 3 && g.Degree != 5:
		return g, fmt.Errorf("orth: GreedySettings.Degree = %d, want 3 or 5: %w", g.Degree, ErrSetting)
	case g.Steps < 0:
		return g, fmt.Errorf("orth: GreedySettings.Steps = %d, want 0 or more: %w", g.Steps, ErrSetting)
	case !(g.Cushion >= 0 && g.Cushion < 1):
		return g, fmt.Errorf("orth: GreedySettings.Cushion = %v, want 0 or more and below 1: %w", g.Cushion, ErrSetting)
	case !(g.Safety >= 1 && g.Safety <= 2):
		return g, fmt.Errorf("orth: GreedySettings.Safety = %v, want 1 to 2: %w", g.Safety, ErrSetting)
	}
	return g, checkInterval(g.Low, g.High)
}

// Greedy returns the schedule that brings singular values in an interval nearest to 1: each polynomial is the best of its
// degree for the interval that the ones before it leave, which is also the best composition (Amsel et al. 2025; for
// degree 3 Grishina et al. 2025). What the schedule leaves is within [1-deviation, 1+deviation].
//
// [PolarExpressSchedule] is what it makes with [Cushion], [PolarExpressCushioned] that with a cushion of 0.02 and a safety
// factor of 1.02.
func Greedy(settings GreedySettings) (schedule Schedule, deviation float64, err error) {
	g, err := settings.resolve()
	if err != nil {
		return nil, 0, err
	}
	best := Minimax
	if g.Degree == 3 {
		best = MinimaxCubic
	}
	low, high := g.Low, g.High
	for step := range g.Steps {
		raised := max(low, g.Cushion*high)
		p, _, err := best(raised, high)
		if err != nil {
			return nil, 0, err
		}
		p = p.times(2 / (p.At(low) + valueAtTop(p, raised, high)))
		if step < g.Steps-1 {
			p = p.Stretched(g.Safety)
		}
		schedule = append(schedule, p)
		low = min(p.At(low), 1)
		deviation = 1 - low
		high = 1 + deviation
	}
	return schedule, deviation, nil
}

// valueAtTop is the greatest value of a best polynomial made for [low, high]: 1+e, taken at high or, of a cubic, inside.
func valueAtTop(p Polynomial, low, high float64) float64 {
	if p.C == 0 {
		return p.At(min(math.Sqrt(-p.A/(3*p.B)), high))
	}
	return max(p.At(high), 2-p.At(low))
}

// shortest is the least lower end whose polynomial differs from that of 0 in float64.
const shortest = 1e-14

// DeltaOrthogonalising returns the schedule of so many steps of degree 3 or 5 that maps the longest interval [low, 1]
// into [1-delta, 1+delta], 0 < delta < 1, and with it low: of all that keep the result so near to 1 it has the steepest
// slope at zero (Grishina et al. 2025). low is not below 1e-14.
func DeltaOrthogonalising(degree, steps int, delta float64) (schedule Schedule, low float64, err error) {
	if steps < 1 || degree == 0 {
		return nil, 0, fmt.Errorf("orth: DeltaOrthogonalising of degree %d, %d steps, want degree 3 or 5 and 1 step or more: %w", degree, steps, ErrSetting)
	}
	if !(delta > 0 && delta < 1) {
		return nil, 0, fmt.Errorf("orth: delta = %v, want between 0 and 1: %w", delta, ErrSetting)
	}
	// The deviation falls as low rises; bisect in its logarithm.
	lowest, highest := math.Log(shortest), 0.0
	for range 80 {
		middle := (lowest + highest) / 2
		candidate, deviation, err := Greedy(GreedySettings{Degree: degree, Steps: steps, Low: math.Exp(middle)})
		if err != nil {
			return nil, 0, err
		}
		if deviation <= delta {
			schedule, low, highest = candidate, math.Exp(middle), middle
		} else {
			lowest = middle
		}
	}
	return schedule, low, nil
}
