package orth

import (
	"bytes"
	"errors"
	"hash/crc64"
	"io"
	"math"
	"runtime"
	"testing"
	"testing/iotest"

	"encoding/binary"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestTrainingResumesBitForBit from a saved state and saved values, for every optimiser.
func TestTrainingResumesBitForBit(t *testing.T) {
	testkit.EachType(t, resumes[float32], resumes[float64])
}

func resumes[T kernels.Float](t *testing.T) {
	for name, make := range makers[T]() {
		parameters := someParameters[T](0)
		o, err := make(parameters)
		require.NoError(t, err)
		train(t, o, parameters, 0, 3)
		var file bytes.Buffer
		require.NoError(t, o.Save(&file))
		require.NoError(t, SaveValues(&file, parameters))
		train(t, o, parameters, 3, 7)

		fresh := someParameters[T](0)
		resumed, err := make(fresh)
		require.NoError(t, err)
		train(t, resumed, fresh, 20, 21) // something to be overwritten
		file.WriteString("more")
		reader := iotest.OneByteReader(&file)
		require.NoError(t, resumed.Load(reader))
		require.NoError(t, LoadValues(reader, fresh))
		rest, err := io.ReadAll(reader)
		require.NoError(t, err)
		assert.Equal(t, "more", string(rest), "not a byte more is read")
		assert.Equal(t, 3, resumed.Steps())
		train(t, resumed, fresh, 3, 7)
		for i := range parameters {
			assert.Equal(t, parameters[i].Value.Data, fresh[i].Value.Data, "%s, %s", name, parameters[i].Name)
		}
	}
}

// TestStateFormat pins the bytes down.
func TestStateFormat(t *testing.T) {
	p := []Parameter[float32]{{"w", kernels.NewMatrix[float32](1, 2), kernels.Matrix[float32]{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, -2}}}}
	o, err := NewSGD(p, SGDSettings{})
	require.NoError(t, err)
	require.NoError(t, o.Step())
	var file bytes.Buffer
	require.NoError(t, o.Save(&file))
	want := "RAPHSON\x1a" + "\x01\x00\x00\x00" + "\x04" + "\x03SGD" + "\x01\x00\x00\x00\x00\x00\x00\x00" + "\x01\x00\x00\x00" +
		"\x01\x00w" + "\x01\x00\x00\x00\x00\x00\x00\x00" + "\x02\x00\x00\x00\x00\x00\x00\x00" + "\x01" + "\x00\x00\x80\x3f" + "\x00\x00\x00\xc0"
	want += string(binary.LittleEndian.AppendUint64(nil, crc64.Checksum([]byte(want), crc64.MakeTable(crc64.ECMA))))
	assert.Equal(t, want, file.String())
}

// saved is an optimiser in the middle of training and its state.
func saved(t testing.TB) (*AdamW[float32], []Parameter[float32], []byte) {
	parameters := []Parameter[float32]{
		{"first", gaussian[float32](random(80), 3, 4), gaussian[float32](random(81), 3, 4)},
		{"second", gaussian[float32](random(82), 1, 5), gaussian[float32](random(83), 1, 5)},
	}
	o, err := NewAdamW(parameters, AdamWSettings{})
	require.NoError(t, err)
	require.NoError(t, o.Step())
	var file bytes.Buffer
	require.NoError(t, o.Save(&file))
	require.NoError(t, o.Step())
	return o, parameters, file.Bytes()
}

// memoryOf is a copy of what an optimiser remembers.
func memoryOf(o *AdamW[float32]) (all []float32) {
	for _, s := range o.slots {
		for _, v := range s.memory {
			all = append(all, v...)
		}
	}
	return append(all, float32(o.steps))
}

