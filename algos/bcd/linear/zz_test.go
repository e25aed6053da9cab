package linear

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/raphson-go/raphson/kernels"
)

var bg = context.Background()

func mk(r *rand.Rand, n, p int) (*Design, kernels.Matrix[float64], []float64) {
	x := kernels.NewMatrix[float64](n, p)
	for i := range x.Data {
		x.Data[i] = r.NormFloat64()
	}
	y := make([]float64, n)
	for i := range y {
		y[i] = 2*x.At(i, 0) - x.At(i, p-1) + 0.3*r.NormFloat64()
	}
	d, _ := Dense(x)
	return d, x, y
}

func show(name string, f func() (*Result, error)) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "PANIC", e)
		}
	}()
	s := time.Now()
	r, err := f()
	if r == nil {
		fmt.Println(name, "nil", err)
		return
	}
	fmt.Printf("%s: %v it=%d res=%.2e gap=%.2e obj=%g coef=%.4g b=%.4g err=%v %v\n", name, r.Stopped, r.Iterations, r.Residual, r.Gap, r.Objective, r.Coefficients[:min(4, len(r.Coefficients))], r.Intercept, err, time.Since(s))
}

func TestZZ(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d, x, y := mk(r, 20, 6)
	labels := make([]float64, 20)
	for i := range labels {
		if y[i] > 0 {
			labels[i] = 1
		}
	}
	groups := [][]int{{0, 1}, {2, 3}, {4, 5}}
	for _, v := range []float64{1e100, 1e155, 1e300, 1e308} {
		start := []float64{v, v, 0, 0, 0, -v}
		show(fmt.Sprint("Lasso start ", v), func() (*Result, error) { return Lasso(bg, d, y, 0.1, Settings{Start: start}) })
		show(fmt.Sprint("EN start ", v), func() (*Result, error) { return ElasticNet(bg, d, y, 0.1, .5, Settings{Start: start}) })
		show(fmt.Sprint("Group start ", v), func() (*Result, error) { return GroupLasso(bg, d, y, groups, 0.1, GroupSettings{Settings: Settings{Start: start}}) })
		show(fmt.Sprint("Logistic start ", v), func() (*Result, error) { return Logistic(bg, d, labels, 0.1, 0.5, Settings{Start: start}) })
		show(fmt.Sprint("NNLS start ", v), func() (*Result, error) { return NNLS(bg, d, y, Settings{Start: start}) })
	}
	show("Lasso cold", func() (*Result, error) { return Lasso(bg, d, y, 0.1, Settings{}) })
	show("Group cold", func() (*Result, error) { return GroupLasso(bg, d, y, groups, 0.1, GroupSettings{}) })
	show("Group 0", func() (*Result, error) { return GroupLasso(bg, d, y, groups, 0, GroupSettings{}) })
	show("Lasso 0", func() (*Result, error) { return Lasso(bg, d, y, 0, Settings{}) })
	wd, _, wy := mk(r, 10, 30)
	show("Group 0 wide", func() (*Result, error) { return GroupLasso(bg, wd, wy, [][]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, {20, 21, 22, 23, 24, 25, 26, 27, 28, 29}}, 0, GroupSettings{}) })
	show("ridge 0", func() (*Result, error) { return ElasticNet(bg, d, y, 0, 0, Settings{}) })
	show("ridge .1", func() (*Result, error) { return ElasticNet(bg, d, y, .1, 0, Settings{}) })
	for _, l := range []float64{1e-300, 1e300, 1.7e308, 5e-324} {
		for _, ratio := range []float64{0, 0.5, 1} {
			show(fmt.Sprint("EN lambda ", l, ratio), func() (*Result, error) { return ElasticNet(bg, d, y, l, ratio, Settings{}) })
			show(fmt.Sprint("Logistic lambda ", l, ratio), func() (*Result, error) { return Logistic(bg, d, labels, l, ratio, Settings{MaxIterations: 100}) })
		}
		show(fmt.Sprint("Group lambda ", l), func() (*Result, error) { return GroupLasso(bg, d, y, groups, l, GroupSettings{}) })
	}
	for _, v := range []float64{1e200, 1e160, 1e150, 1e-100, 1e-150, 1e-170, 1e-200, 1e-320} {
		h := kernels.NewMatrix[float64](20, 6)
		copy(h.Data, x.Data)
		for i := range 20 {
			h.Set(i, 2, h.At(i, 2)*v)
		}
		hd, _ := Dense(h)
		for _, s := range []bool{false, true} {
			st := Settings{Standardise: s}
			show(fmt.Sprint("Lasso col ", v, s), func() (*Result, error) { return Lasso(bg, hd, y, 0.1, st) })
			show(fmt.Sprint("Logistic col ", v, s), func() (*Result, error) { return Logistic(bg, hd, labels, 0.1, 1, st) })
			show(fmt.Sprint("Group col ", v, s), func() (*Result, error) { return GroupLasso(bg, hd, y, groups, 0.1, GroupSettings{Settings: st}) })
			show(fmt.Sprint("NNLS col ", v, s), func() (*Result, error) { return NNLS(bg, hd, y, st) })
		}
		show(fmt.Sprint("SVM col ", v), func() (*Result, error) { return SVM(bg, hd, labels, 1, SVMSettings{}) })
		show(fmt.Sprint("SVM hinge col ", v), func() (*Result, error) { return SVM(bg, hd, labels, 1, SVMSettings{Loss: Hinge}) })
	}
	for _, c := range []float64{1e-320, 1e-300, 1e10, 1e308} {
		show(fmt.Sprint("SVM cost ", c), func() (*Result, error) { return SVM(bg, d, labels, c, SVMSettings{}) })
		show(fmt.Sprint("SVM hinge cost ", c), func() (*Result, error) { return SVM(bg, d, labels, c, SVMSettings{Loss: Hinge}) })
	}
	for _, v := range []float64{1e150, 1e-140, 1e-160, 1e-170} {
		yy := make([]float64, 20)
		for i := range yy {
			yy[i] = y[i] * v
		}
		show(fmt.Sprint("Lasso y ", v), func() (*Result, error) { return Lasso(bg, d, yy, 0.1*v, Settings{}) })
		show(fmt.Sprint("Group y ", v), func() (*Result, error) { return GroupLasso(bg, d, yy, groups, 0.1*v, GroupSettings{}) })
	}
	// shapes
	one, _ := Dense(kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1, Data: []float64{2}})
	show("1x1 noint", func() (*Result, error) { return Lasso(bg, one, []float64{3}, 0.1, Settings{NoIntercept: true}) })
	show("1x1 int", func() (*Result, error) { return Lasso(bg, one, []float64{3}, 0.1, Settings{}) })
	show("1x1 int drop", func() (*Result, error) { return Lasso(bg, one, []float64{3}, 0.1, Settings{DropConstant: true}) })
	show("1x1 std noint", func() (*Result, error) { return Lasso(bg, one, []float64{3}, 0.1, Settings{NoIntercept: true, Standardise: true}) })
	show("1x1 nnls", func() (*Result, error) { return NNLS(bg, one, []float64{3}, Settings{}) })
	show("1x1 nnls neg", func() (*Result, error) { return NNLS(bg, one, []float64{-3}, Settings{}) })
	show("1x1 nnls std", func() (*Result, error) { return NNLS(bg, one, []float64{3}, Settings{Standardise: true}) })
	show("1 group", func() (*Result, error) { return GroupLasso(bg, one, []float64{3}, [][]int{{0}}, 0.1, GroupSettings{Settings: Settings{NoIntercept: true}}) })
	two, _ := Dense(kernels.Matrix[float64]{Rows: 2, Cols: 1, Stride: 1, Data: []float64{2, -1}})
	show("2x1 logistic", func() (*Result, error) { return Logistic(bg, two, []float64{3, 4}, 0.001, 1, Settings{}) })
	show("2x1 svm", func() (*Result, error) { return SVM(bg, two, []float64{3, 4}, 1, SVMSettings{}) })
	zc, _ := Dense(kernels.Matrix[float64]{Rows: 4, Cols: 2, Stride: 2, Data: []float64{0, 1, 0, 1, 0, 1, 0, 1}})
	yy := []float64{1, 2, 3, 4}
	show("all zero drop", func() (*Result, error) { return Lasso(bg, zc, yy, 0.1, Settings{DropConstant: true}) })
	show("all zero drop EN", func() (*Result, error) { return ElasticNet(bg, zc, yy, 0.1, 0, Settings{DropConstant: true}) })
	show("all zero drop 0", func() (*Result, error) { return Lasso(bg, zc, yy, 0, Settings{DropConstant: true}) })
	show("all zero drop group 0", func() (*Result, error) { return GroupLasso(bg, zc, yy, [][]int{{0}, {1}}, 0, GroupSettings{Settings: Settings{DropConstant: true}}) })
	show("all zero drop group", func() (*Result, error) { return GroupLasso(bg, zc, yy, [][]int{{0}, {1}}, 0.1, GroupSettings{Settings: Settings{DropConstant: true}}) })
	show("all zero drop logistic", func() (*Result, error) { return Logistic(bg, zc, []float64{1, 2, 1, 1}, 0.1, 0.5, Settings{DropConstant: true}) })
	zz, _ := Dense(kernels.Matrix[float64]{Rows: 4, Cols: 1, Stride: 1, Data: []float64{0, 0, 0, 0}})
	show("all zero svm", func() (*Result, error) { return SVM(bg, zz, []float64{1, 2, 1, 1}, 0.1, SVMSettings{}) })
	show("all zero svm noint hinge", func() (*Result, error) { return SVM(bg, zz, []float64{1, 2, 1, 1}, 0.1, SVMSettings{Loss: Hinge, Settings: Settings{NoIntercept: true}}) })
	show("orthogonal group 0", func() (*Result, error) {
		o, _ := Dense(kernels.Matrix[float64]{Rows: 4, Cols: 1, Stride: 1, Data: []float64{1, 1, -1, -1}})
		return GroupLasso(bg, o, []float64{1, -1, 1, -1}, [][]int{{0}}, 0, GroupSettings{})
	})
}

