package measure

import "time"

// Stopwatch starts one, which tells the time of this thread where the system does, otherwise the time that passes. The goroutine must be locked to
// its thread.
func Stopwatch() (seconds func() float64) {
	if HasThreadTime {
		start := ThreadTime()
		return func() float64 { return (ThreadTime() - start).Seconds() }
	}
	start := time.Now()
	return func() float64 { return time.Since(start).Seconds() }
}
