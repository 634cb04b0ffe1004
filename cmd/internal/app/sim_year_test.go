package app

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer/mailertest"
	"jobalertd/subscribers"
)

var simYears = flag.Int("sim.years", 0, "how many seeded years to play")

const (
	yearPeople = 200
	yearJobs   = 150
	yearDays   = 408 // so that who is asked after a year, and does not answer, is not written to any more
)

// unreliable is a relay that fails at one step in two hundred, and leaves no mailbox in doubt twice a day.
func (w *simTown) unreliable(r *rand.Rand) mailertest.Script {
	var mu sync.Mutex
	doubted := map[string]time.Time{}
	return func(step mailertest.Step) mailertest.Fault {
		mu.Lock()
		defer mu.Unlock()
		if r.IntN(200) != 0 {
			return mailertest.Fault{}
		}
		verb, fault, inDoubt := smtpFault(r)
		if verb != step.Verb || inDoubt > 0 && time.Since(doubted[step.To]) < 24*time.Hour {
			return mailertest.Fault{}
		}
		if inDoubt > 0 {
			doubted[step.To] = time.Now()
		}
		w.sins.note(time.Now(), inDoubt)
		return fault
	}
}

// answers lets people who are asked whether they still want this answer, or not.
type answers struct {
	looked int // mails
	asked  map[string]bool
}

func (a *answers) give(s *story) {
	w := s.w
	all := w.catcher.Mails()
	for _, m := range all[a.looked:] {
		if !strings.Contains(string(m.Data), "Subject: Do you still want") || a.asked[m.To[0]] {
			continue
		}
		a.asked[m.To[0]] = true
		for _, p := range s.people {
			if p.email != m.To[0] || !p.on() {
				continue
			}
			if p.keeps {
				link := w.link(p.email, "/confirm/")
				w.insist(func() error { return w.request(link, formType, "", http.StatusOK) })
				continue
			}
			var until time.Time
			w.insist(func() error {
				sub, err := w.app.Store.Get(w.t.Context(), p.id)
				if err == nil {
					until = sub.Consent.AnswerBy
				}
				return err
			})
			for _, e := range p.eras {
				e.end(until, until.Add(time.Hour)) // with the first heartbeat after
			}
		}
	}
	a.looked = len(all)
}

// year is a story of a year and what follows from it.
func year(t *testing.T, seed uint64) []string {
	rng := rand.New(rand.NewPCG(seed, 1))
	begin := time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC)
	time.Sleep(time.Until(begin))
	w := newSimTown(t, rng, pace{"0 * * * *", "10 */12 * * *", 10 * time.Hour, 2 * time.Hour})
	s := &story{w: w, begin: begin, log: map[int]known{}}
	w.catcher.SetScript(w.unreliable(rand.New(rand.NewPCG(seed, 2))))
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Pacific/Auckland"}
	for n := range yearPeople {
		p := s.somebody(n, zones)
		s.people = append(s.people, p)
		s.plan(s.moment(0, 96), func() { w.enrol(p) })
		for range rng.IntN(3) {
			what := []string{"leave", "complain", "pause", "change", "pause", "change"}[rng.IntN(6)]
			s.plan(s.moment(120, yearDays*24), func() { w.act(p, what) })
		}
	}
	for n := range yearJobs {
		city, day := cities()[rng.IntN(2)], rng.IntN(yearDays-10)
		s.plan(s.moment(day*24, day*24+24), func() { w.board.publish(n, 1000+n, city) })
		for range rng.IntN(4) {
			what := []string{"edit", "copy", "vanish", "relist", "relist as new"}[rng.IntN(5)]
			s.plan(s.moment(day*24+24, (day+60)*24), func() { w.board.meddle(n, what) })
		}
	}
	a := &answers{asked: map[string]bool{}}
	for day := range yearDays {
		s.plan(begin.AddDate(0, 0, day).Add(11*time.Hour+25*time.Minute), func() {
			a.give(s)
			if day%7 == 0 {
				w.remember(s.log)
			}
			if day%20 == 10 {
				w.life.mortal.arm(1+rng.IntN(500), []doom{doomBefore, doomAfter, doomDeath}[rng.IntN(3)])
			}
		})
	}
	failing := func(day int) string { return map[int]string{3: "error", 9: "empty", 10: "empty"}[day%23] }
	w.board.fails = func(now time.Time) string { return failing(int(now.Sub(begin).Hours() / 24)) }
	s.play(begin.AddDate(0, 0, yearDays), 6*time.Hour)
	wrong := w.judge(s.people, s.log, 24*time.Hour, 61*time.Minute)
	t.Logf("%d people, %d jobs, %d mails, %d faults, %d people asked", len(s.people), len(s.log), len(w.catcher.Mails()), len(w.sins.at), len(a.asked))
	return append(wrong, s.asked(a)...)
}

// asked holds who was asked against who had to be, and what became of them.
func (s *story) asked(a *answers) []string {
	var wrong []string
	for _, p := range s.people {
		sub, err := s.w.app.Store.Get(s.w.t.Context(), p.id)
		if err != nil {
			continue // left, and their time is over
		}
		due := sub.Consent.LastSign().AddDate(1, 0, 2)
		switch {
		case p.on() && sub.State == subscribers.StateActive && sub.Consent.RenewedAt.IsZero() && due.Before(time.Now()):
			wrong = append(wrong, fmt.Sprintf("%s was never asked, or ignored what they answered", p.email))
		case a.asked[p.email] && p.keeps && p.on() && sub.State == subscribers.StateLeft:
			wrong = append(wrong, p.email+" answered and was sent away")
		}
	}
	if len(a.asked) == 0 {
		wrong = append(wrong, "nobody was asked")
	}
	return wrong
}

func TestAYear(t *testing.T) {
	if *simYears == 0 {
		t.Skip("a year takes half a minute: say -sim.years 1, as continuous integration does")
	}
	for seed := *simFirst; seed < *simFirst+uint64(*simYears); seed++ {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, wrong := range year(t, seed) {
					t.Error(wrong)
				}
			})
		})
	}
}
