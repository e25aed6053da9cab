package relax

import "fmt"

// BinnedSettings of the bandits; the zero value works.
type BinnedSettings struct {
	Grid      []float64 // to choose from; nil takes DefaultGrid
	Bins      int       // zero takes 5
	Low, High float64   // the range of the context; both zero take 0 and 1
	Seed      uint64    // of the draws
}

const (
	defaultBins = 5
	mostBins    = 1 << 20
)

// Binned is a TsallisINF for each of equal intervals of the context, which learn nothing from each other. A context outside of the range
// belongs to the interval at its end.
type Binned struct {
	bins   []*TsallisINF
	span   span
	chosen int
}

// NewBinned makes the bandits. The error wraps ErrGrid or ErrSetting.
func NewBinned(settings BinnedSettings) (*Binned, error) {
	if settings.Bins == 0 {
		settings.Bins = defaultBins
	}
	if settings.Bins < 0 || settings.Bins > mostBins {
		return nil, fmt.Errorf("relax: BinnedSettings.Bins = %d, want 0 to %d: %w", settings.Bins, mostBins, ErrSetting)
	}
	span, err := resolveSpan(settings.Low, settings.High)
	if err != nil {
		return nil, err
	}
	b := &Binned{span: span, bins: make([]*TsallisINF, settings.Bins)}
	for k := range b.bins {
		if b.bins[k], err = newTsallisINF(TsallisINFSettings{settings.Grid, settings.Seed}, uint64(k)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Choose lets the bandit of the interval choose. The error wraps ErrContext.
func (b *Binned) Choose(context float64) (omega float64, err error) {
	if len(b.bins) == 0 {
		return 0, fmt.Errorf("relax: Binned: %w", ErrGrid)
	}
	place, err := b.span.place(context)
	if err != nil {
		return 0, err
	}
	b.chosen = min(int(place*float64(len(b.bins))), len(b.bins)-1)
	return b.bins[b.chosen].Choose(context)
}

// Observe tells the bandit that chose last.
func (b *Binned) Observe(cost float64) error {
	if len(b.bins) == 0 {
		return fmt.Errorf("relax: Binned.Observe: %w", ErrOrder)
	}
	return b.bins[b.chosen].Observe(cost)
}

// Bin is the bandit of an interval, 0 being the lowest. It panics if there is none.
func (b *Binned) Bin(k int) *TsallisINF {
	if uint(k) >= uint(len(b.bins)) {
		panic(fmt.Sprintf("relax: Binned.Bin: bin %d of %d", k, len(b.bins)))
	}
	return b.bins[k]
}
