package relax

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// HeatSettings of the simulation; the zero value is that of the paper on its coarsest mesh.
type HeatSettings struct {
	Cells     int     // on a side of the unit square; zero takes 25
	Steps     int     // in time; zero takes 5000
	TimeStep  float64 // zero takes 0.001
	Tolerance float64 // of the residual as a fraction of the right-hand side; zero takes 1e-8

	// Diffusivity at a time, 0 at least and finite; nil takes max(0.1*sin(2*pi*t), -10*sin(2*pi*t)).
	Diffusivity func(t float64) float64
	// Forcing at a time and place; nil takes a bump of height 32 and radius 1/8 that circles around the middle eight times in a unit of time.
	Forcing func(t, x, y float64) float64
	// Start is the temperature at time 0; nil takes a bump of height 1 and radius 1/4 in the middle.
	Start func(x, y float64) float64
}

// Heat is a simulation of the heat equation du/dt = kappa(t)*(d2u/dx2 + d2u/dy2) + f(t, x, y) on the unit square, with 0 on its edge, by the scheme of Crank
// and Nicolson: each step is a system
//
//	(I - dt/2*kappa*L)*u(t+dt) = (I + dt/2*kappa*L)*u(t) + dt*f(t+dt/2), kappa = kappa(t+dt/2), L the five-point Laplacian
//
// solved by conjugate gradients from u(t), preconditioned by SSOR with omega, or not at all with omega = 0. The context is kappa, the cost the number of
// iterations, 1 where there was none. This is the second experiment of Khodak, Chow, Balcan and Talwalkar (2024).
type Heat struct {
	settings       HeatSettings
	matrix         *sparse.CSR[float64]
	values         []float64
	diagonal       []int32
	preconditioner *linsolve.SSOR
	u, b, next     []float64 // next is nil as long as the step is not solved
	kappa          float64   // of the step
	step           int
	begun          bool
}

// NewHeat begins at time 0. The error wraps ErrSetting.
func NewHeat(settings HeatSettings) (*Heat, error) {
	settings.Cells, settings.Steps = cmp.Or(settings.Cells, 25), cmp.Or(settings.Steps, 5000)
	settings.TimeStep, settings.Tolerance = cmp.Or(settings.TimeStep, 1e-3), cmp.Or(settings.Tolerance, defaultTolerance)
	switch {
	case settings.Cells < 2 || settings.Cells > 1<<14:
		return nil, fmt.Errorf("relax: HeatSettings.Cells = %d, want 2 to 16384: %w", settings.Cells, ErrSetting)
	case settings.Steps < 0:
		return nil, fmt.Errorf("relax: HeatSettings.Steps = %d, want 0 or more: %w", settings.Steps, ErrSetting)
	case !(settings.TimeStep > 0) || math.IsInf(settings.TimeStep, 1):
		return nil, fmt.Errorf("relax: HeatSettings.TimeStep = %v, want above 0 and finite: %w", settings.TimeStep, ErrSetting)
	case !(settings.Tolerance > 0 && settings.Tolerance < 1):
		return nil, fmt.Errorf("relax: HeatSettings.Tolerance = %v, want between 0 and 1: %w", settings.Tolerance, ErrSetting)
	}
	if settings.Diffusivity == nil {
		settings.Diffusivity = paperDiffusivity
	}
	if settings.Forcing == nil {
		settings.Forcing = paperForcing
	}
	if settings.Start == nil {
		settings.Start = func(x, y float64) float64 { return bump(x-0.5, y-0.5, 0.25) }
	}
	h := &Heat{settings: settings}
	var err error
	if h.matrix, h.values, h.diagonal, err = laplacian(settings.Cells - 1); err != nil {
		return nil, err
	}
	n := h.matrix.Rows()
	h.u, h.b = make([]float64, n), make([]float64, n)
	h.fill(h.u, settings.Start)
	return h, nil
}

func paperDiffusivity(t float64) float64 {
	s := math.Sin(2 * math.Pi * t)
	return max(0.1*s, -10*s)
}

func paperForcing(t, x, y float64) float64 {
	sin, cos := math.Sincos(16 * math.Pi * t)
	return 32 * bump(x-0.5-cos/4, y-0.5-sin/4, 0.125)
}

