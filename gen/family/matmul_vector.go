package family

import "github.com/raphson-go/raphson/gen/machine"

// matrixVector are the products of a matrix and a vector. A few rows are read side by side, so that the vector they share
// is read once for all of them.
var matrixVector = []machine.Kernel{
	{
		Name: "MulRows",
		Doc: "sets dst[i] = alpha * (sum of rows[i*stride+j]*v[j] over j < len(v)) + beta*d[i], without d if that is empty; d may be\n" +
			"dst. far is 1 if the rows are not expected in the second cache, and else 0.",
		Signature: "func(dst []T, alpha T, rows []T, stride int, v []T, beta T, d []T, far int)",
		Strided:   true,
		Long:      "len(v) >= filledLanes[T]()",
		Build:     mulRows,
	},
	{
		Name: "AddScaledRows",
		Doc: "adds (alpha*weights[0])*rows[j] + (alpha*weights[1])*rows[stride+j] + ... to sums[j], each product and sum with one\n" +
			"rounding. far is 1 if the rows are not expected in the second cache, and else 0.",
		Signature: "func(sums, rows []T, stride int, alpha T, weights []T, far int)",
		Strided:   true,
		Long:      "len(sums) >= filledLanes[T]()",
		Build:     addScaledRows,
	},
	{
		Name:      "AddOuter",
		Doc:       "adds (alpha*weights[i])*v[j] to rows[i*stride+j] with one rounding. far is 1 if the rows are not expected in the second cache, and else 0.",
		Signature: "func(rows []T, stride int, alpha T, weights, v []T, far int)",
		Sets:      []string{"avx2", "neon"}, // stores of 512 bits take Zen 4 two cycles each: 1.15 to 1.25 times as long in all, out of any cache
		Strided:   true,
		Build:     addOuter,
	},
}

func mulRows(m machine.Machine) {
	left := m.Length("dst")
	rowBlocksFar(m, sumsOfRow, m.Pointer("rows"), left, func(rows sideBySide, count int) {
		sums := dots(m, rows, count)
		alpha := m.Broadcast("alpha")
		for _, sum := range sums {
			m.MulBy(sum, alpha)
		}
		m.IfAtLeast(m.Length("d"), 1, func() {
			beta, d := m.Broadcast("beta"), atRow(m, "d", "dst", left)
			for r, sum := range sums {
				m.FMATo(sum, m.BroadcastFrom(d, r), beta)
			}
		}, nil)
		dst := atRow(m, "dst", "dst", left)
		for r, sum := range sums {
			m.StoreLane0(dst, r, sum)
		}
	})
}

// timesAlpha makes weights of those in memory times the parameter alpha.
func timesAlpha(m machine.Machine) weightOf {
	alpha := m.Broadcast("alpha")
	return func(weights machine.Pointer, r int) machine.Vector { return m.Mul(m.BroadcastFrom(weights, r), alpha) }
}

func addScaledRows(m machine.Machine) {
	weight := timesAlpha(m)
	widest := m.Registers() / (2 * sumsInTurn)
	m.IfAtLeast(m.Length("sums"), widest*m.Lanes()+1, func() {
		rowBlocksFar(m, 1, m.Pointer("rows"), m.Length("weights"), addRows(m, weight))
	}, func() {
		m.IfAtLeast(m.Length("sums"), 1, func() { addNarrowRows(m, widest, weight) }, nil) // an edge has at least one lane
	})
}

// sumsInTurn is how many sums there are that narrow rows go to in turn, so that a row need not wait for the one before.
const sumsInTurn = 4

// addNarrowRows is addRows for sums that stay in registers.
func addNarrowRows(m machine.Machine, widest int, weight weightOf) {
	eachWidth(m, func() machine.Int { return m.Length("sums") }, widest, false, func(of columnsOf) {
		columns, to := of.describe(), m.Pointer("sums")
		sums := append([][]machine.Vector{columns.row(to)}, zeroRows(m, sumsInTurn-1, of.width)...)
		rows, weights, left := m.Pointer("rows"), m.Pointer("weights"), m.Length("weights")
		for _, count := range []int{sumsInTurn, 1} {
			m.Blocks(left, count, func() {
				for r, row := range rowPointers(m, rows, count) {
					w := weight(weights, r)
					for j, v := range columns.row(row) {
						m.FMATo(sums[r][j], v, w)
					}
				}
				m.Advance(weights, count)
			})
		}
		for j := range of.width {
			m.AddTo(sums[0][j], sums[1][j])
			m.AddTo(sums[2][j], sums[3][j])
			m.AddTo(sums[0][j], sums[2][j])
			columns.store(to, j, sums[0][j])
		}
	})
}

func addOuter(m machine.Machine) {
	weights, weight := m.Pointer("weights"), timesAlpha(m)
	rowBlocksFar(m, 1, m.Pointer("rows"), m.Length("weights"), func(rows sideBySide, count int) {
		w := weightsAt(weights, count, weight)
		v := m.Pointer("v")
		m.Traverse(m.Length("v"), append(rows.pointers, v), 2, func(b machine.Block) {
			for i := range b.Vectors() {
				x := b.Load(v, i)
				for r := range w {
					sum := b.Load(rows.at(r), i)
					m.FMATo(sum, x, w[r])
					b.Store(rows.at(r), i, sum)
				}
			}
		})
		m.Advance(weights, count)
	})
}
