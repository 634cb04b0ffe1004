package pages

import (
	"net/http"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

// confirmView is the page with the button, and the page after it.
type confirmView struct {
	chrome
	Alerts  []described
	Already bool
	Manage  string // the path of the manage page
}

// confirmPage shows what would begin. It confirms nothing: mail scanners open links too.
func (p *Pages) confirmPage(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := p.Tokens.Check(token.Confirm, r.PathValue("token"), now)
	if err != nil {
		return err
	}
	sub, err := p.Signup.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return err
	}
	switch {
	case sub.Confirmed == claims.Proposal && sub.State != subscribers.StateLeft:
		p.showConfirmed(w, r, sub, true, now)
	case sub.Question() == claims.Proposal:
		p.render(w, r, http.StatusOK, "confirm", &confirmView{Alerts: p.languages.of(r).describe(sub.Alerts)})
	case sub.Proposal != nil && sub.Proposal.ID == claims.Proposal:
		p.render(w, r, http.StatusOK, "confirm", &confirmView{Alerts: p.languages.of(r).describe(sub.Proposal.Alerts)})
	default:
		return subscribers.ErrExpired
	}
	return nil
}

// confirm is the button.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := p.Tokens.Check(token.Confirm, r.PathValue("token"), now)
	if err != nil {
		return err
	}
	before, err := p.Signup.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return err
	}
	sub, err := p.Signup.Confirm(r.Context(), claims.Subscriber, claims.Proposal, subscribers.ViaButton, now)
	if err != nil {
		return err
	}
	already := before.Confirmed == claims.Proposal
	if !already {
		p.Counter.Confirmation(subscribers.ViaButton)
	}
	p.showConfirmed(w, r, sub, already, now)
	return nil
}

func (p *Pages) showConfirmed(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, already bool, now time.Time) {
	p.render(w, r, http.StatusOK, "confirmed", &confirmView{
		Alerts: p.languages.of(r).describe(sub.Alerts), Already: already, Manage: p.manageLink(sub.ID, now),
	})
}
