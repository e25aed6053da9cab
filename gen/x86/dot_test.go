package x86

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/gen/family"
	"github.com/raphson-go/raphson/gen/machine"
	"github.com/raphson-go/raphson/gen/machine/machinetest"
)

var bytesLine = regexp.MustCompile(`LONG\s+\$0x([0-9A-F]{8}); WORD \$0x([0-9A-F]{4}) // (.*)`)

// TestBytes decodes all that is written as bytes and compares it with its comment.
func TestBytes(t *testing.T) {
	count := 0
	for _, f := range append([]machine.Family{machinetest.Family}, family.All...) {
		asm, _, err := File(f, AVX512)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytesLine.FindAllStringSubmatch(string(asm), -1)
		if all := strings.Count(string(asm), "LONG"); len(lines) != all {
			t.Errorf("%s: read %d of %d LONGs", f.Name, len(lines), all)
		}
		for _, line := range lines {
			checkBytes(t, line)
		}
		count += len(lines)
	}
	if count == 0 {
		t.Error("nothing is written as bytes")
	}
}

// TestEveryRegister: the numbers of registers are spread over the prefix, in which a kernel sets few of the bits.
func TestEveryRegister(t *testing.T) {
	for i := range uint32(32) {
		for j := range uint32(32) {
			for k := range uint32(32) {
				line := "LONG " + dotBytes{i, j, k}.Asm()
				checkBytes(t, bytesLine.FindStringSubmatch(line))
				if want := fmt.Sprintf("Z%d, Z%d, Z%d", i, j, k); !strings.HasSuffix(line, want) {
					t.Fatalf("%s does not end in %s", line, want)
				}
			}
		}
	}
}

func checkBytes(t *testing.T, line []string) {
	t.Helper()
	var code []byte
	for _, digits := range line[1:3] {
		value, err := strconv.ParseUint(digits, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		code = binary.LittleEndian.AppendUint32(code, uint32(value))[:len(code)+len(digits)/2]
	}
	if got, err := decode([6]byte(code)); err != nil || got != line[3] {
		t.Errorf("% x is %q (%v), its comment says %q", code, got, err, line[3])
	}
}

// decode reads an instruction of three vectors by the tables of Intel's manual (volume 2, 2.7 and the page of VDPBF16PS).
func decode(code [6]byte) (string, error) {
	bit := func(b byte, i int) int { return int(b >> i & 1) }
	p0, p1, p2, modrm := code[1], code[2], code[3], code[5]
	switch {
	case code[0] != 0x62:
		return "", fmt.Errorf("no EVEX prefix")
	case bit(p0, 3) != 0 || bit(p1, 2) != 1:
		return "", fmt.Errorf("fixed bits of the prefix")
	case p0&7 != 2:
		return "", fmt.Errorf("map %d, not 0F38", p0&7)
	case p1&3 != 2 || bit(p1, 7) != 0:
		return "", fmt.Errorf("not F3.W0")
	case p2&0x97 != 0 || p2>>5&3 != 2:
		return "", fmt.Errorf("masked, broadcast or not of 512 bits")
	case modrm>>6 != 3:
		return "", fmt.Errorf("an operand in memory")
	case code[4] != 0x52:
		return "", fmt.Errorf("opcode %#x", code[4])
	}
	destination := int(modrm>>3&7) + 8*(1-bit(p0, 7)) + 16*(1-bit(p0, 4))
	second := int(^p1>>3&15) + 16*(1-bit(p2, 3))
	source := int(modrm&7) + 8*(1-bit(p0, 5)) + 16*(1-bit(p0, 6))
	return fmt.Sprintf("VDPBF16PS Z%d, Z%d, Z%d", source, second, destination), nil
}
