package machinetest

import (
	"math"

	"github.com/raphson-go/raphson/gen/machine"
)

type (
	vector = machine.Vector
	m      = machine.Machine
)

// Family holds kernels that use every method of machine.Machine. What they must compute stands in package reference.
var Family = machine.Family{Name: "machine", Package: "machine", Kernels: kernels()}

// The signatures, each with its own check in package reference.
const (
	elementwise = "func(dst, x, y, z []T)"
	reduction   = "func(x, y []T) (r T)"
	wide        = "func(x, y []T) (r float64)"
)

func kernels() []machine.Kernel {
	var all []machine.Kernel
	add := func(name, signature string, build func(m m)) *machine.Kernel {
		all = append(all, machine.Kernel{Name: name, Doc: "is described in package reference.", Signature: signature, Build: build})
		return &all[len(all)-1]
	}
	each := func(name string, f func(m m, x, y, z vector) vector) {
		add(name, elementwise, func(m m) { traverse(m, 3, f) })
	}
	operations(each)
	constants(each)
	add("Brief", elementwise, brief)
	add("Lookup", elementwise, lookup)
	all[len(all)-1].Sets = []string{"avx512"}
	tables := func(name string, f func(t machine.Tables, x, y vector) vector) {
		each(name, func(m m, x, y, _ vector) vector { return f(m.(machine.Tables), x, y) })
		all[len(all)-1].Sets = []string{"avx512"}
	}
	tables("ScaleByFloor", func(t machine.Tables, x, y vector) vector { return t.ScaleByFloor(x, y) })
	tables("Fix", func(t machine.Tables, x, y vector) vector { return t.Fix(x, y, t.(m).ConstantBits(0x0_3_5_3_3_4_0_0)) })
	tables("PartsFraction", func(t machine.Tables, x, _ vector) vector { f, _ := t.Parts(x); return f })
	tables("PartsExponent", func(t machine.Tables, x, _ vector) vector { _, e := t.Parts(x); return e })
	tables("Within", func(t machine.Tables, x, y vector) vector { return t.Within(x, t.(m).Abs(y)) })
	magic := func(t machine.Tables) vector {
		m := t.(m)
		return m.Constant(1.5 * math.Ldexp(1, map[machine.Float]int{machine.F32: 19, machine.F64: 48}[m.Type()]))
	}
	tables("SixteenthsRest", func(t machine.Tables, x, _ vector) vector { r, _ := t.Sixteenths(x, magic(t)); return r })
	tables("SixteenthsIndex", func(t machine.Tables, x, _ vector) vector {
		_, index := t.Sixteenths(x, magic(t))
		return t.(m).And(index, t.(m).ConstantBits(15))
	})

	branching(func(name string, f func(m m, b machine.Brancher, x, y vector) vector) {
		each(name, func(m m, x, y, _ vector) vector { return f(m, m.(machine.Brancher), x, y) })
		all[len(all)-1].Sets = []string{"avx2"}
	})
	each("Rarely", rarely)
	all[len(all)-1].Sets = []string{"avx2", "avx512"}

	add("Sum", reduction, sum)
	add("Largest", reduction, largest)
	add("Smallest", reduction, smallest)
	lanes := func(name string, f func(m m, v vector) vector) {
		add(name, reduction, func(m m) { m.Return("r", f(m, lastVector(m, "x"))) })
	}
	lanes("SumLanes", func(m m, v vector) vector { return m.SumLanes(v) })
	lanes("MaxLanes", func(m m, v vector) vector { return m.MaxLanes(v) })
	lanes("MinLanes", func(m m, v vector) vector { return m.MinLanes(v) })
	lanes("SpreadLane0", func(m m, v vector) vector { return m.SumLanes(m.SpreadLane0(v)) })
	add("DotWide", wide, dotWide).Types = []machine.Float{machine.F32}
	add("SumLanesWide", wide, sumLanesWide).Types = []machine.Float{machine.F32}

	add("Affine", "func(dst, x []T, alpha, beta T)", affine)
	add("Strided", "func(dst, x []T, stride int)", strided)
	add("BlocksFrom", "func(n int) (twos, ones int)", blocksFrom)
	add("Count", "func(x []T, n int) (count, twice int)", count)
	tiles(add)
	dots(add)
	add("Indexed", "func(dst, x []T, short []uint16, index []int32, long []int)", indexed)
	searching(add)
	return all
}

