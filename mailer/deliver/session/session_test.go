package session

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network is a network that ends with the test; it must be made in the test's bubble.
func network(t *testing.T) *mailertest.Network {
	t.Helper()
	n := new(mailertest.Network)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// catch starts a catcher as the host "relay".
func catch(t *testing.T, n *mailertest.Network, cfg mailertest.Config) *mailertest.Catcher {
	t.Helper()
	c, err := n.Catch("relay", cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plain is how to reach the host "relay".
func plain() Config {
	return Config{Host: "relay", Port: 25, TLS: TLSNone, HELO: "test.example", DialTimeout: time.Minute, ReplyTimeout: replyTime, Window: 8}
}

const replyTime = 5 * time.Minute

// dial begins a session that ends with the test.
func dial(t *testing.T, over DialFunc) *Session {
	t.Helper()
	s, err := Dial(t.Context(), plain(), over)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// mailTo is a small mail.
func mailTo(t *testing.T, to string) mailer.Message {
	t.Helper()
	address, err := mailer.ParseAddress(to)
	if err != nil {
		t.Fatal(err)
	}
	return mailer.Message{ID: "1@example.com", ReturnPath: "bounce+1@example.com", To: address,
		Data: []mailer.Lines{lines(t, "Message-ID: <1@example.com>\r\nSubject: hello\r\n\r\n"), lines(t, "First line\r\n.a line with a dot\r\n")}}
}

func lines(t *testing.T, text string) mailer.Lines {
	t.Helper()
	l, err := mailer.ParseLines([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// send sends a small mail.
func send(t *testing.T, s *Session, to string) mailer.Outcome {
	t.Helper()
	outcome, err := s.Send(t.Context(), mailTo(t, to))
	if err != nil {
		t.Errorf("Send: %v", err)
	}
	return outcome
}

func TestAMailArrivesAsItWasComposed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, mailertest.Config{})
		s := dial(t, n.Dial)
		outcome := send(t, s, "jane@example.com")
		if outcome.Class != mailer.ClassSent || outcome.Code != 250 || outcome.Enhanced != "2.0.0" || s.Broken() {
			t.Errorf("outcome %+v, broken %t", outcome, s.Broken())
		}
		want, got := mailTo(t, "jane@example.com"), relay.Mails()[0]
		if string(got.Data) != string(want.Bytes()) || got.From != want.ReturnPath || got.To[0] != "jane@example.com" {
			t.Errorf("caught %+v", got)
		}
	})
}

// offers are relays of every kind of envelope.
func offers() map[string]mailertest.Config {
	return map[string]mailertest.Config{
		"step by step":               {Hide: []string{"PIPELINING"}},
		"pipelined":                  {},
		"in chunks":                  {Chunking: true},
		"in chunks after a pause":    {Chunking: true},
		"in chunks and step by step": {Chunking: true, Hide: []string{"PIPELINING"}},
	}
}

// Every fault at every step: what the caller is told, whether the mail was taken, and whether the
// session can go on.
func TestWhateverGoesWrongIsToldAsItIs(t *testing.T) {
	refusal := func(code int, enhanced string) mailertest.Fault {
		return mailertest.Fault{Code: code, Enhanced: enhanced, Text: "no"}
	}
	hangUp, hang := mailertest.Fault{Close: true}, mailertest.Fault{Hang: true}
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
		{"MAIL hung up on, so that it is for another session", mailertest.VerbMail, hangUp, "", "", 0, 0},
		{"MAIL not answered", mailertest.VerbMail, hang, mailer.ClassNetwork, mailer.StageMail, 0, replyTime},
		{"RCPT refused for now", mailertest.VerbRcpt, refusal(450, "4.2.0"), mailer.ClassGreylisted, mailer.StageRcpt, 0, 0},
		{"RCPT refused for good", mailertest.VerbRcpt, refusal(550, "5.1.1"), mailer.ClassDead, mailer.StageRcpt, 0, 0},
		{"RCPT and the relay closes", mailertest.VerbRcpt, mailertest.Fault{Code: 421, Text: "bye", Close: true}, mailer.ClassRelay, mailer.StageRcpt, 0, 0},
		{"RCPT hung up on", mailertest.VerbRcpt, hangUp, mailer.ClassNetwork, mailer.StageRcpt, 0, 0},
		{"RCPT not answered", mailertest.VerbRcpt, hang, mailer.ClassNetwork, mailer.StageRcpt, 0, replyTime},
		{"DATA refused for now", mailertest.VerbData, refusal(451, "4.3.0"), mailer.ClassRelay, mailer.StageData, 0, 0},
		{"DATA refused for good", mailertest.VerbData, refusal(554, "5.7.1"), mailer.ClassPolicy, mailer.StageData, 0, 0},
		{"DATA hung up on", mailertest.VerbData, hangUp, mailer.ClassNetwork, mailer.StageData, 0, 0},
		{"DATA not answered", mailertest.VerbData, hang, mailer.ClassNetwork, mailer.StageData, 0, replyTime},
		{"refused after the dot for now", mailertest.VerbDot, refusal(452, "4.2.2"), mailer.ClassMailboxFull, mailer.StageDot, 0, 0},
		{"refused after the dot for good", mailertest.VerbDot, refusal(554, "5.6.0"), mailer.ClassRefused, mailer.StageDot, 0, 0},
		{"the relay closes after the dot", mailertest.VerbDot, mailertest.Fault{Code: 421, Text: "bye", Close: true}, mailer.ClassRelay, mailer.StageDot, 0, 0},
		{"hung up on after the dot, not taken", mailertest.VerbDot, hangUp, mailer.ClassInDoubt, mailer.StageDot, 0, 0},
		{"hung up on after the dot, taken", mailertest.VerbDot, mailertest.Fault{Close: true, Late: true}, mailer.ClassInDoubt, mailer.StageDot, 1, 0},
		{"not answered after the dot, taken", mailertest.VerbDot, mailertest.Fault{Hang: true, Late: true}, mailer.ClassInDoubt, mailer.StageDot, 1, 2 * replyTime},
		{"answered late after the dot", mailertest.VerbDot, mailertest.Fault{Delay: 9 * time.Minute}, mailer.ClassSent, mailer.StageDot, 1, 9 * time.Minute},
		{"answered late at MAIL", mailertest.VerbMail, mailertest.Fault{Delay: 4 * time.Minute}, mailer.ClassSent, mailer.StageDot, 1, 4 * time.Minute},
	}
	for offer, relayConfig := range offers() {
		for _, test := range tests {
			if relayConfig.Chunking && test.verb == mailertest.VerbData {
				continue // there is none
			}
			if unheard := test.want == "" || test.want == mailer.ClassNetwork; unheard && offer == "in chunks" {
				test.want, test.stage = mailer.ClassInDoubt, mailer.StageDot // all of it was sent
			}
			t.Run(test.name+" "+offer, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := network(t)
					relay := catch(t, n, relayConfig)
					s := dial(t, n.Dial)
					if got := send(t, s, "first@example.com").Class; got != mailer.ClassSent {
						t.Fatalf("the first mail: %s", got)
					}
					if strings.HasSuffix(offer, "pause") {
						time.Sleep(2 * fresh)
					}
					to := "jane@example.com"
					if test.verb == mailertest.VerbMail {
						to = "" // not known yet
					}
					relay.SetScript(mailertest.At(test.verb, test.fault).To(to))
					start := time.Now()
					got, err := s.Send(t.Context(), mailTo(t, "jane@example.com"))
					if stale := test.want == ""; errors.Is(err, ErrStale) != stale {
						t.Errorf("Send: %v", err)
					}
					if got.Class != test.want || got.Stage != test.stage {
						t.Errorf("outcome %s at %s, want %s at %s (%+v)", got.Class, got.Stage, test.want, test.stage, got)
					}
					if took := time.Since(start); took != test.took {
						t.Errorf("it took %s, want %s", took, test.took)
					}
					if taken := len(relay.Mails()) - 1; taken != test.taken {
						t.Errorf("the relay took %d mails, want %d", taken, test.taken)
					}
					relay.SetScript(nil)
					if s.Broken() {
						s = dial(t, n.Dial)
					}
					if got := send(t, s, "next@example.com"); got.Class != mailer.ClassSent {
						t.Errorf("the next mail: %+v", got)
					}
				})
			})
		}
	}
}

