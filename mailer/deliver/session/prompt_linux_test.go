package session

import (
	"io"
	"net"
	"syscall"
	"testing"
)

// quick reports whether the kernel acknowledges at once what a connection gets, after some questions and
// answers have gone over it.
func quick(t *testing.T, wrap func(net.Conn) net.Conn) bool {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if conn, err := l.Accept(); err == nil {
			_, _ = io.Copy(conn, conn)
		}
	}()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	conn := wrap(dialled)
	for range 20 {
		if _, err := conn.Write([]byte("NOOP\r\n")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 6)); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := dialled.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	on := 0
	err = raw.Control(func(fd uintptr) {
		if on, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return on != 0
}

func TestARelayIsToldAtOnceWhatHasArrived(t *testing.T) {
	if quick(t, func(conn net.Conn) net.Conn { return conn }) {
		t.Skip("this kernel does so anyway")
	}
	if !quick(t, promptly) {
		t.Error("the kernel waits with its acknowledgement")
	}
}
