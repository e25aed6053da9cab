package machine

// Brancher is implemented by machines on which it pays to leave what is rarely needed out of the main line.
type Brancher interface {
	// Beyond is true where v is NaN or of greater magnitude than bound, which is positive.
	Beyond(v, bound Vector) Mask
	// NotNormal is true where v is no positive normal number: zero, subnormal, negative, infinite or NaN.
	NotNormal(v Vector) Mask
	// Rarely emits: if any lane of the mask { body }. What body assigns keeps its value where it is skipped.
	Rarely(mask Mask, body func())
}
