package service

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/coreos/go-systemd/v22/activation"
)

// Sockets are the listening sockets of the daemon, by name.
type Sockets struct {
	inherited map[string]net.Listener
	opened    map[string]socket
}

// socket is one that was opened here.
type socket struct {
	address  string
	listener net.Listener
}

// Inherit makes Sockets of what systemd handed over, by FileDescriptorName= (systemd.socket(5)). Its
// environment is read once: a second call inherits nothing.
func Inherit() (*Sockets, error) {
	handed, err := activation.ListenersWithNames()
	if err != nil {
		return nil, fmt.Errorf("taking over the sockets of systemd: %w", err)
	}
	s := &Sockets{inherited: map[string]net.Listener{}, opened: map[string]socket{}}
	for name, listeners := range handed {
		for i, l := range listeners {
			if i > 0 || l == nil {
				return nil, fmt.Errorf("systemd handed over %d sockets called %q; each needs one ListenStream= and a FileDescriptorName= of its own", len(listeners), name)
			}
			s.inherited[name] = l
		}
	}
	return s, nil
}

// Listen is a listener on the socket of that name: the inherited one, or else one on address. Closing
// it leaves the socket open, so that the next Listen goes on with it; a new address opens a new one.
func (s *Sockets) Listen(name, address string) (net.Listener, error) {
	if l, ok := s.inherited[name]; ok {
		return duplicate(l)
	}
	old, ok := s.opened[name]
	if ok && old.address == address {
		return duplicate(old.listener)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s.opened[name] = socket{address, l}
	if ok {
		_ = old.listener.Close() // nobody serves it any more
	}
	return duplicate(l)
}

// Close closes all sockets.
func (s *Sockets) Close() error {
	var errs []error
	for _, l := range s.inherited {
		errs = append(errs, l.Close())
	}
	for _, o := range s.opened {
		errs = append(errs, o.listener.Close())
	}
	return errors.Join(errs...)
}

// duplicate is a second listener on the same socket.
func duplicate(l net.Listener) (net.Listener, error) {
	filer, ok := l.(interface{ File() (*os.File, error) })
	if !ok {
		return nil, fmt.Errorf("a socket of type %T cannot be listened on", l)
	}
	f, err := filer.File()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return net.FileListener(f)
}
