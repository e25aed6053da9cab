package neon

import "github.com/raphson-go/raphson/gen/machine"

// TraverseBriefly is Traverse, whose rest is single elements anyway.
func (m *neon) TraverseBriefly(n machine.Int, pointers []machine.Pointer, unroll int, body func(b machine.Block)) {
	m.Traverse(n, pointers, unroll, body)
}