// traverse applies f to every element.
func traverse(m m, unroll int, f func(m m, x, y, z vector) vector) {
	dst, x, y, z, n := m.Pointer("dst"), m.Pointer("x"), m.Pointer("y"), m.Pointer("z"), m.Length("dst")
	m.Traverse(n, []machine.Pointer{dst, x, y, z}, unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			b.Store(dst, i, f(m, b.Load(x, i), b.Load(y, i), b.Load(z, i)))
		}
	})
}

// brief is z - max(x, y), with the absent lanes filled in both ways.
func brief(m m) {
	dst, x, y, z, n := m.Pointer("dst"), m.Pointer("x"), m.Pointer("y"), m.Pointer("z"), m.Length("dst")
	lowest := m.Constant(math.Inf(-1))
	m.TraverseBriefly(n, []machine.Pointer{dst, x, y, z}, 3, func(b machine.Block) {
		for i := range b.Vectors() {
			v := m.Greater(b.LoadOr(x, i, lowest), b.Present(b.Load(y, i), lowest))
			b.Store(dst, i, m.Sub(b.Load(z, i), v))
		}
	})
}

func operations(each func(name string, f func(m m, x, y, z vector) vector)) {
	two := func(name string, f func(m m) func(a, b vector) vector) {
		each(name, func(m m, x, y, _ vector) vector { return f(m)(x, y) })
	}
	two("Add", func(m m) func(a, b vector) vector { return m.Add })
	two("Sub", func(m m) func(a, b vector) vector { return m.Sub })
	two("Mul", func(m m) func(a, b vector) vector { return m.Mul })
	two("Div", func(m m) func(a, b vector) vector { return m.Div })
	two("Greater", func(m m) func(a, b vector) vector { return m.Greater })
	two("Lesser", func(m m) func(a, b vector) vector { return m.Lesser })
	two("Max", func(m m) func(a, b vector) vector { return m.Max })
	two("Min", func(m m) func(a, b vector) vector { return m.Min })
	two("And", func(m m) func(a, b vector) vector { return m.And })
	two("Or", func(m m) func(a, b vector) vector { return m.Or })
	two("Xor", func(m m) func(a, b vector) vector { return m.Xor })
	two("AndNot", func(m m) func(a, b vector) vector { return m.AndNot })
	two("IntAdd", func(m m) func(a, b vector) vector { return m.IntAdd })
	two("IntSub", func(m m) func(a, b vector) vector { return m.IntSub })
	two("IntMax", func(m m) func(a, b vector) vector { return m.IntMax })
	two("IntMin", func(m m) func(a, b vector) vector { return m.IntMin })
	two("ScaleByPower", func(m m) func(a, b vector) vector { return m.ScaleByPower })

	one := func(name string, f func(m m, x vector) vector) {
		each(name, func(m m, x, _, _ vector) vector { return f(m, x) })
	}
	one("Sqrt", func(m m, x vector) vector { return m.Sqrt(x) })
	one("Abs", func(m m, x vector) vector { return m.Abs(x) })
	one("Round", func(m m, x vector) vector { return m.Round(x) })
	one("ShiftLeft", func(m m, x vector) vector { return m.ShiftLeft(x, 5) })
	one("ShiftRight", func(m m, x vector) vector { return m.ShiftRight(x, 9) })
	one("SplitFraction", func(m m, x vector) vector { f, _ := m.Split(x); return f })
	one("SplitExponent", func(m m, x vector) vector { _, e := m.Split(x); return e })
	one("AtLeast", func(m m, x vector) vector { return m.AtLeast(x, m.Constant(-2.5)) })
	one("AtMost", func(m m, x vector) vector { return m.AtMost(x, m.Constant(2.5)) })

	each("MulAdd", func(m m, x, y, z vector) vector { return m.MulAdd(x, y, z) })
	each("MulAddKeeps", func(m m, x, y, z vector) vector { // the addend is needed again
		return m.Sub(m.Max(m.MulAdd(x, y, z), y), z)
	})
	each("MulAddSame", func(m m, x, y, _ vector) vector { return m.MulAdd(m.Copy(x), y, x) })
	each("InPlace", inPlace)
	each("Bounds", func(m m, x, y, z vector) vector { // between y and z, for numbers with y <= z
		acc := m.Copy(x)
		m.MaxTo(acc, y)
		m.MinTo(acc, z)
		return acc
	})
	each("Compare", compare)
	each("Ordered", func(m m, x, y, z vector) vector {
		either := m.MaskAnd(m.Compare(machine.LessEqual, x, y), m.Compare(machine.LessEqual, y, z))
		return m.Select(either, x, y)
	})
	each("SelectKeeps", selectKeeps)
	each("Pressure", pressure)
}

