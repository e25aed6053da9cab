package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// Pseudo instructions, replaced before printing.
const (
	opCopy   = "COPY"   // output = input: one move, one load of a constant, or nothing
	opSelect = "SELECT" // output = lane by lane of the inputs mask, yes, no
)

// assembler collects the instructions of one function over virtual registers, one method an instruction. The Go
// assembler's own mnemonic where Go 1.26 has it, else a WORD. Destinations come first, as in the architecture manual.
type assembler struct {
	nodes []ir.Node
}

func (a *assembler) newV() V { return V{&register{vector: true}} }
func (a *assembler) newR() R { return R{&register{}} }

func (a *assembler) emit(opcode string, writes, reads []operand.Op, operands ...operand.Op) {
	a.nodes = append(a.nodes, &ir.Instruction{Opcode: opcode, Operands: operands, Inputs: reads, Outputs: writes})
}

func registers[T V | R](all ...T) []operand.Op {
	ops := make([]operand.Op, len(all))
	for i, r := range all {
		switch r := any(r).(type) {
		case V:
			ops[i] = r.register
		case R:
			ops[i] = r.register
		}
	}
	return ops
}

// shape names the lanes of a full register of the type: "S4" in Go's syntax, "4s" in GNU's.
func shape(t machine.Float) (goSyntax, gnuSyntax string) {
	if t == machine.F32 {
		return "S4", "4s"
	}
	return "D2", "2d"
}

// double is the bit of most encodings that turns .4s into .2d.
func double(t machine.Float) uint32 {
	if t == machine.F64 {
		return 1 << 22
	}
	return 0
}

func raw(v ...V) []*register {
	all := make([]*register, len(v))
	for i := range v {
		all[i] = v[i].register
	}
	return all
}

// encoded3 is a WORD for d = op(n, m), all of the shape; bits is the encoding for .4s.
func (a *assembler) encoded3(name string, bits uint32, t machine.Float, d, n, m V) {
	_, s := shape(t)
	format := fmt.Sprintf("%[1]s v%%d.%[2]s, v%%d.%[2]s, v%%d.%[2]s", name, s)
	a.emit("WORD", registers(d), registers(n, m), word{bits | double(t), text{format, raw(d, n, m)}})
}

// encoded2 is a WORD for d = op(n).
func (a *assembler) encoded2(name string, bits uint32, t machine.Float, d, n V) {
	_, s := shape(t)
	format := fmt.Sprintf("%[1]s v%%d.%[2]s, v%%d.%[2]s", name, s)
	a.emit("WORD", registers(d), registers(n), word{bits | double(t), text{format, raw(d, n)}})
}

func (a *assembler) fadd(t machine.Float, d, n, m V) { a.encoded3("fadd", 0x4E20D400, t, d, n, m) }
func (a *assembler) fsub(t machine.Float, d, n, m V) { a.encoded3("fsub", 0x4EA0D400, t, d, n, m) }
func (a *assembler) fmul(t machine.Float, d, n, m V) { a.encoded3("fmul", 0x6E20DC00, t, d, n, m) }
func (a *assembler) fdiv(t machine.Float, d, n, m V) { a.encoded3("fdiv", 0x6E20FC00, t, d, n, m) }
func (a *assembler) fmax(t machine.Float, d, n, m V) { a.encoded3("fmax", 0x4E20F400, t, d, n, m) }
func (a *assembler) fmin(t machine.Float, d, n, m V) { a.encoded3("fmin", 0x4EA0F400, t, d, n, m) }

func (a *assembler) fcmeq(t machine.Float, d, n, m V) { a.encoded3("fcmeq", 0x4E20E400, t, d, n, m) }
func (a *assembler) fcmge(t machine.Float, d, n, m V) { a.encoded3("fcmge", 0x6E20E400, t, d, n, m) }
func (a *assembler) fcmgt(t machine.Float, d, n, m V) { a.encoded3("fcmgt", 0x6EA0E400, t, d, n, m) }

func (a *assembler) cmgt(t machine.Float, d, n, m V) { a.encoded3("cmgt", 0x4EA03400, t, d, n, m) }
func (a *assembler) smax(d, n, m V)                  { a.encoded3("smax", 0x4EA06400, machine.F32, d, n, m) }
func (a *assembler) smin(d, n, m V)                  { a.encoded3("smin", 0x4EA06C00, machine.F32, d, n, m) }

func (a *assembler) fabs(t machine.Float, d, n V)   { a.encoded2("fabs", 0x4EA0F800, t, d, n) }
func (a *assembler) fsqrt(t machine.Float, d, n V)  { a.encoded2("fsqrt", 0x6EA1F800, t, d, n) }
func (a *assembler) frintn(t machine.Float, d, n V) { a.encoded2("frintn", 0x4E218800, t, d, n) }
func (a *assembler) scvtf(t machine.Float, d, n V)  { a.encoded2("scvtf", 0x4E21D800, t, d, n) }

