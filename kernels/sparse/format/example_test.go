package format_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

func ExampleReadMatrixMarket() {
	file := strings.NewReader(`%%MatrixMarket matrix coordinate real symmetric
% two masses and a spring
2 2 3
1 1 1.5
2 1 -0.5
2 2 1.5
`)
	a, header, err := format.ReadMatrixMarket[float64](file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(header.Symmetry, a.Len(), a.At(0, 1))

	_, _, err = format.ReadMatrixMarket[float64](strings.NewReader("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 5\n"))
	fmt.Println(err)
	// Output:
	// symmetric 4 -0.5
	// format: line 3: "3" of 2: index out of range
}

func ExampleReadLIBSVM() {
	data, err := format.ReadLIBSVM[float32](strings.NewReader("+1 1:0.5 4:2\n-1 2:1\n"), format.LIBSVMSettings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Labels, data.X.Rows(), data.X.Cols())
	if err := format.WriteLIBSVM(os.Stdout, data, format.LIBSVMSettings{FromZero: true}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// [1 -1] 2 4
	// 1 0:0.5 3:2
	// -1 1:1
}

func ExampleWriteMatrixMarket() {
	a, err := sparse.FromCOO(2, 2, []int{0, 0, 1, 1}, []int{0, 1, 0, 1}, []float64{1.5, -0.5, -0.5, 1.5})
	if err != nil {
		log.Fatal(err)
	}
	header := format.Header{Symmetry: format.Symmetric} // the lower triangle is enough
	if err := format.WriteMatrixMarket(os.Stdout, a, header, "two masses and a spring"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// %%MatrixMarket matrix coordinate real symmetric
	// % two masses and a spring
	// 2 2 3
	// 1 1 1.5
	// 2 1 -0.5
	// 2 2 1.5
}
