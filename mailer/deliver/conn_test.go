package deliver

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

func TestAMailArrivesAsItWasComposed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network{}
		relay := n.catch(t, "relay", mailertest.Config{})
		b := newBundle(t, n, relayAt("relay"))
		want := mailTo(t, "jane@example.com")
		outcome := b.send(t, "jane@example.com")
		if outcome.Class != mailer.ClassSent || outcome.Relay != "relay" || outcome.Code != 250 || outcome.Enhanced != "2.0.0" {
			t.Errorf("outcome %+v", outcome)
		}
		got := relay.Mails()[0]
		if string(got.Data) != string(want.Data) || got.From != want.ReturnPath || got.To[0] != "jane@example.com" {
			t.Errorf("caught %+v", got)
		}
	})
}

// Every fault at every step: what the caller is told, whether the mail was taken, and that the next
// mail gets through.
func TestWhateverGoesWrongIsToldAsItIs(t *testing.T) {
	refusal := func(code int, enhanced string) mailertest.Fault {
		return mailertest.Fault{Code: code, Enhanced: enhanced, Text: "no"}
	}
	hangUp, hang := mailertest.Fault{Close: true}, mailertest.Fault{Hang: true}
	const step = 5 * time.Minute
	tests := []struct {
		name  string
		verb  mailertest.Verb
		fault mailertest.Fault
		want  mailer.Class
		stage mailer.Stage
		taken int
		took  time.Duration
	}{
		{"MAIL refused for now", mailertest.VerbMail, refusal(451, "4.3.0"), mailer.ClassRelay, mailer.StageMail, 0, 0},
		{"MAIL refused for good", mailertest.VerbMail, refusal(550, "5.7.1"), mailer.ClassPolicy, mailer.StageMail, 0, 0},
		{"MAIL out of order", mailertest.VerbMail, refusal(503, "5.5.1"), mailer.ClassProtocol, mailer.StageMail, 0, 0},
		{"MAIL hung up on", mailertest.VerbMail, hangUp, mailer.ClassNetwork, mailer.StageMail, 0, 0},
		{"MAIL not answered", mailertest.VerbMail, hang, mailer.ClassNetwork, mailer.StageMail, 0, step},
		{"RCPT refused for now", mailertest.VerbRcpt, refusal(450, "4.2.0"), mailer.ClassGreylisted, mailer.StageRcpt, 0, 0},
		{"RCPT refused for good", mailertest.VerbRcpt, refusal(550, "5.1.1"), mailer.ClassDead, mailer.StageRcpt, 0, 0},
		{"RCPT and the relay closes", mailertest.VerbRcpt, mailertest.Fault{Code: 421, Text: "bye", Close: true}, mailer.ClassRelay, mailer.StageRcpt, 0, 0},
		{"RCPT hung up on", mailertest.VerbRcpt, hangUp, mailer.ClassNetwork, mailer.StageRcpt, 0, 0},
		{"RCPT not answered", mailertest.VerbRcpt, hang, mailer.ClassNetwork, mailer.StageRcpt, 0, step},
		{"DATA refused for now", mailertest.VerbData, refusal(451, "4.3.0"), mailer.ClassRelay, mailer.StageData, 0, 0},
		{"DATA refused for good", mailertest.VerbData, refusal(554, "5.7.1"), mailer.ClassPolicy, mailer.StageData, 0, 0},
		{"DATA hung up on", mailertest.VerbData, hangUp, mailer.ClassNetwork, mailer.StageData, 0, 0},
		{"DATA not answered", mailertest.VerbData, hang, mailer.ClassNetwork, mailer.StageData, 0, step},
		{"refused after the dot for now", mailertest.VerbDot, refusal(452, "4.2.2"), mailer.ClassMailboxFull, mailer.StageDot, 0, 0},
		{"refused after the dot for good", mailertest.VerbDot, refusal(554, "5.6.0"), mailer.ClassRefused, mailer.StageDot, 0, 0},
		{"the relay closes after the dot", mailertest.VerbDot, mailertest.Fault{Code: 421, Text: "bye", Close: true}, mailer.ClassRelay, mailer.StageDot, 0, 0},
		{"hung up on after the dot, not taken", mailertest.VerbDot, hangUp, mailer.ClassInDoubt, mailer.StageDot, 0, 0},
		{"hung up on after the dot, taken", mailertest.VerbDot, mailertest.Fault{Close: true, Late: true}, mailer.ClassInDoubt, mailer.StageDot, 1, 0},
		{"not answered after the dot, taken", mailertest.VerbDot, mailertest.Fault{Hang: true, Late: true}, mailer.ClassInDoubt, mailer.StageDot, 1, 2 * step},
		{"answered late after the dot", mailertest.VerbDot, mailertest.Fault{Delay: 9 * time.Minute}, mailer.ClassSent, mailer.StageDot, 1, 9 * time.Minute},
		{"answered late at MAIL", mailertest.VerbMail, mailertest.Fault{Delay: 4 * time.Minute}, mailer.ClassSent, mailer.StageDot, 1, 4 * time.Minute},
	}
	for _, hide := range []string{"", "PIPELINING"} {
		for _, test := range tests {
			t.Run(strings.TrimSpace(test.name+" without "+hide), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := network{}
					relay := n.catch(t, "relay", mailertest.Config{Hide: []string{hide}})
					b := newBundle(t, n, relayAt("relay"))
					if got := b.send(t, "first@example.com").Class; got != mailer.ClassSent {
						t.Fatalf("the first mail: %s", got)
					}
					relay.SetScript(mailertest.At(test.verb, test.fault).To(""))
					if test.verb != mailertest.VerbMail {
						relay.SetScript(mailertest.At(test.verb, test.fault).To("jane@example.com"))
					}
					start := time.Now()
					got := b.send(t, "jane@example.com")
					if got.Class != test.want || got.Stage != test.stage {
						t.Errorf("outcome %s at %s, want %s at %s (%+v)", got.Class, got.Stage, test.want, test.stage, got)
					}
					if took := since(start); took != test.took {
						t.Errorf("it took %s, want %s", took, test.took)
					}
					if taken := len(relay.Mails()) - 1; taken != test.taken {
						t.Errorf("the relay took %d mails, want %d", taken, test.taken)
					}
					series := fmt.Sprintf("jobalert_delivery_duration_seconds{relay=%q,result=%q}", "relay", test.want)
					if b.metric(t, series) == 0 {
						t.Errorf("%s was not counted", series)
					}
					relay.SetScript(nil)
					if got := b.send(t, "next@example.com"); got.Class != mailer.ClassSent {
						t.Errorf("the next mail: %+v", got)
					}
				})
			})
		}
	}
}

