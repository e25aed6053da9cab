package descent

import (
	"fmt"
	"strings"
)

// stages are the iterations that the table shows.
var stages = []int{20, 50, 100, 200, 500}

// Table is the comparison as text.
func (c Comparison) Table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", c.Title)
	fmt.Fprintf(&b, "%-22s %6s", "gap, of that at x = 0", "block")
	for _, k := range stages {
		fmt.Fprintf(&b, " %9s", fmt.Sprintf("after %d", k))
	}
	fmt.Fprintf(&b, " %9s %9s", "to 1e-8", "time")
	if c.Sparse {
		fmt.Fprintf(&b, " %9s %6s", "non-zeros", "since")
	}
	b.WriteString("\n")
	for _, l := range c.Lines {
		fmt.Fprintf(&b, "%-22s %6d", l.Name, l.Block)
		for _, k := range stages {
			fmt.Fprintf(&b, " %9.1e", l.At(k))
		}
		to := "-"
		if k := l.To(1e-8); k >= 0 {
			to = fmt.Sprint(k)
		}
		fmt.Fprintf(&b, " %9s %9s", to, duration(l.Seconds))
		if c.Sparse {
			fmt.Fprintf(&b, " %9d %6d", l.Free, l.Since)
		}
		b.WriteString("\n")
	}
	for _, claim := range c.Claims {
		answer := "no"
		if claim.OK {
			answer = "yes"
		}
		fmt.Fprintf(&b, "%s: %s\n", claim.Text, answer)
	}
	return b.String()
}

func duration(seconds float64) string {
	if seconds < 0.9995 {
		return fmt.Sprintf("%.3g ms", 1000*seconds)
	}
	return fmt.Sprintf("%.3g s", seconds)
}
