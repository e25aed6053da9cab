// Package limits measures how fast the machine can be at most, and from that the least time a job can take on it.
package limits

import (
	"math"
	"runtime"
	"slices"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/level"
)

// The speed of exp by instruction count, as evaluations in the time of one floating-point operation at the FMA peak:
// on a core of 58 (float64) and 116 (float32) GFLOP/s it is 3.3 and 7.5 elements/ns.
const (
	ExpsPerFlop64 = 3.3 / 58
	ExpsPerFlop32 = 7.5 / 116
)

// Limits of one machine.
type Limits struct {
	caches  []cache
	compute map[computeKey]float64 // GFLOP/s
	memory  map[memoryKey]float64  // GB/s
	order   []measure.Measurement
}

type computeKey struct {
	typ     string
	level   level.Level
	workers int
}

type memoryKey struct {
	kind, cache string
	level       level.Level
	workers     int
}

// cache is one floor of the memory hierarchy.
type cache struct {
	name    string
	size    float64 // bytes; infinite for DRAM
	private bool    // each core has its own
	probe   int     // bytes of the probe that lives there
}

const (
	read     = "Read"
	update   = "Update"
	bfloat16 = "bfloat16" // a type of operands; sums are float32
)

// hierarchy chooses probes that live well inside each cache, and one that no cache holds.
func hierarchy(info cpu.Info) []cache {
	var caches []cache
	add := func(name string, size int, private bool, probe int) {
		if size > 0 {
			caches = append(caches, cache{name, float64(size), private, probe})
		}
	}
	add("L1", info.L1D, true, info.L1D/2)
	add("L2", info.L2, true, info.L2/2)
	add("L3", info.L3, false, min(info.L3/2, max(8*info.L2, 4<<20)))
	return append(caches, cache{"DRAM", math.Inf(1), false, beyondCaches(info.L3)})
}

func beyondCaches(l3 int) int { return min(max(4*l3, 64<<20), 256<<20) }

// FindL3 looks for a last-level cache that the processor does not tell of, as virtual ones do not: the largest slice
// that is read clearly faster than memory. 0 means that there is none to be seen.
func FindL3(l2 int) int {
	rate := func(bytes int) float64 { return readRate(allocate(cache{probe: bytes}, 1)) }
	smallest := max(4*l2, 4<<20)
	memory, near := rate(256<<20), rate(smallest)
	if near < 1.3*memory {
		return 0
	}
	size := smallest
	for size < 128<<20 && rate(2*size) > math.Sqrt(near*memory) {
		size *= 2
	}
	return size
}

// Available lists the levels that have limits of their own: those with vectors, or plain Go where there is no other.
func Available() []level.Level {
	levels := level.Available()
	if len(levels) > 1 {
		return levels[1:]
	}
	return levels
}

// Measure runs the probes: about two seconds.
func Measure(info cpu.Info, progress func(done, of int)) *Limits {
	l := &Limits{
		caches:  hierarchy(info),
		compute: map[computeKey]float64{},
		memory:  map[memoryKey]float64{},
	}
	defer level.Force(level.Current())()
	workers := []int{1}
	if n := runtime.GOMAXPROCS(0); n > 1 {
		workers = append(workers, n)
	}
	of := len(workers) * len(Available()) * (1 + len(l.caches))
	done := 0
	step := func() {
		done++
		if progress != nil {
			progress(done, of)
		}
	}
	for _, w := range workers {
		for _, v := range Available() {
			level.Force(v)
			l.addCompute("float32", v, w, peakRate[float32](w))
			l.addCompute("float64", v, w, peakRate[float64](w))
			l.addCompute(bfloat16, v, w, peakRateBFloat16(w))
			step()
		}
	}
	for _, c := range l.caches {
		for _, w := range workers {
			buffers := allocate(c, w)
			for _, v := range Available() {
				level.Force(v)
				l.addMemory(read, c, v, w, readRate(buffers))
				l.addMemory(update, c, v, w, updateRate(buffers))
				step()
			}
		}
	}
	return l
}

