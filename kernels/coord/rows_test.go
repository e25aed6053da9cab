package coord

import (
	"math"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// call holds the operands of any kernel, all of one length.
type call[T kernels.Float] struct {
	out, other    []T // what is written
	x, y, z, w, r []T
	a, b, c, d    T // of both signs, but b and c, which are positive
}

// row is what a kernel does with a call, as the dispatched kernel and as its specification in plain Go do it. What a kernel
// returns comes back as a slice; what it writes is in out and other.
type row[T kernels.Float] struct {
	kernel, generic func(c call[T]) []float64
	// slack, where results need not agree in every bit, is what the two may differ by, for all results and elements written.
	slack func(c call[T]) float64
	// specials says that results agree for NaN and infinities too.
	specials bool
}

// equivalence has a row for each kernel.
func equivalence[T kernels.Float]() map[string]row[T] {
	return map[string]row[T]{
		"DotColumns": {
			kernel:  func(c call[T]) []float64 { return four(dotColumns(c.x, c.y, c.z, c.w, c.r)) },
			generic: func(c call[T]) []float64 { return four(dotColumnsGeneric(c.x, c.y, c.z, c.w, c.r)) },
			slack:   ofSums[T], specials: true,
		},
		"DotColumn": {
			kernel:  func(c call[T]) []float64 { return []float64{float64(dotColumn(c.x, c.r))} },
			generic: func(c call[T]) []float64 { return []float64{float64(dotColumnGeneric(c.x, c.r))} },
			slack:   ofSums[T], specials: true,
		},
		"AddColumns": {
			kernel: func(c call[T]) []float64 {
				addColumns(c.out, c.a, c.b, c.c, c.d, c.x, c.y, c.z, c.w)
				return nil
			},
			generic: func(c call[T]) []float64 {
				addColumnsGeneric(c.out, c.a, c.b, c.c, c.d, c.x, c.y, c.z, c.w)
				return nil
			},
			slack: ofUpdates[T], specials: true,
		},
		"AddColumn": {
			kernel:  func(c call[T]) []float64 { addColumn(c.out, c.a, c.x); return nil },
			generic: func(c call[T]) []float64 { addColumnGeneric(c.out, c.a, c.x); return nil },
			slack:   ofUpdates[T], specials: true,
		},
		"WeightedSquares": {
			kernel:  func(c call[T]) []float64 { return []float64{float64(weightedSquares(c.r, c.x))} },
			generic: func(c call[T]) []float64 { return []float64{float64(weightedSquaresGeneric(c.r, c.x))} },
			slack:   ofSums[T], specials: true,
		},
		"Touch": exact(
			func(c call[T]) []float64 { touch(c.x, make([]int32, len(c.x))); return nil },
			func(c call[T]) []float64 { touchGeneric(c.x, make([]int32, len(c.x))); return nil }),
		"GreatestScaled": exact(
			func(c call[T]) []float64 { return found(greatestScaled(c.x, scales(c.y))) },
			func(c call[T]) []float64 { return found(greatestScaledGeneric(c.x, scales(c.y))) }),
		"GreatestSlope": exact(
			func(c call[T]) []float64 {
				return found(greatestSlope(c.x, c.y, c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			},
			func(c call[T]) []float64 {
				return found(greatestSlopeGeneric(c.x, c.y, c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			}),
		"GreatestStep": exact(
			func(c call[T]) []float64 {
				return found(greatestStep(c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			},
			func(c call[T]) []float64 {
				return found(greatestStepGeneric(c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			}),
		"GreatestGain": exact(
			func(c call[T]) []float64 {
				return found(greatestGain(c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			},
			func(c call[T]) []float64 {
				return found(greatestGainGeneric(c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge()))
			}),
		"ScaledMagnitudes": exact(
			func(c call[T]) []float64 { scaledMagnitudes(c.out, c.x, c.y); return nil },
			func(c call[T]) []float64 { scaledMagnitudesGeneric(c.out, c.x, c.y); return nil }),
		"Slopes": exact(
			func(c call[T]) []float64 {
				slopes(c.out, c.x, c.y, c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			},
			func(c call[T]) []float64 {
				slopesGeneric(c.out, c.x, c.y, c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			}),
		"StepLengths": exact(
			func(c call[T]) []float64 {
				stepLengths(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			},
			func(c call[T]) []float64 {
				stepLengthsGeneric(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			}),
		"Gains": exact(
			func(c call[T]) []float64 {
				gains(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			},
			func(c call[T]) []float64 {
				gainsGeneric(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			}),
		"Above": exact(
			func(c call[T]) []float64 { return aboves(c, above[T]) },
			func(c call[T]) []float64 { return aboves(c, aboveGeneric[T]) }),
		"ProxEach": exact(
			func(c call[T]) []float64 {
				proxEach(c.out, c.x, c.b, c.c, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			},
			func(c call[T]) []float64 {
				proxEachGeneric(c.out, c.x, c.b, c.c, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			}),
		"ProxSteps": exact(
			func(c call[T]) []float64 {
				proxSteps(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			},
			func(c call[T]) []float64 {
				proxStepsGeneric(c.out, c.x, c.y, scales(c.z), c.b, c.l2(), c.lower(), c.upper(), c.ridge())
				return nil
			}),
		"HuberEach": exact(
			func(c call[T]) []float64 { huberEach(c.out, c.x, c.b, c.c, c.b); return nil },
			func(c call[T]) []float64 { huberEachGeneric(c.out, c.x, c.b, c.c, c.b); return nil }),
		"Excess": exact(
			func(c call[T]) []float64 { excess(c.out, c.x, c.a); return nil },
			func(c call[T]) []float64 { excessGeneric(c.out, c.x, c.a); return nil }),
		"Logistic":     ofLoss(logistic[T], logisticGeneric[T]),
		"Squared":      ofLoss(squared[T], squaredGeneric[T]),
		"Hinge":        ofLoss(hinge[T], hingeGeneric[T]),
		"SquaredHinge": ofLoss(squaredHinge[T], squaredHingeGeneric[T]),
		"Huber": {
			kernel:  func(c call[T]) []float64 { return []float64{float64(huber(c.out, c.other, c.x, c.y, c.b))} },
			generic: func(c call[T]) []float64 { return []float64{float64(huberGeneric(c.out, c.other, c.x, c.y, c.b))} },
			slack:   ofLosses[T],
		},
	}
}

func (c call[T]) lower() T { return -c.b }
func (c call[T]) upper() T { return c.c }

// l2 is 0 in some of the calls.
func (c call[T]) l2() T {
	if len(c.x)%3 == 0 {
		return 0
	}
	return c.c
}

func (c call[T]) ridge() int { return int(math.Ceil(float64(c.l2()))) }

// exact is a row of results that agree in every bit.
func exact[T kernels.Float](kernel, generic func(c call[T]) []float64) row[T] {
	return row[T]{kernel: kernel, generic: generic, specials: true}
}

func ofLoss[T kernels.Float](kernel, generic func(gradient, curvature, x, y []T) T) row[T] {
	return row[T]{
		kernel:  func(c call[T]) []float64 { return []float64{float64(kernel(c.out, c.other, c.x, c.y))} },
		generic: func(c call[T]) []float64 { return []float64{float64(generic(c.out, c.other, c.x, c.y))} },
		slack:   ofLosses[T],
	}
}

func four[T kernels.Float](a, b, c, d T) []float64 {
	return []float64{float64(a), float64(b), float64(c), float64(d)}
}

func found[T kernels.Float](score T, index int) []float64 {
	return []float64{float64(score), float64(index)}
}

// scales are the magnitudes of x, in place, because steps and scales are not negative.
func scales[T kernels.Float](x []T) []T {
	for i, v := range x {
		x[i] = magnitude(v)
	}
	return x
}

// aboves searches for bounds that are found early, late and not at all.
func aboves[T kernels.Float](c call[T], f func(x []T, bound T) int) (places []float64) {
	for _, bound := range append([]T{T(math.Inf(-1)), -1, 0, T(math.Inf(1))}, c.x[:min(len(c.x), 3)]...) {
		places = append(places, float64(f(c.x, bound)))
	}
	return places
}

// ofSums is the error bound of the sums of both, to which products of three contribute.
func ofSums[T kernels.Float](c call[T]) float64 {
	worst := 0.0
	for _, x := range [][]T{c.x, c.y, c.z, c.w} {
		worst = max(worst, testkit.AbsDot(x, c.r).Float64())
	}
	squares := 0.0
	for i, v := range c.x {
		squares += math.Abs(float64(v) * float64(v) * float64(c.r[i]))
	}
	return 2 * (float64(len(c.x)) + 3) * testkit.Roundoff[T]() * max(worst, squares)
}

// ofUpdates is 10 roundings of the largest element.
func ofUpdates[T kernels.Float](c call[T]) float64 {
	worst := 0.0
	for i, v := range c.out {
		size := math.Abs(float64(v))
		for k, x := range [][]T{c.x, c.y, c.z, c.w} {
			size += math.Abs(float64([]T{c.a, c.b, c.c, c.d}[k]) * float64(x[i]))
		}
		worst = max(worst, size)
	}
	return 10 * testkit.Roundoff[T]() * worst
}

// ofLosses is a bound for the sums, and for the derivatives with it.
func ofLosses[T kernels.Float](c call[T]) float64 {
	sum := 1.0
	for i, v := range c.x {
		size := 1 + math.Abs(float64(v)) + math.Abs(float64(c.y[i])) + math.Abs(float64(v)*float64(c.y[i]))
		sum += size * size
	}
	return (float64(len(c.x)) + 8) * testkit.Roundoff[T]() * sum
}