// fmla is d += n*m, fmls d -= n*m, each with one rounding.
func (a *assembler) fmla(t machine.Float, d, n, m V) { a.accumulate("VFMLA", t, d, n, m) }
func (a *assembler) fmls(t machine.Float, d, n, m V) { a.accumulate("VFMLS", t, d, n, m) }

func (a *assembler) accumulate(opcode string, t machine.Float, d, n, m V) {
	s, _ := shape(t)
	a.emit(opcode, registers(d), registers(d, n, m), arranged(m, s), arranged(n, s), arranged(d, s))
}

func (a *assembler) native3(opcode, arrangement string, d, n, m V) {
	a.emit(opcode, registers(d), registers(n, m), arranged(m, arrangement), arranged(n, arrangement), arranged(d, arrangement))
}

func (a *assembler) add(t machine.Float, d, n, m V) { s, _ := shape(t); a.native3("VADD", s, d, n, m) }
func (a *assembler) sub(t machine.Float, d, n, m V) { s, _ := shape(t); a.native3("VSUB", s, d, n, m) }
func (a *assembler) and(d, n, m V)                  { a.native3("VAND", "B16", d, n, m) }
func (a *assembler) orr(d, n, m V)                  { a.native3("VORR", "B16", d, n, m) }
func (a *assembler) eor(d, n, m V)                  { a.native3("VEOR", "B16", d, n, m) }

// bic is d = n &^ m.
func (a *assembler) bic(d, n, m V) {
	a.emit("WORD", registers(d), registers(n, m), word{0x4E601C00, text{"bic v%d.16b, v%d.16b, v%d.16b", raw(d, n, m)}})
}

// not complements every bit.
func (a *assembler) not(d, n V) {
	a.emit("WORD", registers(d), registers(n), word{0x6E205800, text{"mvn v%d.16b, v%d.16b", raw(d, n)}})
}

func (a *assembler) shl(t machine.Float, d, n V, bits int)  { a.shift("VSHL", t, d, n, bits) }
func (a *assembler) ushr(t machine.Float, d, n V, bits int) { a.shift("VUSHR", t, d, n, bits) }

func (a *assembler) shift(opcode string, t machine.Float, d, n V, bits int) {
	s, _ := shape(t)
	a.emit(opcode, registers(d), registers(n), immediate(bits), arranged(n, s), arranged(d, s))
}

// zero is a move of an immediate, which depends on nothing.
func (a *assembler) zero(d V) { a.emit("VMOVI", registers(d), nil, immediate(0), bytes16(d)) }

// copyV and copyR are free where allocation can give both sides one register.
func (a *assembler) copyV(d, n V) { a.emit(opCopy, registers(d), registers(n)) }
func (a *assembler) copyR(d, n R) { a.emit(opCopy, registers(d), registers(n)) }

// bitSelect becomes BSL, BIT or BIF, whichever may overwrite its operand.
func (a *assembler) bitSelect(d, mask, yes, no V) {
	a.emit(opSelect, registers(d), registers(mask, yes, no))
}

// dup puts lane 0 of n in every lane.
func (a *assembler) dup(t machine.Float, d, n V) {
	s, _ := shape(t)
	a.emit("VDUP", registers(d), registers(n), arranged(n, s[:1]+"[0]"), arranged(d, s))
}

// insertLane0 replaces lane 0 of d by that of n.
func (a *assembler) insertLane0(t machine.Float, d, n V) {
	s, _ := shape(t)
	a.emit("VMOV", registers(d), registers(d, n), arranged(n, s[:1]+"[0]"), arranged(d, s[:1]+"[0]"))
}

// ext8 exchanges the halves of n.
func (a *assembler) ext8(d, n V) {
	a.emit("VEXT", registers(d), registers(n), immediate(8), bytes16(n), bytes16(n), bytes16(d))
}

// faddp adds, fmaxp and fminp compare, the two lowest lanes of n into lane 0 of d.
func (a *assembler) faddp(t machine.Float, d, n V) { a.pair("faddp", 0x7E30D800, t, d, n) }
func (a *assembler) fmaxp(t machine.Float, d, n V) { a.pair("fmaxp", 0x7E30F800, t, d, n) }
func (a *assembler) fminp(t machine.Float, d, n V) { a.pair("fminp", 0x7EB0F800, t, d, n) }

func (a *assembler) pair(name string, bits uint32, t machine.Float, d, n V) {
	format := name + " s%d, v%d.2s"
	if t == machine.F64 {
		format = name + " d%d, v%d.2d"
	}
	a.emit("WORD", registers(d), registers(n), word{bits | double(t), text{format, raw(d, n)}})
}

// fcvtl and fcvtl2 widen the low and the high two float32 lanes.
func (a *assembler) fcvtl(d, n V) {
	a.emit("WORD", registers(d), registers(n), word{0x0E617800, text{"fcvtl v%d.2d, v%d.2s", raw(d, n)}})
}
func (a *assembler) fcvtl2(d, n V) {
	a.emit("WORD", registers(d), registers(n), word{0x4E617800, text{"fcvtl2 v%d.2d, v%d.4s", raw(d, n)}})
}
