package bcd

import (
	"fmt"
	"slices"
)

// Order is how [Fixed] deals variables to blocks.
type Order uint8

const (
	// Ordered makes blocks of consecutive variables.
	Ordered Order = iota
	// Shuffled makes blocks of variables in random order.
	Shuffled
	// Sorted puts variables with similar L_i together, in ascending order.
	Sorted
	// Averaged puts the variables with the smallest and the largest L_i together.
	Averaged
)

// By is what [Fixed] sorts by.
type By uint8

const (
	// ByLipschitz sorts by L_i.
	ByLipschitz By = iota
	// ByRowSum sorts by sum_j |H_ij|, or the bound of it that a [RowSummer] has.
	ByRowSum
)

// fixed is blocks of one size.
type fixed struct {
	size  int
	order Order
	by    By
}

// Fixed is fixed blocks, FB, of size variables; the last one is smaller if size does not divide their number. size is 1 up to
// the number of variables.
func Fixed(size int, order Order) Partition { return fixed{size, order, ByLipschitz} }

// FixedBy is [Fixed] for Sorted and Averaged by something else.
func FixedBy(size int, order Order, by By) Partition { return fixed{size, order, by} }

// Begin implements Partition.
func (f fixed) Begin(it *Iteration) (Blocks, error) {
	n := it.Size()
	switch {
	case f.size < 1 || f.size > n:
		return Blocks{}, fmt.Errorf("bcd: Fixed size = %d, want 1 to the number of variables, %d: %w", f.size, n, ErrSetting)
	case f.order > Averaged:
		return Blocks{}, fmt.Errorf("bcd: Fixed order = %d, want Ordered to Averaged: %w", f.order, ErrSetting)
	case f.by > ByRowSum:
		return Blocks{}, fmt.Errorf("bcd: FixedBy by = %d, want ByLipschitz or ByRowSum: %w", f.by, ErrSetting)
	}
	list, err := f.list(it)
	if err != nil {
		return Blocks{}, err
	}
	var blocks [][]int32
	for first := 0; first < n; first += f.size {
		block := slices.Clone(list[first:min(first+f.size, n)])
		slices.Sort(block)
		blocks = append(blocks, block)
	}
	return Blocks{Fixed: blocks}, nil
}

// list is the variables in the order in which blocks are cut from it.
func (f fixed) list(it *Iteration) ([]int32, error) {
	n := it.Size()
	if f.order == Shuffled {
		list := make([]int32, n)
		for k, i := range it.Random.Perm(n) {
			list[k] = int32(i)
		}
		return list, nil
	}
	list := everyVariable(n)
	if f.order == Ordered {
		return list, nil
	}
	key := it.Problem.Lipschitz()
	if f.by == ByRowSum {
		summer, ok := it.Problem.(RowSummer)
		if !ok {
			return nil, combination("FixedBy ByRowSum with a problem that is no RowSummer")
		}
		key = summer.RowSums()
	}
	sortBy(list, key)
	if f.order == Averaged {
		list = interleaved(list)
	}
	return list, nil
}

// interleaved takes from both ends in turn: smallest, largest, second smallest and so on.
func interleaved(list []int32) []int32 {
	mixed := make([]int32, 0, len(list))
	for low, high := 0, len(list)-1; low <= high; low, high = low+1, high-1 {
		mixed = append(mixed, list[low])
		if low < high {
			mixed = append(mixed, list[high])
		}
	}
	return mixed
}

// sortBy sorts variables by ascending key, those of equal key by index.
func sortBy(list []int32, key []float64) {
	slices.SortFunc(list, func(i, j int32) int {
		switch {
		case key[i] < key[j]:
			return -1
		case key[i] > key[j]:
			return 1
		}
		return int(i - j)
	})
}

// everyVariable is 0, 1, ..., n-1.
func everyVariable(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	return list
}

// given is blocks that the caller lists.
type given struct{ blocks [][]int }

// Given is fixed blocks of the caller's choice, which together are all variables, each in one block.
func Given(blocks [][]int) Partition { return given{blocks} }

// Begin implements Partition.
func (g given) Begin(it *Iteration) (Blocks, error) {
	n := it.Size()
	seen, count := make([]bool, n), 0
	var blocks [][]int32
	for k, members := range g.blocks {
		if len(members) == 0 {
			return Blocks{}, fmt.Errorf("bcd: Given blocks[%d] is empty: %w", k, ErrEmpty)
		}
		block := make([]int32, len(members))
		for t, i := range members {
			if i < 0 || i >= n || seen[i] {
				return Blocks{}, fmt.Errorf("bcd: Given blocks[%d] has variable %d, want each of %d once: %w", k, i, n, ErrIndex)
			}
			seen[i] = true
			block[t] = int32(i)
		}
		count += len(block)
		slices.Sort(block)
		blocks = append(blocks, block)
	}
	if count != n {
		return Blocks{}, fmt.Errorf("bcd: Given blocks hold %d variables, the problem has %d: %w", count, n, ErrShape)
	}
	return Blocks{Fixed: blocks}, nil
}
