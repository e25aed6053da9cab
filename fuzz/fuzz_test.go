package fuzz

import (
	"encoding/binary"
	"math"
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// covers says which kernels of the tables in gen/family a fuzz target runs. Each family's file adds its own.
var covers = map[string][]string{}

// way is how bytes become floats.
type way uint8

const (
	rawBits way = iota // as they stand: any exponent, infinities, NaN of every payload, subnormals
	finite             // the same, with the top bit of the exponent cleared where the number would not be finite
	unit               // numbers of [-1, 1] on a grid of 2^-15, which cancel, tie and repeat
	ways
)

// input hands out the operands of one fuzz call: first scalars, then all vectors of one length from what bytes remain.
type input struct {
	way  way
	data []byte
}

// newInput takes the way from the first byte.
func newInput(data []byte) *input {
	in := &input{data: data}
	in.way = way(in.byte()) % ways
	return in
}

// byte is the next byte, 0 at the end.
func (in *input) byte() byte {
	if len(in.data) == 0 {
		return 0
	}
	b := in.data[0]
	in.data = in.data[1:]
	return b
}

// word is the next bytes as an integer of that size, zeros after the end.
func (in *input) word(size int) uint64 {
	var buffer [8]byte
	n := copy(buffer[:size], in.data)
	in.data = in.data[n:]
	return binary.LittleEndian.Uint64(buffer[:])
}

// elementSize is how many bytes make an element of T.
func elementSize[T kernels.Float](w way) int {
	if w == unit {
		return 2
	}
	return int(unsafe.Sizeof(T(0)))
}

// scalar takes the next number.
func scalar[T kernels.Float](in *input) T {
	word := in.word(elementSize[T](in.way))
	if in.way == unit {
		return T(int16(word)) / (1 << 15)
	}
	v := testkit.FromBits[T](word)
	if in.way == finite && v-v != 0 {
		if unsafe.Sizeof(v) == 4 {
			return testkit.FromBits[T](word &^ (1 << 30))
		}
		return testkit.FromBits[T](word &^ (1 << 62))
	}
	return v
}

// vectors shares what is left among count vectors of one length, at most 1000; leftover bytes count for nothing.
func vectors[T kernels.Float](in *input, count int) [][]T {
	n := min(len(in.data)/(count*elementSize[T](in.way)), 1000)
	all := make([][]T, count)
	for i := range all {
		all[i] = make([]T, n)
		for j := range all[i] {
			all[i][j] = scalar[T](in)
		}
	}
	return all
}

// indices takes n indices below bound > 0, two bytes each.
func indices(in *input, n, bound int) []int32 {
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(in.word(2) % uint64(bound))
	}
	return index
}

// eachLevel runs f at every level this machine has. A fuzz target runs one input at a time, so the level can be forced.
func eachLevel(f func(l level.Level)) {
	for _, l := range level.Available() {
		restore := level.Force(l)
		f(l)
		restore()
	}
}

// seed adds inputs of several lengths in each way, for a target of so many scalars and vectors.
func seed(f *testing.F) {
	random := testkit.NewRandom(1)
	for w := range ways {
		for _, n := range []int{0, 1, 9, 40, 300, 3000} {
			data := make([]byte, 1+n)
			for i := range data {
				data[i] = byte(random.Uint32())
			}
			data[0] = byte(w)
			f.Add(data)
		}
	}
	special := []byte{byte(rawBits)}
	for _, v := range testkit.Specials[float64]() {
		special = binary.LittleEndian.AppendUint64(special, math.Float64bits(v))
	}
	f.Add(special)
	special = []byte{byte(rawBits)}
	for _, v := range testkit.Specials[float32]() {
		special = binary.LittleEndian.AppendUint32(special, math.Float32bits(v))
	}
	f.Add(special)
}

// both runs a target's body in float32 and float64 on the same bytes.
func both(f *testing.F, single, double func(t *testing.T, in *input)) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		single(t, newInput(data))
		double(t, newInput(data))
	})
}
