package newton

import (
	"fmt"
	"strings"
)

// Table is the text: our iterations and times, and below them those of the paper.
func Table(lines []Line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Sinkhorn-Newton-Sparse to an error of the marginals of %.0e, on one goroutine (~: beyond %d sweeps by their rate)\n", Tolerance, mostSweeps)
	format := "%-20s %5s %14s %6s %7s %10s %14s %9s %10s %10s %10s %7s %7s\n"
	fmt.Fprintf(&b, format, "case", "eta", "sweeps+steps", "CG", "kept", "SNS", "whole Hessian", "sweeps", "kernel", "log", "grid", "kernel", "log")
	fmt.Fprintf(&b, format, "", "", "", "", "/place", "", "steps, time", "alone", "form", "domain", "", "/ SNS", "/ SNS")
	for _, l := range lines {
		mark := ""
		if l.Extrapolated {
			mark = "~"
		}
		grid := ""
		if l.GridSeconds > 0 {
			grid = mark + duration(l.GridSeconds)
		}
		fmt.Fprintf(&b, format, l.Case, fmt.Sprintf("%g", l.Eta), fmt.Sprintf("%d+%d", l.Sweeps, l.Steps), fmt.Sprint(l.LinearIterations),
			fmt.Sprintf("%.0f", l.Fraction*float64(l.Places)), duration(l.Seconds), fmt.Sprintf("%d, %s", l.DenseSteps, duration(l.DenseSeconds)),
			mark+fmt.Sprint(l.SinkhornSweeps), mark+duration(l.SinkhornSeconds), mark+duration(l.LogSeconds), grid,
			fmt.Sprintf("%.1f", l.SinkhornSeconds/l.Seconds), fmt.Sprintf("%.1f", l.LogSeconds/l.Seconds))
		if p := l.Paper; p != nil {
			fmt.Fprintf(&b, format, "  the paper", "", fmt.Sprintf("%d+%d", p.Sweeps, p.Steps), "", "", duration(p.Seconds), "",
				fmt.Sprint(p.SinkhornSweeps), duration(p.SinkhornSeconds), "", "", fmt.Sprintf("%.1f", p.SinkhornSeconds/p.Seconds), "")
		}
	}
	return b.String()
}

func duration(seconds float64) string {
	if seconds < 0.9995 {
		return fmt.Sprintf("%.3g ms", 1000*seconds)
	}
	return fmt.Sprintf("%.3g s", seconds)
}