// A refused mail must not leave anything behind that the next one inherits.
func TestARefusalLeavesTheSessionAsItWas(t *testing.T) {
	for _, verb := range []mailertest.Verb{mailertest.VerbMail, mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbDot} {
		for offer, cfg := range offers() {
			if cfg.Chunking && verb == mailertest.VerbData {
				continue
			}
			t.Run(string(verb)+" "+offer, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := network(t)
					refuse := mailertest.At(verb, mailertest.Fault{Code: 554, Enhanced: "5.6.0", Text: "no"})
					cfg.Script = refuse.Times(1)
					relay := catch(t, n, cfg)
					s := dial(t, n.Dial)
					if got := send(t, s, "jane@example.com"); got.Class == mailer.ClassSent || got.Code != 554 {
						t.Errorf("the refused mail: %+v", got)
					}
					for range 3 {
						if got := send(t, s, "next@example.com"); got.Class != mailer.ClassSent {
							t.Errorf("the next mail: %+v", got)
						}
					}
					if relay.Connections() != 1 || len(relay.Mails()) != 3 {
						t.Errorf("%d connections, %d mails", relay.Connections(), len(relay.Mails()))
					}
				})
			})
		}
	}
}

// Exim drops clients that send RSET again and again, with all mails that are on their way.
func TestASessionWithManyRefusalsIsSpentInTime(t *testing.T) {
	for offer, cfg := range offers() {
		t.Run(offer, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				resets := 0
				refuse := mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.1.1"})
				cfg.Script = func(s mailertest.Step) mailertest.Fault {
					if s.Verb == mailertest.VerbRset {
						resets++
					}
					return refuse(s)
				}
				catch(t, n, cfg)
				s := dial(t, n.Dial)
				for ended := false; !ended; {
					all := make([]told, 8)
					var sending sync.WaitGroup
					for i := range all {
						sending.Go(func() {
							outcome, err := s.Send(t.Context(), mailTo(t, person(i)))
							all[i] = told{outcome, err != nil}
						})
					}
					sending.Wait()
					for _, got := range all {
						ended = ended || got.stale
						if !got.stale && got.outcome.Class != mailer.ClassDead {
							t.Errorf("%+v", got)
						}
					}
					if ended = ended || resets > 10; ended && (!s.Spent() || s.Broken() || resets > 10) {
						t.Errorf("spent %t, broken %t after %d RSETs", s.Spent(), s.Broken(), resets)
					}
				}
			})
		})
	}
}

