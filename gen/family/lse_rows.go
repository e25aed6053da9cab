package family

import "github.com/raphson-go/raphson/gen/machine"

// rowsAtOnce is how many rows share one pass over the vector they have in common.
const rowsAtOnce = 4

// rowPointers are the addresses of count rows that are the parameter stride apart; first is left at the row after them.
func rowPointers(m machine.Machine, first machine.Pointer, count int) []machine.Pointer {
	stride := m.IntParam("stride")
	pointers := make([]machine.Pointer, count)
	for r := range pointers {
		pointers[r] = m.CopyPointer(first)
		m.AdvanceBy(first, stride)
	}
	return pointers
}

// sideBySide is a few rows that are gone through together.
type sideBySide struct {
	at       func(r int) machine.Pointer
	pointers []machine.Pointer // what moves them
}

// atRow is the element of a vector along the rows that belongs to the first of those left. It is found again where it is needed, from the vectors called name
// and of, which are equally long: x86 has no general register to spare.
func atRow(m machine.Machine, name, of string, left machine.Int) machine.Pointer {
	p := m.Pointer(name)
	m.AdvanceBy(p, m.IntLess(m.Length(of), left))
	return p
}

// rowBlocks emits body for blocks of rows, of which there are left; it leaves first behind the last of them.
func rowBlocks(m machine.Machine, first machine.Pointer, left machine.Int, body func(rows sideBySide, count int)) {
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			pointers := rowPointers(m, first, count)
			body(sideBySide{func(r int) machine.Pointer { return pointers[r] }, pointers}, count)
		})
	}
}

// rowBlocksFar is rowBlocks that takes more rows at once where the parameter far is 1, each of which takes so many vector registers. Processors ask for what
// comes next in each stream of reads on its own: from memory eight rows come 1.2 times as fast as four, and 1.6 times as fast as one.
func rowBlocksFar(m machine.Machine, registers int, first machine.Pointer, left machine.Int, body func(rows sideBySide, count int)) {
	const most, others = 8, 3 // rows, and registers for what they have in common
	if _, ok := m.(machine.Prefetcher); ok {
		count := min(most, (m.Registers()-others)/registers)
		m.IfAtLeast(m.IntParam("far"), 1, func() {
			m.Blocks(left, count, func() {
				stride := m.IntParam("stride")
				rows := m.Rows(first, stride, count)
				for range count {
					m.AdvanceBy(first, stride)
				}
				body(sideBySide{rows.At, rows.Pointers()}, count)
			})
		}, nil)
	}
	rowBlocks(m, first, left, body)
}

// prefetch asks for so many elements of memory, from p + distance elements on, where the block is whole.
func prefetch(m machine.Machine, p machine.Pointer, distance, elements int, b machine.Block) {
	prefetcher, ok := m.(machine.Prefetcher)
	if !ok || b.Partial() {
		return
	}
	line := 64 / m.Type().Bytes()
	for i := 0; i < elements; i += line {
		prefetcher.Prefetch(p, distance+i)
	}
}

func buildAddRows(m machine.Machine) {
	rowBlocks(m, m.Pointer("rows"), m.Length("weights"), addRows(m, m.BroadcastFrom))
}

// weightOf makes the weight of row r of the one in memory.
type weightOf func(weights machine.Pointer, r int) machine.Vector

// weightsAt are those of so many rows.
func weightsAt(weights machine.Pointer, count int, weight weightOf) []machine.Vector {
	w := make([]machine.Vector, count)
	for r := range w {
		w[r] = weight(weights, r)
	}
	return w
}

// addRows builds sums += weights[0]*rows[0] + weights[1]*rows[1] + ... for blocks of rows, each weight as weight makes it of the one in memory.
func addRows(m machine.Machine, weight weightOf) func(rows sideBySide, count int) {
	weights := m.Pointer("weights")
	return func(rows sideBySide, count int) {
		w := weightsAt(weights, count, weight)
		// Parameters are loaded again for each block: x86 has no general register to spare.
		to := m.Pointer("sums")
		m.Traverse(m.Length("sums"), append(rows.pointers, to), 2, func(b machine.Block) {
			addBlock(m, b, to, rows, w)
		})
		m.Advance(weights, count)
	}
}

// addBlock adds a block of rows, each times its weight, to the sums at to.
func addBlock(m machine.Machine, b machine.Block, to machine.Pointer, rows sideBySide, weights []machine.Vector) {
	for i := range b.Vectors() {
		acc := b.Load(to, i)
		for r := range weights {
			m.FMATo(acc, b.Load(rows.at(r), i), weights[r])
		}
		b.Store(to, i, acc)
	}
}

func buildDotRows(m machine.Machine) {
	dst := m.Pointer("dst")
	rowBlocks(m, m.Pointer("rows"), m.Length("dst"), func(rows sideBySide, count int) {
		for r, sum := range dots(m, rows, count) {
			m.StoreLane0(dst, r, sum)
		}
		m.Advance(dst, count)
	})
}

// sumsOfRow is how many vectors add up the product of a row, whether it is alone or one of a block.
const sumsOfRow = 2

// dots are the products of rows with v in lane 0. The rows are left behind their ends.
func dots(m machine.Machine, rows sideBySide, count int) []machine.Vector {
	acc, sums := zeroRows(m, count, sumsOfRow), make([]machine.Vector, count)
	shared := m.Pointer("v")
	m.Traverse(m.Length("v"), append(rows.pointers, shared), sumsOfRow, func(b machine.Block) {
		for i := range b.Vectors() {
			x := b.Load(shared, i)
			for r := range acc {
				m.FMATo(acc[r][i], b.Load(rows.at(r), i), x)
			}
		}
	})
	for r := range sums {
		sums[r] = m.SumLanes(total(m, acc[r]))
	}
	return sums
}

// buildScaleRows goes back through the rows it has just gone through: four of 1000 elements of float64 and what goes with them do not fit the first cache, and
// backwards what was read last is still there.
func buildScaleRows(m machine.Machine) {
	const unroll = 2
	rows, left := m.Pointer("rows"), m.Length("dots")
	parameter := func(name string) machine.Pointer { return atRow(m, name, "dots", left) }
	rowBlocks(m, rows, left, func(from sideBySide, count int) {
		products, w := dots(m, from, count), make([]machine.Vector, count)
		to, masses, weights := parameter("dots"), parameter("masses"), parameter("weights")
		for r, product := range products {
			m.StoreLane0(to, r, product)
		}
		for r := range w {
			w[r] = m.Div(m.BroadcastFrom(masses, r), m.BroadcastFrom(to, r))
			m.StoreLane0(weights, r, w[r])
		}
		sums, whole := m.Pointer("sums"), m.IntParam("whole")
		rest := func() machine.Int { return m.IntLess(m.Length("sums"), m.IntParam("whole")) }
		all := append(from.pointers, sums)
		m.AdvanceBy(sums, whole)
		back := rest()
		for _, p := range from.pointers {
			before(m, p, back)
		}
		m.Traverse(rest(), all, unroll, func(b machine.Block) {
			addBlock(m, b, sums, from, w)
		})
		back = rest()
		for _, p := range all {
			before(m, p, back)
		}
		m.Blocks(whole, unroll*m.Lanes(), func() {
			for _, p := range all {
				m.Advance(p, -unroll*m.Lanes())
			}
			for i := range unroll {
				acc := m.LoadVector(sums, i*m.Lanes())
				for r := range w {
					m.FMATo(acc, m.LoadVector(from.at(r), i*m.Lanes()), w[r])
				}
				m.StoreVector(sums, i*m.Lanes(), acc)
			}
		})
	})
}
