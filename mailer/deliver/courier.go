package deliver

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"jobalertd/mailer"
)

// Outbox is the letters that are owed.
type Outbox interface {
	// Claim takes up to limit letters in hand. It returns at once; with none where nothing is owed.
	// Letters that come along with an error are in hand all the same.
	Claim(ctx context.Context, limit int) ([]mailer.Claim, error)
	// Done ends a claim for good: the letter was sent, or dropped.
	Done(ctx context.Context, c mailer.Claim, result string) error
	// Retry puts the letter, as the claim now holds it, off until at, and counts the attempt.
	Retry(ctx context.Context, c mailer.Claim, at time.Time, o mailer.Outcome) error
	// Postpone puts the letter off until at without counting an attempt: none was made.
	Postpone(ctx context.Context, c mailer.Claim, at time.Time) error
	// Bury ends a claim as a dead letter.
	Bury(ctx context.Context, c mailer.Claim, o mailer.Outcome) error
	// Release gives an untouched claim back: the letter is owed as before.
	Release(ctx context.Context, c mailer.Claim) error
	// Renew says that these claims are still being worked on, so that nobody takes them over.
	Renew(ctx context.Context, claims []mailer.Claim) error
	// Wait blocks until something may be owed.
	Wait(ctx context.Context) error
}

// Composer makes the mail of a letter. A *mailer.Drop says that it is not to be sent any more.
type Composer interface {
	// Compose asks admit about the recipient's domain as soon as it knows that the letter may be sent, and
	// returns its error as it is: a mail that has to wait need not be written.
	Compose(ctx context.Context, l mailer.Letter, admit func(domain string) error) (mailer.Message, error)
}

// Listener hears of addresses that do not exist, and sees to it that they are not written to again; and
// of letters given up because the mailbox was full to the end, which it counts.
type Listener interface {
	Bounced(ctx context.Context, l mailer.Letter, o mailer.Outcome) error
}

const (
	// renewEvery is how often claims are renewed, renewAgain when to try again after that has failed.
	// The outbox takes them for abandoned after 20 s, and overlooks 8 s for which Redis was away.
	renewEvery, renewAgain = 5 * time.Second, time.Second
	// lastCall is how long the courier still tries to tell the outbox what became of letters after
	// it was asked to stop.
	lastCall = 8 * time.Second
	// Pauses after the outbox has failed.
	firstRest, longestRest = 100 * time.Millisecond, 5 * time.Second
	// firstWord is how long a worker waits for the outbox to hear what became of a letter, before the letter
	// is put aside and the worker takes the next one.
	firstWord = 3 * time.Second
)

// Courier takes letters from the outbox to the relays.
type Courier struct {
	cfg      CourierConfig
	outbox   Outbox
	composer Composer
	listener Listener
	pool     *Pool
	metrics  *courierMetrics
	log      *slog.Logger

	mu      sync.Mutex
	inHand  map[string]mailer.Claim // by receipt
	left    chan struct{}           // holds one element when one of them was settled
	aside   chan struct{}           // holds one element for each of them that no worker is with any more
	telling sync.WaitGroup          // those that are aside
}

// NewCourier makes a courier from a valid configuration; Run starts it.
func NewCourier(cfg CourierConfig, outbox Outbox, composer Composer, listener Listener, pool *Pool, deps Deps) *Courier {
	cfg = cfg.withDefaults()
	cfg.Workers = cmp.Or(cfg.Workers, pool.mails())
	return &Courier{
		cfg: cfg, outbox: outbox, composer: composer, listener: listener, pool: pool,
		metrics: newCourierMetrics(deps.Registerer), log: deps.withDefaults().Logger,
		inHand: map[string]mailer.Claim{}, left: make(chan struct{}, 1), aside: make(chan struct{}, 2*cfg.Workers),
	}
}

// Run works off letters until ctx ends. Then it finishes the mails under way and gives back what it
// has claimed and not begun; that takes no longer than the outbox's answer and eight seconds.
func (c *Courier) Run(ctx context.Context) error {
	last, done := graceful(ctx, lastCall)
	defer done()
	work, over := graceful(ctx, c.pool.grace)
	defer over()
	letters := make(chan mailer.Claim)
	var working, renewing sync.WaitGroup
	for range c.cfg.Workers {
		working.Go(func() {
			for claim := range letters {
				c.deliver(ctx, work, last, &claim)
			}
		})
	}
	ended := make(chan struct{})
	renewing.Go(func() { c.renew(last, ended) })
	c.claim(ctx, last, letters)
	close(letters)
	working.Wait()
	c.telling.Wait()
	close(ended)
	renewing.Wait()
	return nil
}

