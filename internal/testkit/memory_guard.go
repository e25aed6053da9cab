//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package testkit

import (
	"os"

	"golang.org/x/sys/unix"
)

// GuardPages reports whether memory outside the operands is inaccessible.
const GuardPages = true

// guarded maps whole pages of at least size bytes between two pages that nothing may touch.
func guarded(size int) (bytes []byte, margin int, release func(), err error) {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, 0, nil, err
	}
	for _, guard := range [][]byte{all[:page], all[page+size:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			return nil, 0, nil, err
		}
	}
	return all[page : page+size : page+size], 0, func() { _ = unix.Munmap(all) }, nil
}
