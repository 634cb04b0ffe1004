package pages

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/problem"
	"jobalertd/subscribers/web/work"
)

// consentSource is how the consent record names our own form.
const consentSource = "signup page"

// signupView is the signup page.
type signupView struct {
	chrome
	Form  form
	Shown string // a token that tells when the form was shown
	Work  int    // how many bits of work are asked for
}

func (p *Pages) signupPage(w http.ResponseWriter, r *http.Request) error {
	f := form{values: blank(), table: p.languages.of(r).table, guess: true}
	p.showSignup(w, r, http.StatusOK, f, p.Tokens.Mint(token.Claims{Purpose: token.Form}, time.Now()), "")
	return nil
}

func (p *Pages) showSignup(w http.ResponseWriter, r *http.Request, status int, f form, shown, notice string) {
	v := signupView{Form: f, Shown: shown, Work: p.WorkBits}
	v.Notice, v.Class = notice, "split"
	if f.guess {
		v.Script = template.JS(zoneScript) // our own file
	}
	if p.WorkBits > 0 {
		v.Script += template.JS(work.Script()) // our own file
	}
	p.render(w, r, status, "signup", &v)
}

// sentView is the page that says to look into the mailbox.
type sentView struct {
	chrome
	Email string // empty for a mail that was asked for by link
}

// subscribe takes the signup form.
func (p *Pages) subscribe(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	values, err := parseForm(w, r)
	if err != nil {
		p.Counter.Signup(err)
		return err
	}
	if values.Get("website") != "" {
		p.Counter.Signup(ErrBot)
		p.render(w, r, http.StatusOK, "sent", &sentView{Email: values.Get("email")})
		return nil
	}
	f := form{values: values, table: p.languages.of(r).table}
	site := caller.From(r.Context()).Site
	if site != "" && !values.Has("shown") {
		values.Set("shown", p.Tokens.Mint(token.Claims{Purpose: token.Form}, now)) // a form of theirs
	} else if again, err := p.human(values, now); err != nil {
		p.Counter.Signup(err)
		p.showSignup(w, r, http.StatusUnprocessableEntity, f, again.shown, f.table.say(again.notice))
		return nil
	}
	s, errs := p.readSignup(&f, now)
	if site != "" {
		s.Consent.Source, s.Consent.TextVersion = site, values.Get("consent.text_version")
	}
	if err = errs.Err(); err == nil {
		_, err = p.Signup.Enrol(r.Context(), s, now)
	}
	p.Counter.Signup(err)
	switch told := problem.From(err); {
	case err == nil:
		p.render(w, r, http.StatusOK, "sent", &sentView{Email: s.Address.String()})
	case told.Kind == problem.Invalid:
		f.errs = relative(told.Fields)
		p.showSignup(w, r, told.Status(), f, values.Get("shown"), "")
	case told.Kind == problem.Unavailable:
		told.SetHeaders(w.Header())
		p.showSignup(w, r, told.Status(), f, values.Get("shown"), f.table.say("signup.busy"))
	case told.Kind == problem.TooMany:
		told.SetHeaders(w.Header())
		p.showSignup(w, r, told.Status(), f, values.Get("shown"), f.table.say("signup.too-many"))
	default:
		return err
	}
	return nil
}

// retry is how a form is shown again to somebody who was too quick or too slow.
type retry struct{ shown, notice string }

// human is an error for a form that was shown too short a time ago for a person to fill it in, or so
// long ago that it may come from a list.
func (p *Pages) human(values url.Values, now time.Time) (retry, error) {
	shown, patience := values.Get("shown"), p.MinFill
	if !work.Proven(p.WorkBits, shown, values.Get("email"), values.Get("work")) {
		patience = max(patience, work.Patience)
	}
	claims, err := p.Tokens.Check(token.Form, shown, now)
	if err != nil {
		return retry{p.Tokens.Mint(token.Claims{Purpose: token.Form}, now), "signup.stale"}, err
	}
	if now.Sub(claims.Expires.Add(-token.FormLife)) < patience {
		return retry{shown, "signup.quick"}, ErrBot
	}
	return retry{}, nil
}

// readSignup reads the form, with every fault of it.
func (p *Pages) readSignup(f *form, now time.Time) (subscribers.Signup, alerts.FieldErrors) {
	alert, errs := parseAlert(f.values, f.table, subscribers.Alert{})
	s := subscribers.Signup{
		Locale: f.table.say("lang"),
		Zone:   f.values.Get("time_zone"),
		Alerts: []subscribers.Alert{alert},
		Consent: subscribers.Consent{
			TextVersion: f.table.say("signup.consent.version"), Source: consentSource, At: now,
		},
	}
	var address error
	s.Address, address = mailer.ParseAddress(f.values.Get("email"))
	for _, e := range s.Validate() {
		if e.Field == "email" && address != nil {
			e.Problem = f.table.say("field.email.problem")
		}
		errs = append(errs, e)
	}
	return s, errs
}

// relative takes the path of the form's one alert away, since the form's fields have none.
func relative(errs alerts.FieldErrors) alerts.FieldErrors {
	out := make(alerts.FieldErrors, len(errs))
	for i, e := range errs {
		out[i] = alerts.FieldError{Field: strings.TrimPrefix(e.Field, "alerts[0]."), Problem: e.Problem}
	}
	return out
}
