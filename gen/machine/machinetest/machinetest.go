// Package machinetest tests an implementation of machine.Machine: it holds a family of kernels that use every method,
// their meaning in plain Go (package reference), and a runner that builds the generated code and compares the two,
// under an emulator where the machine is another one.
package machinetest

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/gen/machine"
)

//go:embed reference/*.go
var source embed.FS

// Target is an instruction set to test.
type Target struct {
	Set              string // package name of the generated code
	Arch             string // GOARCH
	Lanes32, Lanes64 int
	File             func(machine.Family) (asm, stubs []byte, err error)
	Lacks            map[string]bool // predicates, as Kernel.Needs names them, that do not hold where the code runs
	Exec             string          // argument of go test -exec: an emulator; empty where this machine runs the code
}

// Run generates the family, vets it, and runs its check.
func Run(t *testing.T, target Target) {
	t.Helper()
	folder := t.TempDir()
	asm, stubs, err := target.File(Family)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", []byte("module machinetest\n\ngo 1.26\n"))
	write("machine_"+target.Arch+".s", asm)
	write("machine_"+target.Arch+".go", stubs)
	write("machine_test.go", []byte(check(target)))
	files, err := source.ReadDir("reference")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := source.ReadFile("reference/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		write("reference/"+f.Name(), content)
	}
	run(t, folder, target.Arch, "vet", "./...")
	arguments := []string{"test", "-count=1"}
	if target.Exec != "" {
		arguments = append(arguments, "-exec", target.Exec)
	}
	run(t, folder, target.Arch, append(arguments, "./...")...)
}

// check is a test that hands all functions to package reference.
func check(target Target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"testing\"\n\n\t\"machinetest/reference\"\n)\n\nfunc TestMachine(t *testing.T) {\n", target.Set)
	fmt.Fprintf(&b, "\treference.Check(t, map[string]any{\n")
	for _, k := range Family.Kernels {
		if !k.In(target.Set) || target.Lacks[k.Needs] {
			continue
		}
		for _, typ := range k.Floats() {
			fmt.Fprintf(&b, "\t\t\"%[1]s\": %[1]s,\n", k.Name+typ.Suffix())
		}
	}
	fmt.Fprintf(&b, "\t}, %d, %d)\n}\n", target.Lanes32, target.Lanes64)
	return b.String()
}

func run(t *testing.T, folder, arch string, arguments ...string) {
	t.Helper()
	command := exec.Command("go", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOARCH="+arch, "GOOS=linux", "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=mod")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
}