// TestDamagedStates: every byte changed, every length cut short; all are noticed and change nothing.
func TestDamagedStates(t *testing.T) {
	o, _, file := saved(t)
	before := memoryOf(o)
	for i := range file {
		for _, flip := range []byte{1, 0x80, 0xff} {
			damaged := bytes.Clone(file)
			damaged[i] ^= flip
			err := o.Load(bytes.NewReader(damaged))
			assert.True(t, errors.Is(err, ErrState) || errors.Is(err, ErrChecksum), "byte %d: %v", i, err)
		}
		err := o.Load(bytes.NewReader(file[:i]))
		assert.ErrorIs(t, err, ErrChecksum, "cut to %d bytes", i)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	broken := errors.New("broken disk")
	assert.ErrorIs(t, o.Load(io.MultiReader(bytes.NewReader(file[:40]), iotest.ErrReader(broken))), broken)
	assert.Equal(t, before, memoryOf(o))
	require.NoError(t, o.Load(bytes.NewReader(file)))
	assert.NotEqual(t, before, memoryOf(o))
}

// TestStatesOfOthers are refused, with a word why.
func TestStatesOfOthers(t *testing.T) {
	o, parameters, file := saved(t)
	sgd, err := NewSGD(parameters, SGDSettings{})
	require.NoError(t, err)
	assert.ErrorIs(t, sgd.Load(bytes.NewReader(file)), ErrState)
	fewer, err := NewAdamW(parameters[:1], AdamWSettings{})
	require.NoError(t, err)
	err = fewer.Load(bytes.NewReader(file))
	assert.ErrorIs(t, err, ErrState)
	assert.ErrorContains(t, err, "number of parameters")
	swapped, err := NewAdamW([]Parameter[float32]{parameters[1], parameters[0]}, AdamWSettings{})
	require.NoError(t, err)
	assert.ErrorIs(t, swapped.Load(bytes.NewReader(file)), ErrState)
	double, err := NewAdamW([]Parameter[float64]{{"first", kernels.NewMatrix[float64](3, 4), kernels.NewMatrix[float64](3, 4)},
		{"second", kernels.NewMatrix[float64](1, 5), kernels.NewMatrix[float64](1, 5)}}, AdamWSettings{})
	require.NoError(t, err)
	assert.ErrorIs(t, double.Load(bytes.NewReader(file)), ErrState)
	assert.ErrorIs(t, LoadValues(bytes.NewReader(file), parameters), ErrState)
	reshaped := parameters[0]
	reshaped.Value, reshaped.Gradient = kernels.NewMatrix[float32](4, 3), kernels.NewMatrix[float32](4, 3)
	other, err := NewAdamW([]Parameter[float32]{reshaped, parameters[1]}, AdamWSettings{})
	require.NoError(t, err)
	assert.ErrorIs(t, other.Load(bytes.NewReader(file)), ErrState)
	assert.ErrorIs(t, SaveValues(io.Discard, []Parameter[float32]{{}}), ErrName)
	assert.ErrorIs(t, LoadValues(bytes.NewReader(file), []Parameter[float32]{{}}), ErrName)
	assert.Error(t, o.Save(failing{}))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestHugeSizesAllocateNothing: sizes in a file are compared, not believed.
func TestHugeSizesAllocateNothing(t *testing.T) {
	o, _, file := saved(t)
	at := bytes.Index(file, []byte("first")) + len("first")
	huge := bytes.Clone(file)
	binary.LittleEndian.PutUint64(huge[at:], math.MaxInt64)
	steps := bytes.Index(file, []byte("AdamW")) + len("AdamW")
	late := bytes.Clone(file)
	binary.LittleEndian.PutUint64(late[steps:], math.MaxUint64)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	assert.ErrorIs(t, o.Load(bytes.NewReader(huge)), ErrState)
	assert.ErrorIs(t, o.Load(bytes.NewReader(late)), ErrState)
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// FuzzLoad: whatever the bytes, there is an error or a state that saves as the same bytes.
func FuzzLoad(f *testing.F) {
	o, _, file := saved(f)
	f.Add(file)
	f.Add(file[:30])
	f.Add([]byte(stateMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := memoryOf(o)
		if err := o.Load(bytes.NewReader(data)); err != nil {
			assert.True(t, errors.Is(err, ErrState) || errors.Is(err, ErrChecksum), "%v", err)
			for i, v := range memoryOf(o) {
				assert.Equal(t, math.Float32bits(before[i]), math.Float32bits(v))
			}
			return
		}
		var again bytes.Buffer
		require.NoError(t, o.Save(&again))
		assert.True(t, bytes.HasPrefix(data, again.Bytes()))
	})
}

// TestStateOfNoFile: no writer and no reader are errors.
func TestStateOfNoFile(t *testing.T) {
	parameters := someParameters[float64](0)
	o, err := NewSGD(parameters, SGDSettings{})
	require.NoError(t, err)
	for _, err := range []error{o.Save(nil), o.Load(nil), SaveValues(nil, parameters), LoadValues(nil, parameters)} {
		assert.ErrorIs(t, err, ErrNil)
	}
}
