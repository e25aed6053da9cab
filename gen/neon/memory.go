package neon

import (
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

const bytesV = 16 // in a vector register

// move names the scalar move of the type.
func move(t machine.Float) string {
	if t == machine.F32 {
		return "FMOVS"
	}
	return "FMOVD"
}

// loadV and storeV move a whole register; neighbours are paired later.
func (a *assembler) loadV(d V, p R, offset int) {
	a.emit("FMOVQ", registers(d), registers(p), memory{p.register, offset}, scalar(d))
}
func (a *assembler) storeV(p R, offset int, n V) {
	a.emit("FMOVQ", nil, append(registers(n), p.register), scalar(n), memory{p.register, offset})
}

// loadScalar fills lane 0 and clears the others.
func (a *assembler) loadScalar(t machine.Float, d V, p R, offset int) {
	a.emit(move(t), registers(d), registers(p), memory{p.register, offset}, scalar(d))
}
func (a *assembler) storeScalar(t machine.Float, p R, offset int, n V) {
	a.emit(move(t), nil, append(registers(n), p.register), scalar(n), memory{p.register, offset})
}

// loadLane0 replaces lane 0 of d and keeps the others.
func (a *assembler) loadLane0(t machine.Float, d V, p R) {
	s, _ := shape(t)
	a.emit("VLD1", registers(d), append(registers(d), p.register), memory{p.register, 0}, arranged(d, s[:1]+"[0]"))
}

// loadEvery puts one element in every lane.
func (a *assembler) loadEvery(t machine.Float, d V, p R) {
	s, _ := shape(t)
	a.emit("VLD1R", registers(d), registers(p), memory{p.register, 0}, text{"[V%d." + s + "]", raw(d)})
}

// Parameters and results, addressed from the frame.

func (a *assembler) loadParameter(d R, from operand.Op) {
	a.emit("MOVD", registers(d), nil, from, general(d))
}
func (a *assembler) storeResult(to operand.Op, n R) {
	a.emit("MOVD", nil, registers(n), general(n), to)
}
func (a *assembler) loadScalarParameter(t machine.Float, d V, from operand.Op) {
	a.emit(move(t), registers(d), nil, from, scalar(d))
}
func (a *assembler) storeScalarResult(t machine.Float, to operand.Op, n V) {
	a.emit(move(t), nil, registers(n), scalar(n), to)
}
