package measure

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
)

// On one processor a peer that computes on goroutines of its own has one worker, but what it does is not done by the thread
// that waits for it.
func TestPeerOnItsOwnGoroutine(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const least = 2 * time.Millisecond
	wait := func() {
		done := make(chan struct{})
		go func() {
			for start := time.Now(); time.Since(start) < least; {
			}
			close(done)
		}()
		<-done
	}
	row := Row{Setup: func() Job {
		return Job{Run: func() {}, Peers: []Peer{{Name: "apart", Run: wait, Parallel: true}}}
	}}
	measurements := Run(row, Settings{Peers: true, Count: 2}, unlimited{})
	peer := measurements[len(measurements)-1]
	require.Equal(t, "apart", peer.Peer)
	require.GreaterOrEqual(t, peer.NS, float64(least.Nanoseconds()))
}

type unlimited struct{}

func (unlimited) Least(Cost, string, level.Level, int) (float64, string) { return 0, "" }
