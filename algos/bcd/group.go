package bcd

import (
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// grouped is lambda times the sum of the Euclidean norms of groups.
type grouped struct {
	lambda float64
	groups [][]int32
	owner  []int32 // of each variable
	err    error
}

// GroupL1 is lambda times the sum of the Euclidean norms of groups of variables, which together are all variables, each in one
// group: whole groups become zero. It goes with partitions whose blocks are unions of groups, [Fixed] with [Ordered]
// blocks among them where the groups are consecutive; without a partition the groups are the blocks. With fewer observations than variables and a
// small lambda one group at a time may take very long, and blocks of many groups, with MatrixStep or NewtonStep, few iterations.
func GroupL1(lambda float64, groups [][]int) Regulariser {
	r := &grouped{lambda: lambda, err: checkParameter("lambda", lambda)}
	n := 0
	for _, group := range groups {
		n += len(group)
	}
	r.owner = make([]int32, n)
	for i := range r.owner {
		r.owner[i] = -1
	}
	for k, group := range groups {
		if len(group) == 0 {
			r.fail("groups[%d] is empty: %w", k, ErrEmpty)
		}
		members := make([]int32, 0, len(group))
		for _, i := range group {
			if i < 0 || i >= n || r.owner[i] >= 0 {
				r.fail("groups[%d] has variable %d, want each of %d once: %w", k, i, n, ErrIndex)
				continue
			}
			r.owner[i] = int32(k)
			members = append(members, int32(i))
		}
		slices.Sort(members)
		r.groups = append(r.groups, members)
	}
	return r
}

// ConsecutiveGroups is groups of size variables each, one behind the other, the last one smaller if size does not divide n: for
// [Softmax] with size classes they are the features.
func ConsecutiveGroups(n, size int) (groups [][]int) {
	if size < 1 {
		return nil
	}
	for first := 0; first < n; first += size {
		var group []int
		for i := first; i < min(first+size, n); i++ {
			group = append(group, i)
		}
		groups = append(groups, group)
	}
	return groups
}

func (r *grouped) fail(format string, a ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("bcd: "+format, a...)
	}
}

// Check implements Regulariser.
func (r *grouped) Check(n int) error {
	if r.err != nil {
		return r.err
	}
	if len(r.owner) != n {
		return fmt.Errorf("bcd: groups hold %d variables, the problem has %d: %w", len(r.owner), n, ErrShape)
	}
	return nil
}

// each calls f for the groups of a block, with the places of their members in it.
func (r *grouped) each(block []int32, f func(places []int)) {
	var places []int
	for t, i := range block {
		members := r.groups[r.owner[i]]
		if members[0] != i {
			continue
		}
		places = append(places[:0], t)
		for _, other := range members[1:] {
			at, _ := slices.BinarySearch(block, other)
			places = append(places, at)
		}
		f(places)
	}
}

// whole reports whether a block holds each of its groups completely.
func (r *grouped) whole(block []int32) bool {
	for _, i := range block {
		for _, other := range r.groups[r.owner[i]] {
			if _, ok := slices.BinarySearch(block, other); !ok {
				return false
			}
		}
	}
	return true
}

// Value implements Regulariser.
func (r *grouped) Value(x []float64, block []int32) (sum float64) {
	var part []float64
	r.each(block, func(places []int) {
		part = part[:0]
		for _, t := range places {
			part = append(part, x[t])
		}
		sum += r.lambda * vec.Norm2(part)
	})
	return sum
}

// Step implements Regulariser. Within a group the least of the steps is taken by all.
func (r *grouped) Step(dst, x, g, steps []float64, block []int32) {
	var part []float64
	r.each(block, func(places []int) {
		part = part[:0]
		step := math.Inf(1)
		for _, t := range places {
			step = min(step, steps[t])
		}
		for _, t := range places {
			part = append(part, x[t]-step*g[t])
		}
		coord.GroupSoftThreshold(part, part, step*r.lambda)
		for k, t := range places {
			dst[t] = part[k]
		}
	})
}

// Free implements Regulariser: the group is not zero.
func (r *grouped) Free(x []float64, i int32) bool {
	if r.lambda == 0 {
		return true
	}
	for _, j := range r.groups[r.owner[i]] {
		if x[j] != 0 {
			return true
		}
	}
	return false
}

// Conjugate implements Regulariser: zero as long as no group is longer than lambda.
func (r *grouped) Conjugate(v []float64) (scale, value float64) {
	scale = 1
	var part []float64
	for _, group := range r.groups {
		part = part[:0]
		for _, i := range group {
			part = append(part, v[i])
		}
		if norm := vec.Norm2(part); norm > r.lambda {
			scale = min(scale, r.lambda/norm)
		}
	}
	return scale, 0
}

func (r *grouped) hasDual() bool { return r.lambda > 0 }

// String is the regulariser in words.
func (r *grouped) String() string { return fmt.Sprintf("group L1, weight %v", r.lambda) }
