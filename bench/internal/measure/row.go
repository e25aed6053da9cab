// Package measure times the rows of a table of jobs: ours at every level, the plain Go version and other people's
// packages in turn, so that what disturbs the machine disturbs them alike.
package measure

import (
	"cmp"

	"github.com/raphson-go/raphson/internal/level"
)

// Row is one job of the table: one kernel on one shape in one type.
type Row struct {
	Family, Kernel string
	Type           string // float32 or float64
	Shape          string // 4096 or 1000x1000
	Cost           Cost
	Unit           string // of the rate, Cost.Elements a nanosecond; el/ns if empty
	Parallel       bool   // large enough to be split across workers
	Large          bool   // plain Go and other packages would take seconds: they are left out
	OnRequest      bool   // takes seconds at every level: left out unless -run names it
	Assembly       bool   // at the generic level nothing of ours runs: that is left out
	// Setup allocates the operands and returns what is to be timed.
	Setup func() Job
}

// Name is what -run matches: family/kernel.
func (r Row) Name() string { return r.Family + "/" + r.Kernel }

// RateUnit is the unit of the rate.
func (r Row) RateUnit() string { return cmp.Or(r.Unit, "el/ns") }

// Job names the row among all: family/kernel/type/shape.
func (r Row) Job() string { return r.Name() + "/" + r.Type + "/" + r.Shape }

// Job is a row with its operands.
type Job struct {
	Run   func() // ours, at whatever level is in force
	Peers []Peer // others that do the same job on the same operands
}

// Peer is another package's function for the same job.
type Peer struct {
	Name     string
	Run      func()
	Parallel bool // it splits the job across GOMAXPROCS goroutines of its own accord
}

// Cost is the work in one call, from which rates and limits follow.
type Cost struct {
	Elements float64 // what the rate counts
	Flops    float64 // additions and multiplications, for the roofline and the FMA limit
	Exps     float64 // evaluations of exp or of a function of like cost, for the exp limit
	Read     float64 // bytes that are only read
	Write    float64 // bytes that are written; counted once, though each is read or fetched before
	BFloat16 bool    // multiply-adds of operands of 16 bits: their limit is the peak of the instructions for these, where there are any
}

// Footprint is the number of bytes that the job touches.
func (c Cost) Footprint() float64 { return c.Read + c.Write }

// Measurement is one line of every kind of output.
type Measurement struct {
	Family  string  `json:"family"`
	Kernel  string  `json:"kernel"`
	Type    string  `json:"type"`
	Shape   string  `json:"shape"`
	Level   string  `json:"level"` // empty for a peer
	Workers int     `json:"workers"`
	NS      float64 `json:"ns"` // median time of one call
	Rate    float64 `json:"rate"`
	Unit    string  `json:"unit"`
	Share   float64 `json:"share_of_limit"` // of the machine's limit for this job; 0 where none is known
	Limit   string  `json:"limit"`          // which limit that is: FMA, exp, L1, L2, L3 or DRAM
	Peer    string  `json:"peer"`           // empty for Raphson

	Samples []Sample `json:"-"`
	Cost    Cost     `json:"-"`
}

// Sample is one timing: so many calls, so many nanoseconds a call.
type Sample struct {
	Calls int
	NS    float64
}

// Contender names who did it: the peer, or the level.
func (m Measurement) Contender() string {
	if m.Peer != "" {
		return m.Peer
	}
	return m.Level
}

// Job groups measurements that are to be compared.
func (m Measurement) Job() string {
	return m.Family + "/" + m.Kernel + "/" + m.Type + "/" + m.Shape
}

// Limiter states the least time in nanoseconds that this machine can do a job in, and why. Level is that of the
// contender (peers are held against the best).
type Limiter interface {
	Least(c Cost, typ string, l level.Level, workers int) (ns float64, name string)
}
