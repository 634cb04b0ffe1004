package session

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

func TestRoundTrips(t *testing.T) {
	const trip = time.Second
	for hide, want := range map[string]time.Duration{"": 2 * trip, "PIPELINING": 4 * trip} {
		t.Run("without "+hide, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				n.Play("relay", func(c net.Conn) { slowRelay(textproto.NewConn(c), trip, hide == "") })
				s := dial(t, n.Dial)
				start := time.Now()
				if got := send(t, s, "jane@example.com"); got.Class != mailer.ClassSent {
					t.Fatalf("outcome %+v", got)
				}
				if took := time.Since(start); took != want {
					t.Errorf("a mail takes %s at a round trip of %s, want %s", took, trip, want)
				}
			})
		})
	}
}

// slowRelay takes a second for every batch of commands it is sent.
func slowRelay(c *textproto.Conn, trip time.Duration, pipelining bool) {
	_ = c.PrintfLine("220 relay")
	data := false
	for {
		if c.R.Buffered() == 0 {
			if _, err := c.R.Peek(1); err != nil {
				return
			}
			time.Sleep(trip)
		}
		line, err := c.ReadLine()
		switch {
		case err != nil:
			return
		case data && line != ".":
		case line == "DATA":
			data = true
			_ = c.PrintfLine("354 go on")
		case strings.HasPrefix(line, "EHLO") && pipelining:
			_ = c.PrintfLine("250-relay\r\n250 PIPELINING")
		default:
			data = false
			_ = c.PrintfLine("250 ok")
		}
	}
}

func TestARelayWithItsOwnIdeas(t *testing.T) {
	hello := []string{"250-relay", "250 PIPELINING"}
	tests := []struct {
		name    string
		replies [][]string // to each line in turn, EHLO first
		last    string     // the last line it was sent
		broken  bool
		want    mailer.Class
		stage   mailer.Stage
	}{
		{"it takes DATA though it refused the recipient", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}, {"354 go on"}, {"554 5.5.1 no valid recipients"}}, ".", false, mailer.ClassDead, mailer.StageRcpt},
		{"it takes DATA though it refused the sender", [][]string{hello, {"550 5.7.1 not you"}, {"503 need MAIL"}, {"354 go on"}, {"250 ok"}}, ".", false, mailer.ClassPolicy, mailer.StageMail},
		{"it takes recipient and DATA though it refused the sender", [][]string{hello, {"550 5.7.1 not you"}, {"250 ok"}, {"354 go on"}}, "DATA", true, mailer.ClassPolicy, mailer.StageMail},
		{"it answers in many lines", [][]string{hello, {"250 ok"}, {"550-5.1.1 there is", "550 5.1.1 nobody here"}, {"503 no"}}, "DATA", false, mailer.ClassDead, mailer.StageRcpt},
		{"it answers with yes where it should go on", [][]string{hello, {"250 ok"}, {"250 ok"}, {"250 ok"}}, "DATA", true, mailer.ClassProtocol, mailer.StageData},
		{"it answers gibberish", [][]string{hello, {"250 ok"}, {"what?"}}, "RCPT", true, mailer.ClassProtocol, mailer.StageRcpt},
		{"it answers gibberish after the dot", [][]string{hello, {"250 ok"}, {"250 ok"}, {"354 go on"}, {"what?"}}, ".", true, mailer.ClassInDoubt, mailer.StageDot},
		{"it asks to go on after the dot", [][]string{hello, {"250 ok"}, {"250 ok"}, {"354 go on"}, {"354 go on"}}, ".", true, mailer.ClassInDoubt, mailer.StageDot},
		{"it closes while it refuses", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}, {"421 bye"}}, "DATA", true, mailer.ClassDead, mailer.StageRcpt},
		{"it hangs up while it refuses", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}}, "RCPT", true, mailer.ClassDead, mailer.StageRcpt},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				last := make(chan string, 1)
				n.Play("relay", func(c net.Conn) { last <- follow(c, test.replies) })
				s := dial(t, n.Dial)
				got := send(t, s, "jane@example.com")
				if got.Class != test.want || got.Stage != test.stage {
					t.Errorf("outcome %s at %s, want %s at %s (%+v)", got.Class, got.Stage, test.want, test.stage, got)
				}
				_ = s.Close()
				if line := <-last; !strings.HasPrefix(line, test.last) {
					t.Errorf("the last line was %q, want %q", line, test.last)
				}
				if s.Broken() != test.broken {
					t.Errorf("broken %t", s.Broken())
				}
			})
		})
	}
}

// follow greets, answers each line with what is next, and hangs up. It returns the last line. A mail
// counts as one line, its final dot.
func follow(conn net.Conn, replies [][]string) (line string) {
	c := textproto.NewConn(conn)
	_ = c.PrintfLine("220 relay")
	data := false
	for _, reply := range replies {
		var err error
		for line, err = c.ReadLine(); data && err == nil && line != "."; {
			line, err = c.ReadLine()
		}
		if err != nil {
			return line
		}
		data = strings.HasPrefix(reply[0], "354")
		for _, line := range reply {
			_ = c.PrintfLine("%s", line)
		}
	}
	return line
}

// breakingConn fails the write that holds a mail, after so many of its octets.
type breakingConn struct {
	net.Conn
	after func(length int) int
}

func breaking(dial DialFunc, after func(length int) int) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return &breakingConn{c, after}, err
	}
}

func (c *breakingConn) Write(p []byte) (int, error) {
	if !bytes.Contains(p, []byte("Subject:")) {
		return c.Conn.Write(p)
	}
	n := c.after(len(p))
	if _, err := c.Conn.Write(p[:n]); err != nil {
		return 0, err
	}
	return n, syscall.ECONNRESET
}

func TestAMailCutOffIsInDoubtOnlyIfItsDotWasSent(t *testing.T) {
	tests := []struct {
		name  string
		after func(int) int
		want  mailer.Class
		taken int
	}{
		{"nothing was sent", func(int) int { return 0 }, mailer.ClassNetwork, 0},
		{"half was sent", func(n int) int { return n / 2 }, mailer.ClassNetwork, 0},
		{"all but the last octet was sent", func(n int) int { return n - 1 }, mailer.ClassNetwork, 0},
		{"all was sent", func(n int) int { return n }, mailer.ClassSent, 1},
	}
	for _, size := range []int{10, 1000} { // below and above the write buffer
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s of %d lines", test.name, size), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := network(t)
					relay := catch(t, n, mailertest.Config{})
					s := dial(t, breaking(n.Dial, test.after))
					message := mailTo(t, "jane@example.com")
					message.Data = append(message.Data, lines(t, strings.Repeat("0123456789\r\n", size)))
					if got, err := s.Send(t.Context(), message); err != nil || got.Class != test.want {
						t.Errorf("outcome %+v, want %s", got, test.want)
					}
					if taken := len(relay.Mails()); taken != test.taken {
						t.Errorf("the relay took %d mails, want %d", taken, test.taken)
					}
				})
			})
		}
	}
}

func TestARelayMaySayWhyItCutsAMailOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		n.Play("relay", func(c net.Conn) {
			follow(c, [][]string{{"250 relay"}, {"250 ok"}, {"250 ok"}, {"354 go on", "552 5.3.4 that is enough"}})
		})
		s := dial(t, breaking(n.Dial, func(n int) int { return n / 2 }))
		if got := send(t, s, "jane@example.com"); got.Class != mailer.ClassTooBig || !s.Broken() {
			t.Errorf("outcome %+v, broken %t", got, s.Broken())
		}
	})
}
