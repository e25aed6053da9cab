// Command gen writes the assembly of Raphson, its stubs and the dispatch between instruction sets, all from the tables of
// kernels in package family. Run it from the root of the repository: go run ./gen
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/raphson-go/raphson/gen/dispatch"
	"github.com/raphson-go/raphson/gen/family"
	"github.com/raphson-go/raphson/gen/machine"
	"github.com/raphson-go/raphson/gen/neon"
	"github.com/raphson-go/raphson/gen/x86"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	only := flag.String("family", "", "generate this family alone")
	flag.Parse()
	for _, f := range family.All {
		if *only != "" && *only != f.Name {
			continue
		}
		if err := generate(*root, f); err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}

func generate(root string, f machine.Family) error {
	type emitter struct {
		set, arch string
		file      func() (asm, stubs []byte, err error)
	}
	for _, e := range []emitter{
		{x86.AVX2, "amd64", func() (asm, stubs []byte, err error) { return x86.File(f, x86.AVX2) }},
		{x86.AVX512, "amd64", func() (asm, stubs []byte, err error) { return x86.File(f, x86.AVX512) }},
		{neon.Set, "arm64", func() (asm, stubs []byte, err error) { return neon.File(f) }},
	} {
		asm, stubs, err := e.file()
		if err != nil {
			return err
		}
		if err := write(asm, root, "asm", e.set, f.Name+"_"+e.arch+".s"); err != nil {
			return err
		}
		if err := write(stubs, root, "asm", e.set, f.Name+"_"+e.arch+".go"); err != nil {
			return err
		}
	}
	for _, arch := range dispatch.Architectures {
		source, err := dispatch.File(f, arch)
		if err != nil {
			return err
		}
		if err := write(source, root, f.Package, "dispatch_"+arch.Name+".go"); err != nil {
			return err
		}
	}
	return nil
}

func write(content []byte, path ...string) error {
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}
