package structure

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/raphson-go/raphson"

// goFile is one Go source file, whatever platform it is for.
type goFile struct {
	path   string // from the root, with slashes
	module string // folder of the module it belongs to: ".", "gen", "bench" or "kernels/gonum"
	source string
	syntax *ast.File
	fset   *token.FileSet
}

func (f *goFile) folder() string { return path.Dir(f.path) }
func (f *goFile) test() bool     { return strings.HasSuffix(f.path, "_test.go") }

// generated reports whether the file says that it is, in the way that Go tools agree on.
func (f *goFile) generated() bool { return ast.IsGenerated(f.syntax) }

// at is a place with what is wrong there.
func (f *goFile) at(p token.Pos, format string, a ...any) string {
	return fmt.Sprintf("%s:%d: %s", f.path, f.fset.Position(p).Line, fmt.Sprintf(format, a...))
}

// imports lists the import paths of a file with their places.
func (f *goFile) imports() map[string]token.Pos {
	list := map[string]token.Pos{}
	for _, spec := range f.syntax.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		list[name] = spec.Pos()
	}
	return list
}

// tree is the repository.
type tree struct {
	files fs.FS
	code  []*goFile
}

// within lists the Go files in a folder and below it.
func (t tree) within(folder string) (list []*goFile) {
	for _, f := range t.code {
		if within(f.path, folder) {
			list = append(list, f)
		}
	}
	return list
}

// within reports whether a path is that folder or below it.
func within(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// read parses every Go file of the repository.
func read(files fs.FS) (tree, error) {
	t := tree{files: files}
	modules := map[string]bool{".": true}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "report") {
				return fs.SkipDir
			}
			if _, err := fs.Stat(files, path.Join(name, "go.mod")); err == nil {
				modules[name] = true
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, name, source, parser.ParseComments)
		if err != nil {
			return err
		}
		home := path.Dir(name)
		for !modules[home] {
			home = path.Dir(home)
		}
		t.code = append(t.code, &goFile{name, home, string(source), syntax, fset})
		return nil
	})
	return t, err
}

// repository is read once for all tests.
var repository = sync.OnceValues(func() (tree, error) { return read(os.DirFS("../..")) })

// requireNone holds the repository against a rule.
func requireNone(t *testing.T, rule func(tree) []string) {
	t.Helper()
	repo, err := repository()
	require.NoError(t, err)
	if broken := rule(repo); len(broken) > 0 {
		t.Errorf("%d places break the rule:\n%s", len(broken), strings.Join(broken, "\n"))
	}
}

func makeTree(t *testing.T, content map[string]string) tree {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range content {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	made, err := read(files)
	require.NoError(t, err)
	return made
}

// requireBroken holds made-up files against a rule and compares what it finds, one place a line.
func requireBroken(t *testing.T, rule func(tree) []string, content map[string]string, want ...string) {
	t.Helper()
	assert.ElementsMatch(t, want, rule(makeTree(t, content)))
}

func TestTheTreeIsWhole(t *testing.T) {
	repo, err := repository()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, f := range repo.code {
		seen[f.module] = true
	}
	assert.Equal(t, map[string]bool{".": true, "gen": true, "bench": true, "kernels/gonum": true}, seen)
	for _, folder := range []string{"asm/avx2", "asm/avx512", "asm/neon", "kernels/vec", "algos", "internal/level"} {
		assert.NotEmpty(t, repo.within(folder), folder)
	}
}
