package memnet

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// maxUnread is how much may be written that nobody has read, in bytes.
const maxUnread = 64 << 20

// Pair is the two ends of a connection between two addresses.
func Pair(a, b net.Addr) (net.Conn, net.Conn) {
	there, back := newStream(), newStream()
	return &conn{in: back, out: there, local: a, remote: b}, &conn{in: there, out: back, local: b, remote: a}
}

// conn is one end: it reads one stream and writes the other.
type conn struct {
	in, out       *stream
	local, remote net.Addr
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.wrap("read", err)
}

// Write implements net.Conn. It does not wait for the other end to read.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.wrap("write", err)
}

// Close implements net.Conn. What was written before can still be read at the other end.
func (c *conn) Close() error {
	reading, writing := c.in.closeReader(), c.out.closeWriter()
	if !reading && !writing {
		return c.wrap("close", net.ErrClosed)
	}
	return nil
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.wrap("set", c.in.setReadDeadline(t))
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.wrap("set", c.out.setWriteDeadline(t))
}

// LocalAddr implements net.Conn.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) wrap(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// stream is the bytes under way in one direction.
type stream struct {
	mu           sync.Mutex
	changed      sync.Cond // anything below
	data         bytes.Buffer
	most         int // how long data may get
	readerClosed bool
	writerClosed bool
	readBy       deadline
	writeBy      deadline
}

// deadline is a moment after which one side of a stream fails.
type deadline struct {
	passed bool
	timer  *time.Timer
}

func newStream() *stream {
	s := &stream{most: maxUnread}
	s.changed.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readerClosed:
			return 0, net.ErrClosed
		case s.readBy.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.data.Len() > 0:
			n, _ := s.data.Read(p) // cannot fail: there is something to read
			s.changed.Broadcast()
			return n, nil
		case s.writerClosed:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

func (s *stream) write(p []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.writerClosed:
			return written, net.ErrClosed
		case s.readerClosed:
			return written, syscall.EPIPE
		case s.writeBy.passed:
			return written, os.ErrDeadlineExceeded
		}
		n := min(len(p), s.most-s.data.Len())
		s.data.Write(p[:n])
		written += n
		p = p[n:]
		s.changed.Broadcast()
		if len(p) == 0 {
			return written, nil
		}
		s.changed.Wait()
	}
}

// closeReader reports whether the reader was open.
func (s *stream) closeReader() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	wasOpen := !s.readerClosed
	s.readerClosed = true
	s.readBy.clear()
	s.data = bytes.Buffer{} // nobody will read it
	s.changed.Broadcast()
	return wasOpen
}

// closeWriter reports whether the writer was open.
func (s *stream) closeWriter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	wasOpen := !s.writerClosed
	s.writerClosed = true
	s.writeBy.clear()
	s.changed.Broadcast()
	return wasOpen
}

func (s *stream) setReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readerClosed {
		return net.ErrClosed
	}
	s.set(&s.readBy, t)
	return nil
}

func (s *stream) setWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writerClosed {
		return net.ErrClosed
	}
	s.set(&s.writeBy, t)
	return nil
}

// set moves a deadline; the zero time is none. The stream must be locked.
func (s *stream) set(d *deadline, t time.Time) {
	d.clear()
	if t.IsZero() {
		return
	}
	rest := time.Until(t)
	if rest <= 0 {
		d.passed = true
		s.changed.Broadcast()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(rest, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d.timer == timer { // it was not moved in the meantime
			d.passed = true
			s.changed.Broadcast()
		}
	})
	d.timer = timer
}

func (d *deadline) clear() {
	if d.timer != nil {
		d.timer.Stop()
	}
	*d = deadline{}
}
