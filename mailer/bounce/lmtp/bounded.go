package lmtp

import (
	"net"
	"sync"
	"time"
)

// bounded is a listener whose connections are bounded in number and age.
type bounded struct {
	net.Listener
	places chan struct{}

	mu    sync.Mutex
	conns map[*conn]struct{}
}

// conn gives its place back when it is closed.
type conn struct {
	net.Conn
	close func() error
}

// Close implements net.Conn.
func (c *conn) Close() error { return c.close() }

func newBounded(l net.Listener) *bounded {
	return &bounded{Listener: l, places: make(chan struct{}, maxConnections), conns: map[*conn]struct{}{}}
}

// Accept implements net.Listener. One too many is hung up on: its mails stay with the mail server.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		raw, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case b.places <- struct{}{}:
			return b.track(raw), nil
		default:
			_ = raw.Close()
		}
	}
}

func (b *bounded) track(raw net.Conn) *conn {
	c := &conn{Conn: raw}
	var timer *time.Timer
	c.close = sync.OnceValue(func() error {
		b.mu.Lock()
		timer.Stop()
		delete(b.conns, c)
		b.mu.Unlock()
		<-b.places
		return raw.Close()
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conns[c] = struct{}{}
	timer = time.AfterFunc(maxAge, func() { _ = c.Close() })
	return c
}

// closeAll hangs up on everybody.
func (b *bounded) closeAll() {
	b.mu.Lock()
	var all []*conn
	for c := range b.conns {
		all = append(all, c)
	}
	b.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}
