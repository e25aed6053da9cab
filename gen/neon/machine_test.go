package neon

import (
	"os/exec"
	"testing"

	"github.com/raphson-go/raphson/gen/machine/machinetest"
)

// TestMachine runs every operation on a plain ARMv8.0 core.
func TestMachine(t *testing.T) {
	if _, err := exec.LookPath("qemu-aarch64"); err != nil {
		t.Skip("qemu-aarch64 is not installed")
	}
	machinetest.Run(t, machinetest.Target{Set: Set, Arch: "arm64", Lanes32: 4, Lanes64: 2, File: File, Exec: "qemu-aarch64 -cpu cortex-a72"})
}