// A refused mail must not leave anything behind that the next one inherits: same connection, and
// each gets its own answer.
func TestTheNextMailDoesNotInheritARefusal(t *testing.T) {
	for _, verb := range []mailertest.Verb{mailertest.VerbMail, mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbDot} {
		for _, hide := range []string{"", "PIPELINING"} {
			t.Run(string(verb)+" "+hide, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := network{}
					refuse := mailertest.At(verb, mailertest.Fault{Code: 554, Enhanced: "5.6.0", Text: "no"})
					relay := n.catch(t, "relay", mailertest.Config{Hide: []string{hide}, Script: refuse.Times(2)})
					b := newBundle(t, n, relayAt("relay"))
					for range 2 {
						if got := b.send(t, "jane@example.com"); got.Class == mailer.ClassSent {
							t.Errorf("the refused mail: %+v", got)
						}
						time.Sleep(time.Hour) // whatever pause there is
					}
					start := relay.Connections()
					for range 3 {
						if got := b.send(t, "next@example.com"); got.Class != mailer.ClassSent {
							t.Errorf("the next mail: %+v", got)
						}
					}
					if verb != mailertest.VerbMail && relay.Connections()-start > 1 {
						t.Errorf("%d connections for three mails", relay.Connections()-start)
					}
				})
			})
		}
	}
}

func TestARefusalKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network{}
		relay := n.catch(t, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.1.1"}).To("gone@example.com")})
		b := newBundle(t, n, relayAt("relay"))
		for range 5 {
			if got := b.send(t, "gone@example.com"); got.Class != mailer.ClassDead {
				t.Errorf("outcome %+v", got)
			}
			if got := b.send(t, "jane@example.com"); got.Class != mailer.ClassSent {
				t.Errorf("outcome %+v", got)
			}
		}
		if relay.Connections() != 1 || len(relay.Mails()) != 5 {
			t.Errorf("%d connections, %d mails", relay.Connections(), len(relay.Mails()))
		}
	})
}