func inPlace(m m, x, y, z vector) vector {
	acc, other := m.Copy(x), m.Zero()
	m.AddTo(acc, y)
	m.SubFrom(acc, z)
	m.MulBy(acc, x)
	m.Assign(other, acc) // acc goes on, other stays
	m.FMATo(acc, y, z)
	m.FNMATo(acc, x, z)
	m.AddTo(other, acc)
	return other
}

// compare encodes the truth of each comparison as a digit.
func compare(m m, x, y, _ vector) vector {
	digit := func(mask machine.Mask, value float64) vector { return m.Select(mask, m.Constant(value), m.Constant(0)) }
	sum := digit(m.Compare(machine.Less, x, y), 1)
	m.AddTo(sum, digit(m.Compare(machine.LessEqual, x, y), 2))
	m.AddTo(sum, digit(m.Compare(machine.Equal, x, y), 4))
	m.AddTo(sum, digit(m.Compare(machine.Unordered, x, y), 8))
	m.AddTo(sum, digit(m.Compare(machine.Unordered, x, x), 16))
	m.AddTo(sum, digit(m.MaskOr(m.Compare(machine.Less, x, y), m.Compare(machine.Less, y, x)), 32))
	return sum
}

// selectKeeps needs the mask and both values again, and constants on either side.
func selectKeeps(m m, x, y, z vector) vector {
	less := m.Compare(machine.Less, x, y)
	high, low := m.Select(less, y, x), m.Select(less, x, y)
	third := m.Select(less, m.Constant(3), z)
	fourth := m.Select(less, z, m.Constant(5))
	fifth := m.Select(less, high, m.Constant(7))
	return m.Sub(m.Sub(m.Sub(m.Add(m.Add(high, third), y), low), fourth), m.Add(fifth, x))
}

// pressure keeps eleven values alive, which leaves AVX2 five registers.
func pressure(m m, x, y, z vector) vector {
	values := []vector{x, y, z}
	for i := range 8 {
		values = append(values, m.Sub(values[i], values[i+1]))
	}
	sum := m.Zero()
	for i := range values {
		m.AddTo(sum, m.Mul(values[i], values[len(values)-1-i]))
	}
	return sum
}

// constants has more of them than registers, as coefficients and as operands.
func constants(each func(name string, f func(m m, x, y, z vector) vector)) {
	each("Polynomial", func(m m, x, _, _ vector) vector {
		sum := m.Copy(m.Constant(1))
		for k := range 40 {
			sum = m.MulAdd(sum, x, m.Constant(1/float64(k+2)))
		}
		return sum
	})
	each("Operands", func(m m, x, _, _ vector) vector {
		sum := m.Copy(x)
		for k := range 40 {
			m.MulBy(sum, m.Constant(1+1/float64(k+2)))
			m.AddTo(sum, m.Constant(float64(k)-20))
		}
		return m.Sub(sum, m.Zero())
	})
	each("ConstantBits", func(m m, x, _, _ vector) vector {
		return m.Or(m.And(x, m.ConstantBits(0x5A5A5A5A_5A5A5A5A)), m.ConstantBits(0xFFFFFFFF_00000003))
	})
}

// lookup indexes a table by the low bits of x, whatever they mean.
func lookup(m m) {
	var values [16]float64
	for k := range values {
		values[k] = math.Sqrt(float64(k + 1))
	}
	tables := m.(machine.Tables)
	table := tables.Table16(values)
	traverse(m, 3, func(_ machine.Machine, x, _, _ vector) vector { return tables.Lookup(table, x) })
}
