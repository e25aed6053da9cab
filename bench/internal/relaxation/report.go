package relaxation

import (
	"fmt"
	"math"
	"strings"
)

// find is a policy by its name.
func find(policies []Policy, name string) Policy {
	for _, p := range policies {
		if p.Name == name {
			return p
		}
	}
	panic("relaxation: no " + name)
}

// bestFixed is the least total of the fixed relaxations.
func bestFixed(policies []Policy) (best Policy) {
	best.Total = math.Inf(1)
	for _, p := range policies {
		if strings.HasPrefix(p.Name, "omega") && p.Total < best.Total {
			best = p
		}
	}
	return best
}

// String is the table as text.
func (s Shifts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "SOR of %d shifted Laplacians, %s: sweeps in thousands, mean of %d seeds; reference: an independent program, two seeds\n",
		s.Systems, s.Name, seeds)
	best := bestFixed(s.Policies)
	fmt.Fprintf(&b, "%-22s %9s %10s %14s\n", "", "sweeps", "reference", "/ best fixed")
	for _, p := range s.Policies {
		reference := ""
		if p.Reference > 0 {
			reference = fmt.Sprintf("%.0f", p.Reference/1e3)
		}
		fmt.Fprintf(&b, "%-22s %9.0f %10s %14.2f\n", p.Name, p.Total/1e3, reference, p.Total/best.Total)
	}
	return b.String()
}

// Claims says of each claim whether the table bears it out.
func (s Shifts) Claims() string {
	total := func(name string) float64 { return find(s.Policies, name).Total }
	best := bestFixed(s.Policies).Total
	factor, others := 1.25, true
	if s.Name != variances[0].name {
		factor = 1.10
	}
	for _, p := range s.Policies {
		if strings.HasPrefix(p.Name, "omega") && p.Total > best && p.Total <= total("Tsallis-INF") {
			others = false
		}
	}
	text := say(fmt.Sprintf("Tsallis-INF <= %.2f x best fixed", factor), total("Tsallis-INF") <= factor*best)
	if s.Name == variances[0].name {
		text += say("Tsallis-INF < every other fixed", others)
		text += say("ChebCB <= 0.75 x best fixed", total("ChebCB") <= 0.75*best)
		text += say("ChebCB <= 1.3 x best for each", total("ChebCB") <= 1.3*total("best for each"))
		text += say("best for each <= 0.6 x best fixed", total("best for each") <= 0.6*best)
	}
	return text
}

func say(claim string, holds bool) string {
	if holds {
		return claim + ": yes\n"
	}
	return claim + ": no\n"
}

// String is the table as text.
func (h Heat) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Heat equation on %d x %d cells, %d steps: iterations of CG with SSOR in thousands; learners: mean of %d seeds\n",
		h.Cells, h.Cells, h.Steps, seeds)
	best := bestFixed(h.Policies)
	fmt.Fprintf(&b, "%-26s %11s %14s %9s\n", "", "iterations", "/ best fixed", "time")
	for _, p := range h.Policies {
		mark, seconds := "", ""
		if p.Estimated {
			mark = "~"
		}
		if p.Seconds > 0 {
			seconds = fmt.Sprintf("%.3g s", p.Seconds)
		}
		fmt.Fprintf(&b, "%-26s %11s %14.2f %9s\n", p.Name, mark+fmt.Sprintf("%.1f", p.Total/1e3), p.Total/best.Total, seconds)
	}
	return b.String()
}

// Claims says of each claim of the paper whether the table bears it out.
func (h Heat) Claims() string {
	alone, best := find(h.Policies, "conjugate gradients alone").Total, bestFixed(h.Policies).Total
	tsallis, chebyshev := find(h.Policies, "Tsallis-INF").Total, find(h.Policies, "ChebCB").Total
	return say("both learners < conjugate gradients alone", max(tsallis, chebyshev) < alone) +
		say("both learners < omega = 1", max(tsallis, chebyshev) < find(h.Policies, "omega 1").Total) +
		say("ChebCB < best fixed", chebyshev < best)
}
