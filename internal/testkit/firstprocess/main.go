//go:build linux

// Command firstprocess is the init of the emulated machine that .ci/avx512 starts: it runs /program in /package with the
// arguments and variables that it finds in files, sends the program's output to the second serial line and its exit status
// to the console, which is the first, and turns the machine off.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"unsafe"
)

func main() {
	status := 0
	if err := run(); err != nil {
		status = 1
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() > 0 {
			status = exit.ExitCode()
		}
		fmt.Println(err)
	}
	fmt.Printf("status: %d\n", status)
	control(os.Stdout, tcsbrk, 1)
	fmt.Println(syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF))
	select {}
}

// run prepares the system and runs the program.
func run() error {
	for _, system := range []struct{ kind, folder string }{{"proc", "/proc"}, {"devtmpfs", "/dev"}, {"sysfs", "/sys"}} {
		if err := syscall.Mount(system.kind, system.folder, system.kind, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", system.folder, err)
		}
	}
	output, err := os.OpenFile("/dev/ttyS1", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	makeRaw(output)
	defer control(output, tcsbrk, 1)
	// WantLevel does this for tests of kernels only.
	description, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return err
	}
	for _, flag := range []string{"avx512f", "avx512bw", "avx512dq", "avx512vl"} {
		if !bytes.Contains(description, []byte(" "+flag+" ")) {
			return fmt.Errorf("no %s", flag)
		}
	}
	arguments, err := list("/arguments")
	if err != nil {
		return err
	}
	environment, err := list("/environment")
	if err != nil {
		return err
	}
	program := exec.Command("/program", arguments...)
	program.Dir, program.Env, program.Stdout, program.Stderr = "/package", environment, output, output
	return program.Run()
}

// list reads a file of strings that each end with a zero.
func list(name string) ([]string, error) {
	content, err := os.ReadFile(name)
	if err != nil || len(content) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(content), "\x00"), "\x00"), nil
}

// makeRaw makes a serial line pass on what is written as it is, at full speed.
func makeRaw(line *os.File) {
	var settings syscall.Termios
	control(line, syscall.TCGETS, uintptr(unsafe.Pointer(&settings)))
	settings.Oflag &^= syscall.OPOST
	settings.Cflag = settings.Cflag&^cbaud | syscall.B115200
	control(line, syscall.TCSETS, uintptr(unsafe.Pointer(&settings)))
}

// Of asm-generic/ioctls.h and termbits.h, and not in package syscall.
const (
	tcsbrk = 0x5409 // with argument 1: wait until everything is sent
	cbaud  = 0x100f
)

func control(line *os.File, request, argument uintptr) {
	if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, line.Fd(), request, argument); err != 0 {
		fmt.Println(line.Name(), err)
	}
}
