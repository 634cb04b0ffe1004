package deliver

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"jobalertd/mailer/deliver/session"
)

// TLS says how connections to a relay are encrypted.
type TLS = session.TLS

// The ways to encrypt.
const (
	TLSStart    = session.TLSStart
	TLSImplicit = session.TLSImplicit
	TLSNone     = session.TLSNone
)

// RelayConfig is one relay. Zero values mean the defaults given.
type RelayConfig struct {
	Name string // in logs and metrics; default Host
	Host string
	Port int // default 587, for TLSImplicit 465, for TLSNone 25
	TLS  TLS // default TLSStart

	RootCAs            *x509.CertPool // that may sign the relay's certificate; nil is those of the system
	Username, Password string         // see session.Config
	HELO               string         // the name we greet with; default the machine's host name

	MaxConnections int // at the same time; default 4
	// Window is the most mails under way on one connection, where the relay offers CHUNKING; one
	// that only offers PIPELINING gets two, others one. When a connection dies so many mails can
	// be in doubt. Default 8.
	Window      int
	MaxMessages int           // over one connection; default 100
	MaxAge      time.Duration // of a connection; default 10 min
	IdleTimeout time.Duration // after which an unused connection is closed; default 30 s
	DialTimeout time.Duration // from dialling to authenticated; default 30 s
	// SendTimeout is how long each reply may take; default 5 min, as RFC 5321 §4.5.3.2 asks. The
	// reply to the final dot gets twice as long: giving up there leaves the mail in doubt.
	SendTimeout time.Duration
	// Cooldown is how long the relay is paused when it refuses us. It doubles each time, up to 32
	// times as long, until a mail is taken again. Default 30 s. After other trouble the pause
	// begins with one second and ends with Cooldown.
	Cooldown time.Duration
	// RatePerSecond is the most mails begun per second; 0 is no limit.
	RatePerSecond float64
}

// Config is where mail goes.
type Config struct {
	// Relays in the order of preference; at least one.
	Relays []RelayConfig
	// Domains limits what recipients' domains get, each over all relays.
	Domains []DomainConfig
	// Grace is how long a mail under way may go on when we are asked to stop; default 6 s.
	Grace time.Duration
}

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	c.Grace = cmp.Or(c.Grace, 6*time.Second)
	relays := make([]RelayConfig, len(c.Relays))
	for i, r := range c.Relays {
		relays[i] = r.withDefaults()
	}
	c.Relays = relays
	return c
}

func (r RelayConfig) withDefaults() RelayConfig {
	r.Name = cmp.Or(r.Name, r.Host)
	r.TLS = cmp.Or(r.TLS, TLSStart)
	if r.Port == 0 {
		r.Port = map[TLS]int{TLSImplicit: 465, TLSNone: 25}[r.TLS]
		r.Port = cmp.Or(r.Port, 587)
	}
	if r.MaxConnections == 0 {
		r.MaxConnections = 4
		if r.RatePerSecond > 0 {
			r.MaxConnections = 20
		}
	}
	r.Window = cmp.Or(r.Window, 8)
	r.MaxMessages = cmp.Or(r.MaxMessages, 100)
	r.MaxAge = cmp.Or(r.MaxAge, 10*time.Minute)
	r.IdleTimeout = cmp.Or(r.IdleTimeout, 30*time.Second)
	r.DialTimeout = cmp.Or(r.DialTimeout, 30*time.Second)
	r.SendTimeout = cmp.Or(r.SendTimeout, 5*time.Minute)
	r.Cooldown = cmp.Or(r.Cooldown, 30*time.Second)
	return r
}

func (r RelayConfig) session() session.Config {
	return session.Config{
		Host: r.Host, Port: r.Port, TLS: r.TLS, RootCAs: r.RootCAs, Username: r.Username, Password: r.Password,
		HELO: r.HELO, DialTimeout: r.DialTimeout, ReplyTimeout: r.SendTimeout, Window: r.Window,
	}
}

