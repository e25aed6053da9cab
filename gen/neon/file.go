package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/buildtags"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/printer"

	"github.com/raphson-go/raphson/gen/machine"
)

// File emits the kernels of a family: assembly and stubs.
func File(family machine.Family) (asm, stubs []byte, err error) {
	file := ir.NewFile()
	constraint, err := buildtags.ParseConstraint("arm64,!purego")
	if err != nil {
		return nil, nil, err
	}
	file.Constraints = constraint.ToConstraints()
	file.Includes = []string{"textflag.h"}
	for _, k := range family.Kernels {
		if !k.In(Set) {
			continue
		}
		for _, typ := range k.Floats() {
			if err := add(file, k, typ); err != nil {
				return nil, nil, fmt.Errorf("neon: %s: %s%s: %w", family.Name, k.Name, typ.Suffix(), err)
			}
		}
	}
	config := printer.Config{Name: "gen", Pkg: Set}
	if asm, err = printer.NewGoAsm(config).Print(file); err != nil {
		return nil, nil, err
	}
	stubs, err = printer.NewStubs(config).Print(file)
	return asm, stubs, err
}

// newNeon is a machine for one function.
func newNeon(k machine.Kernel, typ machine.Float) (*neon, error) {
	signature, err := gotypes.ParseSignature(k.SignatureFor(typ))
	if err != nil {
		return nil, err
	}
	return &neon{typ: typ, signature: signature, constants: &table{name: "constants" + k.Name + typ.Suffix()}}, nil
}

// add emits one function and its table of constants. A mistake of the kernel panics where it is made, deep in its Build.
func add(file *ir.File, k machine.Kernel, typ machine.Float) (err error) {
	defer func() {
		switch mistake := recover().(type) {
		case nil:
		case kernelError:
			err = mistake
		default:
			panic(mistake)
		}
	}()
	m, err := newNeon(k, typ)
	if err != nil {
		return err
	}
	k.Build(m)
	m.ret()

	fn := ir.NewFunction(k.Name + typ.Suffix())
	fn.Attributes = attr.NOSPLIT
	fn.AddPragma("noescape")
	fn.Doc = k.DocFor(typ)
	fn.SetSignature(m.signature)
	if fn.Nodes, err = finish(m.nodes, m.constants); err != nil {
		return err
	}
	file.AddSection(fn)
	if len(m.constants.constants) > 0 {
		file.AddSection(m.constants.global())
	}
	return nil
}