// claim takes letters in hand as there is room, and passes them on, until ctx ends.
func (c *Courier) claim(ctx, last context.Context, letters chan<- mailer.Claim) {
	failures := 0
	for {
		n := c.room(ctx)
		if ctx.Err() != nil {
			return
		}
		// A claim whose answer is cut off would be nobody's until it goes stale.
		claims, err := c.outbox.Claim(last, n)
		c.pass(ctx, last, c.enter(claims), letters)
		if err == nil && len(claims) == 0 {
			err = c.outbox.Wait(ctx)
		}
		if err == nil {
			failures = 0
			continue
		}
		if ctx.Err() == nil {
			c.log.WarnContext(ctx, "outbox cannot be read", "error", err)
			rest(ctx, failures)
			failures++
		}
	}
}

// room waits until more letters can be taken in hand, and is how many: each worker has one, and one more
// waits for it. Those put aside take no place. It does not wake up for less than half of those that wait: as long
// as they last, nobody is out of work, and a claim of many costs hardly more than one.
func (c *Courier) room(ctx context.Context) int {
	for {
		c.mu.Lock()
		n := 2*c.cfg.Workers - len(c.inHand) + len(c.aside)
		c.mu.Unlock()
		if n >= max(1, c.cfg.Workers/2) {
			return n
		}
		select {
		case <-c.left:
		case <-ctx.Done():
			return 0
		}
	}
}

// pass hands claims to the workers; when ctx ends it gives the rest back.
func (c *Courier) pass(ctx, last context.Context, claims []mailer.Claim, letters chan<- mailer.Claim) {
	for _, claim := range claims {
		if ctx.Err() == nil {
			select {
			case letters <- claim:
				continue
			case <-ctx.Done():
			}
		}
		c.giveBack(last, &claim)
	}
}

// deliver sends one letter and settles it with the outbox: until ctx ends it waits, until work does it sends,
// and until last it settles.
func (c *Courier) deliver(ctx, work, last context.Context, claim *mailer.Claim) {
	begun := time.Now()
	outcome, err := c.pool.send(ctx, work, func(ctx context.Context, admit Admit) (mailer.Message, error) {
		return c.composer.Compose(ctx, claim.Letter, admit)
	})
	crowded, isCrowded := errors.AsType[*Crowded](err)
	drop, dropped := errors.AsType[*mailer.Drop](err)
	switch {
	case dropped:
		c.note(ctx, slog.LevelInfo, "letter is not to be sent any more", &claim.Letter, resultDropped, slog.String("reason", drop.Reason))
		c.end(last, claim, resultDropped)
	case isCrowded && time.Since(claim.Letter.Owed) < mailer.Lifetime:
		c.note(ctx, slog.LevelInfo, "letter waits for its recipient's domain", &claim.Letter, resultPostponed, slog.Duration("for", time.Until(crowded.Until)))
		c.insist(last, claim, resultPostponed, false, func(ctx context.Context) error { return c.outbox.Postpone(ctx, *claim, crowded.Until) })
	case err != nil && ctx.Err() != nil:
		c.giveBack(last, claim)
	case isCrowded:
		c.bury(last, claim, mailer.Outcome{Class: mailer.ClassRelay, Text: crowded.Error()}, resultExpired, time.Since(begun))
	case err != nil:
		c.settle(last, claim, mailer.Outcome{Class: mailer.ClassUnwritten, Text: err.Error()}, time.Since(begun))
	default:
		c.settle(last, claim, outcome, time.Since(begun))
	}
}

// note logs what becomes of a letter, with what ties its lines together.
func (c *Courier) note(ctx context.Context, level slog.Level, what string, l *mailer.Letter, result string, more ...slog.Attr) {
	if !c.log.Enabled(ctx, level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 10), slog.String("letter", l.ID), slog.String("subscriber", l.Subscriber),
		slog.String("kind", string(l.Kind)), slog.String("result", result), slog.Int("attempt", l.Attempt+1))
	c.log.LogAttrs(ctx, level, what, append(attrs, more...)...)
}

// settle tells the outbox what becomes of a letter after an attempt, which took some time: waiting for
// a relay, composing and sending.
func (c *Courier) settle(ctx context.Context, claim *mailer.Claim, o mailer.Outcome, took time.Duration) {
	letter := &claim.Letter
	wait := o.Wait(letter.Attempt, rand.Float64())
	switch {
	case o.Class == mailer.ClassSent:
		c.note(ctx, slog.LevelInfo, "letter is sent", letter, resultSent, slog.Any("outcome", o), slog.Duration("took", took))
		c.end(ctx, claim, resultSent)
	case o.Class == mailer.ClassInDoubt && (c.cfg.InDoubt == DoubtDrop || letter.Doubts > 0):
		c.bury(ctx, claim, o, resultInDoubt, took)
	case o.Class.Final():
		c.bury(ctx, claim, o, resultDead, took)
	case time.Since(letter.Owed)+wait > mailer.Lifetime:
		c.bury(ctx, claim, o, resultExpired, took)
	default:
		if o.Class == mailer.ClassInDoubt {
			letter.Doubts++
		}
		c.note(ctx, slog.LevelInfo, "letter is put off", letter, resultDeferred, slog.Any("outcome", o), slog.Duration("took", took), slog.Duration("for", wait))
		at := time.Now().Add(wait)
		c.insist(ctx, claim, resultDeferred, o.Class == mailer.ClassInDoubt, func(ctx context.Context) error { return c.outbox.Retry(ctx, *claim, at, o) })
	}
}