func TestRoundTrips(t *testing.T) {
	const trip = time.Second
	for hide, want := range map[string]time.Duration{"": 2 * trip, "PIPELINING": 4 * trip} {
		t.Run("without "+hide, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network{}
				n.play(t, "relay", func(c *textproto.Conn) { slowRelay(c, trip, hide == "") })
				b := newBundle(t, n, relayAt("relay"))
				if got := b.send(t, "jane@example.com"); got.Class != mailer.ClassSent {
					t.Fatalf("outcome %+v", got)
				}
				start := time.Now()
				b.send(t, "jane@example.com")
				if took := since(start); took != want {
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
	greeting := []string{"220 relay"}
	hello := []string{"250-relay", "250 PIPELINING"}
	tests := []struct {
		name    string
		replies [][]string // to each line in turn, EHLO first; none is a reply of no lines
		then    string     // what it must be sent after those
		want    mailer.Class
		stage   mailer.Stage
	}{
		{"it takes DATA though it refused the recipient", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}, {"354 go on"}, {"554 5.5.1 no valid recipients"}}, "RSET", mailer.ClassDead, mailer.StageRcpt},
		{"it takes DATA though it refused the sender", [][]string{hello, {"550 5.7.1 not you"}, {"503 need MAIL"}, {"354 go on"}, {"250 ok"}}, "RSET", mailer.ClassPolicy, mailer.StageMail},
		{"it answers in many lines", [][]string{hello, {"250 ok"}, {"550-5.1.1 there is", "550 5.1.1 nobody here"}, {"503 no"}}, "RSET", mailer.ClassDead, mailer.StageRcpt},
		{"it answers with yes where it should go on", [][]string{hello, {"250 ok"}, {"250 ok"}, {"250 ok"}}, "", mailer.ClassProtocol, mailer.StageData},
		{"it answers gibberish", [][]string{hello, {"250 ok"}, {"what?"}}, "", mailer.ClassProtocol, mailer.StageRcpt},
		{"it answers gibberish after the dot", [][]string{hello, {"250 ok"}, {"250 ok"}, {"354 go on"}, {"what?"}}, "", mailer.ClassInDoubt, mailer.StageDot},
		{"it asks to go on after the dot", [][]string{hello, {"250 ok"}, {"250 ok"}, {"354 go on"}, {"354 go on"}}, "", mailer.ClassInDoubt, mailer.StageDot},
		{"it closes while it refuses", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}, {"421 bye"}}, "", mailer.ClassDead, mailer.StageRcpt},
		{"it hangs up while it refuses", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}}, "", mailer.ClassDead, mailer.StageRcpt},
		{"it does not reset", [][]string{hello, {"250 ok"}, {"550 5.1.1 nobody"}, {"503 no"}, {"500 what?"}}, "", mailer.ClassDead, mailer.StageRcpt},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network{}
				after := make(chan string, 1)
				n.play(t, "relay", func(c *textproto.Conn) {
					_ = c.PrintfLine("%s", greeting[0])
					after <- follow(c, test.replies)
				})
				b := newBundle(t, n, relayAt("relay"))
				got := b.send(t, "jane@example.com")
				if got.Class != test.want || got.Stage != test.stage {
					t.Errorf("outcome %s at %s, want %s at %s (%+v)", got.Class, got.Stage, test.want, test.stage, got)
				}
				b.Close()
				if line := <-after; line != test.then && test.then != "" {
					t.Errorf("then it was sent %q, want %q", line, test.then)
				}
			})
		})
	}
}

// follow answers each line with what is next, and returns the line after those. A mail counts as
// one line.
func follow(c *textproto.Conn, replies [][]string) string {
	data := false
	for _, reply := range replies {
		line, err := c.ReadLine()
		for data && err == nil && line != "." {
			line, err = c.ReadLine()
		}
		if err != nil {
			return ""
		}
		data = strings.HasPrefix(reply[0], "354")
		for _, line := range reply {
			_ = c.PrintfLine("%s", line)
		}
	}
	line, _ := c.ReadLine()
	return line
}

