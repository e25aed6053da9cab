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
	patience  int // looks, at least
	looks     int // in all
	fell      int // which of them saw a fall last
	measure   float64
	objective float64
}

// fell is what a fall must be at least, relatively: of the measure, and of the objective, which rounding changes by less.
const (
	measureFell   = 1e-3
	objectiveFell = 1e-15
)

// patientFor is the share of all looks that must have seen no fall: what has taken long to fall may take long to fall further. The objective stops
// falling when it has as many digits as numbers have, and then the measure, which goes up and down on its way, has half as many.
const patientFor = 0.25

// see reports whether the patience is at its end.
func (s *stall) see(measure, objective float64) bool {
	s.looks++
	fell := objective < s.objective-objectiveFell*max(objective, -objective)
	if s.looks == 1 || fell || measure < s.measure*(1-measureFell) {
		s.fell, s.measure, s.objective = s.looks, measure, objective
		return false
	}
	return s.since() > max(s.patience, int(patientFor*float64(s.looks)))
}

// since is the number of looks since the last that saw a fall.
func (s *stall) since() int { return s.looks - s.fell }

// resume begins anew.
func (s *stall) resume(measure, objective float64) {
	*s = stall{patience: s.patience, looks: 1, fell: 1, measure: measure, objective: objective}
}
