module github.com/raphson-go/raphson/kernels/gonum

go 1.26.0

require (
	github.com/raphson-go/raphson v0.0.0
	gonum.org/v1/gonum v0.17.0
)

require golang.org/x/sys v0.38.0 // indirect

replace github.com/raphson-go/raphson => ../../
