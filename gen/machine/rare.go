package machine

// Skipper is implemented by machines on which it pays to leave what is rarely needed out of the main line.
type Skipper interface {
	// Rarely emits: if any lane of the mask { body }. What body assigns keeps its value where it is skipped.
	Rarely(mask Mask, body func())
}

// Brancher is a Skipper whose units for multiplication have no time to spare for comparisons.
type Brancher interface {
	Skipper

	// Beyond is true where v is NaN or of greater magnitude than bound, which is positive.
	Beyond(v, bound Vector) Mask
	// NotNormal is true where v is no positive normal number: zero, subnormal, negative, infinite or NaN.
	NotNormal(v Vector) Mask
}