func TestASessionThatEndedMeanwhileIsStale(t *testing.T) {
	faults := map[string]mailertest.Fault{"silently": {Close: true}, "with a word": {Code: 421, Text: "idle for too long", Close: true}}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, mailertest.Config{})
				s := dial(t, n.Dial)
				send(t, s, "first@example.com")
				relay.SetScript(mailertest.At(mailertest.VerbMail, fault))
				if _, err := s.Send(t.Context(), mailTo(t, "jane@example.com")); !errors.Is(err, ErrStale) || !s.Broken() {
					t.Errorf("%v, broken %t", err, s.Broken())
				}
				s = dial(t, n.Dial)
				if _, err := s.Send(t.Context(), mailTo(t, "jane@example.com")); err != nil || !s.Broken() {
					t.Errorf("a new session that is hung up on: %v, broken %t", err, s.Broken())
				}
			})
		})
	}
}

func TestTheContextCutsAMailOff(t *testing.T) {
	for verb, want := range map[mailertest.Verb]mailer.Class{mailertest.VerbRcpt: mailer.ClassNetwork, mailertest.VerbDot: mailer.ClassInDoubt} {
		t.Run(string(verb), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				catch(t, n, mailertest.Config{Script: mailertest.At(verb, mailertest.Fault{Hang: true})})
				s := dial(t, n.Dial)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				got, _ := s.Send(ctx, mailTo(t, "jane@example.com"))
				if got.Class != want || !s.Broken() || time.Since(start) != time.Second {
					t.Errorf("after %s: %+v, broken %t", time.Since(start), got, s.Broken())
				}
			})
		})
	}
}

