package lmtp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/mailer/ticket"
)

// office notes what it is told.
type office struct {
	mu    sync.Mutex
	told  []string
	fails error
}

func (o *office) note(format string, args ...any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, fmt.Sprintf(format, args...))
	return o.fails
}

func (o *office) To(_ context.Context, t ticket.Ticket, reports []bounce.Report, _ time.Time) error {
	return o.note("%s %s", t.Subscriber, reports[0].Verdict)
}

func (o *office) Signed(token string) bool { return token == "goodtoken" }

func (o *office) Leave(_ context.Context, token string, _ time.Time) error {
	return o.note("leave %s", token)
}

// stand is a running server and a way to it.
type stand struct {
	*office
	listener *memnet.Listener
	stop     func() error
	logged   *strings.Builder
}

// inBubble runs a test against a server in a bubble.
func inBubble(t *testing.T, test func(t *testing.T, s *stand)) {
	synctest.Test(t, func(t *testing.T) {
		s := &stand{office: &office{}, listener: memnet.Listen(), logged: &strings.Builder{}}
		server := New("Bounces.example.com", Deps{Tickets: tickets(t), Intake: s, Leaving: s, Log: slog.New(slog.NewTextHandler(s.logged, nil))})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- server.Run(ctx, s.listener) }()
		s.stop = sync.OnceValue(func() error {
			cancel()
			return <-ended
		})
		test(t, s)
		if err := s.stop(); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func tickets(t *testing.T) *ticket.Signer {
	s, err := ticket.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// janes is the bounce address of a letter to Jane.
func janes(t *testing.T) string {
	return "bounce+" + tickets(t).Sign(ticket.Ticket{Letter: mailer.LetterID("a letter"), Subscriber: "janesidjanesi"}) + "@bounces.example.com"
}

// client is a mail server that has said hello.
type client struct {
	*testing.T
	*textproto.Conn
}

func (s *stand) dial(t *testing.T) client {
	t.Helper()
	conn, err := s.listener.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := client{t, textproto.NewConn(conn)}
	c.expect("220")
	c.say("250", "LHLO mx.example.com")
	return c
}

// say sends a line and wants a reply that begins so.
func (c client) say(want, line string) {
	c.Helper()
	if err := c.PrintfLine("%s", line); err != nil {
		c.Fatal(err)
	}
	c.expect(want)
}

func (c client) expect(want string) {
	c.Helper()
	for {
		line, err := c.ReadLine()
		if err != nil || !strings.HasPrefix(line, want) {
			c.Fatalf("%q, %v; want %s", line, err, want)
		}
		if len(line) < 4 || line[3] != '-' {
			return
		}
	}
}

// mail hands a mail over and wants these replies, one for each recipient.
func (c client) mail(raw string, want ...string) {
	c.Helper()
	c.say("354", "DATA")
	w := c.DotWriter()
	_, err := w.Write([]byte(raw))
	if err := errors.Join(err, w.Close()); err != nil {
		c.Fatal(err)
	}
	for _, reply := range want {
		c.expect(reply)
	}
}

const dead = "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered mail\n\n<jane@example.org>: 550 5.1.1 user unknown (in reply to RCPT TO command)\n"

func TestMailsReachWhomTheirAddressIsSignedFor(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		c := s.dial(t)
		c.say("250", "MAIL FROM:<>")
		c.say("250", "RCPT TO:<"+strings.ToUpper(janes(t))+">")
		c.mail(dead, "250")
		c.say("250", "MAIL FROM:<jane@example.org>")
		c.say("250", "RCPT TO:<unsubscribe+goodtoken@bounces.example.com>")
		c.say("250", "RCPT TO:<"+janes(t)+">")
		c.mail("Subject: unsubscribe\n\n", "250", "250")
		c.say("221", "QUIT")
		want := []string{"janesidjanesi hard", "leave goodtoken", "janesidjanesi complaint"}
		if diff := cmp.Diff(want, s.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestAnyOtherRecipientIsRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		c := s.dial(t)
		c.say("250", "MAIL FROM:<jane@example.org>")
		good := janes(t)
		for _, address := range []string{
			"postmaster@bounces.example.com", "jobs@bounces.example.com", "bounce@bounces.example.com", "bounce+@bounces.example.com",
			"bounce+" + mailer.LetterID("a letter") + "@bounces.example.com", good[:len(good)-30] + "aaaaaaaaa@bounces.example.com",
			strings.Replace(good, "bounces.example.com", "example.com", 1), "unsubscribe@bounces.example.com",
			"unsubscribe+badtoken@bounces.example.com", "unsubscribe+goodtoken@example.com",
		} {
			c.say("550 5.1.1", "RCPT TO:<"+address+">")
		}
		c.say("502", "DATA")
		c.say("250", "RSET")
		c.say("250", "MAIL FROM:<>")
		c.say("550 5.7.1", "RCPT TO:<unsubscribe+goodtoken@bounces.example.com>") // a bounce is nobody's wish
		if len(s.told) > 0 {
			t.Errorf("told %v", s.told)
		}
	})
}

func TestWhatCannotBeKeptStaysWithTheMailServer(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		s.fails = errors.New("Redis does not answer")
		c := s.dial(t)
		for range 2 {
			c.say("250", "MAIL FROM:<jane@example.org>")
			c.say("250", "RCPT TO:<unsubscribe+goodtoken@bounces.example.com>")
			c.mail("\n", "451 4.3.0")
		}
		s.fails = nil
		c.say("250", "MAIL FROM:<jane@example.org>")
		c.say("250", "RCPT TO:<unsubscribe+goodtoken@bounces.example.com>")
		c.mail("\n", "250")
		if strings.Contains(s.logged.String(), "jane@") || !strings.Contains(s.logged.String(), "could not be dealt with yet") {
			t.Errorf("log: %s", s.logged)
		}
	})
}

