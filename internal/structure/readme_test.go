package structure

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// strayReadme is code in the README that does not stand, up to indentation, in an example that runs or in a table of
// kernels, and fuzz targets that the README does not list.
func strayReadme(t tree) (broken []string) {
	content, err := fs.ReadFile(t.files, "README.md")
	if err != nil {
		return []string{err.Error()}
	}
	readme := string(content)
	var sources []string
	for _, f := range t.code {
		if within(f.path, "gen/family") || f.test() && len(runningExamples(f)) > 0 {
			sources = append(sources, unindented(f.source))
		}
	}
	all := strings.Join(sources, "")
	for _, match := range goBlock.FindAllStringSubmatch(readme, -1) {
		if !strings.Contains(all, unindented(match[1])) {
			first, _, _ := strings.Cut(match[1], "\n")
			broken = append(broken, "README.md: no example or table holds the code that begins with "+first)
		}
	}
	_, list, _ := strings.Cut(readme, "Fuzz targets")
	for target, f := range fuzzTargets(t.code) {
		if !regexp.MustCompile(`\b` + strings.TrimPrefix(target, "Fuzz") + `\b`).MatchString(list) {
			broken = append(broken, f.path+": the README does not list "+target)
		}
	}
	return broken
}

// unindented is the lines of a text without the blanks around them.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}

func TestTheReadmeIsTrue(t *testing.T) {
	requireNone(t, strayReadme)
	requireBroken(t, strayReadme, map[string]string{
		"README.md":              "# A\n```go\nx := 1\nfmt.Println(x)\n```\nText.\n```go\nx := 2\n```\n```go\nx := 3\n```\nExp\nFuzz targets: Dot, Expm1\n",
		"kernels/vec/v_test.go":  "package vec\n\nfunc Example() {\n\tx := 1\n\tfmt.Println(x)\n\t// Output: 1\n}\n",
		"kernels/vec/w_test.go":  "package vec\n\nfunc Example() {\n\tx := 2\n}\n",
		"gen/go.mod":             "module gen",
		"gen/family/f.go":        "package family\n\nfunc f() {\n\tx := 3\n}\n",
		"fuzz/vec_test.go":       "package fuzz\n\nfunc FuzzDot(f *testing.F) {}\nfunc FuzzExp(f *testing.F) {}\nfunc FuzzyHelper() {}\n",
		"kernels/vec/fx_test.go": "package vec\n\nfunc FuzzElsewhere(f *testing.F) {}\n",
	},
		"README.md: no example or table holds the code that begins with x := 2",
		"fuzz/vec_test.go: the README does not list FuzzExp",
		"kernels/vec/fx_test.go: the README does not list FuzzElsewhere")
}
