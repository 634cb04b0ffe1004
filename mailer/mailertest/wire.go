package mailertest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listener puts a wire between go-smtp and each client.
type listener struct {
	net.Listener
	catcher *Catcher
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := l.catcher
	if !c.opened(conn) {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	c.mu.Lock()
	c.conns++
	w := &wire{Conn: conn, stream: conn, catcher: c, step: Step{Verb: VerbConnect, Conn: c.conns}}
	c.mu.Unlock()
	if c.cfg.TLS == FullTLS {
		w.stream = tls.Server(conn, c.tls)
	}
	w.in = bufio.NewReader(w.stream)
	return w, nil
}

// wire is a connection as go-smtp sees it: it hands over the client's commands one line at a time,
// so that each is answered before the next is looked at, and lets a script interfere.
//
// The embedded connection carries deadlines, addresses and Close, which other goroutines may call;
// everything else belongs to the one goroutine that serves the connection.
type wire struct {
	net.Conn
	stream  net.Conn // the same, or TLS over it
	in      *bufio.Reader
	catcher *Catcher

	step    Step
	line    []byte // what go-smtp has not read yet
	greeted bool
	mailing bool  // between the reply to DATA and the final dot
	ready   bool  // the last recipient was accepted
	over    bool  // a fault has hung up: what was sent before is not looked at either
	chunk   int64 // what is left of a chunk, in octets
	dot     Fault // what goes wrong with the reply to the final dot
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	if w.over {
		return 0, net.ErrClosed
	}
	if len(w.line) == 0 && w.chunk > 0 {
		n, err := w.in.Read(p[:min(int64(len(p)), w.chunk)])
		w.chunk -= int64(n)
		return n, err
	}
	for len(w.line) == 0 {
		line, err := w.in.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		if w.line, err = w.pass(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.line)
	w.line = w.line[n:]
	return n, nil
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.catcher.forget(w.Conn)
	return w.Conn.Close()
}

// pass is what go-smtp gets to see of a line: the line, or nothing where it was dealt with here.
func (w *wire) pass(line []byte) ([]byte, error) {
	if w.mailing {
		if string(line) == ".\r\n" {
			w.mailing = false
			w.step.Verb = VerbDot
			w.dot = w.catcher.fault(w.step)
		}
		return line, nil
	}
	w.observe(string(line))
	answered, err := w.happen(w.catcher.fault(w.step))
	if err == nil && w.step.Verb == VerbBdat {
		err = w.passChunk(string(line), answered)
	}
	switch {
	case err != nil || answered:
		return nil, err
	case w.step.Verb == VerbStartTLS && w.catcher.cfg.TLS == StartTLS && !w.encrypted():
		return nil, w.startTLS()
	}
	return line, nil
}

// passChunk lets go-smtp read a chunk (RFC 3030 §2), unless it was refused. The last one ends a mail
// as a final dot does.
func (w *wire) passChunk(line string, refused bool) error {
	fields := append(strings.Fields(line), "0", "")
	size, err := strconv.ParseInt(fields[1], 10, 32)
	if err != nil {
		return nil // go-smtp says so
	}
	if refused {
		_, err := io.CopyN(io.Discard, w.in, size)
		return err
	}
	w.chunk = size
	if w.ready && strings.EqualFold(fields[2], "LAST") {
		w.step.Verb, w.ready = VerbDot, false
		w.dot = w.catcher.fault(w.step)
	}
	return nil
}

// observe notes what a command says about the transaction.
func (w *wire) observe(line string) {
	verb, argument, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	w.step.Verb = Verb(strings.ToUpper(verb))
	switch w.step.Verb {
	case VerbMail:
		w.step.From, w.step.To, w.ready = path(argument), "", false
	case VerbRcpt:
		w.step.To = path(argument)
	case VerbEhlo, VerbRset:
		w.step.From, w.step.To, w.ready = "", "", false
	}
}

// path is the address in FROM:<address> and TO:<address>.
func path(argument string) string {
	_, after, _ := strings.Cut(argument, "<")
	address, _, _ := strings.Cut(after, ">")
	return address
}

// Write implements net.Conn. go-smtp writes its replies a line at a time.
func (w *wire) Write(p []byte) (int, error) {
	var fault Fault
	switch {
	case !w.greeted:
		w.greeted = true
		fault = w.catcher.fault(w.step)
	case w.step.Verb == VerbDot:
		fault, w.dot = w.dot, Fault{}
	case w.hides(p):
		return len(p), nil
	}
	answered, err := w.happen(fault)
	if err != nil {
		return 0, err
	}
	if answered {
		return len(p), nil
	}
	w.mailing = w.step.Verb == VerbData && bytes.HasPrefix(p, []byte("354"))
	w.ready = w.ready || w.step.Verb == VerbRcpt && bytes.HasPrefix(p, []byte("250"))
	return w.stream.Write(p)
}

// hides reports whether a line of the reply to EHLO is not to be offered.
func (w *wire) hides(line []byte) bool {
	extension, isOne := strings.CutPrefix(strings.TrimSpace(string(line)), "250-")
	if w.step.Verb != VerbEhlo || !isOne {
		return false
	}
	name, _, _ := strings.Cut(extension, " ")
	return name == "CHUNKING" && !w.catcher.cfg.Chunking || name == "STARTTLS" && w.encrypted() || slices.Contains(w.catcher.cfg.Hide, name)
}

// happen lets a fault take place. It reports whether the client has been answered.
func (w *wire) happen(f Fault) (answered bool, err error) {
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-w.catcher.done:
			return false, net.ErrClosed
		}
	}
	if f.Hang {
		<-w.catcher.done
		return false, net.ErrClosed
	}
	if f.Code != 0 {
		text := strings.TrimSpace(f.Enhanced + " " + f.Text)
		if _, err := fmt.Fprintf(w.stream, "%d %s\r\n", f.Code, text); err != nil {
			return false, err
		}
	}
	if f.Close {
		w.over = true
		_ = w.Close()
		return false, net.ErrClosed
	}
	return f.Code != 0, nil
}

// refusesMail reports whether the mail just sent is not to be kept.
func (w *wire) refusesMail() bool {
	f := w.dot
	return !f.Late && (f.Code != 0 || f.Hang || f.Close)
}

func (w *wire) encrypted() bool {
	_, encrypted := w.stream.(*tls.Conn)
	return encrypted
}

func (w *wire) startTLS() error {
	if _, err := w.stream.Write([]byte("220 2.0.0 Ready to start TLS\r\n")); err != nil {
		return err
	}
	stream := tls.Server(w.Conn, w.catcher.tls)
	if err := stream.Handshake(); err != nil {
		return fmt.Errorf("starting TLS: %w", err)
	}
	w.stream, w.in = stream, bufio.NewReader(stream)
	return nil
}
