package neon

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/arch/arm64/arm64asm"

	"github.com/raphson-go/raphson/gen/family"
	"github.com/raphson-go/raphson/gen/machine"
	"github.com/raphson-go/raphson/gen/machine/machinetest"
)

var wordLine = regexp.MustCompile(`WORD\s+\$0x([0-9A-F]{8}) // (.*)`)

// TestWords decodes every WORD of every family and compares it with its comment.
func TestWords(t *testing.T) {
	for _, f := range append([]machine.Family{machinetest.Family}, family.All...) {
		asm, _, err := File(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := wordLine.FindAllStringSubmatch(string(asm), -1)
		if all := strings.Count(string(asm), "WORD"); all == 0 || len(lines) != all {
			t.Errorf("%s: read %d of %d WORDs", f.Name, len(lines), all)
		}
		for _, line := range lines {
			bits, err := strconv.ParseUint(line[1], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			var code [4]byte
			binary.LittleEndian.PutUint32(code[:], uint32(bits))
			in, err := arm64asm.Decode(code[:])
			if err != nil {
				t.Errorf("%s: 0x%s: %v", line[2], line[1], err)
			} else if decoded := arm64asm.GNUSyntax(in); decoded != line[2] {
				t.Errorf("0x%s is %q, its comment says %q", line[1], decoded, line[2])
			}
		}
	}
}
