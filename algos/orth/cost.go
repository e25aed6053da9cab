package orth

// Flops is the number of floating-point operations, a multiply-add counted as two, that a form needs for a schedule on
// a matrix of rows x cols, with products that are known to be symmetric computed on one triangle. For m = min(rows,
// cols), n = max(rows, cols) and degree 5 the standard form takes 3*n*m^2 + m^3 a step, the Gram form with one restart
// 6*n*m^2 + 14*m^3 for five, without any 3*n*m^2 + 17*m^3. restarts are those of [PolarSettings]; nil, of which the matrix
// decides, counts one where there are more than 2 steps. AutomaticForm counts as the form that [ChooseForm] chooses.
func (f Form) Flops(rows, cols int, schedule Schedule, restarts []int) float64 {
	long, square, m, n := f.work(rows, cols, schedule, restarts)
	return long*n*m*m + square*m*m*m
}

// products counts what a form does, in units of n*m^2 (X*X' is one, Q*X two) and of m^3 (each symmetric product one).
func (f Form) products(schedule Schedule, restarts []int) (long, square float64) {
	steps := len(schedule)
	for i, p := range schedule {
		if p.C != 0 {
			square++ // R*R
		}
		if f != GramForm {
			long += 3
			continue
		}
		first, last := startsSegment(i, restarts), endsSegment(i, steps, restarts)
		if first {
			long++
		} else {
			square++ // Q*S
		}
		if last {
			long += 2
		} else {
			square += 2 // S*R*S
		}
	}
	return long, square
}

// startsSegment reports whether step i, counted from 0, is the first after a start or restart.
func startsSegment(i int, restarts []int) bool { return i == 0 || contains(restarts, i) }

// endsSegment reports whether step i is the last before a restart or the end.
func endsSegment(i, steps int, restarts []int) bool { return i == steps-1 || contains(restarts, i+1) }

func contains(list []int, value int) bool {
	for _, v := range list {
		if v == value {
			return true
		}
	}
	return false
}

// squareWeight is the time of an operation in a product of m x m matrices on one triangle, as a multiple of one in a
// product with the long matrix: short sums, small tiles and the mirrored half cost something. Fitted to times of float32
// with one worker, m = 64 to 512, n = m to 8m, on a Zen 3: go run ./bench -run forms compares it with the machine at hand.
func squareWeight(m float64) float64 { return 1.05 + 20/max(m, 1) }

// ChooseForm returns the form that takes less time for a schedule on a matrix of rows x cols: the one with fewer
// operations ([Form.Flops]), where those of square symmetric products count 1.05 + 20/m. It is never the Gram form of a
// square matrix, which would gain nothing.
func ChooseForm(rows, cols int, schedule Schedule, restarts []int) Form {
	if rows != cols && GramForm.Time(rows, cols, schedule, restarts) < StandardForm.Time(rows, cols, schedule, restarts) {
		return GramForm
	}
	return StandardForm
}

// Time is the model by which ChooseForm chooses, in units of an operation in a product with the long matrix: [Form.Flops]
// with those of square products weighted.
func (f Form) Time(rows, cols int, schedule Schedule, restarts []int) float64 {
	long, square, m, n := f.work(rows, cols, schedule, restarts)
	return (long*n + squareWeight(m)*square*m) * m * m
}

// oneRestart is counted before the matrix is known.
var oneRestart = []int{2}

// work counts products, in units of n*m^2 and m^3, and returns them with m and n.
func (f Form) work(rows, cols int, schedule Schedule, restarts []int) (long, square, m, n float64) {
	if restarts == nil && len(schedule) > 2 {
		restarts = oneRestart
	}
	if f == AutomaticForm {
		f = ChooseForm(rows, cols, schedule, restarts)
	}
	long, square = f.products(schedule, restarts)
	return long, square, float64(min(rows, cols)), float64(max(rows, cols))
}