func TestWhatARelayDoesNotOffer(t *testing.T) {
	big := mailTo(t, "jane@example.com")
	big.Data = append(big.Data, lines(t, strings.Repeat("0123456789\r\n", 100)))
	wide := mailTo(t, "jane@example.com")
	wide.Data = append(wide.Data, lines(t, "schöne Grüße\r\n"))
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
		{"SMTPUTF8 offered and not needed", mailertest.Config{UTF8: true}, mailTo(t, "jane@example.com"), mailer.ClassSent},
		{"an address beyond ASCII", mailertest.Config{UTF8: true}, mailTo(t, "jäne@example.com"), mailer.ClassSent},
		{"an address beyond ASCII, not offered", mailertest.Config{}, mailTo(t, "jäne@example.com"), mailer.ClassRefused},
		{"a domain beyond ASCII needs nothing", mailertest.Config{}, mailTo(t, "jane@bücher.example"), mailer.ClassSent},
		{"a mail that is too big", mailertest.Config{MaxBytes: 500}, big, mailer.ClassTooBig},
		{"a mail that fits", mailertest.Config{MaxBytes: 5000}, big, mailer.ClassSent},
		{"a mail beyond ASCII", mailertest.Config{}, wide, mailer.ClassSent},
		{"a mail beyond ASCII, not offered", mailertest.Config{Hide: []string{"8BITMIME"}}, wide, mailer.ClassUnwritten},
		{"a return path that is more than an address", mailertest.Config{}, unreturnable, mailer.ClassUnwritten},
		{"a mail to nobody", mailertest.Config{}, nobody, mailer.ClassUnwritten},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, test.relay)
				s := dial(t, n.Dial)
				if got, err := s.Send(t.Context(), test.message); err != nil || got.Class != test.want {
					t.Errorf("outcome %+v, want %s", got, test.want)
				}
				mails := relay.Mails()
				if sent := len(mails) == 1; sent != (test.want == mailer.ClassSent) {
					t.Fatalf("caught %d mails", len(mails))
				}
				if len(mails) == 1 && mails[0].UTF8 == test.message.To.ASCII() {
					t.Errorf("SMTPUTF8 used: %t", mails[0].UTF8)
				}
				if got := send(t, s, "next@example.com"); got.Class != mailer.ClassSent {
					t.Errorf("the next mail: %+v", got)
				}
			})
		})
	}
}

func TestNoOutcomeHoldsTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		catch(t, n, mailertest.Config{Script: mailertest.At(mailertest.VerbRcpt,
			mailertest.Fault{Code: 550, Enhanced: "5.7.1", Text: "mail for jane.doe (jane.doe@example.com) is refused"})})
		got := send(t, dial(t, n.Dial), "jane.doe@example.com")
		if strings.Contains(got.Text, "doe") || !strings.Contains(got.Text, "is refused") {
			t.Errorf("text %q", got.Text)
		}
	})
}

func TestQuittingDoesNotWaitForAnAnswer(t *testing.T) {
	for name, fault := range map[string]mailertest.Fault{"answered": {}, "hung up on": {Close: true}, "not answered": {Hang: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				catch(t, n, mailertest.Config{Script: mailertest.At(mailertest.VerbQuit, fault)})
				s := dial(t, n.Dial)
				start := time.Now()
				s.Quit()
				if took := time.Since(start); took > politeTimeout || took > 0 != fault.Hang {
					t.Errorf("it took %s", took)
				}
				if err := s.Close(); !errors.Is(err, net.ErrClosed) {
					t.Errorf("the connection was left open: %v", err)
				}
			})
		})
	}
}
