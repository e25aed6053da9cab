package structure

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// predicates is the file that decides which level a processor has.
const predicates = "internal/level/level_amd64.go"

// flags names, for each extension that the generator may report, the flag of golang.org/x/sys/cpu that stands for it.
// SSE is missing on purpose: its two-operand moves beside 256-bit code cost a transition.
var flags = map[string]string{
	"AVX": "HasAVX", "AVX2": "HasAVX2", "FMA3": "HasFMA", "BMI": "HasBMI1", "BMI2": "HasBMI2", "POPCNT": "HasPOPCNT", "LZCNT": "HasLZCNT",
	"AVX512F": "HasAVX512F", "AVX512BW": "HasAVX512BW", "AVX512DQ": "HasAVX512DQ", "AVX512VL": "HasAVX512VL", "AVX512CD": "HasAVX512CD",
	"AVX512VBMI": "HasAVX512VBMI", "AVX512IFMA": "HasAVX512IFMA", "AVX512VNNI": "HasAVX512VNNI",
	"AVX512BF16": "HasAVX512BF16",
}

// baseline is what avo says of the prefetch instructions; every amd64 has them, and they touch no register.
const baseline = "MMX+"

// levelFlags reads, from the source of the predicates, which flags must be set for each level, and for each predicate of an
// extension: hasName is that of level.Name.
func levelFlags(source *ast.File) map[string]map[string]bool {
	variables, levels := map[string]map[string]bool{}, map[string]map[string]bool{}
	var required func(e ast.Expr) map[string]bool
	required = func(e ast.Expr) map[string]bool {
		set := map[string]bool{}
		switch e := e.(type) {
		case *ast.ParenExpr:
			return required(e.X)
		case *ast.BinaryExpr:
			if e.Op == token.LAND { // of an alternative nothing is certain
				maps.Copy(set, required(e.X))
				maps.Copy(set, required(e.Y))
			}
		case *ast.SelectorExpr:
			set[e.Sel.Name] = true
		case *ast.Ident:
			maps.Copy(set, variables[e.Name])
		}
		return set
	}
	ast.Inspect(source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			variables[n.Lhs[0].(*ast.Ident).Name] = required(n.Rhs[0])
		case *ast.FuncDecl:
			if name, ok := strings.CutPrefix(n.Name.Name, "has"); ok {
				if result, ok := n.Body.List[0].(*ast.ReturnStmt); ok {
					levels[name] = required(result.Results[0])
				}
			}
		case *ast.CaseClause:
			if result, ok := n.Body[0].(*ast.ReturnStmt); ok && len(n.List) == 1 {
				levels[n.List[0].(*ast.Ident).Name] = required(result.Results[0])
			}
		}
		return true
	})
	return levels
}

func TestLevelFlags(t *testing.T) {
	made := makeTree(t, map[string]string{predicates: `package level
func supported(l Level) bool {
	base := cpu.X86.HasAVX && (cpu.X86.HasAVX2)
	switch l {
	case AVX2:
		return base || cpu.X86.HasFMA
	case AVX512:
		return base && cpu.X86.HasAVX512F
	}
	return false
}
func hasPairs() bool { return supported(AVX512) && cpu.X86.HasAVX512BF16 }`})
	assert.Equal(t, map[string]map[string]bool{
		"AVX2":   {},
		"AVX512": {"HasAVX": true, "HasAVX2": true, "HasAVX512F": true},
		"Pairs":  {"HasAVX512BF16": true},
	}, levelFlags(made.code[0].syntax))
}

// function is one TEXT block of an assembly file.
type function struct {
	place    string // file:line
	name     string
	requires []string
	body     []string // lines
}

var text = regexp.MustCompile(`^TEXT ·(\w+)\(SB\)`)

// functions splits an assembly file.
func functions(name, source string) (list []function) {
	var requires []string
	inside := false
	for i, line := range strings.Split(source, "\n") {
		if rest, ok := strings.CutPrefix(line, "// Requires: "); ok {
			requires = strings.Split(rest, ", ")
		}
		if match := text.FindStringSubmatch(line); match != nil {
			list = append(list, function{place: fmt.Sprintf("%s:%d", name, i+1), name: match[1], requires: requires})
			requires, inside = nil, true
			continue
		}
		if line != "" && !strings.ContainsAny(line[:1], "\t ") && !strings.HasSuffix(line, ":") {
			inside = false // a comment, data
		}
		if inside {
			code, _, _ := strings.Cut(line, "//")
			if code = strings.TrimSpace(code); code != "" {
				list[len(list)-1].body = append(list[len(list)-1].body, code)
			}
		}
	}
	return list
}

