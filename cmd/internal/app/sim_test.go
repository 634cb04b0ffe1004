package app

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer/mailertest"
)

var (
	// Continuous integration plays 300, `make nightly` 10,000.
	simSeeds = flag.Int("sim.seeds", 40, "how many seeded stories of a few days to play")
	simFirst = flag.Uint64("sim.first", 1, "the first seed")
)

// event is something that happens in a story.
type event struct {
	at time.Time
	do func()
}

// story is what happens, drawn from a seed.
type story struct {
	w      *simTown
	begin  time.Time
	people []*simPerson
	events []event
	log    map[int]known
}

func (s *story) plan(at time.Time, do func()) { s.events = append(s.events, event{at, do}) }

// moment is a random moment of a span of hours, clear of the board's polls at ten past.
func (s *story) moment(from, to int) time.Time {
	r := s.w.rng
	return s.begin.Add(time.Duration(from+r.IntN(to-from))*time.Hour + time.Duration(15+r.IntN(20))*time.Minute + time.Second)
}

// play lets everything happen, and looks in the meantime whether the daemon still lives.
func (s *story) play(end time.Time, look time.Duration) {
	slices.SortStableFunc(s.events, func(a, b event) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, e := range s.events {
		s.wait(e.at, look)
		e.do()
	}
	s.wait(end, look)
	synctest.Wait()
	s.w.revive(time.Minute)
	s.w.remember(s.log)
}

func (s *story) wait(at time.Time, look time.Duration) {
	for time.Until(at) > 0 {
		time.Sleep(min(time.Until(at), look))
		s.w.revive(time.Minute)
	}
}

// sleep waits by the clock of the bubble that every story plays in.
func (w *simTown) sleep(d time.Duration) { time.Sleep(d) }

// somebody is a person who asks for something.
func (s *story) somebody(n int, zones []string) *simPerson {
	r := s.w.rng
	p := &simPerson{email: fmt.Sprintf("person%d@example.com", n), zone: zones[r.IntN(len(zones))], keeps: r.IntN(2) == 0}
	for range 1 + r.IntN(2) {
		e := &era{city: slices.Concat(cities(), []string{""})[r.IntN(3)]}
		switch every := alerts.Rhythms()[r.IntN(3)]; every {
		case alerts.EveryInstant:
			e.cadence = alerts.Cadence{Every: every}
		case alerts.EveryDaily:
			e.cadence = alerts.Cadence{Every: every, Hour: r.IntN(24)}
		case alerts.EveryWeekly:
			e.cadence = alerts.Cadence{Every: every, Hour: r.IntN(24), Weekday: alerts.Weekdays()[r.IntN(7)]}
		}
		if len(p.eras) == 0 || p.eras[0].cadence != e.cadence || p.eras[0].city != e.city {
			p.eras = append(p.eras, e)
		}
	}
	return p
}

// smtpFault is what a relay does wrong at one step; inDoubt is how many mails it leaves in doubt.
func smtpFault(r *rand.Rand) (verb mailertest.Verb, fault mailertest.Fault, inDoubt int) {
	verbs := []mailertest.Verb{mailertest.VerbConnect, mailertest.VerbEhlo, mailertest.VerbMail, mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbDot}
	faults := []mailertest.Fault{
		{Close: true}, {Code: 421, Enhanced: "4.3.2", Text: "try again later"}, {Code: 451, Enhanced: "4.7.1", Text: "greylisted, try again in 5 minutes"},
		{Hang: true}, {Delay: time.Minute}, {Late: true, Close: true},
	}
	verb, fault = verbs[r.IntN(len(verbs))], faults[r.IntN(len(faults))]
	if fault.Late {
		verb = mailertest.VerbDot
	}
	if verb == mailertest.VerbDot && (fault.Close || fault.Hang) {
		inDoubt = 1
	}
	return verb, fault, inDoubt
}

// noted is a script that notes what it does, once.
func (w *simTown) noted(verb mailertest.Verb, fault mailertest.Fault, inDoubt int) mailertest.Script {
	script := mailertest.At(verb, fault).Times(1)
	return func(step mailertest.Step) mailertest.Fault {
		f := script(step)
		if f != (mailertest.Fault{}) {
			w.sins.note(time.Now(), inDoubt)
		}
		return f
	}
}

// commandsOfAStory is about how many Redis commands a story of a few days takes, so that any of them can
// be the one that fails.
const commandsOfAStory = 4500

// threaten arms the fault of a seed: none, a Redis command that fails before or after it is executed, the
// death of the process at a Redis command, or a step of SMTP.
func (s *story) threaten(seed uint64) {
	r, w := s.w.rng, s.w
	dooms := []doom{doomBefore, doomAfter, doomDeath}
	switch kind := int(seed % 5); kind {
	case 0:
	case 4:
		for range 1 + r.IntN(3) {
			verb, fault, inDoubt := smtpFault(r)
			s.plan(s.moment(0, 72), func() { w.catcher.SetScript(w.noted(verb, fault, inDoubt)) })
		}
	default:
		w.life.mortal.arm(1+r.IntN(commandsOfAStory), dooms[kind-1])
	}
}

// days is a story of three days and a half: four people, eight jobs.
func days(t *testing.T, seed uint64) []string {
	rng := rand.New(rand.NewPCG(seed, 0))
	begin := time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(330))
	time.Sleep(time.Until(begin))
	w := newSimTown(t, rng, pace{"*/15 * * * *", "10 * * * *", 40 * time.Minute, 10 * time.Minute})
	s := &story{w: w, begin: begin, log: map[int]known{}}
	s.threaten(seed)
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland"}
	for n := range 4 {
		p := s.somebody(n, zones)
		s.people = append(s.people, p)
		s.plan(s.moment(0, 12), func() { w.enrol(p) })
		if what := []string{"", "", "leave", "complain", "pause", "change"}[rng.IntN(6)]; what != "" {
			s.plan(s.moment(18, 60), func() { w.act(p, what) })
		}
	}
	for n := range 8 {
		city := cities()[rng.IntN(2)]
		s.plan(s.moment(0, 66), func() { w.board.publish(n, 100+n, city) })
		for range rng.IntN(3) {
			what := []string{"edit", "copy", "vanish", "relist", "relist as new"}[rng.IntN(5)]
			s.plan(s.moment(4, 80), func() { w.board.meddle(n, what) })
		}
	}
	down := s.moment(0, 60)
	how := []string{"", "error", "empty"}[rng.IntN(3)]
	w.board.mu.Lock()
	w.board.fails = func(now time.Time) string {
		if now.After(down) && now.Before(down.Add(6*time.Hour)) {
			return how
		}
		return ""
	}
	w.board.mu.Unlock()
	s.play(begin.Add(84*time.Hour), 30*time.Minute)
	return w.judge(s.people, s.log, 6*time.Hour, time.Second)
}

func TestDaysWithFaults(t *testing.T) {
	for seed := *simFirst; seed < *simFirst+uint64(*simSeeds); seed++ {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, wrong := range days(t, seed) {
					t.Error(wrong)
				}
			})
		})
	}
}
