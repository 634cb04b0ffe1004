package deliver

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// DomainConfig is how much mail the people at one domain get from us at a time.
type DomainConfig struct {
	// Domain is the part of their addresses behind the @; * is each domain that is not named.
	Domain string
	// RatePerSecond is the most mails begun per second, MaxConcurrent the most under way; 0 is no limit.
	RatePerSecond float64
	MaxConcurrent int
}

func (d DomainConfig) fault() error {
	switch {
	case d.Domain == "":
		return errors.New("domain: is missing; give a domain, or * for all others")
	case d.RatePerSecond < 0 || d.RatePerSecond > 0 && d.RatePerSecond < 0.001:
		return fmt.Errorf("rate_per_second: %g is too little; use at least 0.001, or 0 for no limit", d.RatePerSecond)
	case d.MaxConcurrent < 0:
		return fmt.Errorf("max_concurrent: %d is negative", d.MaxConcurrent)
	}
	return nil
}

// Crowded is the error of Send where the recipient's domain gets enough mail already. Nothing was
// sent; the mail is to be put off and this does not count as an attempt.
type Crowded struct {
	Until time.Time
}

// Error says until when.
func (c *Crowded) Error() string {
	return "the recipient's domain gets enough mail until " + c.Until.Format(time.RFC3339)
}

const (
	// crowdedFor is how long a mail waits at least whose domain is busy, and about how far apart
	// looks at letters that were put off are: so much of the rate may be used at once.
	crowdedFor = 10 * time.Second
	// longestQueue is how far ahead mails are put off. Then they are looked at again.
	longestQueue = time.Hour
	// maxDomains is how many domains are remembered before those at rest are forgotten.
	maxDomains = 10_000
)

// domains keeps the limits of recipients' domains. Its methods may be called from many goroutines.
type domains struct {
	limits map[string]DomainConfig

	mu    sync.Mutex
	known map[string]*domain
}

// domain is what one domain got.
type domain struct {
	busy    int
	allowed float64   // mails that may begin now; as of last
	last    time.Time // when that was true
	queue   time.Time // when the last mail that was put off may begin
}

func newDomains(configs []DomainConfig) *domains {
	d := &domains{limits: map[string]DomainConfig{}, known: map[string]*domain{}}
	for _, c := range configs {
		d.limits[c.Domain] = c
	}
	return d
}

// enter counts a mail to a domain as begun, or says when to come again. Whoever entered must leave.
func (d *domains) enter(name string, now time.Time) *Crowded {
	limit, limited := d.limit(name)
	if !limited {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	dom := d.find(name, limit, now)
	rate := limit.RatePerSecond
	most := max(1, rate*crowdedFor.Seconds())
	dom.allowed, dom.last = min(most, dom.allowed+now.Sub(dom.last).Seconds()*rate), now
	switch {
	case limit.MaxConcurrent > 0 && dom.busy >= limit.MaxConcurrent:
		return &Crowded{now.Add(crowdedFor)}
	case rate > 0 && dom.allowed < 1:
		// Each is put off behind the one before, so that no more come back at a time than may go.
		if dom.queue.Before(now) {
			dom.queue = now
		}
		if dom.queue.Sub(now) < longestQueue {
			dom.queue = dom.queue.Add(time.Duration(float64(time.Second) / rate))
		}
		return &Crowded{dom.queue}
	}
	dom.allowed--
	dom.busy++
	return nil
}

// leave ends what enter began. Where no mail was begun after all, the next one may go in its stead.
func (d *domains) leave(name string, begun bool) {
	if _, limited := d.limit(name); !limited {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if dom, known := d.known[name]; known {
		dom.busy--
		if !begun {
			dom.allowed++
		}
	}
}

// visit is one mail's stay at its recipient's domain.
type visit struct {
	domains *domains
	name    string
	entered bool
	begun   bool // its mail was on its way to the relay
}

// enter is an Admit. Once the mail is in, it asks no more.
func (v *visit) enter(name string) error {
	if v.entered {
		return nil
	}
	if crowded := v.domains.enter(name, time.Now()); crowded != nil {
		return crowded
	}
	v.name, v.entered = name, true
	return nil
}

func (v *visit) leave() {
	if v.entered {
		v.domains.leave(v.name, v.begun)
	}
}

func (d *domains) limit(name string) (DomainConfig, bool) {
	if limit, named := d.limits[name]; named {
		return limit, true
	}
	limit, all := d.limits["*"]
	return limit, all
}

// find is what a domain got. One that nothing was heard of for long may have its whole share.
func (d *domains) find(name string, limit DomainConfig, now time.Time) *domain {
	if dom, known := d.known[name]; known {
		return dom
	}
	if len(d.known) >= maxDomains {
		for other, dom := range d.known {
			if dom.busy == 0 && now.Sub(dom.last) > longestQueue {
				delete(d.known, other)
			}
		}
	}
	dom := &domain{allowed: max(1, limit.RatePerSecond), last: now}
	d.known[name] = dom
	return dom
}