func (l *Limits) addCompute(typ string, v level.Level, workers int, rate float64) {
	l.compute[computeKey{typ, v, workers}] = rate
	l.order = append(l.order, limitRow("FMA", typ, "registers", v, workers, rate, "GFLOP/s"))
}

func (l *Limits) addMemory(kind string, c cache, v level.Level, workers int, rate float64) {
	l.memory[memoryKey{kind, c.name, v, workers}] = rate
	l.order = append(l.order, limitRow(kind, "float64", c.name, v, workers, rate, "GB/s"))
}

// limitRow is a limit in the form of every other measurement; its time is that of 1000 operations or bytes.
func limitRow(kernel, typ, shape string, v level.Level, workers int, rate float64, unit string) measure.Measurement {
	ns := 1000 / rate
	return measure.Measurement{
		Family: "limits", Kernel: kernel, Type: typ, Shape: shape, Level: v.String(), Workers: workers,
		NS: ns, Rate: rate, Unit: unit, Share: 1, Limit: kernel, Samples: []measure.Sample{{Calls: 1, NS: ns}},
	}
}

// Measurements are the limits as rows of the report.
func (l *Limits) Measurements() []measure.Measurement { return l.order }

// FMA is the peak in GFLOP/s; the generic level is held against the best one.
func (l *Limits) FMA(typ string, v level.Level, workers int) float64 {
	return l.compute[computeKey{typ, l.level(v), l.workers(workers)}]
}

// Bandwidth is what reading or updating moves in GB/s, in the cache named L1, L2, L3 or DRAM. Beyond L1 it is not a matter
// of the level, and the better figure stands for all.
func (l *Limits) Bandwidth(kind, cache string, v level.Level, workers int) float64 {
	n := l.workers(workers)
	if cache == l.caches[0].name {
		return l.memory[memoryKey{kind, cache, l.level(v), n}]
	}
	rate := 0.0
	for _, v := range Available() {
		rate = max(rate, l.memory[memoryKey{kind, cache, v, n}])
	}
	return rate
}

// Caches names the floors of the hierarchy from the nearest to DRAM.
func (l *Limits) Caches() []string {
	names := make([]string, len(l.caches))
	for i, c := range l.caches {
		names[i] = c.name
	}
	return names
}

func (l *Limits) level(v level.Level) level.Level {
	if levels := Available(); !slices.Contains(levels, v) {
		return levels[len(levels)-1]
	}
	return v
}

func (l *Limits) workers(n int) int {
	if n > 1 {
		return runtime.GOMAXPROCS(0)
	}
	return 1
}

// Least implements measure.Limiter. Arithmetic goes at the FMA peak of its operands, exp at its share of it, and memory at the speed of
// the cache that the operands fit in: near the core loads and stores overlap, further out they share one path.
func (l *Limits) Least(c measure.Cost, typ string, v level.Level, workers int) (ns float64, name string) {
	fma := l.FMA(typ, v, workers)
	expsPerFlop := ExpsPerFlop64
	if typ == "float32" {
		expsPerFlop = ExpsPerFlop32
	}
	ns, name = c.Flops/fma, "FMA"
	if c.BFloat16 {
		ns = c.Flops / l.FMA(bfloat16, v, workers)
	}
	if exp := c.Exps / (fma * expsPerFlop); exp > ns {
		ns, name = exp, "exp"
	}
	home := l.home(c.Footprint(), workers)
	readRate := l.Bandwidth(read, home.name, v, workers)
	updateRate := l.Bandwidth(update, home.name, v, workers)
	memory := c.Read/readRate + 2*c.Write/updateRate
	if home.name == "L1" {
		memory = max((c.Read+c.Write)/readRate, 2*c.Write/updateRate)
	}
	if memory > ns {
		ns, name = memory, home.name
	}
	return ns, name
}

// home is the cache that holds so many bytes, split over the workers where every core has its own.
func (l *Limits) home(bytes float64, workers int) cache {
	for _, c := range l.caches {
		size := c.size
		if c.private {
			size *= float64(workers)
		}
		if bytes <= size {
			return c
		}
	}
	return l.caches[len(l.caches)-1]
}
