package pool

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// empty is a task of parts that take no time.
type empty struct{}

func (*empty) Do(int) {}

// BenchmarkRun is the hand-off alone: two parts of no work on two goroutines.
func BenchmarkRun(b *testing.B) {
	for _, parts := range []int{2, 8, 64} {
		b.Run(fmt.Sprintf("parts=%d", parts), func(b *testing.B) {
			task := &empty{}
			for b.Loop() {
				Run(parts, task)
			}
		})
	}
}

// meeting is a task of two parts that wait for each other, so that one must run on a worker.
type meeting struct{ arrived atomic.Int32 }

func (m *meeting) Do(int) {
	m.arrived.Add(1)
	for m.arrived.Load() < 2 {
	}
}

// BenchmarkHandOver is the time until a worker that watches, or sleeps, has a part, and the caller its result: the
// median, and the fastest tenth for machines that are busy with other things.
func BenchmarkHandOver(b *testing.B) {
	if Workers() < 2 {
		b.Skip("needs two processors")
	}
	for _, pause := range []time.Duration{0, 10 * time.Microsecond, time.Millisecond} {
		b.Run("pause="+pause.String(), func(b *testing.B) {
			m := &meeting{}
			var spent []time.Duration
			for b.Loop() {
				for start := time.Now(); time.Since(start) < pause; {
				}
				m.arrived.Store(0)
				start := time.Now()
				Run(2, m)
				spent = append(spent, time.Since(start))
			}
			slices.Sort(spent)
			b.ReportMetric(float64(spent[len(spent)/10]), "ns/tenth")
			b.ReportMetric(float64(spent[len(spent)/2]), "ns/median")
		})
	}
}
