package measure

import (
	"time"

	"golang.org/x/sys/unix"
)

// HasThreadTime reports whether the time that a thread has run can be read here. A job on one goroutine then takes the time
// it runs, not that in which other processes do.
const HasThreadTime = true

// ThreadTime is the time that the calling thread has run; between two readings the goroutine must be locked to it.
func ThreadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err) // every Linux that Go runs on has this clock
	}
	return time.Duration(t.Nano())
}
