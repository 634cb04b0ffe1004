package mailertest

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// TLS says how a catcher offers encryption.
type TLS string

// The ways to offer encryption.
const (
	NoTLS    TLS = ""
	StartTLS TLS = "starttls" // plain text until the client asks (RFC 3207)
	FullTLS  TLS = "implicit" // from the first byte (RFC 8314)
)

// Config is what a catcher offers. The zero value takes any mail in plain text.
type Config struct {
	// Domain is the server's name, also in its certificate. Default localhost.
	Domain string
	TLS    TLS
	// Username and Password, if set, are demanded by AUTH PLAIN before any mail is taken, and not
	// before the connection is encrypted where encryption is offered.
	Username, Password string
	// MaxBytes is the largest mail taken; 0 is any.
	MaxBytes int64
	// UTF8 offers SMTPUTF8 (RFC 6531).
	UTF8 bool
	// Chunking offers CHUNKING (RFC 3030).
	Chunking bool
	// Hide lists extensions not to offer: PIPELINING, ENHANCEDSTATUSCODES, 8BITMIME.
	Hide []string
	// Keep is how many mails are remembered; older ones are forgotten. 0 is all.
	Keep int
	// Script says what goes wrong; nil is nothing. SetScript changes it.
	Script Script
}

// Mail is a mail that was taken.
type Mail struct {
	From string   // envelope sender
	To   []string // envelope recipients
	Data []byte   // header and body with CRLF line ends, no dots stuffed
	At   time.Time
	TLS  bool   // it came encrypted
	User string // who was authenticated
	UTF8 bool   // the envelope used SMTPUTF8
	Conn int    // which connection it came by, counted from 1
}

// Catcher is a mail server that keeps what it is sent. Its methods may be called from many
// goroutines.
type Catcher struct {
	cfg    Config
	tls    *tls.Config
	roots  *x509.CertPool
	server *smtp.Server
	done   chan struct{} // closed by Close

	mu     sync.Mutex
	script Script
	mails  []Mail
	conns  int
	open   map[io.Closer]struct{} // listeners and connections
	closed bool
	caught chan struct{} // closed and replaced when a mail is taken
}

// New makes a catcher; Serve lets it listen.
func New(cfg Config) (*Catcher, error) {
	if cfg.Domain == "" {
		cfg.Domain = "localhost"
	}
	c := &Catcher{
		cfg: cfg, script: cfg.Script, done: make(chan struct{}),
		open: map[io.Closer]struct{}{}, caught: make(chan struct{}),
	}
	if cfg.TLS != NoTLS {
		var err error
		if c.tls, c.roots, err = selfSigned(cfg.Domain, time.Now()); err != nil {
			return nil, fmt.Errorf("making a certificate: %w", err)
		}
	}
	c.server = smtp.NewServer(smtp.BackendFunc(c.newSession))
	c.server.Domain = cfg.Domain
	c.server.MaxMessageBytes = cfg.MaxBytes
	c.server.EnableSMTPUTF8 = cfg.UTF8
	c.server.AllowInsecureAuth = true // session.AuthMechanisms decides
	c.server.ErrorLog = log.New(io.Discard, "", 0)
	if cfg.TLS == StartTLS {
		c.server.TLSConfig = c.tls
	}
	return c, nil
}

// Serve takes connections from l until Close is called, which is no error.
func (c *Catcher) Serve(l net.Listener) error {
	if !c.opened(l) {
		return l.Close()
	}
	if err := c.server.Serve(&listener{Listener: l, catcher: c}); err != nil {
		select {
		case <-c.done:
		default:
			return fmt.Errorf("serving SMTP: %w", err)
		}
	}
	return nil
}

// Close stops listening and hangs up every connection.
func (c *Catcher) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	close(c.done)
	for closer := range c.open {
		// Whoever holds it may have closed it already.
		if err := closer.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("closing the mail catcher: %w", err)
		}
	}
	return nil
}

// opened notes what Close has to close. It reports false where that has happened already.
func (c *Catcher) opened(closer io.Closer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.open[closer] = struct{}{}
	}
	return !c.closed
}

func (c *Catcher) forget(closer io.Closer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, closer)
}

// RootCAs is what a client must trust to accept the catcher's certificate; nil without TLS.
func (c *Catcher) RootCAs() *x509.CertPool { return c.roots }

// SetScript changes what goes wrong from now on; nil is nothing.
func (c *Catcher) SetScript(s Script) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.script = s
}

// Mails is every mail taken so far, oldest first.
func (c *Catcher) Mails() []Mail {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.mails)
}

// Take is every mail taken so far, oldest first, and forgets them: for runs that take more than memory
// holds.
func (c *Catcher) Take() []Mail {
	c.mu.Lock()
	defer c.mu.Unlock()
	mails := c.mails
	c.mails = nil
	return mails
}

// Forget drops every mail taken so far.
func (c *Catcher) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mails = nil
}

// Connections is how many connections were made so far.
func (c *Catcher) Connections() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conns
}

// Await is the first mail that fits, waiting until it comes.
func (c *Catcher) Await(ctx context.Context, fits func(Mail) bool) (Mail, error) {
	for {
		c.mu.Lock()
		i, more := slices.IndexFunc(c.mails, fits), c.caught
		var found Mail
		if i >= 0 {
			found = c.mails[i]
		}
		c.mu.Unlock()
		if i >= 0 {
			return found, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("waiting for a mail: %w", context.Cause(ctx))
		}
	}
}

func (c *Catcher) take(m Mail) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mails = append(c.mails, m)
	if over := len(c.mails) - c.cfg.Keep; c.cfg.Keep > 0 && over > 0 {
		c.mails = slices.Delete(c.mails, 0, over)
	}
	close(c.caught)
	c.caught = make(chan struct{})
}

// fault asks the script.
func (c *Catcher) fault(step Step) Fault {
	c.mu.Lock()
	script := c.script
	c.mu.Unlock()
	if script == nil {
		return Fault{}
	}
	return script(step)
}

func (c *Catcher) newSession(conn *smtp.Conn) (smtp.Session, error) {
	wire, ok := conn.Conn().(*wire)
	if !ok {
		return nil, errors.New("the connection did not come through Serve")
	}
	return &session{catcher: c, wire: wire}, nil
}

// session is what go-smtp asks about one connection.
type session struct {
	catcher *Catcher
	wire    *wire
	user    string
	mail    Mail
}

var _ smtp.AuthSession = (*session)(nil)

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.catcher.cfg.Username == "" || s.catcher.tls != nil && !s.wire.encrypted() {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		want := []byte(s.catcher.cfg.Username + "\x00" + s.catcher.cfg.Password)
		if subtle.ConstantTimeCompare([]byte(username+"\x00"+password), want) == 0 {
			return smtp.ErrAuthFailed
		}
		s.user = username
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, options *smtp.MailOptions) error {
	if s.catcher.cfg.Username != "" && s.user == "" {
		return smtp.ErrAuthRequired
	}
	s.mail = Mail{From: from, UTF8: options.UTF8}
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = append(s.mail.To, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.wire.refusesMail() {
		return errors.New("the script refuses it")
	}
	m := s.mail
	m.Data, m.At, m.User, m.TLS, m.Conn = data, time.Now(), s.user, s.wire.encrypted(), s.wire.step.Conn
	s.catcher.take(m)
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.mail = Mail{} }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