func TestZZPath(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d, _, y := mk(r, 20, 6)
	labels := make([]float64, 20)
	for i := range labels {
		if y[i] > 0 {
			labels[i] = 1
		}
	}
	try := func(name string, f func() error) {
		defer func() {
			if e := recover(); e != nil {
				fmt.Println(name, "PANIC", e)
			}
		}()
		fmt.Println(name, f())
	}
	empty := PathSettings{Lambdas: []float64{}}
	try("path empty", func() error { p, err := LassoPath(bg, d, y, empty); fmt.Println(p); return err })
	try("cv empty", func() error { _, err := CrossValidate(bg, d, y, SquaredLoss, 1, CrossSettings{PathSettings: empty}); return err })
	zero := PathSettings{Lambdas: []float64{0.1, 0}}
	try("logistic path 0", func() error {
		p, err := LogisticPath(bg, d, labels, 1, zero)
		if p != nil {
			for _, f := range p.Fits {
				fmt.Println(f.Stopped, f.Iterations, f.Residual, f.Coefficients)
			}
		}
		return err
	})
	try("logistic cv 0", func() error { _, err := CrossValidate(bg, d, labels, LogisticLoss, 1, CrossSettings{PathSettings: zero}); return err })
	try("lasso path 0", func() error {
		p, err := LassoPath(bg, d, y, zero)
		for _, f := range p.Fits {
			fmt.Println(f.Stopped, f.Iterations, f.Residual, f.Coefficients)
		}
		return err
	})
	third := append([]float64(nil), labels...)
	third[3] = 7
	w := make([]float64, 20)
	for i := range w {
		w[i] = 1
	}
	w[3] = 0
	fold := make([]int, 20)
	for i := range fold {
		fold[i] = i % 4
	}
	try("logistic third", func() error { _, err := LogisticPath(bg, d, third, 1, PathSettings{Settings: Settings{Weights: w}}); return err })
	try("cv third", func() error {
		_, err := CrossValidate(bg, d, third, LogisticLoss, 1, CrossSettings{Folds: 4, Fold: fold, PathSettings: PathSettings{Settings: Settings{Weights: w}}})
		return err
	})
	try("path positive none", func() error {
		neg := make([]float64, 20)
		p, err := LassoPath(bg, d, y, PathSettings{Count: 3, Settings: Settings{Positive: true}})
		_ = neg
		for _, f := range p.Fits {
			fmt.Println(f.Stopped, f.Lambda, f.Coefficients)
		}
		return err
	})
	try("ridge path", func() error {
		p, err := ElasticNetPath(bg, d, y, 0, PathSettings{Count: 3})
		for _, f := range p.Fits {
			fmt.Println(f.Stopped, f.Lambda, f.Residual, f.Coefficients)
		}
		return err
	})
	try("count 1", func() error { p, err := LassoPath(bg, d, y, PathSettings{Count: 1}); fmt.Println(p.Lambdas()); return err })
	c, cancel := context.WithCancel(bg)
	cancel()
	try("path cancelled", func() error { p, err := LassoPath(c, d, y, PathSettings{Count: 3}); fmt.Println(len(p.Fits), p.Fits[0].Stopped); return err })
	try("cv cancelled", func() error { v, err := CrossValidate(c, d, y, SquaredLoss, 1, CrossSettings{}); fmt.Println(v); return err })
	_ = math.Pi
}
