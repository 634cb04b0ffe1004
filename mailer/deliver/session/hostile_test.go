package session

import (
	"bytes"
	"context"
	"errors"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"jobalertd/mailer"
)

// tap records what goes over a connection.
type tap struct {
	mu   sync.Mutex
	seen bytes.Buffer
}

type tappedConn struct {
	net.Conn
	tap *tap
}

func (c tappedConn) Write(p []byte) (int, error) {
	c.tap.mu.Lock()
	c.tap.seen.Write(p)
	c.tap.mu.Unlock()
	return c.Conn.Write(p)
}

func (t *tap) over(dial DialFunc) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return tappedConn{c, t}, err
	}
}

// Whatever somebody manages to put into a mail or an envelope: either the relay takes exactly that
// mail, or nothing of it goes on the wire; and no bare CR or LF ever does, with which one mail is
// smuggled into another.
func TestNothingIsSmuggled(t *testing.T) {
	pieces := []string{"a", "Subject: x", ".", "..", "\r\n", "\r\n.\r\n", "\n", "\r", "\n.\n", "\r\r\n", "\x00", "ü", "MAIL FROM:<x@y.example>", "BDAT 5 LAST", "RSET", "> ", "@"}
	bare := regexp.MustCompile(`[^\r]\n|\r[^\n]|\r$`)
	for offer, cfg := range offers() {
		t.Run(offer, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				var data []mailer.Lines // as many parts of what is drawn as can be lines of a mail
				text := ""
				for _, part := range rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12), 0, 4).Draw(rt, "data") {
					if l, err := mailer.ParseLines([]byte(strings.Join(part, ""))); err == nil {
						data, text = append(data, l), text+string(l.Bytes())
					}
				}
				from := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 4).Draw(rt, "from"), "")
				message := mailTo(t, "jane@example.com")
				message.Data = data
				if rapid.Bool().Draw(rt, "hostile envelope") {
					message.ReturnPath = from
				}
				synctest.Test(t, func(t *testing.T) {
					n := network(t)
					relay := catch(t, n, cfg)
					wiretap := new(tap)
					s := dial(t, wiretap.over(n.Dial))
					got, err := s.Send(t.Context(), message)
					if err != nil {
						rt.Errorf("Send: %v", err)
					}
					if !s.Broken() {
						if next := send(t, s, "next@example.com"); next.Class != mailer.ClassSent {
							rt.Errorf("the next mail: %+v", next)
						}
					}
					_ = s.Close()
					wiretap.mu.Lock()
					defer wiretap.mu.Unlock()
					if found := bare.Find(wiretap.seen.Bytes()); found != nil {
						rt.Errorf("%q is on the wire", found)
					}
					var taken []string
					for _, m := range relay.Mails() {
						if len(m.To) != 1 || m.To[0] != "next@example.com" {
							taken = append(taken, string(m.Data))
							if len(m.To) != 1 || m.To[0] != "jane@example.com" || m.From != message.ReturnPath {
								rt.Errorf("a mail from %q to %q", m.From, m.To)
							}
						}
					}
					switch {
					case got.Class == mailer.ClassSent && (len(taken) != 1 || taken[0] != text):
						rt.Errorf("%q arrived as %q", text, taken)
					case got.Class != mailer.ClassSent && len(taken) > 0:
						rt.Errorf("%+v, though %q arrived", got, taken)
					}
				})
			})
		})
	}
}

func TestARefusedMailTouchesNoWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		wiretap := new(tap)
		n.Play("relay", func(c net.Conn) { follow(c, [][]string{{"250 relay"}}) })
		s := dial(t, wiretap.over(n.Dial))
		before := wiretap.seen.Len()
		message := mailTo(t, "jane@example.com")
		message.ReturnPath = "us@example.com>\n"
		got, err := s.Send(t.Context(), message)
		if errors.Is(err, ErrStale) || got.Class != mailer.ClassUnwritten || wiretap.seen.Len() != before {
			t.Errorf("%+v, %v, %d bytes", got, err, wiretap.seen.Len()-before)
		}
	})
}
