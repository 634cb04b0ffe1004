package deliver

import (
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/deliver/session"
)

const (
	// firstPause is the first pause after trouble that is not a refusal.
	firstPause = time.Second
	// maxDoublings is how often a pause doubles.
	maxDoublings = 5
	// maxAskedPause bounds how long a relay can ask to be left alone. SES forgets its throttling
	// within ten minutes.
	maxAskedPause = 10 * time.Minute
)

// conn is a session between two mails.
type conn struct {
	*session.Session
	idleSince time.Time
}

// relay is one relay and how it has been doing. Its pool's lock guards everything but cfg.
type relay struct {
	cfg  RelayConfig
	idle []*conn // the last used one last

	busy  int // connections in use
	limit int // how many may be: fewer after trouble

	next        time.Time // when the rate allows the next mail
	pausedUntil time.Time
	troubles    int // pauses since a mail was taken
}

func newRelay(cfg RelayConfig) *relay {
	return &relay{cfg: cfg, limit: cfg.MaxConnections}
}

func (r *relay) paused(now time.Time) bool { return now.Before(r.pausedUntil) }

// reserve is when the next mail may begin, and counts it as begun.
func (r *relay) reserve(now time.Time) time.Time {
	if r.cfg.RatePerSecond == 0 {
		return now
	}
	at := now
	if r.next.After(now) {
		at = r.next
	}
	r.next = at.Add(time.Duration(float64(time.Second) / r.cfg.RatePerSecond))
	return at
}

// learn draws its lesson from an outcome. It reports whether the relay is paused because of it.
func (r *relay) learn(o mailer.Outcome, now time.Time) bool {
	first, most := firstPause, max(firstPause, r.cfg.Cooldown)
	switch o.Class {
	case mailer.ClassSent:
		r.troubles = 0
		r.limit = min(r.limit+1, r.cfg.MaxConnections) // each mail taken lets two follow
		return false
	case mailer.ClassPolicy:
		first, most = r.cfg.Cooldown, r.cfg.Cooldown<<maxDoublings
	case mailer.ClassNetwork, mailer.ClassRelay, mailer.ClassProtocol, mailer.ClassInDoubt:
	default: // the recipient's trouble, or the mail's
		return false
	}
	if r.paused(now) {
		return false // mails that were under way together are one trouble
	}
	pause := min(first<<min(r.troubles, maxDoublings), most)
	r.pausedUntil = now.Add(max(pause, min(o.RetryAfter, maxAskedPause)))
	r.troubles++
	r.limit = 1
	return true
}

// useful reports whether an idle connection can still be used.
func (r *relay) useful(c *conn, now time.Time) bool {
	return c.Sent() < r.cfg.MaxMessages && now.Sub(c.Born()) < r.cfg.MaxAge && now.Sub(c.idleSince) < r.cfg.IdleTimeout
}
