package web

import (
	"context"
	"log/slog"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/problem"
)

// door is where all signups come in, by form or hook: behind the brakes if there are any, with a record
// of where they came from, and with a line in the log that says what they led to.
type door struct {
	Signup
	brakes *limit.Brakes
	log    *slog.Logger
}

// Enrol takes a signup in.
func (d door) Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error) {
	done, err := d.admit(ctx, s, now)
	switch {
	case err != nil:
	case done.ID == "":
		d.log.InfoContext(ctx, "signup led to nothing: its address is suppressed or was signed up too often")
	default:
		d.log.InfoContext(ctx, "signup taken in", "subscriber", done.ID, "letter", done.Letter)
	}
	return done, err
}

// admit takes a signup in, unless it is a stranger's and one too many. The brake of a mail address
// refuses in silence: how often somebody was signed up is nobody else's business.
func (d door) admit(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error) {
	if from := caller.From(ctx); d.brakes != nil && !from.Signed { // a signed request comes from a site's server, not from the person
		s.Consent.IPHash = d.brakes.IPHash(from.IP)
	}
	if pass, err := d.pass(ctx, s.Address, now); !pass {
		return signup.Enrolled{}, err
	}
	return d.Signup.Enrol(ctx, s, now)
}

// Move is behind the same brakes: it too mails an address that somebody has typed in.
func (d door) Move(ctx context.Context, id subscribers.ID, to mailer.Address, now time.Time) error {
	if pass, err := d.pass(ctx, to, now); !pass {
		return err
	}
	return d.Signup.Move(ctx, id, to, now)
}

// pass reports whether a caller may have an address mailed; everybody may where there are no brakes.
func (d door) pass(ctx context.Context, address mailer.Address, now time.Time) (bool, error) {
	from := caller.From(ctx)
	if d.brakes == nil || !from.Stranger() {
		return true, nil
	}
	refusal, err := d.brakes.Take(ctx, from.IP, address, now)
	if err != nil {
		return false, err
	}
	switch refusal.By {
	case limit.ByAddress:
		return false, nil
	case limit.ByIP:
		return false, tooMany(refusal, "too many signups came from your network")
	case limit.ByDomain:
		return false, tooMany(refusal, "too many signups came for addresses of this domain")
	}
	return true, nil
}

// window is where strangers look what a filter would find. Each look goes through all open postings, so
// one network gets only so many.
type window struct {
	Postings
	brakes *limit.Brakes
}

// Preview tells what a filter would find. It needs no Redis but for the brake, and is answered without it
// where Redis is away.
func (w window) Preview(ctx context.Context, f alerts.Filter, now time.Time) (Preview, error) {
	if from := caller.From(ctx); w.brakes != nil && from.Stranger() {
		if refusal, err := w.brakes.Question(ctx, from.IP, now); err == nil && refusal.By != "" {
			return Preview{}, tooMany(refusal, "too many questions came from your network")
		}
	}
	return w.Postings.Preview(ctx, f, now)
}

func tooMany(refusal limit.Refusal, detail string) error {
	p := problem.New(problem.TooMany, "%s; please come back later", detail)
	p.Wait = refusal.Wait
	return p
}
