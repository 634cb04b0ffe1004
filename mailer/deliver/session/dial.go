package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"jobalertd/mailer"
)

// TLS says how a session is encrypted. The certificate is always verified.
type TLS string

// The ways to encrypt.
const (
	TLSStart    TLS = "starttls" // STARTTLS, without which nothing is sent (RFC 3207)
	TLSImplicit TLS = "implicit" // from the first byte (RFC 8314)
	TLSNone     TLS = "none"     // not at all: for a relay on the same machine or behind a tunnel
)

// Config is how to reach a relay. Every field but RootCAs, HELO and the credentials must be set.
type Config struct {
	Host string
	Port int
	TLS  TLS
	// RootCAs are trusted to sign the relay's certificate; nil is those of the system.
	RootCAs *x509.CertPool
	// Username and Password, if set, are used with the safest mechanism the relay offers. Without
	// encryption that is one that does not show the password, or nothing.
	Username, Password string
	// HELO is the name we greet with; default the machine's host name.
	HELO string
	// DialTimeout is from dialling to authenticated. ReplyTimeout is for each reply; the one to the
	// final dot gets twice as long.
	DialTimeout, ReplyTimeout time.Duration
	// Window is the most mails under way at a time, where the relay offers CHUNKING; at least one.
	Window int
}

// DialFunc makes a network connection, as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Dial makes a connection that is greeted, encrypted and authenticated. Its error is an *Error,
// unless ctx has ended.
func Dial(ctx context.Context, cfg Config, dial DialFunc) (*Session, error) {
	client, raw, err := dialClient(ctx, cfg, dial)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("connecting to %s: %w", cfg.Host, context.Cause(ctx))
		}
		return nil, &Error{err: err}
	}
	now := time.Now()
	s := &Session{
		net: raw, client: client, timeout: cfg.ReplyTimeout, born: now, heard: now,
		window: 1, writing: make(chan struct{}, 1),
	}
	s.pipelining, _ = client.Extension("PIPELINING")
	s.chunking, _ = client.Extension("CHUNKING")
	switch {
	case s.pipelining && s.chunking:
		s.window = max(1, cfg.Window)
	case s.pipelining: // while one mail waits for its last reply, the next says whom it is for
		s.window = max(1, min(2, cfg.Window))
	}
	s.utf8, _ = client.Extension("SMTPUTF8")
	s.eightBit, _ = client.Extension("8BITMIME")
	_, size := client.Extension("SIZE")
	s.maxSize, _ = strconv.Atoi(size) // none, or 0, is no limit (RFC 1870 §4)
	return s, nil
}

// dialClient leaves nothing open when it fails: go-mail does not close what it has dialled.
func dialClient(ctx context.Context, cfg Config, dial DialFunc) (*smtp.Client, net.Conn, error) {
	var raw net.Conn
	unwatch := func() bool { return true }
	client, err := newClient(cfg, func(dialCtx context.Context, network, address string) (net.Conn, error) {
		var err error
		if raw, err = dial(dialCtx, network, address); err != nil {
			return nil, err
		}
		raw = promptly(raw)
		// ctx, not dialCtx: go-mail ends that one when it has connected.
		unwatch = context.AfterFunc(ctx, func() { _ = raw.Close() })
		if cfg.TLS != TLSImplicit {
			return raw, nil
		}
		encrypted := tls.Client(raw, cfg.tlsConfig())
		return encrypted, encrypted.HandshakeContext(dialCtx)
	})
	if err != nil {
		return nil, nil, err
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if !unwatch() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		if raw != nil {
			_ = raw.Close()
		}
		return nil, nil, err
	}
	return session, raw, nil
}

func newClient(cfg Config, dial mail.DialContextFunc) (*mail.Client, error) {
	policy := map[TLS]mail.TLSPolicy{
		TLSStart: mail.TLSMandatory,
		TLSNone:  mail.NoTLS,
		// What dial returns is encrypted already. Of go-mail's policies only this one notices, and
		// without noticing it would not offer the password; inside TLS no relay offers STARTTLS.
		TLSImplicit: mail.TLSOpportunistic,
	}[cfg.TLS]
	options := []mail.Option{
		mail.WithPort(cfg.Port), mail.WithTimeout(cfg.DialTimeout), mail.WithDialContextFunc(dial),
		mail.WithTLSPolicy(policy), mail.WithTLSConfig(cfg.tlsConfig()),
	}
	if cfg.HELO != "" {
		options = append(options, mail.WithHELO(cfg.HELO))
	}
	if cfg.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(cfg.Username), mail.WithPassword(cfg.Password))
	}
	return mail.NewClient(cfg.Host, options...)
}

func (c Config) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true}
}

// Error is a relay that could not be made ready to take mail.
type Error struct{ err error }

// Error says what is wrong and, if that is known, how to mend it.
func (e *Error) Error() string {
	if hint := e.Hint(); hint != "" {
		return hint + ": " + e.err.Error()
	}
	return e.err.Error()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.err }

// Outcome is what the failure would mean for a mail.
func (e *Error) Outcome() mailer.Outcome {
	if reply, ok := errors.AsType[*textproto.Error](e.err); ok {
		return mailer.Classify(mailer.StageConnect, reply.Code, "", reply.Msg)
	}
	return mailer.Classify(mailer.StageConnect, 0, "", e.err.Error())
}

// Hint puts the usual faults in the operator's words; "" for others. Where go-mail has no type for
// an error, its text must do; a test holds us to it.
func (e *Error) Hint() string {
	text := e.err.Error()
	reply, replied := errors.AsType[*textproto.Error](e.err)
	lookup, looking := errors.AsType[*net.DNSError](e.err)
	var network net.Error
	switch {
	case strings.Contains(text, "SMTP AUTH failed") && replied && reply.Code/100 == 5:
		return "it refuses the user name or the password"
	case errors.Is(e.err, mail.ErrNoSupportedAuthDiscovered):
		return "it offers no way to authenticate that keeps the password secret; use tls: starttls or tls: implicit"
	case strings.Contains(text, "does not support SMTP AUTH"):
		return "it does not ask for a password; leave out username and password"
	case strings.Contains(text, "does not support STARTTLS"):
		return "it does not offer STARTTLS; use tls: implicit, with its port, or tls: none if the way to it is safe"
	case isType[*tls.CertificateVerificationError](e.err), isType[x509.UnknownAuthorityError](e.err):
		return "its certificate is not valid for this host name; check host, or name the authority that signed it"
	case isType[tls.RecordHeaderError](e.err):
		return "it does not speak TLS from the first byte on this port; use tls: starttls, or another port"
	case looking && lookup.IsNotFound:
		return "its name cannot be found; check host"
	case errors.As(e.err, &network) && network.Timeout():
		return "it does not answer in time; check host and port, and firewalls between"
	case replied:
		return "it refuses us"
	default:
		return ""
	}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
