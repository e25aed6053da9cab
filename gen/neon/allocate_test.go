package neon

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"

	"github.com/raphson-go/raphson/gen/machine"
)

// interpreter runs instructions on symbols: the result of an instruction is a hash of what it is and of its inputs.
// Two programs that leave the same memory compute the same.
type interpreter struct {
	key       func(*register) any
	registers map[any]uint64
	memory    map[string]uint64
	table     *table
}

func symbol(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, parts...)
	return h.Sum64()
}

func (p *interpreter) value(r *register) uint64 {
	if v, ok := p.registers[p.key(r)]; ok || r.constant == nil {
		return v
	}
	return symbol("constant", r.constant.bits)
}

func (p *interpreter) load(base *register, offset int) uint64 {
	if p.value(base) == symbol("table") {
		return symbol("constant", p.table.constants[offset/bytesV].constant.bits)
	}
	address := fmt.Sprint(p.value(base), "+", offset)
	if v, ok := p.memory[address]; ok {
		return v
	}
	return symbol("memory", address)
}

func (p *interpreter) store(base *register, offset int, v uint64) {
	p.memory[fmt.Sprint(p.value(base), "+", offset)] = v
}

// run takes branches back twice and no branch forward.
func (p *interpreter) run(nodes []ir.Node) {
	labels, taken := map[string]int{}, map[int]int{}
	for i, n := range nodes {
		if l, ok := n.(ir.Label); ok {
			labels[string(l)] = i
		}
	}
	for i := 0; i < len(nodes); i++ {
		in, ok := nodes[i].(*ir.Instruction)
		if !ok {
			continue
		}
		if target := in.TargetLabel(); target != nil {
			if to := labels[string(*target)]; to < i && taken[i] < 2 {
				taken[i]++
				i = to
			}
			continue
		}
		p.step(in)
	}
}

func (p *interpreter) step(in *ir.Instruction) {
	var inputs []uint64
	for _, r := range reads(in) {
		inputs = append(inputs, p.value(r))
	}
	set := func(v uint64) { p.registers[p.key(writes(in)[0])] = v }
	chosen := func(mask, yes, no uint64) { set(symbol("select", mask, yes, no)) }
	m, isStore, _ := memoryOf(in)
	switch {
	case in.Opcode == opCopy, len(inputs) == 1 && (in.Opcode == "VMOV" || in.Opcode == "MOVD" && len(in.Outputs) == 1):
		set(inputs[0])
	case in.Opcode == opSelect:
		chosen(inputs[0], inputs[1], inputs[2])
	case in.Opcode == "VBSL":
		chosen(inputs[0], inputs[1], inputs[2])
	case in.Opcode == "VBIT":
		chosen(inputs[2], inputs[1], inputs[0])
	case in.Opcode == "VBIF":
		chosen(inputs[2], inputs[0], inputs[1])
	case in.Opcode == "VMOVI":
		set(symbol("constant", uint64(0)))
	case in.Opcode == "MOVD" && strings.Contains(in.Operands[0].Asm(), "<>"):
		set(symbol("table"))
	case in.Opcode == "FMOVQ" && !isStore:
		set(p.load(m.base, m.offset))
	case in.Opcode == "FLDPQ":
		low, high := p.load(m.base, m.offset), p.load(m.base, m.offset+bytesV)
		p.registers[p.key(writes(in)[0])], p.registers[p.key(writes(in)[1])] = low, high
	case in.Opcode == "FSTPQ":
		p.store(m.base, m.offset, inputs[0])
		p.store(m.base, m.offset+bytesV, inputs[1])
	case in.Opcode == "FMOVQ":
		p.store(m.base, m.offset, inputs[0])
	case isStore:
		p.store(m.base, m.offset, symbol(in.Opcode, inputs[0]))
	case len(in.Outputs) == 0 && len(in.Operands) == 2 && in.Opcode != "CMP":
		p.memory[in.Operands[1].Asm()] = inputs[0]
	case len(in.Outputs) == 1:
		set(symbol(in.Opcode, shapes(in.Operands), inputs))
	}
}

// shapes is what the operands say besides their registers.
func shapes(ops []operand.Op) (s []any) {
	for _, op := range ops {
		switch op := op.(type) {
		case text:
			s = append(s, op.format)
		case word:
			s = append(s, op.bits)
		case memory:
			s = append(s, op.offset)
		default:
			s = append(s, op.Asm())
		}
	}
	return s
}

