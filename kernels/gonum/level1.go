package gonum

// adjacent reports whether n elements, a stride apart, are the beginning of a slice, and enough that a call of a kernel pays. If
// not, gonum's own function does the job, or panics as it does.
func adjacent(n, stride, length, least int) bool {
	return stride == 1 && n >= least && n <= length
}
