package mailertest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"jobalertd/mailer/mailertest/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// catch starts a catcher in the test's bubble and gives a way to dial it.
func catch(t *testing.T, cfg Config) (*Catcher, func() net.Conn) {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := memnet.Listen()
	served := make(chan error, 1)
	go func() { served <- c.Serve(l) }()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	return c, func() net.Conn {
		conn, err := l.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
}

// client is a session past EHLO.
func client(t *testing.T, conn net.Conn) *smtp.Client {
	t.Helper()
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Hello("test.example"); err != nil {
		t.Fatal(err)
	}
	return c
}

const aMail = "Subject: hello\r\n\r\nFirst line\r\n.a line with a dot\r\n"

func send(c *smtp.Client, to string) error {
	if err := c.Mail("us@example.com"); err != nil {
		return fmt.Errorf("MAIL: %w", err)
	}
	if err := c.Rcpt(to); err != nil {
		return fmt.Errorf("RCPT: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("DATA: %w", err)
	}
	if _, err := io.WriteString(w, aMail); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("dot: %w", err)
	}
	return nil
}

func TestAMailIsKeptAsItWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, dial := catch(t, Config{})
		start := time.Now()
		if err := send(client(t, dial()), "jane@example.com"); err != nil {
			t.Fatal(err)
		}
		want := []Mail{{From: "us@example.com", To: []string{"jane@example.com"}, Data: []byte(aMail), At: start, Conn: 1}}
		if diff := cmp.Diff(want, c.Mails()); diff != "" {
			t.Errorf("caught (-want +got):\n%s", diff)
		}
		c.Forget()
		if got := len(c.Mails()); got != 0 {
			t.Errorf("%d mails after forgetting", got)
		}
	})
}

func TestOldMailsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, dial := catch(t, Config{Keep: 2})
		conn := client(t, dial())
		for i := range 5 {
			if err := send(conn, fmt.Sprintf("%d@example.com", i)); err != nil {
				t.Fatal(err)
			}
		}
		mails := c.Mails()
		if len(mails) != 2 || mails[0].To[0] != "3@example.com" || mails[1].To[0] != "4@example.com" {
			t.Errorf("kept %+v", mails)
		}
	})
}

func TestEncryption(t *testing.T) {
	t.Run("STARTTLS", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, dial := catch(t, Config{TLS: StartTLS, Domain: "mail.example", Username: "us", Password: "secret"})
			conn := client(t, dial())
			if ok, _ := conn.Extension("AUTH"); ok {
				t.Error("AUTH is offered in plain text")
			}
			if err := conn.StartTLS(&tls.Config{ServerName: "mail.example", RootCAs: c.RootCAs()}); err != nil {
				t.Fatal(err)
			}
			if ok, _ := conn.Extension("STARTTLS"); ok {
				t.Error("STARTTLS is offered twice")
			}
			if err := conn.Auth(smtp.PlainAuth("", "us", "secret", "localhost")); err != nil {
				t.Fatal(err)
			}
			if err := send(conn, "jane@example.com"); err != nil {
				t.Fatal(err)
			}
			if m := c.Mails()[0]; !m.TLS || m.User != "us" {
				t.Errorf("the mail came encrypted: %t, from user %q", m.TLS, m.User)
			}
		})
	})
	t.Run("implicit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, dial := catch(t, Config{TLS: FullTLS})
			conn := client(t, tls.Client(dial(), &tls.Config{ServerName: "localhost", RootCAs: c.RootCAs()}))
			if err := send(conn, "jane@example.com"); err != nil {
				t.Fatal(err)
			}
			if !c.Mails()[0].TLS {
				t.Error("the mail did not come encrypted")
			}
		})
	})
	t.Run("a wrong password is refused and nothing is taken", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, dial := catch(t, Config{Username: "us", Password: "secret"})
			conn := client(t, dial())
			if err := send(conn, "jane@example.com"); err == nil || !strings.Contains(err.Error(), "authenticate") {
				t.Errorf("without AUTH: %v", err)
			}
			err := conn.Auth(smtp.PlainAuth("", "us", "guess", "localhost"))
			if reply, ok := errors.AsType[*textproto.Error](err); !ok || reply.Code != 535 {
				t.Errorf("AUTH: %v", err)
			}
			if n := len(c.Mails()); n != 0 {
				t.Errorf("%d mails taken", n)
			}
		})
	})
}

func TestWhatIsOfferedCanBeHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, dial := catch(t, Config{Hide: []string{"PIPELINING"}, UTF8: true, MaxBytes: 1000})
		conn := client(t, dial())
		for extension, want := range map[string]bool{"PIPELINING": false, "CHUNKING": false, "ENHANCEDSTATUSCODES": true, "SMTPUTF8": true, "SIZE": true} {
			if got, _ := conn.Extension(extension); got != want {
				t.Errorf("%s offered: %t, want %t", extension, got, want)
			}
		}
	})
}