// TestAllocatedProgramsComputeTheSame builds kernels of random operations, with more and fewer registers alive, and
// compares them before and after constants, order, pairs and registers are settled.
func TestAllocatedProgramsComputeTheSame(t *testing.T) {
	fitted := 0
	for seed := range uint64(120) {
		m := newMachine(t, machine.F64, "func(dst, x, y []T) (r T)")
		randomKernel(m, rand.New(rand.NewPCG(seed, 1)))
		m.ret()
		before := &interpreter{func(r *register) any { return r }, map[any]uint64{}, map[string]uint64{}, m.constants}
		before.run(m.nodes)
		done, err := finish(m.nodes, m.constants)
		if err != nil {
			if !strings.Contains(err.Error(), "out of vector registers") {
				t.Fatal(err)
			}
			continue
		}
		fitted++
		after := &interpreter{func(r *register) any { return r.Asm() }, map[any]uint64{}, map[string]uint64{}, m.constants}
		after.run(done)
		if len(before.memory) == 0 || !maps.Equal(before.memory, after.memory) {
			t.Fatalf("seed %d: the program changed its results", seed)
		}
	}
	if fitted < 80 {
		t.Errorf("only %d of 120 programs fitted in the registers", fitted)
	}
}

func newMachine(t *testing.T, typ machine.Float, signature string) *neon {
	t.Helper()
	m, err := newNeon(machine.Kernel{Name: "Random", Signature: signature}, typ)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func randomKernel(m *neon, r *rand.Rand) {
	dst, x, y, n := m.Pointer("dst"), m.Pointer("x"), m.Pointer("y"), m.Length("dst")
	sums := []vector{m.Zero(), m.Copy(m.Constant(1))}
	alive := 4 + r.IntN(24)
	m.Traverse(n, []machine.Pointer{dst, x, y}, 1+r.IntN(5), func(b machine.Block) {
		for i := range b.Vectors() {
			values := []vector{b.Load(x, i), b.Load(y, i)}
			any := func() vector {
				if r.IntN(4) == 0 {
					return m.Constant(float64(r.IntN(30)))
				}
				return values[r.IntN(len(values))]
			}
			for range 5 + r.IntN(40) {
				var v vector
				switch r.IntN(10) {
				case 0:
					v = m.Add(any(), any())
				case 1:
					v = m.MulAdd(m.Copy(any()), any(), any())
				case 2:
					mask := m.Compare(machine.Less, any(), any())
					v = m.Select(mask, any(), any())
					if r.IntN(2) == 0 {
						v = m.Select(mask, any(), v)
					}
				case 3:
					v = m.Copy(any())
					m.FMATo(v, any(), any())
				case 4:
					v = m.Zero()
					m.Assign(v, any())
				case 5:
					m.AddTo(values[r.IntN(len(values))], any())
					continue
				case 6:
					m.Assign(values[r.IntN(len(values))], any())
					continue
				case 7:
					m.AddTo(sums[r.IntN(2)], any())
					continue
				case 8:
					v = b.Load(dst, i) // perhaps what was stored there
				case 9:
					b.Store(dst, i, values[r.IntN(len(values))])
					continue
				}
				values = append(values, v)
				if len(values) > alive {
					values = values[1:]
				}
			}
			for _, v := range values {
				m.AddTo(sums[0], v)
			}
			b.Store(dst, i, any())
		}
	})
	m.AddTo(sums[0], sums[1])
	m.Return("r", m.SumLanes(sums[0]))
}

// manyAlive adds vectors that are all alive at once.
func manyAlive(vectors int) machine.Kernel {
	return machine.Kernel{Name: "ManyAlive", Signature: "func(x []T) (r T)", Types: []machine.Float{machine.F32}, Build: func(m machine.Machine) {
		x := m.Pointer("x")
		var all []vector
		for i := range vectors {
			all = append(all, m.BroadcastFrom(x, i+1))
		}
		sum := m.Copy(all[0])
		for _, v := range all {
			m.AddTo(sum, m.Mul(v, m.Constant(3)))
		}
		for _, v := range all {
			m.MulBy(sum, v)
		}
		m.Return("r", sum)
	}}
}

func TestRunningOutOfRegisters(t *testing.T) {
	if _, _, err := File(machine.Family{Name: "pressure", Kernels: []machine.Kernel{manyAlive(29)}}); err != nil {
		t.Errorf("29 vectors, their sum, a product and a constant: %v", err)
	}
	_, _, err := File(machine.Family{Name: "pressure", Kernels: []machine.Kernel{manyAlive(32)}})
	if err == nil || !strings.Contains(err.Error(), "ManyAliveF32: out of vector registers") {
		t.Errorf("33 vectors: %v", err)
	}
}

func TestConstantsAreNotChanged(t *testing.T) {
	_, _, err := File(machine.Family{Name: "bad", Kernels: []machine.Kernel{{Name: "Bad", Signature: "func(x []T)", Build: func(m machine.Machine) {
		m.AddTo(m.Constant(1), m.Constant(2))
	}}}})
	if err == nil || !strings.Contains(err.Error(), "BadF32: a constant cannot be changed in place") {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreReproducible(t *testing.T) {
	family := machine.Family{Name: "pressure", Kernels: []machine.Kernel{manyAlive(20), manyAlive(29)}}
	first, _, err := File(family)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if again, _, _ := File(family); string(again) != string(first) {
			t.Fatal("the same family gave two files")
		}
	}
}
