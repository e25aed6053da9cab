package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/raphson-go/raphson/bench/internal/descent"
	"github.com/raphson-go/raphson/bench/internal/digits"
	"github.com/raphson-go/raphson/bench/internal/forms"
	"github.com/raphson-go/raphson/bench/internal/linear"
	"github.com/raphson-go/raphson/bench/internal/newton"
	"github.com/raphson-go/raphson/bench/internal/optimisers"
	"github.com/raphson-go/raphson/bench/internal/relaxation"
	"github.com/raphson-go/raphson/bench/internal/report"
)

// onRequest is the sections that take long, of those that are asked for.
func (p *program) onRequest() (asked []func(context.Context) error) {
	for _, section := range []struct {
		asked bool
		run   func(context.Context) error
	}{
		{p.asks(formsSection), p.forms},
		{p.asks(optimisersSection), p.optimisers},
		{p.asks(newtonSection), p.newton},
		{p.asks(descentSection), p.descent},
		{p.asks(linearSection), p.linear},
		{p.asks(relaxSection) || p.asks(heatSection), p.relax},
	} {
		if section.asked {
			asked = append(asked, section.run)
		}
	}
	return asked
}

// digits computes the distances between the images.
func (p *program) digits(ctx context.Context) error {
	result, err := digits.Run(ctx, func(done, of int) { p.progress.show("transport between digits", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	p.page.Digits = result
	p.page.Measurements = append(p.page.Measurements, result.Measurement())
	fmt.Fprintln(p.text, result.Summary())
	fmt.Fprintln(p.text, result.Table())
	return nil
}

// forms holds the model of the forms of Newton-Schulz against times.
func (p *program) forms(ctx context.Context) error {
	list, err := forms.Run(ctx, forms.Shapes, time.Second, func(done, of int) { p.progress.show("forms of Newton-Schulz", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	p.section("The forms of Newton-Schulz",
		"What the model that chooses between the forms expects of each, beside the times that they take (algos/orth).",
		fmt.Sprintln(forms.Report(list)))
	return nil
}

// optimisers trains two models with every optimiser.
func (p *program) optimisers(ctx context.Context) error {
	tables, err := optimisers.Run(ctx, 1, func(done, of int) { p.progress.show("training", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, table := range tables {
		fmt.Fprintf(&text, "%v\n%v\n", table, table.Claims())
	}
	p.section("The optimisers", "Two models trained with each optimiser of algos/orth, without and with outliers in the gradients.", text.String())
	return nil
}

// newton holds Sinkhorn-Newton-Sparse against Sinkhorn's algorithm.
func (p *program) newton(ctx context.Context) error {
	lines, err := newton.Run(ctx, func(done, of int) { p.progress.show("Sinkhorn-Newton-Sparse", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	p.page.Newton = lines
	fmt.Fprintln(p.text, newton.Table(lines))
	return nil
}

// descent compares the rules of block coordinate descent.
func (p *program) descent(ctx context.Context) error {
	list, err := descent.Run(ctx, 1, func(done, of int) { p.progress.show("block coordinate descent", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	p.page.Descent = list
	for _, c := range list {
		fmt.Fprintln(p.text, c.Table())
	}
	return nil
}

// linear times fits of linear models.
func (p *program) linear(ctx context.Context) error {
	lines, err := linear.Run(ctx, func(done, of int) { p.progress.show("linear models", done, of) })
	p.progress.clear()
	if err != nil {
		return err
	}
	p.section("Linear models with penalties", "Times of fits, and how exact they are (algos/bcd/linear).", fmt.Sprintln(linear.Table(lines)))
	return nil
}

// relax lets the relaxation be learned, in the heat equation on fine meshes too if asked.
func (p *program) relax(ctx context.Context) error {
	defer p.progress.clear()
	var text []fmt.Stringer
	if p.asks(relaxSection) {
		tables, err := relaxation.RunShifts(ctx, 5000, func(done, of int) { p.progress.show("shifted Laplacians", done, of) })
		if err != nil {
			return err
		}
		for _, table := range tables {
			text = append(text, table)
		}
	}
	meshes := relaxation.Meshes
	if p.asks(heatSection) {
		meshes = relaxation.FineMeshes
	}
	tables, err := relaxation.RunHeat(ctx, meshes, func(done, of int) { p.progress.show("heat equation", done, of) })
	if err != nil {
		return err
	}
	for _, table := range tables {
		text = append(text, table)
	}
	p.progress.clear()
	var all strings.Builder
	for _, table := range text {
		fmt.Fprintf(&all, "%v\n%s\n", table, table.(interface{ Claims() string }).Claims())
	}
	p.section("Learning to relax", "The relaxation parameter of a solver, chosen for one system after another by learners that see only what each "+
		"solve has cost, beside fixed parameters and beside the best that could have been chosen (algos/relax).", all.String())
	return nil
}

// section prints a text and leaves it to the report too.
func (p *program) section(title, about, text string) {
	fmt.Fprint(p.text, text)
	p.page.Sections = append(p.page.Sections, report.Section{Title: title, About: about, Text: text})
}