var (
	wide       = regexp.MustCompile(`\b[YZ]\d+\b`)
	vector     = regexp.MustCompile(`\b[XYZ]\d+\b`)
	only512    = regexp.MustCompile(`\bZ\d+\b|\bK[0-7]\b|\b[XY](1[6-9]|2\d|3[01])\b`)
	forbidden  = regexp.MustCompile(`\bR(16|17|18|27|28|29|30)\b`)
	setOfLevel = map[string]string{"avx2": "AVX2", "avx512": "AVX512"}
)

// guards are, for each function of an instruction set, as set.Name, the predicates of extensions that hold wherever it is
// called: the conditions of the form level.Name() around the call.
func guards(t tree) map[string][]string {
	list := map[string][]string{}
	for _, f := range t.code {
		var around []*ast.IfStmt
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IfStmt:
				around = append(around, n)
			case *ast.CallExpr:
				set, name, ok := qualified(n.Fun)
				if !ok || setOfLevel[set] == "" {
					return true
				}
				var holds []string
				for _, condition := range around {
					if call, ok := condition.Cond.(*ast.CallExpr); ok && condition.Body.Pos() <= n.Pos() && n.End() <= condition.Body.End() {
						if pkg, predicate, ok := qualified(call.Fun); ok && pkg == "level" {
							holds = append(holds, predicate)
						}
					}
				}
				if before, called := list[set+"."+name]; called {
					holds = slices.DeleteFunc(holds, func(p string) bool { return !slices.Contains(before, p) })
				}
				list[set+"."+name] = holds
			}
			return true
		})
	}
	return list
}

// qualified splits pkg.Name.
func qualified(e ast.Expr) (pkg, name string, ok bool) {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	x, ok := selector.X.(*ast.Ident)
	if !ok {
		return "", "", false
	}
	return x.Name, selector.Sel.Name, true
}

// badAssembly are functions that use what their level does not promise, or that return in a state that slows or breaks
// the caller.
func badAssembly(t tree) (broken []string) {
	levels := map[string]map[string]bool{}
	for _, f := range t.code {
		if f.path == predicates {
			levels = levelFlags(f.syntax)
		}
	}
	names, _ := fs.Glob(t.files, "asm/*/*.s")
	guards := guards(t)
	for _, name := range names {
		source, err := fs.ReadFile(t.files, name)
		if err != nil {
			return []string{err.Error()}
		}
		for _, f := range functions(name, string(source)) {
			if set := strings.Split(name, "/")[1]; set == "neon" {
				broken = append(broken, f.badNEON()...)
			} else {
				promised := maps.Clone(levels[setOfLevel[set]])
				for _, predicate := range guards[set+"."+f.name] {
					maps.Copy(promised, levels[predicate])
				}
				broken = append(broken, f.badX86(set, promised)...)
			}
		}
	}
	return broken
}

func (f function) badX86(set string, promised map[string]bool) (broken []string) {
	say := func(format string, a ...any) {
		broken = append(broken, f.place+": "+f.name+" "+fmt.Sprintf(format, a...))
	}
	for _, extension := range f.requires {
		if extension != baseline && !promised[flags[extension]] {
			say("requires %s, which %s does not promise", extension, set)
		}
	}
	isWide := slices.ContainsFunc(f.body, wide.MatchString)
	for i, line := range f.body {
		if register := only512.FindString(line); set == "avx2" && register != "" {
			say("uses %s", register)
		}
		if line == "RET" && isWide && (i == 0 || f.body[i-1] != "VZEROUPPER") {
			say("returns without VZEROUPPER")
		}
	}
	if slices.ContainsFunc(f.body, vector.MatchString) && len(f.requires) == 0 {
		say("says nothing of what it requires")
	}
	if !slices.Contains(f.body, "RET") {
		say("never returns")
	}
	return broken
}

