package manage

import (
	"errors"
	"net/http"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/shell"
)

// unsubscribeView is the page with the button, and the page after it.
type unsubscribeView struct {
	shell.Chrome
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
func (m *Manage) unsubscribePage(w http.ResponseWriter, r *http.Request) error {
	claims, err := m.Tokens.Check(token.Unsubscribe, r.PathValue("token"), time.Now())
	if err != nil {
		return err
	}
	sub, err := m.Desk.Get(r.Context(), claims.Subscriber)
	if errors.Is(err, subscribers.ErrNotFound) || err == nil && sub.State == subscribers.StateLeft {
		m.Render(w, r, http.StatusOK, "left", &unsubscribeView{Already: true})
		return nil
	}
	if err != nil {
		return err
	}
	v := m.leaving(r, sub, claims.Alert)
	v.Others = len(sub.Alerts) > 1
	m.Render(w, r, http.StatusOK, "unsubscribe", &v)
	return nil
}

// leaving names the alert that a link is about. An alert that is gone already, or the only one, is
// not named: then the link is about everything.
func (m *Manage) leaving(r *http.Request, sub *subscribers.Subscriber, alert string) unsubscribeView {
	if a, ok := sub.Alert(alert); ok && len(sub.Alerts) > 1 {
		return unsubscribeView{Name: m.Of(r).Describe([]subscribers.Alert{a})[0].Name, Others: true}
	}
	return unsubscribeView{}
}

// unsubscribe is the button of the page, and the button of the mail program (RFC 8058 §3.1): a form
// in either encoding, without cookies, answered without a redirect. Leaving twice is no error.
func (m *Manage) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := m.Tokens.Check(token.Unsubscribe, r.PathValue("token"), now)
	if err != nil {
		return err
	}
	// A body that cannot be read leaves the form empty, which is a wish to leave like any other.
	shell.LimitBody(w, r)
	scope, via, alert := r.PostFormValue("scope"), subscribers.ViaOneClick, claims.Alert
	switch scope {
	case scopeLink:
		return m.sendLink(w, r, claims.Subscriber, now)
	case scopeAll:
		via, alert = subscribers.ViaButton, ""
	case scopeAlert:
		via = subscribers.ViaButton
	}
	v := unsubscribeView{}
	sub, err := m.Desk.Get(r.Context(), claims.Subscriber)
	switch {
	case errors.Is(err, subscribers.ErrNotFound):
		v.Already = true
	case err != nil:
		return err
	default:
		v = m.leaving(r, sub, alert)
		if err := m.Desk.Leave(r.Context(), claims.Subscriber, alert, via, now); err != nil && !errors.Is(err, subscribers.ErrNotFound) {
			return err
		}
		m.Counter.Unsubscribe(via)
	}
	m.Render(w, r, http.StatusOK, "left", &v)
	return nil
}

// sentView is the page that says to look into the mailbox.
type sentView struct {
	shell.Chrome
	Email string // always empty here: the link tells who, not what their address is
}

// sendLink mails a manage link and says so.
func (m *Manage) sendLink(w http.ResponseWriter, r *http.Request, id subscribers.ID, now time.Time) error {
	if err := m.Desk.SendManageLink(r.Context(), id, now); err != nil {
		return err
	}
	m.Render(w, r, http.StatusOK, "sent", &sentView{})
	return nil
}
