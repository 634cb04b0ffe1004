package deliver

import (
	"slices"
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

// conn is a session with the mails on it. Its pool's lock guards everything but the session.
type conn struct {
	*session.Session
	busy      int // mails that have a place on it
	given     int // mails that ever had one
	idleSince time.Time
}

// relay is one relay and how it has been doing. Its pool's lock guards everything but cfg.
type relay struct {
	cfg      RelayConfig
	conns    []*conn
	dialling int

	busy  int // mails that have a place
	limit int // how many may have one: fewer after trouble

	next        time.Time // when the rate allows the next mail
	pausedUntil time.Time
	troubles    int // pauses since a mail was taken
}

func newRelay(cfg RelayConfig) *relay {
	return &relay{cfg: cfg, limit: cfg.mails()}
}

// mails is how many mails can be under way at a time.
func (r RelayConfig) mails() int { return r.MaxConnections * r.Window }

// place finds a mail its place: on an idle connection, the last used one first; on a new one, which
// is nil; or behind other mails. It reports false where there is none.
func (r *relay) place(now time.Time) (*conn, bool) {
	if r.busy >= r.limit {
		return nil, false
	}
	var best *conn
	for _, c := range r.conns {
		if c.busy >= c.Window() || !r.useful(c, now) {
			continue
		}
		if best == nil || c.busy < best.busy || c.busy == 0 && best.busy == 0 && c.idleSince.After(best.idleSince) {
			best = c
		}
	}
	open := len(r.conns) + r.dialling
	switch {
	case best != nil && (best.busy == 0 || open >= r.cfg.MaxConnections):
		best.busy++
		best.given++
	case open < r.cfg.MaxConnections:
		best = nil
		r.dialling++
	case best == nil:
		return nil, false
	}
	r.busy++
	return best, true
}

// worn takes out the connections that nobody uses and nobody should.
func (r *relay) worn(keep func(*conn) bool) []*conn {
	var worn []*conn
	r.conns = slices.DeleteFunc(r.conns, func(c *conn) bool {
		if c.busy > 0 || keep(c) {
			return false
		}
		worn = append(worn, c)
		return true
	})
	return worn
}

func (r *relay) paused(now time.Time) bool { return now.Before(r.pausedUntil) }

// catchUp is how late a mail may begin without moving those after it.
const catchUp = 50 * time.Millisecond

// begin counts a mail against the rate.
func (r *relay) begin(now time.Time) {
	if r.cfg.RatePerSecond == 0 {
		return
	}
	if now.Sub(r.next) > catchUp {
		r.next = now
	}
	r.next = r.next.Add(time.Duration(float64(time.Second) / r.cfg.RatePerSecond))
}

// learn draws its lesson from an outcome. It reports whether the relay is paused because of it.
func (r *relay) learn(o mailer.Outcome, now time.Time) bool {
	first, most := firstPause, max(firstPause, r.cfg.Cooldown)
	switch o.Class {
	case mailer.ClassSent:
		r.troubles = 0
		r.limit = min(r.limit+1, r.cfg.mails()) // each mail taken lets two follow
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

// useful reports whether a connection can take another mail.
func (r *relay) useful(c *conn, now time.Time) bool {
	return !c.Broken() && !c.Spent() && c.given < r.cfg.MaxMessages && now.Sub(c.Born()) < r.cfg.MaxAge &&
		(c.busy > 0 || now.Sub(c.idleSince) < r.cfg.IdleTimeout)
}
