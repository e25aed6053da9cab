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

func buildAddRows(m machine.Machine) { addRows(m, m.BroadcastFrom) }

// addRows builds sums += weights[0]*rows[0] + weights[1]*rows[1] + ..., each weight as weight makes it of the one in memory.
func addRows(m machine.Machine, weight func(weights machine.Pointer, r int) machine.Vector) {
	rows, weights, left := m.Pointer("rows"), m.Pointer("weights"), m.Length("weights")
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			w := make([]machine.Vector, count)
			for r := range w {
				w[r] = weight(weights, r)
			}
			// Parameters are loaded again for each block: x86 has no general register to spare.
			from := rowPointers(m, rows, count)
			to := m.Pointer("sums")
			m.Traverse(m.Length("sums"), append(from, to), 2, func(b machine.Block) {
				addBlock(m, b, to, from, w)
			})
			m.Advance(weights, count)
		})
	}
}

// addBlock adds a block of rows, each times its weight, to the sums at to.
func addBlock(m machine.Machine, b machine.Block, to machine.Pointer, rows []machine.Pointer, weights []machine.Vector) {
	for i := range b.Vectors() {
		acc := b.Load(to, i)
		for r := range weights {
			m.FMATo(acc, b.Load(rows[r], i), weights[r])
		}
		b.Store(to, i, acc)
	}
}

func buildDotRows(m machine.Machine) {
	dst := m.Pointer("dst")
	dotRows(m, func(sums []machine.Vector) {
		for r, sum := range sums {
			m.StoreLane0(dst, r, sum)
		}
		m.Advance(dst, len(sums))
	})
}

// dotRows builds the products of rows with v, as many as dst is long; store takes those of a few rows in lane 0.
func dotRows(m machine.Machine, store func(sums []machine.Vector)) {
	rows, left := m.Pointer("rows"), m.Length("dst")
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() { store(dots(m, rowPointers(m, rows, count))) })
	}
}

// dots are the products of rows with v in lane 0. The pointers are left behind the rows.
func dots(m machine.Machine, rows []machine.Pointer) []machine.Vector {
	const unroll = 2 // a sum has as many accumulators, whether its row is alone or one of a block
	acc, sums := zeroRows(m, len(rows), unroll), make([]machine.Vector, len(rows))
	shared := m.Pointer("v")
	m.Traverse(m.Length("v"), append(rows, shared), unroll, func(b machine.Block) {
		for i := range b.Vectors() {
			x := b.Load(shared, i)
			for r := range acc {
				m.FMATo(acc[r][i], b.Load(rows[r], i), x)
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
	// Parameters are loaded again where they are needed: x86 has no general register to spare.
	parameter := func(name string) machine.Pointer {
		p := m.Pointer(name)
		m.AdvanceBy(p, m.IntLess(m.Length("dots"), left))
		return p
	}
	for _, count := range []int{rowsAtOnce, 1} {
		m.Blocks(left, count, func() {
			from := rowPointers(m, rows, count)
			products, w := dots(m, from), make([]machine.Vector, count)
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
			all := append(from, sums)
			m.AdvanceBy(sums, whole)
			back := rest()
			for _, p := range from {
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
						m.FMATo(acc, m.LoadVector(from[r], i*m.Lanes()), w[r])
					}
					m.StoreVector(sums, i*m.Lanes(), acc)
				}
			})
		})
	}
}
