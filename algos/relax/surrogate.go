package relax

import "math"

// BestOmega is the relaxation with which successive over-relaxation converges fastest in the end, if the matrix is consistently ordered, as that of
// the five-point stencil is in the order of its rows and in that of a chessboard (Young 1971):
//
//	1 + (beta / (1 + sqrt(1 - beta^2)))^2
//
// beta is the spectral radius of Jacobi's method, I - D^-1*A, whose eigenvalues must be real, as for symmetric positive definite A. The result is NaN unless
// 0 <= beta < 1.
func BestOmega(beta float64) (omega float64) {
	if !(beta >= 0 && beta < 1) {
		return math.NaN()
	}
	ratio := beta / (1 + math.Sqrt((1-beta)*(1+beta)))
	return 1 + ratio*ratio
}

// SpectralRadius is the factor by which a sweep with omega reduces the error in the end, under the conditions of [BestOmega]:
//
//	(omega*beta + sqrt(omega^2*beta^2 - 4*(omega - 1)))^2 / 4
//
// up to the best omega, and omega - 1 from there on. It is NaN unless 0 <= beta < 1 and 0 < omega < 2.
func SpectralRadius(omega, beta float64) float64 {
	if !(omega > 0 && omega < 2) {
		return math.NaN()
	}
	best := BestOmega(beta)
	if !(omega < best) { // or NaN
		return omega - 1 + 0*best
	}
	root := (omega*beta + math.Sqrt(max(omega*omega*beta*beta-4*(omega-1), 0))) / 2
	return root * root
}

// Surrogate is the bound of the paper for the number of sweeps to a tolerance, which takes nothing but two numbers of the matrix.
type Surrogate struct {
	// Beta is the spectral radius of Jacobi's method.
	Beta float64
	// Tau, from 0 to below 1/e^2 in the paper's theorems, is how far the iteration is from its asymptotic rate when it ends: see
	// [NonNormality]. With zero the bound is the asymptotic estimate.
	Tau float64
	// Tolerance of the residual as a fraction of the first; zero takes 1e-8.
	Tolerance float64
}

// Cost is the bound, with rho the spectral radius:
//
//	1 + log(1/tolerance) / -log(rho + tau*(1 - rho))
//
// It falls up to the best omega, steeply at last, and rises from there, where it is Lipschitz continuous: it is safer to choose too large an omega than one
// too small. It is NaN under the conditions of [SpectralRadius], and for tau or a tolerance not from 0 to 1.
func (s Surrogate) Cost(omega float64) float64 {
	tolerance := s.Tolerance
	if tolerance == 0 {
		tolerance = defaultTolerance
	}
	if !(s.Tau >= 0 && s.Tau < 1 && tolerance > 0 && tolerance < 1) {
		return math.NaN()
	}
	rho := SpectralRadius(omega, s.Beta)
	return 1 + math.Log(tolerance)/math.Log(rho+s.Tau*(1-rho))
}
