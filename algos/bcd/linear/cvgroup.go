package linear

import "context"

// GroupCrossSettings of a cross-validation of group Lassos; the zero value works.
type GroupCrossSettings struct {
	// CrossSettings: Positive must be zero.
	CrossSettings
	// Factors are those of [GroupSettings].
	Factors []float64
}

// CrossValidateGroups is [CrossValidate] for [GroupLasso], with the squared error as loss.
func CrossValidateGroups(ctx context.Context, x *Design, y []float64, groups [][]int, settings GroupCrossSettings) (*Validation, error) {
	path, err := settings.PathSettings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	settings.PathSettings = path
	return settings.run(ctx, x, y, candidate{SquaredLoss, 1, func(s Settings) (fitter, error) {
		return newGrouped(x, y, groups, GroupSettings{Settings: s, Factors: settings.Factors})
	}})
}
