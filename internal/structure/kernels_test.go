package structure

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// incomplete are kernels of the public families (those with a folder in kernels) that lack a generic twin, a row in the
// equivalence table of the package's tests, or a fuzz target.
func incomplete(t tree) (broken []string) {
	for family, names := range kernelNames(t) {
		folder := "kernels/" + family
		if len(t.within(folder)) == 0 {
			continue // a probe of the benchmark program
		}
		generic, rows, covered := genericTwins(t, folder), equivalenceRows(t, folder), map[string]bool{}
		for _, list := range covers(t, family) {
			for _, kernel := range list {
				covered[kernel] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			twin := string(unicode.ToLower(rune(name[0]))) + name[1:] + "Generic"
			if !generic[twin] {
				broken = append(broken, fmt.Sprintf("%s: %s has no %s", folder, name, twin))
			}
			if !rows[name] {
				broken = append(broken, fmt.Sprintf("%s: %s has no row in an equivalence table", folder, name))
			}
			if !covered[name] {
				broken = append(broken, fmt.Sprintf("fuzz: no target covers %s.%s", family, name))
			}
		}
	}
	return append(broken, wrongCovers(t)...)
}

// kernelNames are the kernels of each family, in whatever instruction sets they exist.
func kernelNames(t tree) map[string]map[string]bool {
	families := map[string]map[string]bool{}
	for set := range architecture {
		for family, functions := range stubs(t, set) {
			if families[family] == nil {
				families[family] = map[string]bool{}
			}
			for name := range functions {
				families[family][kernelName(name)] = true
			}
		}
	}
	return families
}

// kernelName is the name of a stub without its element type.
func kernelName(stub string) string {
	return strings.TrimSuffix(strings.TrimSuffix(stub, "F32"), "F64")
}

// genericTwins are the functions of a package whose name ends in Generic.
func genericTwins(t tree, folder string) map[string]bool {
	names := map[string]bool{}
	for _, f := range t.within(folder) {
		for _, declaration := range f.syntax.Decls {
			if d, ok := declaration.(*ast.FuncDecl); ok && d.Recv == nil && !f.test() && strings.HasSuffix(d.Name.Name, "Generic") {
				names[d.Name.Name] = true
			}
		}
	}
	return names
}

// equivalenceRows are the keys of the maps in what a package's tests declare under a name with equivalence in it.
func equivalenceRows(t tree, folder string) map[string]bool {
	rows := map[string]bool{}
	for _, f := range t.within(folder) {
		for _, declaration := range f.syntax.Decls {
			if !f.test() || !strings.Contains(strings.ToLower(declaredName(declaration)), "equivalence") {
				continue
			}
			ast.Inspect(declaration, func(n ast.Node) bool {
				if pair, ok := n.(*ast.KeyValueExpr); ok {
					if key, ok := literal(pair.Key); ok {
						rows[key] = true
					}
				}
				return true
			})
		}
	}
	return rows
}

// declaredName is the name of a function or of the first variable of a declaration.
func declaredName(declaration ast.Decl) string {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		if spec, ok := d.Specs[0].(*ast.ValueSpec); ok {
			return spec.Names[0].Name
		}
	}
	return ""
}

func literal(e ast.Expr) (value string, ok bool) {
	if l, isLiteral := e.(*ast.BasicLit); isLiteral && l.Kind == token.STRING {
		value, err := strconv.Unquote(l.Value)
		return value, err == nil
	}
	return "", false
}

// covers is the table, in the files of a family in package fuzz, of which kernels a target runs.
func covers(t tree, family string) map[string][]string {
	table := map[string][]string{}
	for _, f := range t.within("fuzz") {
		if !strings.HasPrefix(path.Base(f.path), family) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			pair, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, _ := literal(pair.Key)
			if list, ok := pair.Value.(*ast.CompositeLit); ok && strings.HasPrefix(key, "Fuzz") {
				for _, element := range list.Elts {
					if kernel, ok := literal(element); ok {
						table[key] = append(table[key], kernel)
					}
				}
			}
			return true
		})
	}
	return table
}

// fuzzTargets are the functions that go test -fuzz runs.
func fuzzTargets(files []*goFile) map[string]*goFile {
	targets := map[string]*goFile{}
	for _, f := range files {
		for _, declaration := range f.syntax.Decls {
			d, ok := declaration.(*ast.FuncDecl)
			if ok && f.test() && strings.HasPrefix(d.Name.Name, "Fuzz") && strings.Contains(types.ExprString(d.Type), "*testing.F") {
				targets[d.Name.Name] = f
			}
		}
	}
	return targets
}

// wrongCovers are rows of the tables for targets that do not exist, and targets without a row.
func wrongCovers(t tree) (broken []string) {
	targets, listed := fuzzTargets(t.within("fuzz")), covers(t, "")
	for name, f := range targets {
		if listed[name] == nil {
			broken = append(broken, f.path+": "+name+" does not say which kernels it covers")
		}
	}
	for name := range listed {
		if targets[name] == nil {
			broken = append(broken, "fuzz: "+name+" is said to cover kernels and does not exist")
		}
	}
	return broken
}

func TestEveryKernelIsComplete(t *testing.T) {
	requireNone(t, incomplete)
	requireBroken(t, incomplete, map[string]string{
		"asm/avx512/vec_amd64.go":   "package avx512\nfunc MaxAbsF32(x []float32)\nfunc MaxAbsF64(x []float64)\nfunc DotF64(x []float64)\nfunc BareF64(x []float64)\n",
		"asm/avx512/limit_amd64.go": "package avx512\nfunc PeakF64(n int)\n",
		"kernels/vec/generic.go":    "package vec\nfunc maxAbsGeneric() {}\nfunc dotGeneric() {}\n",
		"kernels/vec/vec_test.go": "package vec\nfunc equivalence() map[string]int { return map[string]int{\"MaxAbs\": 1} }\n" +
			"var equivalence32 = map[string]int{\"Dot\": 1}\nvar other = map[string]int{\"Bare\": 1}\nfunc bareGeneric() {}\n",
		"fuzz/vec_test.go": "package fuzz\nvar _ = map[string][]string{\"FuzzMaxAbs\": {\"MaxAbs\"}, \"FuzzGone\": {\"Dot\"}}\n" +
			"func FuzzMaxAbs(f *testing.F) {}\nfunc FuzzDot(f *testing.F) {}\n",
		"fuzz/lse_test.go": "package fuzz\nvar _ = map[string][]string{\"FuzzBare\": {\"Bare\"}}\nfunc FuzzBare(f *testing.F) {}\n",
	},
		"kernels/vec: Bare has no bareGeneric",
		"kernels/vec: Bare has no row in an equivalence table",
		"fuzz: no target covers vec.Bare",
		"fuzz/vec_test.go: FuzzDot does not say which kernels it covers",
		"fuzz: FuzzGone is said to cover kernels and does not exist")
}
