package structure

import (
	"go/ast"
	"go/doc"
	"testing"
)

// isPublic reports whether a folder holds a package that the module makes promises about.
func isPublic(folder string) bool {
	return within(folder, "kernels") || within(folder, "algos")
}

// undocumented are exported names of the public packages without a comment, and public packages without one.
func undocumented(t tree) (broken []string) {
	described := map[string]bool{}
	for _, f := range t.code {
		if !isPublic(f.folder()) || f.test() {
			continue
		}
		described[f.folder()] = described[f.folder()] || f.syntax.Doc != nil
		for _, declaration := range f.syntax.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || ast.IsExported(receiver(d))) {
					broken = append(broken, f.at(d.Pos(), "%s has no comment", d.Name))
				}
			case *ast.GenDecl:
				broken = append(broken, undocumentedSpecs(f, d)...)
			}
		}
	}
	for folder, ok := range described {
		if !ok {
			broken = append(broken, folder+": the package has no comment")
		}
	}
	return broken
}

// undocumentedSpecs looks at constants, variables and types. A comment on the group, above the name or behind it counts;
// a type in a group needs its own.
func undocumentedSpecs(f *goFile, d *ast.GenDecl) (broken []string) {
	say := func(name *ast.Ident) {
		if name.IsExported() {
			broken = append(broken, f.at(name.Pos(), "%s has no comment", name))
		}
	}
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				say(s.Name)
			}
		case *ast.ValueSpec:
			if s.Doc == nil && s.Comment == nil && d.Doc == nil {
				for _, name := range s.Names {
					say(name)
				}
			}
		}
	}
	return broken
}

// receiver is the type that a method belongs to, without pointer and type parameters.
func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	requireNone(t, undocumented)
	requireBroken(t, undocumented, map[string]string{
		"algos/a.go": `// Package algos is described.
package algos

func A() {}

// B is described.
func B() {}

type C[T any] struct{}

func (c *C[T]) D() {}
func (c *C[T]) e() {}
func (hidden) F()  {}

// These are.
const (
	G = 1
	H = 2
)

var I, j = 1, 2

// On the group only.
type (
	K int
)
`,
		"algos/a_test.go":   "package algos\nfunc Helper() {}",
		"kernels/k.go":      "package kernels",
		"internal/a/a.go":   "package a\nfunc A() {}",
		"kernelsandmore.go": "package raphson\nfunc A() {}",
	},
		"algos/a.go:4: A has no comment",
		"algos/a.go:9: C has no comment",
		"algos/a.go:11: D has no comment",
		"algos/a.go:21: I has no comment",
		"algos/a.go:25: K has no comment",
		"kernels: the package has no comment")
}

// withoutExample are public packages that have no example which runs, that is, one with an expected output.
func withoutExample(t tree) (broken []string) {
	hasExample := map[string]bool{}
	for _, f := range t.code {
		if isPublic(f.folder()) {
			hasExample[f.folder()] = hasExample[f.folder()] || f.test() && len(runningExamples(f)) > 0
		}
	}
	for folder, ok := range hasExample {
		if !ok {
			broken = append(broken, folder+": no example that runs")
		}
	}
	return broken
}

// runningExamples lists the examples of a file that are checked against their output.
func runningExamples(f *goFile) (list []*doc.Example) {
	for _, example := range doc.Examples(f.syntax) {
		if example.Output != "" || example.EmptyOutput {
			list = append(list, example)
		}
	}
	return list
}

func TestEveryPublicPackageHasAnExample(t *testing.T) {
	requireNone(t, withoutExample)
	requireBroken(t, withoutExample, map[string]string{
		"algos/a.go":          "package algos",
		"algos/a_test.go":     "package algos\nfunc Example() {\n\tprintln()\n}",
		"algos/ot/o.go":       "package ot",
		"algos/ot/o_test.go":  "package ot\nfunc Example() {\n\tprintln()\n\t// Output: 1\n}",
		"kernels/vec/v.go":    "package vec\nfunc Example() {\n\tprintln()\n\t// Output: 1\n}",
		"internal/pool/p.go":  "package pool",
		"asm/avx2/a_amd64.go": "package avx2",
	},
		"algos: no example that runs",
		"kernels/vec: no example that runs")
}
