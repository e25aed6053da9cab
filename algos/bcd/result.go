package bcd

import "github.com/raphson-go/raphson/algos"

// Result is a minimiser with how it came about.
type Result struct {
	// Report says why the iteration stopped. Its Residual is what Settings.Stop names, relative as [Measure] defines it, of the X
	// returned; Residuals are the same at each Record.
	algos.Report

	X         []float64
	Objective float64 // f(X) + R(X)
	Gap       float64 // the duality gap, not relative; +Inf where there is none

	// Free is the number of variables at which the regulariser is smooth: those that are not zero with L1, those within their bounds
	// with a box. Identified is the number of iterations after which no variable became free or ceased to be; from
	// there on it is a smooth problem of Free variables.
	Free, Identified int

	// History is what was seen every so many iterations, first at the start and last at the end.
	History []Record

	// Reason is why the iteration could not go on where it stopped by Breakdown; nil otherwise.
	Reason error
}

// Record is how an iteration stood.
type Record struct {
	Iteration int     // how many were done
	Objective float64 // f + R
	Residual  float64 // relative optimality residual
	Gap       float64 // duality gap, not relative, if Settings.Stop is Gap; +Inf otherwise
	Free      int     // variables at which the regulariser is smooth
	Block     int     // variables of the last block; 0 at the start
}
