package session

import (
	"net"
	"syscall"
)

// promptly is a connection that tells its peer at once what has arrived. A relay that leaves Nagle's
// algorithm on answers the end of a mail, and holds back its answer to the next envelope until the first
// one is acknowledged; Linux would wait 40 ms with that for something to send, and we have nothing to.
func promptly(conn net.Conn) net.Conn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return conn
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return conn
	}
	return prompt{tcp, raw}
}

type prompt struct {
	*net.TCPConn
	raw syscall.RawConn
}

// Read implements net.Conn. The kernel forgets the option after a while: tcp(7).
func (p prompt) Read(b []byte) (int, error) {
	_ = p.raw.Control(acknowledgeAtOnce) // without it all is as right, and slower
	return p.TCPConn.Read(b)
}

func acknowledgeAtOnce(fd uintptr) {
	_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
}
