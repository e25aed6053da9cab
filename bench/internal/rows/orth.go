package rows

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
)

// orthRows are five Muon steps of Newton-Schulz in both forms and whole steps of the optimisers. The elements of Polar are
// useful operations, with symmetric products counted once, those of an optimiser are those of the matrix. Only the smallest
// shape is in the default run.
func orthRows[T kernels.Float]() []measure.Row {
	var list []measure.Row
	for _, shape := range [][2]int{{64, 256}, {256, 1024}, {512, 2048}, {1024, 1024}, {1024, 4096}} {
		list = append(list, polarRow[T]("Polar", orth.StandardForm, shape), polarRow[T]("PolarGram", orth.GramForm, shape))
	}
	for _, shape := range [][2]int{{64, 256}, {512, 2048}, {1024, 1024}} {
		for _, name := range []string{"Muon", "Root", "HybridAuON", "AuON", "AdamW", "SGD"} {
			list = append(list, optimiserRow[T](name, shape))
		}
	}
	return list
}

// small is the number of rows up to which a matrix is in the default run.
const small = 64

func polarRow[T kernels.Float](kernel string, form orth.Form, shape [2]int) measure.Row {
	rows, cols := shape[0], shape[1]
	schedule := orth.MuonSchedule(5)
	flops := form.Flops(rows, cols, schedule, gramRestarts(rows))
	row := matrix[T]("orth", kernel, rows, cols, traffic{read: 1, write: 1}, func(rows, cols int) measure.Job {
		g, dst := dense[T](rows, cols), kernels.NewMatrix[T](rows, cols)
		settings := orth.PolarSettings{Schedule: schedule, Form: form, Unmeasured: true}
		var w orth.Workspace[T]
		job := measure.Job{Run: func() {
			if _, err := orth.Polar(context.Background(), dst, g, settings, &w); err != nil {
				panic(err) // the input is fixed
			}
		}}
		if form == orth.StandardForm {
			job.Peers = newtonSchulzPeers(g, schedule)
		}
		return job
	})
	row.Unit, row.Cost.Elements, row.Cost.Flops = gigaflops, flops, flops
	row.OnRequest, row.Large = rows > small, flops > 3e8
	return row
}

// gramRestarts are those that the Gram form takes of five Muon steps on the matrices of the rows.
func gramRestarts(rows int) []int {
	if rows > small {
		return []int{}
	}
	return []int{4}
}

// optimiserRow times a step with the gradient always the same.
func optimiserRow[T kernels.Float](name string, shape [2]int) measure.Row {
	row := matrix[T]("orth", name, shape[0], shape[1], traffic{read: 1, write: 2}, func(rows, cols int) measure.Job {
		p := []orth.Parameter[T]{{Name: "w", Value: dense[T](rows, cols), Gradient: dense[T](rows, cols)}}
		o, err := newOptimiser(name, p)
		if err != nil {
			panic(fmt.Sprintf("rows: %s: %v", name, err)) // the settings are fixed
		}
		return measure.Job{Run: func() {
			if err := o.Step(); err != nil {
				panic(err)
			}
		}}
	})
	row.OnRequest, row.Large = shape[0] > small, shape[0] > small
	return row
}

func newOptimiser[T kernels.Float](name string, p []orth.Parameter[T]) (orth.Optimiser, error) {
	still := orth.TrainingSettings{Rate: 1e-9} // so that values stay in range however often it is called
	switch name {
	case "Muon":
		return orth.NewMuon(p, orth.MuonSettings{TrainingSettings: still})
	case "Root":
		return orth.NewRoot(p, orth.RootSettings{TrainingSettings: still})
	case "AuON":
		return orth.NewAuON(p, orth.AuONSettings{TrainingSettings: still})
	case "HybridAuON":
		return orth.NewAuON(p, orth.AuONSettings{TrainingSettings: still, Steps: 1})
	case "AdamW":
		return orth.NewAdamW(p, orth.AdamWSettings{TrainingSettings: still})
	case "SGD":
		return orth.NewSGD(p, orth.SGDSettings{TrainingSettings: still, Momentum: 0.9})
	}
	return nil, fmt.Errorf("no optimiser %s", name)
}
