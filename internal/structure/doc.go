// Package structure holds tests and nothing else: they read the source of the whole repository and fail where it leaves
// the house rules. What may import what, which files may name an instruction set, what a kernel needs besides its
// assembly, what the assembly may use, what must be documented, how long a file may be. Each rule is a function from a
// tree of files to the places that break it, and is tested on small trees that do.
package structure
