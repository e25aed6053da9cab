package digits_test

import (
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/digits"
)

func TestDigits(t *testing.T) {
	var counts [10]int
	checksum := uint32(0)
	for i := range digits.Count {
		counts[digits.Label(i)]++
		image := digits.Image(i)
		assert.Len(t, image, digits.Pixels)
		assert.Zero(t, image[0], "paper in the corner")
		checksum = crc32.Update(checksum, crc32.IEEETable, image)
		var sum float64
		for k, p := range digits.Histogram(i) {
			assert.Equal(t, image[k] == 0, p == 0)
			sum += p
		}
		assert.InDelta(t, 1, sum, 1e-14)
	}
	assert.Equal(t, [10]int{7, 7, 7, 7, 6, 6, 6, 6, 6, 6}, counts)
	assert.Equal(t, uint32(0x57008d13), checksum)
	assert.Equal(t, []int{7, 2, 1, 0}, []int{digits.Label(0), digits.Label(1), digits.Label(2), digits.Label(3)})
	assert.Equal(t, digits.Histogram(63), digits.Histograms()[63])
}

func TestImageIsACopy(t *testing.T) {
	image := digits.Image(5)
	clear(image)
	assert.NotEqual(t, image, digits.Image(5))
}
