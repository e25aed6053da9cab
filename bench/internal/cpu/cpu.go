// Package cpu describes the machine that a benchmark ran on.
package cpu

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// Info is what a reader needs to judge a figure: which processor, how many cores of it, how large its caches.
type Info struct {
	Model    string
	Cores    int  // that this process may use
	L1D      int  // bytes of one core; 0 is unknown
	L2       int  // bytes of one core; 0 is unknown
	L3       int  // bytes shared by cores; 0 is unknown or absent
	L3Seen   bool // L3 was found by its bandwidth, for the processor does not tell
	Features []string
	System   string // operating system, architecture and Go version
}

// Read asks the processor, and the operating system where the processor does not say.
func Read() Info {
	c := cpuid.CPU
	info := Info{
		Model:  strings.TrimSpace(c.BrandName),
		Cores:  runtime.NumCPU(),
		L1D:    max(c.Cache.L1D, 0),
		L2:     max(c.Cache.L2, 0),
		L3:     max(c.Cache.L3, 0),
		System: fmt.Sprintf("%s/%s, %s", runtime.GOOS, runtime.GOARCH, runtime.Version()),
	}
	if info.Model == "" {
		info.Model = modelFromSystem()
	} else if vendor := c.VendorID.String(); c.Family > 0 && !strings.Contains(info.Model, vendor) {
		info.Model += fmt.Sprintf(" (%s family %d)", vendor, c.Family) // virtual processors have names of their own
	}
	for _, feature := range c.FeatureSet() {
		if vectorFeature(feature) {
			info.Features = append(info.Features, feature)
		}
	}
	slices.Sort(info.Features)
	return info
}

// vectorFeature picks what matters to vector kernels from the hundred names that a processor reports.
func vectorFeature(name string) bool {
	for _, prefix := range []string{"AVX", "FMA", "BMI", "SSE4", "F16C", "ASIMD", "SVE", "AMX"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "FP"
}

// modelFromSystem reads the name that Linux gives to processors without a brand string (most arm64).
func modelFromSystem() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	part := ""
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name", "Model", "Hardware":
			return strings.TrimSpace(value)
		case "CPU part":
			part = strings.TrimSpace(value)
		}
	}
	if part != "" {
		return runtime.GOARCH + " part " + part
	}
	return runtime.GOARCH
}

// Count prints a number of things: 1 core, 2 cores.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Bytes prints a size the way caches are named: 48 KiB, 1 MiB.
func Bytes(n int) string {
	switch {
	case n <= 0:
		return "unknown"
	case n < 1<<20:
		return fmt.Sprintf("%g KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%g MiB", float64(n)/(1<<20))
}