// bump is a smooth function of a place relative to its middle, 1 there and 0 from the radius on.
func bump(x, y, radius float64) float64 {
	square := (x*x + y*y) / (radius * radius)
	if square >= 1 {
		return 0
	}
	return math.Exp(1 - 1/(1-square))
}

// fill sets v to the values of a function at the points inside.
func (h *Heat) fill(v []float64, f func(x, y float64) float64) {
	cells := h.settings.Cells
	for i := 1; i < cells; i++ {
		for j := 1; j < cells; j++ {
			v[(i-1)*(cells-1)+j-1] = f(float64(i)/float64(cells), float64(j)/float64(cells))
		}
	}
}

// Contexts is the range of the diffusivity over all steps.
func (h *Heat) Contexts() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for step := range h.settings.Steps {
		kappa := h.settings.Diffusivity((float64(step) + 0.5) * h.settings.TimeStep)
		low, high = min(low, kappa), max(high, kappa)
	}
	return low, high
}

// Len is the number of steps.
func (h *Heat) Len() int { return h.settings.Steps }

// Time is that of the temperature at hand.
func (h *Heat) Time() float64 {
	done := h.step
	if h.next != nil {
		done++
	}
	return float64(done) * h.settings.TimeStep
}

// Temperature is that at the points inside the square after the last step solved: (i, j) divided by the number of cells, in the order of i and then
// of j. It is a view for reading until the next step is solved.
func (h *Heat) Temperature() []float64 {
	if h.next != nil {
		return h.next
	}
	return h.u
}

// Next goes to the next step and returns its diffusivity. It stays at a step that has not been solved.
func (h *Heat) Next() (context float64, ok bool) {
	if h.next != nil {
		h.u, h.next = h.next, nil
		h.step++
	}
	if h.step == h.settings.Steps {
		h.begun = false
		return 0, false
	}
	h.begun = true
	dt := h.settings.TimeStep
	half := (float64(h.step) + 0.5) * dt
	kappa := h.settings.Diffusivity(half)
	h.kappa = kappa
	cells := float64(h.settings.Cells)
	weight := dt / 2 * kappa * cells * cells
	for k := range h.values {
		h.values[k] = -weight
	}
	for _, k := range h.diagonal {
		h.values[k] = 1 + 4*weight
	}
	h.fill(h.b, func(x, y float64) float64 { return dt * h.settings.Forcing(half, x, y) })
	h.matrix.MulVec(-1, h.u, 1, h.b) // I + dt/2*kappa*L = 2*I - A
	vec.Axpy(2, h.u, h.b)
	return kappa, true
}

// Solve solves the system of the step. A second time it solves it again, also from the temperature before. The error wraps ErrOrder before the
// first step and after the last, ErrSetting if the diffusivity is negative or not finite, ErrUnsolved if conjugate gradients stopped short of the
// tolerance, or those of linsolve.
func (h *Heat) Solve(ctx context.Context, omega float64) (cost float64, err error) {
	if !h.begun {
		return 0, fmt.Errorf("relax: Heat.Solve before Next: %w", ErrOrder)
	}
	if !(h.kappa >= 0) || math.IsInf(h.kappa, 1) {
		t := (float64(h.step) + 0.5) * h.settings.TimeStep
		return 0, fmt.Errorf("relax: HeatSettings.Diffusivity(%v) = %v, want 0 or more and finite: %w", t, h.kappa, ErrSetting)
	}
	settings := linsolve.Settings{Tolerance: h.settings.Tolerance, MaxIterations: mostSweeps, Start: h.u}
	if omega != 0 {
		if h.preconditioner == nil {
			h.preconditioner = new(linsolve.SSOR)
		}
		if err := h.preconditioner.Reset(h.matrix, omega); err != nil {
			return 0, err
		}
		settings.Preconditioner = h.preconditioner
	}
	result, err := linsolve.CG(ctx, linsolve.Sparse(h.matrix), h.b, settings)
	if err != nil {
		return 0, err
	}
	if result.Stopped != algos.Converged {
		return 0, fmt.Errorf("relax: CG at omega = %v: %v: %w", omega, result.Stopped, ErrUnsolved)
	}
	h.next = result.X
	return max(1, float64(result.Iterations)), nil
}
