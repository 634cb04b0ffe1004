package deliver

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

// Whatever relays say and composers fail with, no log names whom a letter was for.
func TestTheLogNamesNobody(t *testing.T) {
	names := []string{"jane.doe", "o'brien", "Max_Mustermann", "a+b=c", "jörg", "50%off", "x-y{z}", "hunter2|admin", "who*am*i"}
	echoes := []string{
		"%[1]s@example.com is unknown", "<%[1]s@example.com>: no", "user %[1]s not here", "%[2]s@EXAMPLE.COM", "unknown user: \"%[1]s\"",
		"rfc822;%[1]s@example.com (%[1]s)", "to=%[1]s, %[1]s;", "mailto:%[1]s@example.com?x=%[1]s@example.com", "%[1]s@example.com %[1]s",
	}
	codes := []int{421, 450, 452, 454, 500, 550, 552, 554}
	for _, verb := range []mailertest.Verb{mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbBdat, mailertest.VerbDot} {
		for _, chunking := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunking %t", verb, chunking), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var owed []mailer.Letter
					for _, name := range names {
						owed = append(owed, mailer.Letter{ID: mailer.LetterID(name), Kind: mailer.KindAlert, Subscriber: mailer.LetterID("person", name)[:13], Proposal: name + "@example.com", Owed: time.Now()})
					}
					said := 0
					n := network(t)
					relay := catch(t, n, "relay", mailertest.Config{Chunking: chunking, UTF8: true, Script: func(s mailertest.Step) mailertest.Fault {
						name, _, found := strings.Cut(s.To, "@")
						if s.Verb != verb || !found {
							return mailertest.Fault{}
						}
						said++
						text := fmt.Sprintf(echoes[said%len(echoes)], name, strings.ToUpper(name))
						return mailertest.Fault{Code: codes[said%len(codes)], Text: text, Close: said%5 == 0}
					}})
					relayConfig := relayAt("relay")
					relayConfig.MaxConnections = 1
					b := newBundle(t, n, relayConfig)
					b.logger = slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
					pool, err := New(Config{Relays: []RelayConfig{relayConfig}}, Deps{Logger: b.logger, Dial: n.Dial})
					if err != nil {
						t.Fatal(err)
					}
					defer pool.Close()
					composer := &fakeComposer{}
					composer.fail = func(l mailer.Letter) error {
						if l.Attempt == 1 {
							return errors.New("cannot render the mail to " + l.Proposal)
						}
						return nil
					}
					o := &office{bundle: b, relay: relay, outbox: newFakeOutbox(owed...), composer: composer, listener: &fakeListener{}}
					o.Pool = pool
					stop := o.startWith(t, CourierConfig{Workers: 4}, Deps{Logger: b.logger})
					time.Sleep(3 * time.Hour)
					stop()
					log := strings.ToLower(b.log.String())
					if !strings.Contains(log, "letter is") {
						t.Fatal("nothing was logged")
					}
					for _, name := range names {
						for _, form := range []string{strings.ToLower(name), strings.ToLower(fmt.Sprintf("%q", name))} {
							if at := strings.Index(log, strings.Trim(form, `"`)); at >= 0 {
								t.Errorf("the log names %s: …%s…", name, log[max(0, at-200):min(len(log), at+80)])
							}
						}
					}
				})
			})
		}
	}
}

// BenchmarkTheLineOfALetter is what the log costs a mail, at a level where the line is written and at one
// where it is not.
func BenchmarkTheLineOfALetter(b *testing.B) {
	l := &mailer.Letter{ID: mailer.LetterID("x"), Subscriber: "abcdefghijklm", Kind: mailer.KindDigest}
	o := mailer.Outcome{Class: mailer.ClassSent, Stage: mailer.StageData, Relay: "main", Code: 250, Enhanced: "2.0.0", Text: "Ok: queued as 4Xyz123abc"}
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelWarn} {
		for name, handler := range map[string]slog.Handler{
			"text": slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: level}),
			"json": slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: level}),
		} {
			c := &Courier{log: slog.New(handler).With("component", "delivery")}
			b.Run(fmt.Sprintf("%s, level %s", name, level), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.note(b.Context(), slog.LevelInfo, "letter is sent", l, resultSent, slog.Any("outcome", o), slog.Duration("took", time.Millisecond))
				}
			})
		}
	}
}
