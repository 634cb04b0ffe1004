package deliver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"jobalertd/mailer"
)

// fakeOutbox keeps letters in memory, with the manners of the real one: claims go stale, settling
// twice does it once, and it may be away.
type fakeOutbox struct {
	mu      sync.Mutex
	changed chan struct{}
	away    func(op string) error // what goes wrong with an operation; nil is nothing
	slow    time.Duration         // how long the answer to Claim is under way
	number  int
	ready   []mailer.Letter
	inHand  map[string]held
	waiting []put
	dead    []buried
	done    map[string][]string // letter id → results
	most    int                 // the most that were in hand at once
}

type held struct {
	letter mailer.Letter
	since  time.Time
}

type put struct {
	letter mailer.Letter
	at     time.Time
}

type buried struct {
	letter  mailer.Letter
	outcome mailer.Outcome
}

const (
	fakeStale = 25 * time.Second
	fakeSweep = 10 * time.Second
)

func newFakeOutbox(letters ...mailer.Letter) *fakeOutbox {
	return &fakeOutbox{changed: make(chan struct{}), ready: letters, inHand: map[string]held{}, done: map[string][]string{}}
}

func (o *fakeOutbox) do(ctx context.Context, op string, what func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away != nil {
		if err := o.away(op); err != nil {
			return err
		}
	}
	what()
	return nil
}

// setAway changes what goes wrong.
func (o *fakeOutbox) setAway(away func(op string) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.away = away
}

func (o *fakeOutbox) Claim(ctx context.Context, limit int) (claims []mailer.Claim, err error) {
	err = o.do(ctx, "claim", func() {
		now := time.Now()
		o.waiting = slices.DeleteFunc(o.waiting, func(p put) bool {
			due := !p.at.After(now)
			if due {
				o.ready = append(o.ready, p.letter)
			}
			return due
		})
		for receipt, h := range o.inHand {
			if len(claims) < limit && now.Sub(h.since) >= fakeStale {
				o.inHand[receipt] = held{h.letter, now}
				claims = append(claims, mailer.Claim{Letter: h.letter, Receipt: receipt})
			}
		}
		for len(claims) < limit && len(o.ready) > 0 {
			o.number++
			receipt := fmt.Sprint(o.number)
			o.inHand[receipt] = held{o.ready[0], now}
			claims = append(claims, mailer.Claim{Letter: o.ready[0], Receipt: receipt})
			o.ready = o.ready[1:]
		}
		o.most = max(o.most, len(o.inHand))
	})
	timer := time.NewTimer(o.slow)
	defer timer.Stop()
	select {
	case <-timer.C:
		return claims, err
	case <-ctx.Done():
		return nil, ctx.Err() // nobody learns what was claimed
	}
}

// end settles a claim, if it stands.
func (o *fakeOutbox) end(ctx context.Context, op string, c mailer.Claim, what func()) error {
	return o.do(ctx, op, func() {
		if _, stands := o.inHand[c.Receipt]; stands {
			delete(o.inHand, c.Receipt)
			what()
			close(o.changed)
			o.changed = make(chan struct{})
		}
	})
}

func (o *fakeOutbox) Done(ctx context.Context, c mailer.Claim, result string) error {
	return o.end(ctx, "done", c, func() { o.done[c.Letter.ID] = append(o.done[c.Letter.ID], result) })
}

func (o *fakeOutbox) Retry(ctx context.Context, c mailer.Claim, at time.Time, _ mailer.Outcome) error {
	return o.end(ctx, "retry", c, func() {
		c.Letter.Attempt++
		o.waiting = append(o.waiting, put{c.Letter, at})
	})
}

func (o *fakeOutbox) Postpone(ctx context.Context, c mailer.Claim, at time.Time) error {
	return o.end(ctx, "postpone", c, func() { o.waiting = append(o.waiting, put{c.Letter, at}) })
}

func (o *fakeOutbox) Bury(ctx context.Context, c mailer.Claim, outcome mailer.Outcome) error {
	return o.end(ctx, "bury", c, func() { o.dead = append(o.dead, buried{c.Letter, outcome}) })
}

func (o *fakeOutbox) Release(ctx context.Context, c mailer.Claim) error {
	return o.end(ctx, "release", c, func() { o.ready = append(o.ready, c.Letter) })
}

func (o *fakeOutbox) Renew(ctx context.Context, claims []mailer.Claim) error {
	return o.do(ctx, "renew", func() {
		for _, c := range claims {
			if h, stands := o.inHand[c.Receipt]; stands {
				o.inHand[c.Receipt] = held{h.letter, time.Now()}
			}
		}
	})
}

func (o *fakeOutbox) Wait(ctx context.Context) error {
	o.mu.Lock()
	changed, pending := o.changed, len(o.ready) > 0
	o.mu.Unlock()
	if pending {
		return ctx.Err()
	}
	timer := time.NewTimer(fakeSweep)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// counts is how many letters are ready, in hand, waiting, dead and done.
func (o *fakeOutbox) counts() [5]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return [5]int{len(o.ready), len(o.inHand), len(o.waiting), len(o.dead), len(o.done)}
}

// attempts is the most attempts counted for any letter that is still owed.
func (o *fakeOutbox) attempts() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	most := 0
	for _, l := range o.ready {
		most = max(most, l.Attempt)
	}
	for _, p := range o.waiting {
		most = max(most, p.letter.Attempt)
	}
	return most
}

// fakeComposer writes a small mail to the address that is the letter's subscriber.
type fakeComposer struct {
	mu       sync.Mutex
	composed map[string]int
	fail     func(mailer.Letter) error
	asks     bool // about the domain, before a mail counts as composed
}

func (f *fakeComposer) Compose(_ context.Context, l mailer.Letter, admit func(string) error) (mailer.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asks {
		_, domain, _ := strings.Cut(l.Subscriber, "@")
		if err := admit(domain); err != nil {
			return mailer.Message{}, err
		}
	}
	if f.composed == nil {
		f.composed = map[string]int{}
	}
	f.composed[l.ID]++
	if f.fail != nil {
		if err := f.fail(l); err != nil {
			return mailer.Message{}, err
		}
	}
	to, err := mailer.ParseAddress(cmp.Or(l.Proposal, l.Subscriber)) // an address may stand in either
	data, bad := mailer.ParseLines([]byte("Message-ID: <" + l.ID + "@example.com>\r\nSubject: news\r\n\r\nnews\r\n"))
	return mailer.Message{ID: l.ID + "@example.com", ReturnPath: "bounce+" + l.ID + "@example.com", To: to, Data: []mailer.Lines{data}}, cmp.Or(err, bad)
}

// fakeListener notes who bounced.
type fakeListener struct {
	mu      sync.Mutex
	bounced []string
	fail    func() error
}

func (f *fakeListener) Bounced(_ context.Context, l mailer.Letter, _ mailer.Outcome) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		if err := f.fail(); err != nil {
			return err
		}
	}
	f.bounced = append(f.bounced, l.Subscriber)
	return nil
}
