package x86

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"

	"github.com/raphson-go/raphson/gen/machine"
)

// The instruction sets of this package.
const (
	AVX2   = "avx2"
	AVX512 = "avx512"
)

// File emits the kernels of a family for one instruction set: assembly and stubs.
func File(family machine.Family, set string) (asm, stubs []byte, err error) {
	m := newMachine(set)
	m.ctx.ConstraintExpr("amd64,!purego")
	for _, k := range family.Kernels {
		if !k.In(set) {
			continue
		}
		for _, typ := range k.Floats() {
			m.limit = constantsThatFit(set, k, typ)
			m.function(k, typ)
		}
	}
	file, err := m.ctx.Result()
	if err != nil {
		return nil, nil, fmt.Errorf("x86: %s %s: %w", set, family.Name, err)
	}
	if err := m.compile().Execute(file); err != nil {
		return nil, nil, fmt.Errorf("x86: %s %s: %w", set, family.Name, err)
	}
	config := printer.Config{Name: "gen", Pkg: set}
	if asm, err = printer.NewGoAsm(config).Print(file); err != nil {
		return nil, nil, err
	}
	stubs, err = printer.NewStubs(config).Print(file)
	return asm, stubs, err
}

func newMachine(set string) *x86 {
	return &x86{ctx: build.NewContext(), set: set, wide: set == AVX512, data: map[string]operand.Mem{}}
}

// constantsThatFit is how many constants of a kernel can live in registers: as many as leave the allocator enough, found
// by trying. It is 0 for a kernel that does not fit at all, whose error is reported when its file is compiled.
func constantsThatFit(set string, k machine.Kernel, typ machine.Float) int {
	for limit := 24; limit > 0; limit -= 2 {
		m := newMachine(set)
		m.limit = limit
		m.function(k, typ)
		if file, err := m.ctx.Result(); err == nil && m.compile().Execute(file) == nil {
			return limit
		}
	}
	return 0
}

func (m *x86) function(k machine.Kernel, typ machine.Float) {
	m.typ, m.labels, m.scalars = typ, 0, 0
	m.constants, m.fixed = map[uint64]operand.Op{}, map[operand.Op]bool{}
	m.ctx.Function(k.Name + typ.Suffix())
	m.ctx.Attributes(attr.NOSPLIT)
	m.ctx.Pragma("noescape")
	m.ctx.SignatureExpr(k.SignatureFor(typ))
	m.ctx.Doc(k.DocFor(typ)...)
	if m.wide {
		k.Build(avx512{m})
	} else {
		k.Build(avx2{m})
	}
	m.ctx.VZEROUPPER()
	m.ctx.RET()
}

// compile is avo's own sequence of passes but for the allocator: avo hands out Y16 to Y31, which only AVX-512 has.
func (m *x86) compile() pass.Interface {
	return pass.Concat(
		pass.Verify,
		pass.FunctionPass(foldLoads),
		pass.FunctionPass(pass.PruneJumpToFollowingLabel),
		pass.FunctionPass(pass.PruneDanglingLabels),
		pass.FunctionPass(pass.LabelTarget),
		pass.FunctionPass(pass.CFG),
		pass.InstructionPass(pass.ZeroExtend32BitOutputs),
		pass.InstructionPass(zeroExtendVectors),
		pass.FunctionPass(pass.Liveness),
		pass.FunctionPass(m.allocate),
		pass.FunctionPass(pass.BindRegisters),
		pass.FunctionPass(pass.VerifyAllocation),
		pass.FunctionPass(pass.EnsureBasePointerCalleeSaved),
		pass.Func(pass.IncludeTextFlagHeader),
		pass.FunctionPass(pass.PruneSelfMoves),
		pass.FunctionPass(pruneVectorMoves),
		pass.InstructionPass(encode),
		pass.FunctionPass(pass.RequiredISAExtensions),
	)
}

// zeroExtendVectors lets the liveness know that an instruction that writes a part of a vector register clears the rest: it would take that for something from
// before, which keeps the register from others since the function began.
func zeroExtendVectors(in *ir.Instruction) error {
	for i, op := range in.Outputs {
		if r, ok := op.(reg.Vec); ok {
			in.Outputs[i] = r.AsZ()
		}
	}
	return nil
}

// pruneVectorMoves removes the moves of a vector register to itself, which avo's own pass leaves: copies of a last use.
func pruneVectorMoves(f *ir.Function) error {
	f.Nodes = slices.DeleteFunc(f.Nodes, func(n ir.Node) bool {
		in, ok := n.(*ir.Instruction)
		return ok && strings.HasPrefix(in.Opcode, "VMOVAP") && len(in.Operands) == 2 && in.Operands[0] == in.Operands[1]
	})
	return nil
}

// allocate gives each virtual register a real one among those the level has; the base pointer stays untouched.
func (m *x86) allocate(f *ir.Function) error {
	allocators := map[reg.Kind]*pass.Allocator{}
	for _, i := range f.Instructions() {
		for _, r := range i.Registers() {
			if allocators[r.Kind()] == nil {
				a, err := pass.NewAllocator(m.allowed(r.Kind()))
				if err != nil {
					return err
				}
				allocators[r.Kind()] = a
			}
			allocators[r.Kind()].Add(r.ID())
		}
	}
	for _, i := range f.Instructions() {
		for _, d := range i.OutputRegisters() {
			live := i.LiveOut.OfKind(d.Kind())
			live.DiscardRegister(d)
			allocators[d.Kind()].AddInterferenceSet(d, live)
		}
	}
	f.Allocation = reg.NewEmptyAllocation()
	for _, kind := range []reg.Kind{reg.KindGP, reg.KindVector, reg.KindOpmask} {
		a := allocators[kind]
		if a == nil {
			continue
		}
		allocation, err := a.Allocate()
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if err := f.Allocation.Merge(allocation); err != nil {
			return err
		}
	}
	return nil
}

func (m *x86) allowed(kind reg.Kind) []reg.Physical {
	var allowed []reg.Physical
	for _, r := range reg.FamilyOfKind(kind).Registers() {
		if r.Info()&reg.BasePointer != 0 || kind == reg.KindVector && int(r.PhysicalIndex()) >= m.Registers() {
			continue
		}
		// R15 is the linker's when Go links dynamically, R14 is g.
		if name := r.Asm(); kind == reg.KindGP && (strings.HasPrefix(name, "R14") || strings.HasPrefix(name, "R15")) {
			continue
		}
		allowed = append(allowed, r)
	}
	return allowed
}
