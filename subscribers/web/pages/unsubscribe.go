package pages

import (
	"errors"
	"net/http"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

// unsubscribeView is the page with the button, and the page after it.
type unsubscribeView struct {
	chrome
	Name    string // of the one alert that is left; empty for all
	Others  bool   // other alerts go on
	Already bool
}

// The values of the field "scope" of the page's buttons.
const (
	scopeAlert = "alert"
	scopeAll   = "all"
	scopeLink  = "link" // do not leave, mail a manage link
)

// unsubscribePage shows what would end. It ends nothing: mail scanners open links too.
func (p *Pages) unsubscribePage(w http.ResponseWriter, r *http.Request) error {
	claims, err := p.Tokens.Check(token.Unsubscribe, r.PathValue("token"), time.Now())
	if err != nil {
		return err
	}
	sub, err := p.Signup.Get(r.Context(), claims.Subscriber)
	if errors.Is(err, subscribers.ErrNotFound) || err == nil && sub.State == subscribers.StateLeft {
		p.render(w, r, http.StatusOK, "left", &unsubscribeView{Already: true})
		return nil
	}
	if err != nil {
		return err
	}
	v := p.leaving(r, sub, claims.Alert)
	v.Others = len(sub.Alerts) > 1
	p.render(w, r, http.StatusOK, "unsubscribe", &v)
	return nil
}

// leaving names the alert that a link is about. An alert that is gone already, or the only one, is
// not named: then the link is about everything.
func (p *Pages) leaving(r *http.Request, sub *subscribers.Subscriber, alert string) unsubscribeView {
	if a, ok := sub.Alert(alert); ok && len(sub.Alerts) > 1 {
		return unsubscribeView{Name: p.languages.of(r).describe([]subscribers.Alert{a})[0].Name, Others: true}
	}
	return unsubscribeView{}
}

// unsubscribe is the button of the page, and the button of the mail program (RFC 8058 §3.1): a form
// in either encoding, without cookies, answered without a redirect. Leaving twice is no error.
func (p *Pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := p.Tokens.Check(token.Unsubscribe, r.PathValue("token"), now)
	if err != nil {
		return err
	}
	// A body that cannot be read leaves the form empty, which is a wish to leave like any other.
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	scope, via, alert := r.PostFormValue("scope"), subscribers.ViaOneClick, claims.Alert
	switch scope {
	case scopeLink:
		return p.sendLink(w, r, claims.Subscriber, now)
	case scopeAll:
		via, alert = subscribers.ViaButton, ""
	case scopeAlert:
		via = subscribers.ViaButton
	}
	v := unsubscribeView{}
	sub, err := p.Signup.Get(r.Context(), claims.Subscriber)
	switch {
	case errors.Is(err, subscribers.ErrNotFound):
		v.Already = true
	case err != nil:
		return err
	default:
		v = p.leaving(r, sub, alert)
		if err := p.Signup.Leave(r.Context(), claims.Subscriber, alert, via, now); err != nil && !errors.Is(err, subscribers.ErrNotFound) {
			return err
		}
		p.Counter.Unsubscribe(via)
	}
	p.render(w, r, http.StatusOK, "left", &v)
	return nil
}

// sendLink mails a manage link and says so.
func (p *Pages) sendLink(w http.ResponseWriter, r *http.Request, id subscribers.ID, now time.Time) error {
	if err := p.Signup.SendManageLink(r.Context(), id, now); err != nil {
		return err
	}
	p.render(w, r, http.StatusOK, "sent", &sentView{})
	return nil
}
