package mailertest

import (
	"context"
	"fmt"
	"net"
	"sync"

	"jobalertd/mailer/mailertest/memnet"
)

// Network is mail servers by host name, reachable only from inside the process. The zero value is
// an empty network. Its methods may be called from many goroutines.
type Network struct {
	mu      sync.Mutex
	hosts   map[string]*memnet.Listener
	closers []func() error
	serving sync.WaitGroup
}

// Catch starts a catcher under a host name.
func (n *Network) Catch(host string, cfg Config) (*Catcher, error) {
	cfg.Domain = host
	c, err := New(cfg)
	if err != nil {
		return nil, err
	}
	l := n.listen(host, c.Close)
	n.serving.Go(func() { _ = c.Serve(l) }) // it ends when it is closed
	return c, nil
}

// Play lets a function serve every connection to a host name. It must return when the connection is
// closed.
func (n *Network) Play(host string, session func(net.Conn)) {
	l := n.listen(host, nil)
	n.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			n.serving.Go(func() {
				defer func() { _ = conn.Close() }()
				session(conn)
			})
		}
	})
}

func (n *Network) listen(host string, stop func() error) *memnet.Listener {
	l := memnet.Listen()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts == nil {
		n.hosts = map[string]*memnet.Listener{}
	}
	n.hosts[host] = l
	if stop == nil {
		stop = l.Close
	}
	n.closers = append(n.closers, stop)
	return l
}

// Alias gives a host a second name.
func (n *Network) Alias(alias, host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l, known := n.hosts[host]; known {
		n.hosts[alias] = l
	}
}

// Dial reaches the server under the host name in address, whatever the port. It has the form that
// clients ask for.
func (n *Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dialling %q: %w", address, err)
	}
	n.mu.Lock()
	l, known := n.hosts[host]
	n.mu.Unlock()
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return l.Dial(ctx)
}

// Close stops every server. Sessions that Play has started end when their clients hang up.
func (n *Network) Close() error {
	n.mu.Lock()
	closers := n.closers
	n.closers = nil
	n.mu.Unlock()
	var first error
	for _, stop := range closers {
		if err := stop(); err != nil && first == nil {
			first = err
		}
	}
	n.serving.Wait()
	return first
}
