//go:build !linux

package measure

import "time"

// HasThreadTime reports whether the time that a thread has run can be read here.
const HasThreadTime = false

var began = time.Now()

// ThreadTime is the time of the clock on the wall.
func ThreadTime() time.Duration { return time.Since(began) }
