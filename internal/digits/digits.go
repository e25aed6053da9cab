// Package digits holds 64 handwritten digits of the MNIST test set, for tests, examples and benchmarks. The README beside
// it names the source and the licence of the images.
package digits

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

const (
	Count  = 64          // images: 7 each of the digits 0 to 3, 6 each of the others
	Side   = 28          // pixels of a row and of a column
	Pixels = Side * Side // pixels of an image
)

var (
	//go:embed images-idx3-ubyte.gz
	compressedImages []byte
	//go:embed labels-idx1-ubyte.gz
	compressedLabels []byte

	images = sync.OnceValue(func() []byte { return idx(compressedImages, Count, Side, Side) })
	labels = sync.OnceValue(func() []byte { return idx(compressedLabels, Count) })
)

// Image is the grey values of image i, 0 for paper to 255 for ink, row by row from the top left. The caller may change it.
func Image(i int) []byte {
	return bytes.Clone(images()[i*Pixels : (i+1)*Pixels])
}

// Label is the digit that image i shows, 0 to 9.
func Label(i int) int { return int(labels()[i]) }

// Histogram is image i as a distribution of ink over its pixels: nonnegative, its sum 1 but for rounding, zero on paper.
func Histogram(i int) []float64 {
	pixels := images()[i*Pixels : (i+1)*Pixels]
	var ink int
	for _, p := range pixels {
		ink += int(p)
	}
	histogram := make([]float64, Pixels)
	for k, p := range pixels {
		histogram[k] = float64(p) / float64(ink)
	}
	return histogram
}

// Histograms is the Histogram of every image.
func Histograms() [][]float64 {
	all := make([][]float64, Count)
	for i := range all {
		all[i] = Histogram(i)
	}
	return all
}

// idx decodes a compressed file of bytes in the IDX format, which must have the given dimensions. The files are part of
// the program, so what is wrong with them is a fault of the program.
func idx(compressed []byte, dimensions ...int) []byte {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic(fmt.Sprintf("digits: %v", err))
	}
	data, err := io.ReadAll(reader)
	if err != nil {
		panic(fmt.Sprintf("digits: %v", err))
	}
	const unsignedBytes = 8
	header, size := []byte{0, 0, unsignedBytes, byte(len(dimensions))}, 1
	for _, d := range dimensions {
		header = binary.BigEndian.AppendUint32(header, uint32(d))
		size *= d
	}
	if !bytes.HasPrefix(data, header) || len(data) != len(header)+size {
		panic("digits: not the IDX file expected")
	}
	return data[len(header):]
}