func TestMailsAreBoundedInSize(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		c := s.dial(t)
		c.say("250", "MAIL FROM:<>")
		c.say("250", "RCPT TO:<"+janes(t)+">")
		c.mail(dead+strings.Repeat("our own mail, sent back\n", 100_000), "250") // 2.4 MB
		c.say("250", "MAIL FROM:<>")
		c.say("250", "RCPT TO:<"+janes(t)+">")
		c.mail(dead+strings.Repeat("our own mail, sent back\n", 200_000), "552") // 4.8 MB
		if diff := cmp.Diff([]string{"janesidjanesi hard"}, s.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// rest is a while of the bubble's clock.
func rest(d time.Duration) { time.Sleep(d) }

func TestWhoeverDawdlesIsHungUpOn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		silent := s.dial(t)
		begun := time.Now()
		silent.expect("421")
		if took := time.Since(begun); took != silence {
			t.Errorf("a silent client was borne for %v", took)
		}
		busy := s.dial(t)
		begun = time.Now()
		for {
			if busy.PrintfLine("NOOP") != nil {
				break
			}
			if _, err := busy.ReadLine(); err != nil {
				break
			}
			rest(silence / 2)
		}
		if took := time.Since(begun); took > maxAge+silence {
			t.Errorf("a client that does nothing was borne for %v", took)
		}
		slow := s.dial(t)
		slow.say("250", "MAIL FROM:<>")
		slow.say("250", "RCPT TO:<"+janes(t)+">")
		slow.say("354", "DATA")
		_ = slow.PrintfLine("Subject: and then")
		rest(2 * silence)
		if len(s.told) > 0 {
			t.Errorf("half a mail was believed: %v", s.told)
		}
	})
}

func TestConnectionsAreBoundedInNumber(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		var all []client
		for range maxConnections {
			all = append(all, s.dial(t))
		}
		conn, err := s.listener.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if line, err := textproto.NewConn(conn).ReadLine(); err == nil {
			t.Errorf("one too many was greeted: %s", line)
		}
		all[0].say("221", "QUIT")
		synctest.Wait()
		s.dial(t).say("250", "NOOP")
	})
}

func TestStoppingDoesNotWaitForAnIdleClient(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stand) {
		s.dial(t)
		begun := time.Now()
		if err := s.stop(); err != nil || time.Since(begun) > drain {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

func TestAListenerThatBreaksIsToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		_ = l.Close()
		err := New("bounces.example.com", Deps{Log: slog.New(slog.DiscardHandler)}).Run(t.Context(), l)
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("Run: %v", err)
		}
	})
}

func FuzzRecipient(f *testing.F) {
	f.Add("bounce+" + mailer.LetterID("a letter") + "abcdefghijklmnopqrstuvwxyz@bounces.example.com")
	f.Add("unsubscribe+goodtoken@bounces.example.com")
	signer, err := ticket.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		f.Fatal(err)
	}
	server := New("bounces.example.com", Deps{Tickets: signer, Leaving: &office{}})
	f.Fuzz(func(t *testing.T, to string) {
		r, ok := server.recipient(to)
		if ok && r.token != "goodtoken" {
			t.Errorf("%q was taken for %+v", to, r)
		}
	})
}