func TestWhatARelayDoesNotOffer(t *testing.T) {
	big := mailTo(t, "jane@example.com")
	big.Data = append(big.Data, strings.Repeat("0123456789\r\n", 100)...)
	wide := mailTo(t, "jane@example.com")
	wide.Data = append(wide.Data, "schöne Grüße\r\n"...)
	bare := mailTo(t, "jane@example.com")
	bare.Data = append(bare.Data, "one\ntwo\r\n"...)
	unreturnable := mailTo(t, "jane@example.com")
	unreturnable.ReturnPath = "us@example.com>\r\nRCPT TO:<them@example.com"
	nobody := mailTo(t, "jane@example.com")
	nobody.To = mailer.Address{}
	tests := []struct {
		name    string
		relay   mailertest.Config
		message mailer.Message
		want    mailer.Class
	}{
		{"an address beyond ASCII", mailertest.Config{UTF8: true}, mailTo(t, "jäne@example.com"), mailer.ClassSent},
		{"an address beyond ASCII, not offered", mailertest.Config{}, mailTo(t, "jäne@example.com"), mailer.ClassRefused},
		{"a domain beyond ASCII needs nothing", mailertest.Config{}, mailTo(t, "jane@bücher.example"), mailer.ClassSent},
		{"a mail that is too big", mailertest.Config{MaxBytes: 500}, big, mailer.ClassTooBig},
		{"a mail that fits", mailertest.Config{MaxBytes: 5000}, big, mailer.ClassSent},
		{"a mail beyond ASCII", mailertest.Config{}, wide, mailer.ClassSent},
		{"a mail beyond ASCII, not offered", mailertest.Config{Hide: []string{"8BITMIME"}}, wide, mailer.ClassUnwritten},
		{"a mail with a bare line feed", mailertest.Config{}, bare, mailer.ClassUnwritten},
		{"a return path that is more than an address", mailertest.Config{}, unreturnable, mailer.ClassUnwritten},
		{"a mail to nobody", mailertest.Config{}, nobody, mailer.ClassUnwritten},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network{}
				relay := n.catch(t, "relay", test.relay)
				b := newBundle(t, n, relayAt("relay"))
				got, err := b.Send(t.Context(), func(context.Context) (mailer.Message, error) { return test.message, nil })
				if err != nil || got.Class != test.want {
					t.Errorf("outcome %+v, %v, want %s", got, err, test.want)
				}
				mails := relay.Mails()
				if sent := len(mails) == 1; sent != (test.want == mailer.ClassSent) {
					t.Fatalf("caught %d mails", len(mails))
				}
				if len(mails) == 1 && mails[0].UTF8 == test.message.To.ASCII() {
					t.Errorf("SMTPUTF8 used: %t", mails[0].UTF8)
				}
				if got := b.metric(t, `jobalert_relay_paused{relay="relay"}`); got != 0 {
					t.Error("the relay is paused for it")
				}
				if got := b.send(t, "next@example.com"); got.Class != mailer.ClassSent {
					t.Errorf("the next mail: %+v", got)
				}
			})
		})
	}
}

// breakingConn fails a write that holds a mark, after so many of its octets.
type breakingConn struct {
	net.Conn
	mark  string
	after func(length int) int
}

func (c *breakingConn) Write(p []byte) (int, error) {
	if !bytes.Contains(p, []byte(c.mark)) {
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
					n := network{}
					relay := n.catch(t, "relay", mailertest.Config{})
					deps := Deps{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
						c, err := n.dial(ctx, network, address)
						return &breakingConn{c, "Subject:", test.after}, err
					}}
					pool, err := New(Config{Relays: []RelayConfig{relayAt("relay")}}, deps)
					if err != nil {
						t.Fatal(err)
					}
					defer pool.Close()
					message := mailTo(t, "jane@example.com")
					message.Data = append(message.Data, strings.Repeat("0123456789\r\n", size)...)
					got, err := pool.Send(t.Context(), func(context.Context) (mailer.Message, error) { return message, nil })
					if err != nil || got.Class != test.want {
						t.Errorf("outcome %+v, %v, want %s", got, err, test.want)
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
		n := network{}
		n.play(t, "relay", func(c *textproto.Conn) {
			_ = c.PrintfLine("220 relay")
			follow(c, [][]string{{"250 relay"}, {"250 ok"}, {"250 ok"}, {"354 go on"}})
			_ = c.PrintfLine("552 5.3.4 that is enough")
		})
		deps := Deps{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := n.dial(ctx, network, address)
			return &breakingConn{c, "Subject:", func(n int) int { return n / 2 }}, err
		}}
		pool, err := New(Config{Relays: []RelayConfig{relayAt("relay")}}, deps)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		got, err := pool.Send(t.Context(), compose(t, "jane@example.com"))
		if err != nil || got.Class != mailer.ClassTooBig {
			t.Errorf("outcome %+v, %v", got, err)
		}
	})
}

func TestNoOutcomeHoldsTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network{}
		n.catch(t, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbRcpt,
			mailertest.Fault{Code: 550, Enhanced: "5.7.1", Text: "mail for jane.doe (jane.doe@example.com) is refused"})})
		b := newBundle(t, n, relayAt("relay"))
		got := b.send(t, "jane.doe@example.com")
		if strings.Contains(got.Text, "doe") || !strings.Contains(got.Text, "is refused") {
			t.Errorf("text %q", got.Text)
		}
		if log := b.log.String(); strings.Contains(log, "doe") || !strings.Contains(log, "relay is paused") {
			t.Errorf("log %s", log)
		}
	})
}
