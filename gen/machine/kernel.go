package machine

import (
	"regexp"
	"slices"
	"strings"
)

// Kernel is one row of the table that everything is generated from: assembly, stubs and dispatch.
type Kernel struct {
	// Name in CamelCase; assembly functions are Name+Suffix, the dispatcher is the name with a lower-case first letter and
	// its specification in plain Go that name + "Generic".
	Name string
	// Doc completes "NameF64 ..." and is the comment of the stub.
	Doc string
	// Signature with T for the element type: func(dst, x []T, alpha T) (sum T). Results are named.
	Signature string
	// Writes lists the slice parameters that the kernel writes, for the race detector; the others are read.
	Writes []string
	// Strided says that slices are views with gaps between their rows: the race detector is told by the public function, which
	// knows the rows, and not by the dispatcher.
	Strided bool
	// Types the kernel exists in; nil means both. A kernel for one type only gets a dispatcher without type parameter.
	Types []Float
	// Sets restricts the instruction sets, nil means all. A level without a version of its own takes that of the next best, or
	// the generic one.
	Sets []string
	// Needs, if not empty, is a predicate of package level that must hold beside the set: its builder uses an extension. Where
	// it does not, the dispatcher calls the generic version.
	Needs string
	// Common, if not empty, is a condition on the parameters in Go, in the words of the family's package. Where it does not
	// hold, the dispatcher calls the name + "Uncommon", written by hand: lengths that disagree, several panels. The public
	// function then does nothing but call the dispatcher and is inlined, which saves about 1 ns of the 4 that a call takes.
	Common string
	// Long, if not empty, is a condition on the parameters in Go under which AVX-512 and NEON are worth their rests. Where it
	// does not hold, AVX2 takes over from AVX-512, with the same results, and plain Go from NEON.
	Long string
	// Direct, if it has a name, is a dispatcher more.
	Direct Direct
	// Build emits the body.
	Build func(m Machine)
}

// Direct is a dispatcher that makes the arguments of a kernel from its own, such as matrices that it is given by their addresses. Through
// the other one the twenty words of a product are stored twice, which is an eighth of the time of one of 4 x 4.
type Direct struct {
	Name      string
	Signature string   // with T, as that of the kernel
	Arguments []string // of the kernel, in Go
}

// Family is one row of rooms: a file in each asm package and a dispatch file in its kernels package.
type Family struct {
	Name    string
	Package string // folder of the public package, where its dispatch file goes: kernels/vec
	Kernels []Kernel
	Choices []Choice
}

// Choice is a function of the dispatch file that returns a value of its own for each instruction set and element type, and
// that of the name + "Generic", written by hand, elsewhere.
type Choice struct {
	Name string
	Doc  string
	Type string
	// Value is the result as a Go expression, for every set that dispatch files name.
	Value func(set string, typ Float) string
}

// In reports whether the kernel exists in the instruction set.
func (k Kernel) In(set string) bool { return k.Sets == nil || slices.Contains(k.Sets, set) }

// Floats lists the element types the kernel exists in.
func (k Kernel) Floats() []Float {
	if k.Types == nil {
		return []Float{F32, F64}
	}
	return k.Types
}

var typeParameter = regexp.MustCompile(`\bT\b`)

// SignatureFor is the signature with T replaced.
func (k Kernel) SignatureFor(typ Float) string {
	return typeParameter.ReplaceAllString(k.Signature, typ.GoType())
}

// DocFor is the comment of the stub.
func (k Kernel) DocFor(typ Float) []string {
	return strings.Split(k.Name+typ.Suffix()+" "+k.Doc, "\n")
}
