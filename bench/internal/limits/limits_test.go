package limits

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/stretchr/testify/assert"
)

// machine is one whose figures are easy to reckon with: 100 GFLOP/s, L1 of 1000 bytes with 80 GB/s of reading and 40 of
// updating, DRAM with 10 and 20, at every level.
func machine() *Limits {
	l := &Limits{
		caches:  []cache{{"L1", 1000, true, 500}, {"DRAM", math.Inf(1), false, 1}},
		compute: map[computeKey]float64{},
		memory:  map[memoryKey]float64{},
	}
	for _, v := range Available() {
		l.addCompute("float64", v, 1, 100)
		l.addCompute("float32", v, 1, 200)
		l.addCompute(bfloat16, v, 1, 400)
		l.addMemory(read, l.caches[0], v, 1, 80)
		l.addMemory(update, l.caches[0], v, 1, 40)
		l.addMemory(read, l.caches[1], v, 1, 10)
		l.addMemory(update, l.caches[1], v, 1, 20)
	}
	return l
}

func TestLeastTime(t *testing.T) {
	for _, test := range []struct {
		what  string
		cost  measure.Cost
		typ   string
		least float64
		limit string
	}{
		{"arithmetic", measure.Cost{Flops: 1000, Read: 8}, "float64", 10, "FMA"},
		{"twice as fast in float32", measure.Cost{Flops: 1000, Read: 8}, "float32", 5, "FMA"},
		{"and again of half the bits", measure.Cost{Flops: 1000, Read: 8, BFloat16: true}, "float32", 2.5, "FMA"},
		{"exponentials", measure.Cost{Exps: 330, Read: 8}, "float64", 58, "exp"},
		{"exponentials in float32", measure.Cost{Exps: 1500, Read: 8}, "float32", 116, "exp"},
		{"reading from L1", measure.Cost{Flops: 1, Read: 800}, "float64", 10, "L1"},
		{"L1 loads while it stores", measure.Cost{Read: 400, Write: 100}, "float64", 6.25, "L1"},
		{"L1 stores while it loads", measure.Cost{Read: 100, Write: 400}, "float64", 20, "L1"},
		{"memory does one after the other", measure.Cost{Read: 1000, Write: 1000}, "float64", 200, "DRAM"},
	} {
		for _, v := range level.Available() {
			least, limit := machine().Least(test.cost, test.typ, v, 1)
			assert.InDelta(t, test.least, least, 1e-9, test.what)
			assert.Equal(t, test.limit, limit, test.what)
		}
	}
}

func TestHomeOfOperands(t *testing.T) {
	l := machine()
	assert.Equal(t, "L1", l.home(1000, 1).name)
	assert.Equal(t, "DRAM", l.home(1001, 1).name)
	assert.Equal(t, "L1", l.home(1001, 2).name, "each core has an L1")
}
