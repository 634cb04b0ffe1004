//go:build !linux

package redisd

import "syscall"

// dieWithParent has no means here: a child that is left behind is used again at the next start.
func dieWithParent() *syscall.SysProcAttr { return nil }
