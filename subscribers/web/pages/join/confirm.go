package join

import (
	_ "embed"
	"errors"
	"net/http"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/shell"
)

//go:embed confirm.js
var confirmScript string

// browserCookie holds the name of a browser that has sent the signup form, signed.
const browserCookie = "browser"

// browser is the name of the browser, which it is given if it has none yet.
func (j *Join) browser(w http.ResponseWriter, r *http.Request, now time.Time) string {
	name := j.known(r, now)
	if name == "" {
		name = subscribers.NewProposalID()
	}
	value := j.Tokens.Mint(token.Claims{Purpose: token.Browser, Proposal: name}, now)
	j.SetCookie(w, &http.Cookie{Name: browserCookie, Value: value, MaxAge: int(token.ConfirmLife.Seconds())})
	return name
}

// known is the name that the browser was given before; empty for none.
func (j *Join) known(r *http.Request, now time.Time) string {
	cookie, err := r.Cookie(browserCookie)
	if err != nil {
		return ""
	}
	claims, err := j.Tokens.Check(token.Browser, cookie.Value, now)
	if err != nil {
		return ""
	}
	return claims.Proposal
}

// confirmView is the page with the button, and the page after it.
type confirmView struct {
	shell.Chrome
	Alerts  []shell.Described
	Already bool
	Moving  bool   // the button moves them to another address
	Manage  string // the path of the manage page
}

// confirmPage shows what would begin. It confirms nothing.
func (j *Join) confirmPage(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := j.Tokens.Check(token.Confirm, r.PathValue("token"), now)
	if err != nil {
		return err
	}
	sub, err := j.Desk.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return err
	}
	switch {
	case sub.Confirmed == claims.Proposal && sub.State != subscribers.StateLeft:
		j.showConfirmed(w, r, sub, true, now)
	case sub.Question() == claims.Proposal:
		j.Render(w, r, http.StatusOK, "confirm", &confirmView{Alerts: j.Of(r).Describe(sub.Alerts)})
	case sub.Moving != nil && sub.Moving.ID == claims.Proposal:
		j.Render(w, r, http.StatusOK, "confirm", &confirmView{Alerts: j.Of(r).Describe(sub.Alerts), Moving: true})
	case sub.Proposal != nil && sub.Proposal.ID == claims.Proposal:
		v := &confirmView{Alerts: j.Of(r).Describe(sub.Proposal.Alerts)}
		if name := j.known(r, now); name != "" && name == sub.Proposal.Browser {
			v.Script = shell.Script(confirmScript)
		}
		j.Render(w, r, http.StatusOK, "confirm", v)
	default:
		return subscribers.ErrExpired
	}
	return nil
}

// confirm is the button, and on the page of a link that is too old the one that asks for another.
func (j *Join) confirm(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	claims, err := j.Tokens.Check(token.Confirm, r.PathValue("token"), now)
	shell.LimitBody(w, r)
	if r.PostFormValue("action") == "send" && (err == nil || errors.Is(err, token.ErrExpired)) {
		if err := j.Desk.Remind(r.Context(), claims.Subscriber, now); err != nil {
			return err
		}
		j.Render(w, r, http.StatusOK, "sent", &sentView{})
		return nil
	}
	if err != nil {
		return err
	}
	before, err := j.Desk.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return err
	}
	via := subscribers.ViaButton
	if name := j.known(r, now); name != "" && before.Proposal != nil && name == before.Proposal.Browser {
		via = subscribers.ViaCookie
	}
	sub, err := j.Desk.Confirm(r.Context(), claims.Subscriber, claims.Proposal, via, now)
	if errors.Is(err, subscribers.ErrTaken) { // whoever has the address was mailed a link to what they have
		j.Render(w, r, http.StatusOK, "sent", &sentView{})
		return nil
	}
	if err != nil {
		return err
	}
	already := before.Confirmed == claims.Proposal
	if !already {
		j.Counter.Confirmation(via)
	}
	j.showConfirmed(w, r, sub, already, now)
	return nil
}

func (j *Join) showConfirmed(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, already bool, now time.Time) {
	j.Render(w, r, http.StatusOK, "confirmed", &confirmView{
		Alerts: j.Of(r).Describe(sub.Alerts), Already: already,
		Manage: "/manage/" + j.Tokens.Mint(token.Claims{Purpose: token.Manage, Subscriber: sub.ID}, now),
	})
}
