package machinetest

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/gen/machine"
)

// TestEveryMethodIsUsed reads the builders: a new method of the machine needs a kernel here.
func TestEveryMethodIsUsed(t *testing.T) {
	var text string
	for _, name := range []string{"family.go", "reductions.go", "search.go", "rare.go", "tile.go", "index.go", "dot.go"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text += string(content)
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[machine.Machine](), reflect.TypeFor[machine.Block](), reflect.TypeFor[machine.Tables](),
		reflect.TypeFor[machine.Rows](), reflect.TypeFor[machine.Brancher](), reflect.TypeFor[machine.Dotter](), reflect.TypeFor[machine.Narrower](), reflect.TypeFor[machine.Columner]()} {
		for i := range typ.NumMethod() {
			name := typ.Method(i).Name
			if name == "Set" || name == "Type" || name == "Lanes" || name == "Registers" {
				continue // questions, not code
			}
			if !strings.Contains(text, "."+name+"(") && !strings.Contains(text, "return m."+name+" }") {
				t.Errorf("no kernel uses %s.%s", typ.Name(), name)
			}
		}
	}
}
