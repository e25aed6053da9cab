module github.com/raphson-go/raphson

go 1.26.0

require (
	github.com/stretchr/testify v1.11.1
	golang.org/x/sys v0.38.0
)
