package deliver

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

func TestMailGoesOutUnderEveryEncryption(t *testing.T) {
	tests := []struct {
		name   string
		server mailertest.Config
		relay  RelayConfig
	}{
		{"STARTTLS, which is the default", mailertest.Config{TLS: mailertest.StartTLS}, RelayConfig{}},
		{"STARTTLS and a password", mailertest.Config{TLS: mailertest.StartTLS, Username: "us", Password: "hunter2"}, RelayConfig{Username: "us", Password: "hunter2"}},
		{"implicit TLS", mailertest.Config{TLS: mailertest.FullTLS}, RelayConfig{TLS: TLSImplicit}},
		{"implicit TLS and a password", mailertest.Config{TLS: mailertest.FullTLS, Username: "us", Password: "hunter2"}, RelayConfig{TLS: TLSImplicit, Username: "us", Password: "hunter2"}},
		{"none", mailertest.Config{}, RelayConfig{TLS: TLSNone}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", test.server)
				cfg := test.relay
				cfg.Host, cfg.RootCAs = "relay", relay.RootCAs()
				if err := Check(t.Context(), Config{Relays: []RelayConfig{cfg}}, Deps{Dial: n.Dial}); err != nil {
					t.Errorf("Check = %v", err)
				}
				b := newBundle(t, n, cfg)
				for range 3 {
					if got := b.send(t, "jane@example.com"); got.Class != mailer.ClassSent {
						t.Errorf("outcome %+v", got)
					}
				}
				for _, m := range relay.Mails() {
					if m.TLS != (test.server.TLS != mailertest.NoTLS) || m.User != test.server.Username {
						t.Errorf("the mail came encrypted: %t, from %q", m.TLS, m.User)
					}
				}
			})
		})
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	type config = mailertest.Config
	tests := []struct {
		name   string
		server config
		relay  RelayConfig
		want   string
		took   time.Duration
	}{
		{"unknown host", config{}, RelayConfig{Host: "nowhere", TLS: TLSNone}, "its name cannot be found; check host", 0},
		{"wrong password", config{TLS: mailertest.StartTLS, Username: "us", Password: "hunter2"}, RelayConfig{Username: "us", Password: "guess"}, "it refuses the user name or the password", 0},
		{"no password for now", config{TLS: mailertest.StartTLS, Username: "us", Password: "hunter2", Script: mailertest.At(mailertest.VerbAuth, mailertest.Fault{Code: 454, Text: "later"})}, RelayConfig{Username: "us", Password: "hunter2"}, `it refuses us: SMTP AUTH failed: 454 "later"`, 0},
		{"no AUTH", config{TLS: mailertest.StartTLS}, RelayConfig{Username: "us", Password: "hunter2"}, "it does not ask for a password; leave out username and password", 0},
		{"password in plain text", config{Username: "us", Password: "hunter2"}, RelayConfig{TLS: TLSNone, Username: "us", Password: "hunter2"}, "use tls: starttls or tls: implicit", 0},
		{"no STARTTLS", config{}, RelayConfig{}, "it does not offer STARTTLS; use tls: implicit", 0},
		{"not encrypted from the first byte", config{TLS: mailertest.StartTLS}, RelayConfig{TLS: TLSImplicit}, "it does not speak TLS from the first byte on this port; use tls: starttls", 0},
		{"encrypted from the first byte", config{TLS: mailertest.FullTLS}, RelayConfig{DialTimeout: time.Minute}, "it does not answer in time", time.Minute},
		{"another's certificate", config{TLS: mailertest.StartTLS}, RelayConfig{Host: "alias"}, "its certificate is not valid for this host name", 0},
		{"busy", config{Script: mailertest.At(mailertest.VerbConnect, mailertest.Fault{Code: 421, Text: "too many"})}, RelayConfig{TLS: TLSNone}, `it refuses us: 421 "too many"`, 0},
		{"hanging", config{Script: mailertest.At(mailertest.VerbEhlo, mailertest.Fault{Hang: true})}, RelayConfig{TLS: TLSNone}, "it does not answer in time", 30 * time.Second},
		{"hanging in AUTH", config{TLS: mailertest.StartTLS, Username: "us", Password: "hunter2", Script: mailertest.At(mailertest.VerbAuth, mailertest.Fault{Hang: true})}, RelayConfig{Username: "us", Password: "hunter2"}, "it does not answer in time", 30 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", test.server)
				n.Alias("alias", "relay")
				cfg := test.relay
				if cfg.Host == "" {
					cfg.Host = "relay"
				}
				cfg.Name, cfg.Port, cfg.RootCAs = "main", 2525, relay.RootCAs()
				start := time.Now()
				err := Check(t.Context(), Config{Relays: []RelayConfig{cfg}}, Deps{Dial: n.Dial})
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "relay main ("+cfg.Host+" port 2525): ") {
					t.Errorf("Check = %v\nwant %s", err, test.want)
				}
				if strings.Contains(err.Error(), "hunter2") {
					t.Error("the password is shown")
				}
				if time.Since(start) != test.took {
					t.Errorf("it took %s, want %s", time.Since(start), test.took)
				}
			})
		})
	}
}

func TestCheckTellsOfEveryRelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		catch(t, n, "good", mailertest.Config{})
		n.Play("odd", func(c net.Conn) { _, _ = io.WriteString(c, "hello, who is there?\r\n") })
		err := Check(t.Context(), Config{Relays: []RelayConfig{relayAt("odd"), relayAt("good"), relayAt("nowhere")}}, Deps{Dial: n.Dial})
		if err == nil {
			t.Fatal("nothing is wrong")
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "relay odd ") || !strings.HasPrefix(lines[1], "relay nowhere ") {
			t.Errorf("Check = %v", err)
		}
		if err := Check(t.Context(), Config{}, Deps{}); err == nil {
			t.Error("a bad configuration passes")
		}
	})
}

func TestCheckEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbEhlo, mailertest.Fault{Hang: true})})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := Check(ctx, Config{Relays: []RelayConfig{relayAt("relay")}}, Deps{Dial: n.Dial})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}
