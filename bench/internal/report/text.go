package report

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/measure"
)

// JSON writes one object a line.
func JSON(w io.Writer, measurements []measure.Measurement) error {
	encoder := json.NewEncoder(w)
	for _, m := range measurements {
		if err := encoder.Encode(m); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkName is the name under which go test -bench reports the same measurement, without its GOMAXPROCS suffix:
// Vec/kernel=Dot/type=float64/shape=4096/level=avx2/workers=1. Peers stand in the place of the level, so that
// benchstat -col /level compares all of them.
func BenchmarkName(m measure.Measurement) string {
	return fmt.Sprintf("%s/kernel=%s/type=%s/shape=%s/level=%s/workers=%d",
		strings.ToUpper(m.Family[:1])+m.Family[1:], m.Kernel, m.Type, m.Shape, m.Contender(), m.Workers)
}

// Benchmarks writes Go's benchmark format, a line a sample, for benchstat.
func Benchmarks(w io.Writer, info cpu.Info, measurements []measure.Measurement) error {
	_, err := fmt.Fprintf(w, "goos: %s\ngoarch: %s\npkg: github.com/raphson-go/raphson/bench\ncpu: %s\n",
		runtime.GOOS, runtime.GOARCH, info.Model)
	if err != nil {
		return err
	}
	suffix := ""
	if n := runtime.GOMAXPROCS(0); n > 1 {
		suffix = fmt.Sprintf("-%d", n)
	}
	for _, m := range measurements {
		for _, s := range m.Samples {
			rate := m.Rate * m.NS / s.NS
			if _, err := fmt.Fprintf(w, "Benchmark%s%s %d %.5g ns/op %.5g %s\n", BenchmarkName(m), suffix, s.Calls, s.NS, rate, m.Unit); err != nil {
				return err
			}
		}
	}
	return nil
}