func (c *Courier) end(ctx context.Context, claim *mailer.Claim, result string) {
	c.insist(ctx, claim, result, result == resultSent, func(ctx context.Context) error { return c.outbox.Done(ctx, *claim, result) })
}

// bury gives a letter up. If the address or its mailbox is to blame, whoever keeps addresses hears first.
func (c *Courier) bury(ctx context.Context, claim *mailer.Claim, o mailer.Outcome, result string, took time.Duration) {
	c.note(ctx, slog.LevelWarn, "letter is given up", &claim.Letter, result, slog.Any("outcome", o), slog.Duration("took", took))
	c.insist(ctx, claim, result, o.Class == mailer.ClassInDoubt, func(ctx context.Context) error {
		if o.Class.BlamesAddress() || o.Class == mailer.ClassMailboxFull {
			if err := c.listener.Bounced(ctx, claim.Letter, o); err != nil {
				return err
			}
		}
		return c.outbox.Bury(ctx, *claim, o)
	})
}

// insist tells the outbox what becomes of a letter until it has heard. A letter that no relay can have is put
// aside meanwhile: a part of the outbox may be away, and the worker is needed for the letters of the others.
// With one that was sent the worker stays, so that there never are more of them than workers.
func (c *Courier) insist(ctx context.Context, claim *mailer.Claim, result string, sent bool, tell func(context.Context) error) {
	attempt, done := context.WithTimeout(ctx, firstWord)
	err := tell(attempt)
	done()
	if err == nil {
		c.heard(claim, result)
		return
	}
	c.log.WarnContext(ctx, "letter cannot be settled yet", "letter", claim.Letter.ID, "result", result, "error", err)
	if sent {
		c.repeat(ctx, claim, result, tell)
		return
	}
	c.aside <- struct{}{}
	c.free()
	c.telling.Go(func() {
		c.repeat(ctx, claim, result, tell)
		<-c.aside
	})
}

// repeat tells the outbox until it has heard. If ctx ends first the claim goes stale, and the letter is taken
// up again by another courier.
func (c *Courier) repeat(ctx context.Context, claim *mailer.Claim, result string, tell func(context.Context) error) {
	for failures := 0; ; failures++ {
		rest(ctx, failures)
		err := tell(ctx)
		if err == nil {
			c.heard(claim, result)
			return
		}
		if ctx.Err() != nil {
			c.log.ErrorContext(ctx, "letter could not be settled and will be met again", "letter", claim.Letter.ID, "result", result, "error", err)
			c.leave(claim)
			return
		}
	}
}

// heard counts a letter that the outbox knows to be settled.
func (c *Courier) heard(claim *mailer.Claim, result string) {
	c.metrics.letter(claim.Letter, result, time.Now())
	c.leave(claim)
}

// giveBack returns an untouched claim. Should that fail it goes stale, which only takes longer.
func (c *Courier) giveBack(ctx context.Context, claim *mailer.Claim) {
	if err := c.outbox.Release(ctx, *claim); err != nil {
		c.log.WarnContext(ctx, "letter could not be given back", "letter", claim.Letter.ID, "error", err)
	}
	c.leave(claim)
}

// renew keeps the claims in hand from being taken over.
func (c *Courier) renew(ctx context.Context, ended <-chan struct{}) {
	timer := time.NewTimer(renewEvery)
	defer timer.Stop()
	for failing := false; ; {
		select {
		case <-ended:
			return
		case <-timer.C:
		}
		c.mu.Lock()
		claims := slices.Collect(maps.Values(c.inHand))
		c.mu.Unlock()
		attempt, done := context.WithTimeout(ctx, renewEvery)
		err := c.outbox.Renew(attempt, claims)
		done()
		if err != nil && !failing {
			c.log.WarnContext(ctx, "claims cannot be renewed yet", "claims", len(claims), "error", err)
		}
		if failing = err != nil; failing {
			timer.Reset(renewAgain)
			continue
		}
		timer.Reset(renewEvery)
	}
}

// enter notes claims as in hand and returns those that were not. After a long silence of the outbox
// a courier can be given its own claims, which it has not been able to renew, once more.
func (c *Courier) enter(claims []mailer.Claim) []mailer.Claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(claims, func(claim mailer.Claim) bool {
		_, known := c.inHand[claim.Receipt]
		c.inHand[claim.Receipt] = claim
		return known
	})
}

func (c *Courier) leave(claim *mailer.Claim) {
	c.mu.Lock()
	delete(c.inHand, claim.Receipt)
	c.mu.Unlock()
	c.free()
}

// free says that there may be room for more letters.
func (c *Courier) free() {
	select {
	case c.left <- struct{}{}:
	default:
	}
}

// rest waits after a number of failures, or until ctx ends.
func rest(ctx context.Context, failures int) {
	timer := time.NewTimer(min(longestRest, firstRest<<min(failures, 10)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
