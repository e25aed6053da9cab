package check_test

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/stretchr/testify/assert"
)

func TestPanicsSayWhatIsWrong(t *testing.T) {
	assert.PanicsWithValue(t, "lse: Softmax: len(dst)=3, len(x)=4", func() { check.Equal("lse", "Softmax", "dst", 3, "x", 4) })
	assert.PanicsWithValue(t, "lse: Plan: len(f)=3, c.Rows=4", func() { check.Dimension("lse", "Plan", "len(f)", 3, "c.Rows", 4) })
	assert.PanicsWithValue(t, "lse: Plan: p: rows=2, cols=3, stride=3, len(data)=5: data is too short",
		func() { check.Matrix("lse", "Plan", "p", 2, 3, 3, 5) })
	assert.PanicsWithValue(t, "vec: Gather: index[1]=7, len(x)=3", func() { check.Panic("vec", "Gather", "index[1]=7, len(x)=3") })
}

func TestAgreementDoesNotPanic(t *testing.T) {
	check.Equal("vec", "Dot", "x", 0, "y", 0)
	check.Dimension("lse", "Plan", "len(f)", 4, "c.Rows", 4)
	check.Matrix("lse", "Plan", "p", 2, 3, 3, 6)
}

func TestFits(t *testing.T) {
	const huge = math.MaxInt
	for _, c := range []struct {
		rows, cols, stride, length int
		fits                       bool
	}{
		{0, 0, 0, 0, true},
		{0, 5, 5, 0, true},
		{5, 0, 0, 0, true},
		{huge, 0, 3, 0, true},
		{1, 3, 3, 3, true},
		{1, 3, huge, 3, true},
		{2, 3, 4, 7, true}, // the last row needs only its columns
		{2, 3, 4, 6, false},
		{2, 3, 3, 5, false},
		{3, 3, 2, 100, false}, // rows overlap
		{-1, 3, 3, 9, false},
		{3, -1, 3, 9, false},
		{3, -2, -1, 9, false},
		{huge, huge, huge, 8, false},
		{huge/4 + 2, 2, 4, 8, false}, // rows*stride overflows to a small number
		{huge, 1, 1, huge - 1, false},
		{huge, 1, 1, huge, true},
		{1, 1, 1, 0, false},
	} {
		assert.Equal(t, c.fits, check.Fits(c.rows, c.cols, c.stride, c.length), "%+v", c)
	}
}

func TestProblemNamesTheReason(t *testing.T) {
	assert.Contains(t, check.Problem(-1, 2, 2, 8), "negative size")
	assert.Contains(t, check.Problem(3, 3, 2, 8), "stride < cols")
	assert.Contains(t, check.Problem(3, 3, 3, 8), "too short")
}
