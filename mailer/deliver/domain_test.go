package deliver

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

// lettersTo makes n alerts to people at a domain.
func lettersTo(domain string, n int) []mailer.Letter {
	all := letters(n)
	for i := range all {
		all[i].Subscriber = fmt.Sprintf("%d@%s", i, domain)
		all[i].ID = mailer.LetterID(all[i].Subscriber)
	}
	return all
}

// limited is an office with limits for domains.
func limited(t *testing.T, script mailertest.Script, limits []DomainConfig, owed ...mailer.Letter) *office {
	t.Helper()
	o := open(t, script, owed...)
	var err error
	if o.Pool, err = New(Config{Relays: []RelayConfig{relayAt("relay")}, Domains: limits}, Deps{Logger: o.logger, Dial: o.network.Dial}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Pool.Close)
	return o
}

func TestADomainGetsNoMoreThanItsRateAndNobodyElseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, crowd = 2, 100
		owed := append(lettersTo("crowd.example", crowd), lettersTo("example.com", 20)...)
		o := limited(t, nil, []DomainConfig{{Domain: "crowd.example", RatePerSecond: rate}}, owed...)
		start := time.Now()
		stop := o.start(t, CourierConfig{})
		time.Sleep(5 * time.Second)
		for _, m := range owed[crowd:] {
			if o.received()[m.Subscriber] != 1 {
				t.Errorf("%s waits", m.Subscriber)
			}
		}
		if got := o.outbox.attempts(); got != 0 {
			t.Errorf("%d attempts are counted of letters that were put off untried", got)
		}
		time.Sleep(crowd/rate*time.Second + 3*fakeSweep)
		stop()
		o.checkOutbox(t, [5]int{0, 0, 0, 0, crowd + 20})
		var at []time.Duration
		for _, m := range o.relay.Mails() {
			if strings.HasSuffix(m.To[0], "@crowd.example") {
				at = append(at, m.At.Sub(start))
			}
		}
		for i, from := range at {
			for j, to := range at[i:] {
				if most := rate * (crowdedFor + to - from).Seconds(); float64(j) > most {
					t.Fatalf("%d mails between %s and %s", j+1, from, to)
				}
			}
		}
	})
}

func TestAMailThatWaitsForItsDomainIsNotWrittenInVainAndTheLogSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 40
		o := limited(t, nil, []DomainConfig{{Domain: "crowd.example", RatePerSecond: 1}}, lettersTo("crowd.example", crowd)...)
		o.composer.asks = true
		stop := o.startWith(t, CourierConfig{}, Deps{Logger: o.logger})
		time.Sleep(crowd*time.Second + 3*fakeSweep)
		stop()
		o.checkOutbox(t, [5]int{0, 0, 0, 0, crowd})
		for id, n := range o.composer.composed {
			if n != 1 {
				t.Errorf("letter %s was composed %d times", id, n)
			}
		}
		if log := o.log.String(); !strings.Contains(log, "letter waits for its recipient's domain") || !strings.Contains(log, "letter="+mailer.LetterID("1@crowd.example")) {
			t.Errorf("the log does not tell which letters waited:\n%.2000s", log)
		}
	})
}

func TestALetterThatIsDroppedUsesNothingOfItsDomainsShare(t *testing.T) {
	d := newDomains([]DomainConfig{{Domain: "*", RatePerSecond: 0.001, MaxConcurrent: 1}})
	for range 3 {
		dropped := visit{domains: d}
		if err := dropped.enter("a.example"); err != nil {
			t.Fatalf("the domain is %v", err)
		}
		dropped.leave()
	}
	sent := visit{domains: d, begun: true}
	if err := sent.enter("a.example"); err != nil {
		t.Fatalf("the domain is %v after letters that were dropped", err)
	}
	sent.leave()
	if err := (&visit{domains: d}).enter("a.example"); err == nil {
		t.Error("a second mail may go at once")
	}
}

func TestADomainGetsNoMoreAtATimeThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		script := func(s mailertest.Step) mailertest.Fault {
			switch {
			case !strings.HasSuffix(s.To, "@crowd.example"):
			case s.Verb == mailertest.VerbRcpt:
				most.Store(max(most.Load(), now.Add(1)))
			case s.Verb == mailertest.VerbDot:
				now.Add(-1)
				return mailertest.Fault{Delay: time.Second}
			}
			return mailertest.Fault{}
		}
		o := limited(t, script, []DomainConfig{{Domain: "*", MaxConcurrent: 2}}, lettersTo("crowd.example", 12)...)
		stop := o.start(t, CourierConfig{})
		time.Sleep(10 * time.Minute)
		stop()
		o.checkOutbox(t, [5]int{0, 0, 0, 0, 12})
		if most.Load() > 2 {
			t.Errorf("%d were under way at a time", most.Load())
		}
	})
}

func TestALetterThatIsPutOffForTooLongIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := limited(t, nil, []DomainConfig{{Domain: "crowd.example", RatePerSecond: 0.001}}, lettersTo("crowd.example", 200)...)
		stop := o.start(t, CourierConfig{})
		time.Sleep(mailer.Lifetime + 3*time.Hour)
		stop()
		counts := o.outbox.counts()
		if sent := len(o.relay.Mails()); counts[3] == 0 || counts[3]+sent != 200 || sent < 150 {
			t.Errorf("outbox %v, %d mails sent", counts, sent)
		}
	})
}

func TestDomainsAtRestAreForgotten(t *testing.T) {
	d := newDomains([]DomainConfig{{Domain: "*", RatePerSecond: 1}})
	now := time.Now()
	for i := range 3 * maxDomains {
		name := fmt.Sprintf("d%d.example", i)
		if d.enter(name, now) != nil {
			t.Fatalf("%s is crowded", name)
		}
		d.leave(name, true)
		now = now.Add(time.Second)
	}
	if len(d.known) > maxDomains+1 {
		t.Errorf("%d domains are remembered", len(d.known))
	}
}
