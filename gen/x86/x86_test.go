package x86

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/gen/machine"
	"github.com/raphson-go/raphson/gen/machine/machinetest"
)

// emulator is the environment variable that names what runs programs for sets that this machine lacks: .ci/avx512, in full.
const emulator = "RAPHSON_EMULATOR"

// TestMachine runs every operation of both widths, where this machine has them or an emulator is named.
func TestMachine(t *testing.T) {
	if runtime.GOARCH != "amd64" || runtime.GOOS != "linux" {
		t.Skip("runs on linux/amd64")
	}
	information, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	has := func(flags ...string) bool {
		for _, f := range flags {
			if !strings.Contains(string(information), " "+f+" ") {
				return false
			}
		}
		return true
	}
	for _, width := range []struct {
		set              string
		flags            []string
		lanes32, lanes64 int
	}{
		{AVX2, []string{"avx2", "fma", "bmi2"}, 8, 4},
		{AVX512, []string{"avx512f", "avx512bw", "avx512dq", "avx512vl"}, 16, 8},
	} {
		t.Run(width.set, func(t *testing.T) {
			through := ""
			if !has(width.flags...) {
				if through = os.Getenv(emulator); through == "" {
					t.Skip("this machine has no " + width.set)
				}
			}
			machinetest.Run(t, machinetest.Target{
				Set: width.set, Arch: "amd64", Lanes32: width.lanes32, Lanes64: width.lanes64,
				File:  func(f machine.Family) (asm, stubs []byte, err error) { return File(f, width.set) },
				Exec:  through,
				Lacks: map[string]bool{"BFloat16": through != "" || !has("avx512_bf16")},
			})
		})
	}
}
