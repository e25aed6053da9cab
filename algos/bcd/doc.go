// Package bcd minimises by block coordinate descent: choose a block of variables, move it, repeat. It is the toolkit of Nutini,
// Laradji and Schmidt, in which what is chosen from, how it is chosen and how it is moved are three switches:
//
//   - a [Partition] says which sets of variables are blocks,
//   - a [Selection] chooses the next block,
//   - an [Update] moves its variables.
package bcd