// Validate reports every fault of the configuration, joined; nil where there is none.
func (c Config) Validate() error {
	c = c.withDefaults()
	var faults []error
	if len(c.Relays) == 0 {
		faults = append(faults, errors.New("relays: none is given; name at least one with its host"))
	}
	if c.Grace < 0 {
		faults = append(faults, fmt.Errorf("grace: %s is negative", c.Grace))
	}
	names := map[string]bool{}
	for i, r := range c.Relays {
		for _, fault := range r.faults() {
			faults = append(faults, fmt.Errorf("relays[%d].%w", i, fault))
		}
		if names[r.Name] && r.Name != "" {
			faults = append(faults, fmt.Errorf("relays[%d].name: %q is taken by another relay; give each its own", i, r.Name))
		}
		names[r.Name] = true
	}
	domains := map[string]bool{}
	for i, d := range c.Domains {
		if fault := d.fault(); fault != nil {
			faults = append(faults, fmt.Errorf("domains[%d].%w", i, fault))
		}
		if domains[d.Domain] {
			faults = append(faults, fmt.Errorf("domains[%d].domain: %q is named twice", i, d.Domain))
		}
		domains[d.Domain] = true
	}
	return errors.Join(faults...)
}

// faults lists what is wrong with a relay, each as "key: problem".
func (r RelayConfig) faults() []error {
	var faults []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	check(r.Host != "", "host: is missing; give the relay's name or address")
	check(!strings.ContainsAny(r.Host, " /@:\r\n") || net.ParseIP(r.Host) != nil,
		"host: %q is not a host name; scheme, user and port have keys of their own", r.Host)
	check(r.Port > 0 && r.Port < 1<<16, "port: %d is not a port; use 1 to 65535", r.Port)
	check(r.TLS == TLSStart || r.TLS == TLSImplicit || r.TLS == TLSNone,
		"tls: %q is unknown; use starttls, implicit or none", r.TLS)
	check(r.Password == "" || r.Username != "", "username: is missing, though a password is given")
	check(r.Username == "" || r.Password != "", "password: is missing, though a username is given")
	check(!strings.ContainsAny(r.HELO, " \t\r\n"), "helo: %q holds white space; give one host name", r.HELO)
	check(r.RatePerSecond == 0 || r.RatePerSecond >= 0.001, "rate_per_second: %g is too little; use at least 0.001, or 0 for no limit", r.RatePerSecond)
	check(r.Window > 0, "window: %d is not a positive number", r.Window)
	check(r.MaxConnections > 0, "max_connections: %d is not a positive number", r.MaxConnections)
	check(r.MaxMessages > 0, "max_messages: %d is not a positive number", r.MaxMessages)
	for _, d := range []struct {
		key   string
		value time.Duration
	}{
		{"max_age", r.MaxAge}, {"idle_timeout", r.IdleTimeout}, {"dial_timeout", r.DialTimeout},
		{"send_timeout", r.SendTimeout}, {"cooldown", r.Cooldown},
	} {
		check(d.value > 0, "%s: %s is not a positive duration", d.key, d.value)
	}
	return faults
}

// DoubtPolicy says what becomes of a letter that a relay may or may not have taken.
type DoubtPolicy string

// The policies.
const (
	DoubtResend DoubtPolicy = "resend" // send it once more after a while, with the same Message-ID; the default
	DoubtDrop   DoubtPolicy = "drop"   // keep it as a dead letter
)

// CourierConfig is how letters are worked off.
type CourierConfig struct {
	// Workers is how many letters are worked on at the same time; default: as many as one relay
	// can have under way, MaxConnections times Window. As many again are claimed and wait their
	// turn. After a crash up to Workers letters may be sent twice.
	Workers int
	InDoubt DoubtPolicy // default DoubtResend
}

func (c CourierConfig) withDefaults() CourierConfig {
	c.InDoubt = cmp.Or(c.InDoubt, DoubtResend)
	return c
}

// Validate reports every fault of the configuration, joined; nil where there is none.
func (c CourierConfig) Validate() error {
	c = c.withDefaults()
	var faults []error
	if c.Workers < 0 {
		faults = append(faults, fmt.Errorf("workers: %d is not a positive number", c.Workers))
	}
	if c.InDoubt != DoubtResend && c.InDoubt != DoubtDrop {
		faults = append(faults, fmt.Errorf("in_doubt: %q is unknown; use resend or drop", c.InDoubt))
	}
	return errors.Join(faults...)
}
