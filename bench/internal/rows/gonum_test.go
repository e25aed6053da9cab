package rows

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/blas/blas64"

	raphson "github.com/raphson-go/raphson/kernels/gonum"
)

// TestGonumIsItselfBetweenRows: the rows of others call it too.
func TestGonumIsItselfBetweenRows(t *testing.T) {
	own, during := blas64.Implementation(), blas64.Implementation()
	job := onBoth(func() { during = blas64.Implementation() })
	job.Run()
	assert.Equal(t, raphson.BLAS{}, during)
	assert.Equal(t, own, blas64.Implementation())
	job.Peers[0].Run()
	assert.Equal(t, own, during)
}
