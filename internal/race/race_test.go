//go:build race

package race_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/raphson-go/raphson/internal/race"
	"github.com/stretchr/testify/assert"
)

// conflict is the environment variable that makes TestConflict the program with a race; its value says which.
const conflict = "RAPHSON_TEST_CONFLICT"

// TestConflict annotates, from two goroutines with nothing between them, accesses to the same slice or to two halves.
func TestConflict(t *testing.T) {
	kind := os.Getenv(conflict)
	if kind == "" {
		t.Skip("the program that TestAnnotationsAreSeen runs")
	}
	x := make([]float64, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if kind == "reads" {
			race.Read(x)
		} else {
			race.Write(x[:4])
		}
	}()
	switch kind {
	case "write and read":
		race.Read(x[3:])
	case "writes":
		race.Write(x[3:])
	case "reads":
		race.Read(x)
	case "halves":
		race.Write(x[4:])
		race.Read(x[4:])
	}
	<-done
}

func TestAnnotationsAreSeen(t *testing.T) {
	for kind, races := range map[string]bool{"write and read": true, "writes": true, "reads": false, "halves": false} {
		program := exec.Command(os.Args[0], "-test.run=^TestConflict$", "-test.v")
		program.Env = append(os.Environ(), conflict+"="+kind)
		output, err := program.CombinedOutput()
		if races {
			assert.Error(t, err, kind)
			assert.Contains(t, string(output), "DATA RACE", kind)
		} else {
			assert.NoError(t, err, "%s: %s", kind, output)
			assert.Contains(t, string(output), "--- PASS: TestConflict", kind)
		}
	}
}

func TestEmptySlices(t *testing.T) {
	race.Read[float32](nil)
	race.Write([]int32{})
}
