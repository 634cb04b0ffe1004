package web

import (
	"context"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/problem"
)

// door is where all signups come in, by form or hook: behind the brakes, and with a record of where
// they came from.
type door struct {
	Signup
	brakes *limit.Brakes
}

// Enrol takes a signup in, unless it is a stranger's and one too many. The brake of a mail address
// refuses in silence: how often somebody was signed up is nobody else's business.
func (d door) Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error) {
	from := caller.From(ctx)
	if !from.Signed { // a signed request comes from a site's server, not from the person
		s.Consent.IPHash = d.brakes.IPHash(from.IP)
	}
	if from.Stranger() {
		refusal, err := d.brakes.Take(ctx, from.IP, s.Address, now)
		if err != nil {
			return signup.Enrolled{}, err
		}
		switch refusal.By {
		case limit.ByAddress:
			return signup.Enrolled{}, nil
		case limit.ByIP:
			return signup.Enrolled{}, tooMany(refusal, "too many signups came from your network")
		case limit.ByDomain:
			return signup.Enrolled{}, tooMany(refusal, "too many signups came for addresses of this domain")
		}
	}
	return d.Signup.Enrol(ctx, s, now)
}

func tooMany(refusal limit.Refusal, detail string) error {
	p := problem.New(problem.TooMany, "%s; please come back later", detail)
	p.Wait = refusal.Wait
	return p
}
