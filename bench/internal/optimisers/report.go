package optimisers

import (
	"fmt"
	"strings"
)

// String is the table as text: for each learning rate the median of the final loss, and the spread at the best.
func (t Table) String() string {
	var b strings.Builder
	with := "clean gradients"
	if t.Outliers {
		with = fmt.Sprintf("%.1f %% of the elements of a gradient times %d", 100*outlierShare, outlierFactor)
	}
	fmt.Fprintf(&b, "%s: %d steps, %s\n", t.Task, t.Steps, with)
	fmt.Fprintf(&b, "%-14s %9s %9s %20s   median at learning rates from the least, half a decade apart\n", "", "rate", "median", "of five seeds")
	for _, l := range t.Lines {
		best := l.Cells[l.Best]
		edge := ""
		if l.Best == 0 || l.Best == len(l.Cells)-1 {
			edge = "<" // a better one may lie beyond
		}
		fmt.Fprintf(&b, "%-14s %8.2g%-1s %9.3g %20s   %7.1g:", l.Optimiser, best.Rate, edge, best.Median,
			fmt.Sprintf("%.3g to %.3g", best.Least, best.Most), l.Cells[0].Rate)
		for _, c := range l.Cells {
			fmt.Fprintf(&b, " %8.2g", c.Median)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// median is that of an optimiser at its best rate.
func (t Table) median(optimiser string) float64 {
	for _, l := range t.Lines {
		if l.Optimiser == optimiser {
			return l.Cells[l.Best].Median
		}
	}
	panic("optimisers: no " + optimiser)
}

// Claims says of each claim of the papers whether the table bears it out.
func (t Table) Claims() string {
	say := func(claim string, holds bool) string {
		if holds {
			return claim + ": yes\n"
		}
		return claim + ": no\n"
	}
	muon, root, hybrid, auon := t.median("Muon"), t.median("ROOT"), t.median("Hybrid-AuON"), t.median("AuON")
	text := say("Muon <= Hybrid-AuON <= AuON", muon <= hybrid && hybrid <= auon)
	if t.Outliers {
		text = say("ROOT <= Muon with outliers", root <= muon) + text
	}
	return text
}
