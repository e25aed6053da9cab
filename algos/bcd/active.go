package bcd

// activeSet follows which variables are free, that is, where the regulariser is smooth.
type activeSet struct {
	it    *Iteration
	free  []bool
	count int
	last  int // iteration of the last change
}

func newActiveSet(it *Iteration) *activeSet {
	a := &activeSet{it: it, free: make([]bool, it.Size())}
	a.update(it.all, 0)
	return a
}

// update looks at the variables of a block that has moved.
func (a *activeSet) update(block []int32, iteration int) {
	x := a.it.Point.X()
	for _, i := range block {
		free := a.it.Regulariser.Free(x, i)
		if free == a.free[i] {
			continue
		}
		a.free[i] = free
		a.last = iteration
		if free {
			a.count++
		} else {
			a.count--
		}
	}
}

// stall notices that neither the measure nor the objective has fallen for long, as rounding makes them do.
type stall struct {
	patience  int
	seen      bool
	measure   float64
	objective float64
	since     int
}

// fell is what a fall must be at least, relatively: of the measure, and of the objective, which rounding changes by less.
const (
	measureFell   = 1e-3
	objectiveFell = 1e-15
)

// see reports whether the patience is at its end.
func (s *stall) see(measure, objective float64) bool {
	fell := objective < s.objective-objectiveFell*max(objective, -objective)
	if !s.seen || fell || measure < s.measure*(1-measureFell) {
		s.seen, s.since = true, 0
		s.measure, s.objective = measure, objective
		return false
	}
	s.since++
	return s.since > s.patience
}
