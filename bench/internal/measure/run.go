package measure

import (
	"runtime"
	"slices"
	"time"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

// Settings say how a row is measured. The zero value of a field is its default.
type Settings struct {
	Levels  []level.Level // default: all of this machine
	Workers []int         // default: 1, and GOMAXPROCS for parallel rows
	Peers   bool          // time other packages too
	Count   int           // alternations; default 11
	Slice   time.Duration // time of one sample: short, so that most are not interrupted; default 1 ms
	Budget  time.Duration // a contender whose call is long gets fewer samples, at least 2; default 60 ms
}

func (s Settings) withDefaults() Settings {
	if s.Levels == nil {
		s.Levels = level.Available()
	}
	if s.Count == 0 {
		s.Count = 11
	}
	if s.Slice == 0 {
		s.Slice = time.Millisecond
	}
	if s.Budget == 0 {
		s.Budget = 60 * time.Millisecond
	}
	return s
}

// workers lists the numbers of workers to measure a row with.
func (s Settings) workers(parallel bool) []int {
	all := runtime.GOMAXPROCS(0)
	switch {
	case s.Workers != nil:
		return s.Workers
	case parallel && all > 1:
		return []int{1, all}
	}
	return []int{1}
}

// contender is one of those that are timed in turn.
type contender struct {
	level   level.Level
	workers int
	peer    string
	starts  bool // goroutines of its own, whose time that of the calling thread leaves out
	run     func()
	calls   int
	count   int
	samples []Sample
}

// Run measures a row: one Measurement a level and number of workers, and one a peer.
func Run(row Row, s Settings, limits Limiter) []Measurement {
	s = s.withDefaults()
	if row.Large {
		s.Peers = false
	}
	if row.Large || row.Assembly {
		s.Levels = slices.DeleteFunc(slices.Clone(s.Levels), func(l level.Level) bool { return l == level.Generic && len(s.Levels) > 1 })
	}
	job := row.Setup()
	defer level.Force(level.Current())()
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	runtime.GC() // not while the clock runs

	var contenders []*contender
	for _, workers := range s.workers(row.Parallel) {
		for _, l := range s.Levels {
			contenders = append(contenders, &contender{level: l, workers: workers, run: job.Run})
		}
	}
	if s.Peers {
		for _, p := range job.Peers {
			workers := 1
			if p.Parallel {
				workers = runtime.GOMAXPROCS(0)
			}
			contenders = append(contenders, &contender{level: best(), workers: workers, peer: p.Name, starts: p.Parallel, run: p.Run})
		}
	}
	for _, c := range contenders {
		c.calibrate(s)
	}
	for turn := range s.Count {
		for _, c := range contenders {
			if turn < c.count {
				c.sample()
			}
		}
	}
	measurements := make([]Measurement, len(contenders))
	for i, c := range contenders {
		measurements[i] = c.measurement(row, limits)
	}
	return measurements
}

func best() level.Level {
	levels := level.Available()
	return levels[len(levels)-1]
}

// enter puts the contender's level and number of workers in force.
func (c *contender) enter() {
	level.Force(c.level)
	kernels.SetWorkers(c.workers)
}

// calibrate chooses how many calls make a sample, and how many samples are taken.
func (c *contender) calibrate(s Settings) {
	c.enter()
	c.run() // pages, caches, worker goroutines
	c.calls = 1
	elapsed := c.time()
	for elapsed < s.Slice/4 && c.calls < 1<<24 {
		c.calls = min(c.calls*8, max(c.calls*2, int(float64(c.calls)*float64(s.Slice)/float64(elapsed+1))))
		elapsed = c.time()
	}
	elapsed = min(elapsed, c.time()) // the other one may have been interrupted
	c.calls = max(1, int(float64(c.calls)*float64(s.Slice)/float64(elapsed+1)))
	c.count = s.Count
	if c.calls == 1 {
		c.count = min(s.Count, max(2, int(s.Budget/(elapsed+1))))
	}
}

// time is that of a sample. With one worker it is the thread's own where the system tells it, so that a busy machine does not
// count; where there are other goroutines only the clock on the wall knows when all are done.
func (c *contender) time() time.Duration {
	if c.workers > 1 || c.starts {
		start := time.Now()
		c.repeat()
		return time.Since(start)
	}
	return Alone(c.repeat)
}

// Alone is the time that f takes on the calling goroutine alone: without that of other processes where the system tells.
func Alone(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := ThreadTime()
	f()
	return ThreadTime() - start
}

func (c *contender) repeat() {
	for range c.calls {
		c.run()
	}
}

func (c *contender) sample() {
	c.enter()
	if c.count > 2 {
		c.run() // its code and its operands are in cache again; of long calls that would be most of the time
	}
	c.samples = append(c.samples, Sample{c.calls, float64(c.time().Nanoseconds()) / float64(c.calls)})
}

func (c *contender) measurement(row Row, limits Limiter) Measurement {
	times := make([]float64, len(c.samples))
	for i, sample := range c.samples {
		times[i] = sample.NS
	}
	m := Measurement{
		Family: row.Family, Kernel: row.Kernel, Type: row.Type, Shape: row.Shape,
		Level: c.level.String(), Workers: c.workers, Peer: c.peer,
		NS: Median(times), Unit: row.RateUnit(), Samples: c.samples, Cost: row.Cost,
	}
	if c.peer != "" {
		m.Level = ""
	}
	m.Rate = row.Cost.Elements / m.NS
	if limits != nil {
		var least float64
		least, m.Limit = limits.Least(row.Cost, row.Type, c.level, c.workers)
		m.Share = least / m.NS
	}
	return m
}

// Median of x, which it sorts; 0 for none.
func Median(x []float64) float64 {
	n := len(x)
	if n == 0 {
		return 0
	}
	slices.Sort(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
