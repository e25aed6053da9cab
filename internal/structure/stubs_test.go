package structure

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"
)

// architecture of each instruction set that kernels are written for.
var architecture = map[string]string{"avx2": "amd64", "avx512": "amd64", "neon": "arm64"}

// stub is a function of an assembly package as Go declares it.
type stub struct {
	signature string
	file      *goFile
	at        token.Pos
}

// stubs are the functions of an instruction set by family and name.
func stubs(t tree, set string) map[string]map[string]stub {
	families := map[string]map[string]stub{}
	for _, f := range t.within("asm/" + set) {
		family, isStubs := strings.CutSuffix(path.Base(f.path), "_"+architecture[set]+".go")
		if !isStubs {
			continue
		}
		families[family] = map[string]stub{}
		for _, declaration := range f.syntax.Decls {
			if d, ok := declaration.(*ast.FuncDecl); ok && d.Body == nil {
				families[family][d.Name.Name] = stub{types.ExprString(d.Type), f, d.Pos()}
			}
		}
	}
	return families
}

// unlikeStubs are kernels that are missing in an instruction set, have another signature there, or whose stub lets
// arguments escape.
func unlikeStubs(t tree) (broken []string) {
	all := map[string]map[string]map[string]stub{}
	for set := range architecture {
		all[set] = stubs(t, set)
	}
	for set, families := range all {
		for family, functions := range families {
			for name, s := range functions {
				for other := range architecture {
					if sets := restriction(t, family, kernelName(name)); sets != nil && !slices.Contains(sets, other) {
						continue
					}
					twin, ok := all[other][family][name]
					switch {
					case !ok:
						broken = append(broken, s.file.at(s.at, "%s is missing in %s", name, other))
					case set < other && twin.signature != s.signature:
						broken = append(broken, s.file.at(s.at, "%s is another function in %s: %s", name, other, twin.signature))
					}
				}
				if line := s.file.fset.Position(s.at).Line; !strings.Contains(lineBefore(s.file.source, line), "//go:noescape") {
					broken = append(broken, s.file.at(s.at, "%s is not marked go:noescape", name))
				}
			}
		}
	}
	return broken
}

// restriction lists the instruction sets that a kernel is restricted to by its row, which holds both Name and Sets, in
// the tables of its family; nil means all.
func restriction(t tree, family, kernel string) (sets []string) {
	for _, f := range t.within("gen/family") {
		if !strings.HasPrefix(path.Base(f.path), family) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			row, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if name, ok := literal(field(row, "Name")); !ok || name != kernel {
				return true
			}
			if list, ok := field(row, "Sets").(*ast.CompositeLit); ok {
				for _, element := range list.Elts {
					set, _ := literal(element)
					sets = append(sets, set)
				}
			}
			return true
		})
	}
	return sets
}

// field is the value of a field in a struct literal, or nil.
func field(l *ast.CompositeLit, name string) ast.Expr {
	for _, element := range l.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && types.ExprString(pair.Key) == name {
			return pair.Value
		}
	}
	return nil
}

// lineBefore is the line above a line counted from 1.
func lineBefore(source string, line int) string { return strings.Split("\n"+source, "\n")[line-1] }

func TestEveryInstructionSetHasTheSameKernels(t *testing.T) {
	requireNone(t, unlikeStubs)
	const noescape = "\n//go:noescape\n"
	requireBroken(t, unlikeStubs, map[string]string{
		"asm/avx2/vec_amd64.go": "package avx2\n" + noescape + "func DotF32(x []float32) (sum float32)\n" + noescape + "func AddF64(x []float64)\n" +
			noescape + "func GatherF64(x []float64)\n",
		"asm/avx512/vec_amd64.go": "package avx512\n" + noescape + "func DotF32(x []float64) (sum float32)\n\nfunc AddF64(x []float64)\n",
		"gen/go.mod":              "module gen",
		"gen/family/vec.go":       "package family\nvar _ = F{K{Name: \"Gather\", Sets: []string{\"avx2\", \"avx512\"}}, K{Name: \"Add\"}}",
		"gen/family/lse.go":       "package family\nvar _ = K{Name: \"Add\", Sets: []string{\"avx2\", \"avx512\"}}",
		"asm/neon/vec_arm64.go":   "package neon\n" + noescape + "func DotF32(x []float32) (sum float32)\n",
	},
		"asm/avx2/vec_amd64.go:4: DotF32 is another function in avx512: func(x []float64) (sum float32)",
		"asm/avx512/vec_amd64.go:4: DotF32 is another function in neon: func(x []float32) (sum float32)",
		"asm/avx2/vec_amd64.go:7: AddF64 is missing in neon",
		"asm/avx2/vec_amd64.go:10: GatherF64 is missing in avx512",
		"asm/avx512/vec_amd64.go:6: AddF64 is missing in neon",
		"asm/avx512/vec_amd64.go:6: AddF64 is not marked go:noescape")
}
