// Package testkit is what every kernel is tested with: guarded memory, every instruction set in turn, oracles of about
// 100 bits, distances in units of the last place, and special and random values. Only tests import it.
package testkit
