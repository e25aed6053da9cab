package sparse

import (
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/kernels"
)

const (
	sampleSize = 2048 // elements that the guess of fromDenseFew is made of
	fewShare   = 8    // it is for at most one in so many elements,
	fewFrom    = 1 << 14
)

// fromDenseFew is FromDenseLargest for few elements of a large matrix, in one pass over it: elements that reach a magnitude guessed
// from a sample are gathered, and the largest selected among them. It is not ok where the guess tells nothing, was too high, or so low
// that too many are gathered, as where most are equal; then there is only the time lost.
func fromDenseFew[T kernels.Float](m kernels.Matrix[T], count int) (a *CSR[T], ok bool, err error) {
	guess := guessLargest(m, count)
	if guess == 0 {
		return nil, false, nil
	}
	starts := make([]int32, m.Rows+1)
	columns, values := make([]int32, 0, 2*count), make([]T, 0, 2*count)
	most := min(4*count+m.Rows*m.Cols/16, math.MaxInt32)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if magnitudeBits(v) >= guess { // also NaN: its bits are above those of infinity
				columns, values = append(columns, int32(j)), append(values, v)
			}
		}
		for k := int(starts[i]); k < len(values); k++ {
			if v := values[k]; v != v {
				return nil, false, fmt.Errorf("sparse: m(%d,%d): %w", i, columns[k], ErrNaN)
			}
		}
		if len(columns) > most {
			return nil, false, nil
		}
		starts[i+1] = int32(len(columns))
	}
	if len(values) < count {
		return nil, false, nil
	}
	least, ties := nthLargest(kernels.Matrix[T]{Rows: 1, Cols: len(values), Stride: len(values), Data: values}, count)
	kept, begin := 0, 0
	for i := range m.Rows {
		end := int(starts[i+1])
		for k := begin; k < end; k++ {
			key := magnitudeBits(values[k])
			tie := key == least && ties > 0
			if tie {
				ties--
			}
			if key > least || tie {
				columns[kept], values[kept] = columns[k], values[k]
				kept++
			}
		}
		begin, starts[i+1] = end, int32(kept)
	}
	return newCSR(m.Rows, m.Cols, starts, columns[:kept], values[:kept]), true, nil
}

// guessLargest is the bits of a magnitude that rather more than count elements reach: the one of that rank in a sample, with four standard
// deviations to spare.
func guessLargest[T kernels.Float](m kernels.Matrix[T], count int) uint64 {
	var sample [sampleSize]uint64
	state := uint64(1)
	for k := range sample {
		state = state*6364136223846793005 + 1442695040888963407 // Knuth's generator, seeded alike every time
		i, j := state>>33%uint64(m.Rows), state>>11&(1<<22-1)*uint64(m.Cols)>>22
		sample[k] = magnitudeBits(m.Data[int(i)*m.Stride+int(j)])
	}
	slices.Sort(sample[:])
	expected := float64(count) / float64(m.Rows) / float64(m.Cols) * sampleSize
	rank := int(expected + 4*math.Sqrt(expected) + 8)
	return sample[max(0, sampleSize-rank)]
}
