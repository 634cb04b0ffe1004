package memnet

import (
	"context"
	"net"
	"sync"
	"syscall"
)

const (
	listenPort    = 1
	firstDialPort = 49152 // the dynamic ports of RFC 6335 §6
	lastDialPort  = 65535
)

// Listener is a place to dial. It implements net.Listener.
type Listener struct {
	mu      sync.Mutex
	arrived sync.Cond // a connection was dialled, or the listener closed
	waiting []net.Conn
	dialled int
	closed  bool
}

var _ net.Listener = (*Listener)(nil)

// Listen opens a listener that only this process can reach, through its Dial.
func Listen() *Listener {
	l := &Listener{}
	l.arrived.L = &l.mu
	return l
}

// Addr is a TCP address of the loopback interface.
func (l *Listener) Addr() net.Addr { return loopback(listenPort) }

// Accept returns the next dialled connection; it blocks until there is one. Once the listener is
// closed its error wraps net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) == 0 && !l.closed {
		l.arrived.Wait()
	}
	if l.closed {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	conn := l.waiting[0]
	l.waiting = l.waiting[1:]
	return conn, nil
}

// Close ends Accept and refuses further dialling. Connections that were dialled and not accepted
// are closed; those that were accepted live on.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return &net.OpError{Op: "close", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	l.closed = true
	for _, conn := range l.waiting {
		_ = conn.Close()
	}
	l.waiting = nil
	l.arrived.Broadcast()
	return nil
}

// Dial connects to the listener. It does not wait to be accepted. Dialling a closed listener is
// refused with syscall.ECONNREFUSED.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: l.Addr(), Err: err}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: l.Addr(), Err: syscall.ECONNREFUSED}
	}
	port := firstDialPort + l.dialled%(lastDialPort-firstDialPort+1)
	l.dialled++
	client, server := Pair(loopback(port), l.Addr())
	l.waiting = append(l.waiting, server)
	l.arrived.Broadcast()
	return client, nil
}

// DialContext is Dial in the form that http.Transport, go-redis and go-mail ask for. It reaches
// the listener whatever the address says.
func (l *Listener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	return l.Dial(ctx)
}

func loopback(port int) net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
}
