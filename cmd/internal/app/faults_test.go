package app

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/redistest"
)

// morning is the story that faults are thrown into: sign up, a job at once, a digest at eight, leave, a
// job that must not come. It returns how often each mail came.
func morning(t *testing.T, w *town) map[string]int {
	begin := time.Now()
	w.signUp("ada@example.com", "Europe/Berlin",
		alert(m{"every": "instant"}, m{"places": []m{{"city": "Boston", "country": "US"}}}), alert(m{"every": "daily", "hour": 8}, m{}))
	at := func(wall string) {
		offset, err := time.Parse("15:04", wall)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(begin.Truncate(24 * time.Hour).Add(time.Duration(offset.Hour())*time.Hour + time.Duration(offset.Minute())*time.Minute)))
	}
	at("06:05")
	w.board.publish(1, "Senior Backend Engineer (Go)", "Boston, MA")
	w.board.publish(2, "Staff Backend Engineer (Go)", "Berlin, Germany")
	at("07:45") // the digest of eight in Berlin was due at seven
	w.leave("ada@example.com")
	w.leaveAll("ada@example.com")
	at("08:05")
	w.board.publish(3, "Principal Backend Engineer (Go)", "Boston, MA")
	at("10:00")
	synctest.Wait()
	seen := map[string]int{}
	for _, mail := range w.mails() {
		what := mail.Get("Subject")
		if ids := jobIDs(mail.text); len(ids) > 0 {
			what = "jobs " + strings.Join(ids, " ")
		}
		seen[what]++
	}
	return seen
}

// leaveAll ends whatever alerts are left, from the manage page's side.
func (w *town) leaveAll(email string) {
	w.t.Helper()
	for _, mail := range w.mails() {
		link, _, found := strings.Cut(strings.TrimPrefix(mail.Get("List-Unsubscribe"), "<"), ">")
		if mail.to != email || !found {
			continue
		}
		if status := w.post(link, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"); status != http.StatusOK {
			w.t.Fatalf("unsubscribing %s: status %d", email, status)
		}
	}
}

// undisturbed is what a morning without faults brings.
func undisturbed() map[string]int {
	return map[string]int{
		"Please confirm your job alerts":                            1,
		"Thank you for subscribing to your personalised job alerts": 1,
		"jobs 1": 1,
		"jobs 2": 1,
	}
}

// inBubble plays a morning in a bubble of its own.
func inBubble(t *testing.T, disturb func(w *town, cutter *redistest.Cutter)) (seen map[string]int, cut bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 1, 3, 4, 1, 0, 0, time.UTC)))
		client, cutter := embeddedRedis(t), &redistest.Cutter{}
		w := newTown(t, client)
		client.AddHook(cutter)
		synctest.Wait()
		disturb(w, cutter)
		seen = morning(t, w)
		cut = cutter.Disarm()
	})
	return seen, cut
}

func TestAMorningWithoutFaults(t *testing.T) {
	var w *town
	seen, _ := inBubble(t, func(fresh *town, _ *redistest.Cutter) { w = fresh })
	senders := map[string]bool{}
	for _, mail := range w.mails() {
		// VERP: a bounce is told by its address, which names the letter.
		id := strings.TrimSuffix(strings.TrimPrefix(mail.Get("Message-ID"), "<"), "@example.com>")
		if want := "bounce+" + id + "@example.com"; mail.from != want {
			t.Errorf("envelope sender %s, want %s", mail.from, want)
		}
		senders[mail.from] = true
	}
	if len(senders) != 4 {
		t.Errorf("%d senders for four letters", len(senders))
	}
	if diff := cmp.Diff(undisturbed(), seen); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestNoRedisCommandThatFailsLosesOrDoublesAMail(t *testing.T) {
	const stride = 7 // every seventh command: all of them belong to a longer run
	for k := 1; ; k += stride {
		cutAny := false
		for _, after := range []bool{false, true} {
			seen, cut := inBubble(t, func(_ *town, cutter *redistest.Cutter) { cutter.Arm(k, after) })
			cutAny = cutAny || cut
			if diff := cmp.Diff(undisturbed(), seen); diff != "" {
				t.Errorf("cut at command %d (executed: %v): mails (-want +got):\n%s", k, after, diff)
			}
		}
		if !cutAny {
			t.Logf("%d commands", k-stride)
			return
		}
	}
}

func TestNoSMTPFaultLosesAMail(t *testing.T) {
	faults := map[string]mailertest.Fault{
		"hangs up":        {Close: true},
		"is busy":         {Code: 421, Enhanced: "4.3.2", Text: "try again later"},
		"greylists":       {Code: 451, Enhanced: "4.7.1", Text: "greylisted, try again in 5 minutes"},
		"says nothing":    {Hang: true},
		"answers late":    {Delay: time.Minute},
		"takes and drops": {Late: true, Close: true},
	}
	verbs := []mailertest.Verb{mailertest.VerbConnect, mailertest.VerbEhlo, mailertest.VerbMail, mailertest.VerbRcpt, mailertest.VerbBdat, mailertest.VerbDot}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		for _, verb := range verbs {
			fault := faults[name]
			if fault.Late && verb != mailertest.VerbDot {
				continue
			}
			t.Run(fmt.Sprintf("%s at %s", name, verb), func(t *testing.T) {
				seen, _ := inBubble(t, func(w *town, _ *redistest.Cutter) {
					w.catcher.SetScript(mailertest.At(verb, fault).Times(1))
				})
				want := undisturbed()
				if verb == mailertest.VerbDot && (fault.Late || fault.Close || fault.Hang) {
					// In doubt: nobody but the relay knows whether it took the mail, so it may come again.
					for what, n := range seen {
						if n == 2 && want[what] == 1 {
							want[what] = 2
							break
						}
					}
				}
				if diff := cmp.Diff(want, seen); diff != "" {
					t.Errorf("mails (-want +got):\n%s", diff)
				}
			})
		}
	}
}
