// Command adanewton writes a table of the polynomials that ROOT orthogonalises with, fitted to Gaussian matrices of the
// shapes given:
//
//	go run github.com/raphson-go/raphson/algos/orth/adanewton 256x1024 512x512
//
// With -go the table is a Go literal for RootSettings.Table, else Markdown with the mean squared errors of the singular
// values beside those of Muon's polynomial.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/raphson-go/raphson/algos/orth"
)

func main() {
	switch err := run(os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "adanewton:", err)
		os.Exit(1)
	}
}

func run(arguments []string, out, help io.Writer) error {
	flags := flag.NewFlagSet("adanewton", flag.ContinueOnError)
	flags.SetOutput(help)
	steps := flags.Int("steps", 5, "Newton-Schulz `steps`")
	literal := flags.Bool("go", false, "write a Go literal")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("want shapes such as 256x1024")
	}
	before, row, after := "| shape | Muon's error | error | a | b | c |\n| --- | --- | --- | --- | --- | --- |\n", "| %dx%d | %.2g | %.2g | %.4f | %.4f | %.4f |\n", ""
	if *literal {
		before, row, after = "map[orth.Shape]orth.Polynomial{\n", "\t{Least: %d, Most: %d}: {A: %[5]v, B: %[6]v, C: %[7]v},\n", "}\n"
	}
	var table strings.Builder
	table.WriteString(before)
	for _, text := range flags.Args() {
		shape, err := parse(text)
		if err != nil {
			return err
		}
		fit, err := orth.FitShape(shape, *steps)
		if err != nil {
			return err
		}
		fmt.Fprintf(&table, row, shape.Least, shape.Most, fit.MuonError, fit.Error, fit.A, fit.B, fit.C)
	}
	_, err := io.WriteString(out, table.String()+after)
	return err
}

// parse reads 256x1024.
func parse(text string) (orth.Shape, error) {
	left, right, _ := strings.Cut(text, "x")
	rows, err1 := strconv.Atoi(left)
	cols, err2 := strconv.Atoi(right)
	if err1 != nil || err2 != nil || rows < 1 || cols < 1 {
		return orth.Shape{}, fmt.Errorf("%q: want a shape such as 256x1024", text)
	}
	return orth.ShapeOf(rows, cols), nil
}