func TestAFaultCanHappenAtEveryStep(t *testing.T) {
	verbs := []Verb{VerbConnect, VerbEhlo, VerbMail, VerbRcpt, VerbData, VerbDot}
	type result struct {
		err   string // what the client's error must hold
		taken int
		took  time.Duration
	}
	tests := []struct {
		name  string
		fault Fault
		want  func(Verb) result
	}{
		{"refused", Fault{Code: 451, Enhanced: "4.3.0", Text: "later"}, func(Verb) result { return result{`451 "4.3.0 later"`, 0, 0} }},
		{"hung up on", Fault{Close: true}, func(Verb) result { return result{"EOF", 0, 0} }},
		{"refused and hung up on", Fault{Code: 421, Text: "bye", Close: true}, func(Verb) result { return result{`421 "bye"`, 0, 0} }},
		{"left hanging", Fault{Hang: true}, func(Verb) result { return result{"timeout", 0, time.Minute} }},
		{"slow", Fault{Delay: time.Second}, func(Verb) result { return result{"", 1, time.Second} }},
		{"only the answer is lost", Fault{Close: true, Late: true}, func(v Verb) result {
			if v == VerbDot {
				return result{"EOF", 1, 0}
			}
			return result{"EOF", 0, 0}
		}},
	}
	for _, test := range tests {
		for _, verb := range verbs {
			t.Run(test.name+" at "+string(verb), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, dial := catch(t, Config{Script: At(verb, test.fault).Times(1)})
					start := time.Now()
					err := oneMail(dial())
					want := test.want(verb)
					if (err == nil) != (want.err == "") || err != nil && !strings.Contains(err.Error(), want.err) {
						t.Errorf("the client got %v, want %q", err, want.err)
					}
					if got := time.Since(start); got != want.took {
						t.Errorf("it took %s, want %s", got, want.took)
					}
					if got := len(c.Mails()); got != want.taken {
						t.Errorf("%d mails taken, want %d", got, want.taken)
					}
					if err := oneMail(dial()); err != nil {
						t.Errorf("the next client got %v", err)
					}
				})
			})
		}
	}
}

// oneMail sends one mail over a new connection, with a minute of patience and no second tries.
func oneMail(conn net.Conn) error {
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	text := textproto.NewConn(conn)
	steps := []struct {
		line string
		code int
	}{
		{"", 220}, {"EHLO test.example", 250}, {"MAIL FROM:<us@example.com>", 250},
		{"RCPT TO:<jane@example.com>", 250}, {"DATA", 354}, {"Subject: hello\r\n\r\nbody\r\n.", 250},
	}
	for _, step := range steps {
		if step.line != "" {
			if err := text.PrintfLine("%s", step.line); err != nil {
				return err
			}
		}
		if _, _, err := text.ReadResponse(step.code); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				return errors.New("timeout")
			}
			return err
		}
	}
	return nil
}

func TestAPipelineIsAnsweredInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, dial := catch(t, Config{Script: At(VerbData, Fault{Code: 451, Text: "no data"}).Times(1)})
		conn := dial()
		transaction := "MAIL FROM:<us@example.com>\r\nRCPT TO:<jane@example.com>\r\nDATA\r\n"
		_, err := io.WriteString(conn, "EHLO test.example\r\n"+transaction+"RSET\r\n"+transaction+"a: b\r\n\r\nDATA\r\n.\r\nQUIT\r\n")
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			if code, _, final := strings.Cut(lines.Text(), " "); final && len(code) == 3 {
				codes = append(codes, code)
			}
		}
		want := []string{"220", "250", "250", "250", "451", "250", "250", "250", "354", "250", "221"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("replies (-want +got):\n%s", diff)
		}
		if mails := c.Mails(); len(mails) != 1 || string(mails[0].Data) != "a: b\r\n\r\nDATA\r\n" {
			t.Errorf("caught %+v", mails)
		}
	})
}

func TestAScriptMayMeanOneRecipient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, dial := catch(t, Config{})
		c.SetScript(At(VerbRcpt, Fault{Code: 550, Enhanced: "5.1.1", Text: "nobody"}).To("Gone@example.com"))
		conn := client(t, dial())
		if err := send(conn, "gone@example.com"); err == nil || !strings.Contains(err.Error(), "5.1.1") {
			t.Errorf("the refused recipient: %v", err)
		}
		if err := conn.Reset(); err != nil {
			t.Fatal(err)
		}
		if err := send(conn, "jane@example.com"); err != nil {
			t.Errorf("another recipient: %v", err)
		}
	})
}

func TestAwaitingAMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, dial := catch(t, Config{})
		conn := client(t, dial())
		time.AfterFunc(time.Hour, func() {
			for _, to := range []string{"ann@example.com", "bob@example.com"} {
				if err := send(conn, to); err != nil {
					t.Error(err)
				}
			}
		})
		got, err := c.Await(t.Context(), func(m Mail) bool { return m.To[0] == "bob@example.com" })
		if err != nil || got.To[0] != "bob@example.com" {
			t.Errorf("Await = %+v, %v", got, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := c.Await(ctx, func(Mail) bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting in vain: %v", err)
		}
		if c.Connections() != 1 {
			t.Errorf("%d connections", c.Connections())
		}
	})
}

func TestClosingEndsHungAndSlowSessions(t *testing.T) {
	for name, fault := range map[string]Fault{"hung": {Hang: true}, "slow": {Delay: time.Hour}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, dial := catch(t, Config{Script: At(VerbMail, fault)})
				failed := make(chan error)
				go func() { failed <- send(client(t, dial()), "jane@example.com") }()
				synctest.Wait()
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
				if err := <-failed; err == nil {
					t.Error("the mail was taken")
				}
				if err := c.Close(); err != nil {
					t.Errorf("closing twice: %v", err)
				}
			})
		})
	}
}