// badNEON looks for the registers that belong to the linker, the platform, the runtime, the frame and the return address.
func (f function) badNEON() (broken []string) {
	for _, line := range f.body {
		if register := forbidden.FindString(line); register != "" {
			broken = append(broken, f.place+": "+f.name+" uses "+register)
		}
	}
	return broken
}

func TestAssemblyKeepsItsPromises(t *testing.T) {
	requireNone(t, badAssembly)
	repo, err := repository()
	require.NoError(t, err)
	for _, set := range []string{"avx2", "avx512", "neon"} {
		names, err := fs.Glob(repo.files, "asm/"+set+"/*.s")
		require.NoError(t, err)
		require.NotEmpty(t, names, set)
		for _, name := range names {
			source, err := fs.ReadFile(repo.files, name)
			require.NoError(t, err)
			assert.Equal(t, strings.Count(string(source), "\nTEXT "), len(functions(name, string(source))), name)
		}
	}
	pairs := func(name string) string {
		return "// Requires: AVX512F, AVX512BF16\nTEXT ·" + name + "(SB), NOSPLIT, $0-24\n\tRET\n"
	}
	requireBroken(t, badAssembly, map[string]string{
		predicates: "package level\nfunc supported(l Level) bool {\n\tswitch l {\n\tcase AVX2:\n\t\treturn cpu.X86.HasAVX && cpu.X86.HasAVX2\n" +
			"\tcase AVX512:\n\t\treturn cpu.X86.HasAVX512F\n\t}\n\treturn false\n}\n" +
			"func hasPairs() bool {\n\treturn supported(AVX512) && cpu.X86.HasAVX512BF16\n}",
		"kernels/vec/dispatch_amd64.go": "package vec\nfunc f() {\n\tif level.Pairs() {\n\t\tavx512.Asked()\n\t\tavx512.Sometimes()\n\t} else {\n" +
			"\t\tavx512.Otherwise()\n\t}\n\tavx512.Sometimes()\n}",
		"asm/avx2/a_amd64.s": `
// func Good(x []float32)
// Requires: AVX, AVX2
TEXT ·Good(SB), NOSPLIT, $0-24
	VMOVUPS (AX), Y1 // Y17

loop:
	VZEROUPPER
	RET

// Requires: AVX, FMA3, AVX512VL, SSE
TEXT ·Bad(SB), NOSPLIT, $0-24
	RET
	VADDPS Y1, Y2, Y19
	RET

// func Silent()
TEXT ·Silent(SB), NOSPLIT, $0-24
	VADDPS X1, X2, X3

DATA constants<>+0(SB)/4, $0x3f800000
	RET
`,
		"asm/avx512/a_amd64.s": "// Requires: AVX512F, AVX512DQ\nTEXT ·Other(SB), NOSPLIT, $0-24\n\tVADDPS Z1, Z2, Z19\n\tVZEROUPPER\n\tRET\n" +
			pairs("Asked") + pairs("Sometimes") + pairs("Otherwise") + pairs("Never"),
		"asm/neon/a_arm64.s": "TEXT ·Arm(SB), NOSPLIT, $0-24\n\tADD $16, R18\n\tFMOVQ (R1), F18\n\tRET\n",
	},
		"asm/avx2/a_amd64.s:12: Bad requires FMA3, which avx2 does not promise",
		"asm/avx2/a_amd64.s:12: Bad requires AVX512VL, which avx2 does not promise",
		"asm/avx2/a_amd64.s:12: Bad requires SSE, which avx2 does not promise",
		"asm/avx2/a_amd64.s:12: Bad uses Y19",
		"asm/avx2/a_amd64.s:12: Bad returns without VZEROUPPER",
		"asm/avx2/a_amd64.s:12: Bad returns without VZEROUPPER",
		"asm/avx2/a_amd64.s:18: Silent says nothing of what it requires",
		"asm/avx2/a_amd64.s:18: Silent never returns",
		"asm/avx512/a_amd64.s:2: Other requires AVX512DQ, which avx512 does not promise",
		"asm/avx512/a_amd64.s:10: Sometimes requires AVX512BF16, which avx512 does not promise",
		"asm/avx512/a_amd64.s:13: Otherwise requires AVX512BF16, which avx512 does not promise",
		"asm/avx512/a_amd64.s:16: Never requires AVX512BF16, which avx512 does not promise",
		"asm/neon/a_arm64.s:1: Arm uses R18")
}
