package join

import (
	"net/http"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/typo"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
	"jobalertd/subscribers/web/problem"
	"jobalertd/subscribers/web/work"
)

// consentSource is how the consent record names our own form.
const consentSource = "signup page"

// signupView is the signup page.
type signupView struct {
	shell.Chrome
	Form    alertform.Form
	Preview *alertform.Preview // nil: not asked for yet
	Shown   string             // a token that tells when the form was shown
	// Meant is the address that was probably meant, where the one in the form looks mistyped.
	Meant string
	Work  int // how many bits of work are asked for
}

func (j *Join) signupPage(w http.ResponseWriter, r *http.Request) error {
	v := &signupView{
		Form:  alertform.Form{Values: alertform.Blank(), Texts: j.Of(r), Guess: true},
		Shown: j.Tokens.Mint(token.Claims{Purpose: token.Form}, time.Now()),
	}
	j.show(w, r, http.StatusOK, v)
	return nil
}

func (j *Join) show(w http.ResponseWriter, r *http.Request, status int, v *signupView) {
	v.Class, v.Script, v.Public, v.Work = "split", alertform.Script(), true, j.WorkBits
	if j.WorkBits > 0 {
		v.Script += shell.Script(work.Script())
	}
	j.Render(w, r, status, "signup", v)
}

// sentView is the page that says to look into the mailbox.
type sentView struct {
	shell.Chrome
	Email string // empty for a mail that was asked for by link
}

// subscribe takes the signup form.
func (j *Join) subscribe(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	values, err := shell.ParseForm(w, r)
	if err != nil {
		j.Counter.Signup(err)
		return err
	}
	if better := values.Get("email.use"); better != "" {
		values.Set("email", better)
	}
	v := &signupView{Form: alertform.Form{Values: values, Texts: j.Of(r)}, Shown: values.Get("shown")}
	if values.Get("action") == "preview" {
		return j.previewPage(w, r, v, now)
	}
	if values.Get("website") != "" {
		j.Counter.Signup(ErrBot)
		j.Render(w, r, http.StatusOK, "sent", &sentView{Email: values.Get("email")})
		return nil
	}
	site := caller.From(r.Context()).Site
	if site != "" && !values.Has("shown") {
		v.Shown = j.Tokens.Mint(token.Claims{Purpose: token.Form}, now) // a form of theirs
	} else if err := j.human(v, now); err != nil {
		j.Counter.Signup(err)
		j.show(w, r, http.StatusUnprocessableEntity, v)
		return nil
	}
	s, errs := j.readSignup(v, now)
	if site != "" {
		s.Consent.Source, s.Consent.TextVersion = site, values.Get("consent.text_version")
	}
	if err = errs.Err(); err == nil {
		s.Browser = j.browser(w, r, now)
		_, err = j.Desk.Enrol(r.Context(), s, now)
	}
	j.Counter.Signup(err)
	return j.answerSignup(w, r, v, s, err)
}

func (j *Join) answerSignup(w http.ResponseWriter, r *http.Request, v *signupView, s subscribers.Signup, err error) error {
	switch told := problem.From(err); {
	case err == nil:
		j.Render(w, r, http.StatusOK, "sent", &sentView{Email: s.Address.String()})
	case told.Kind == problem.Invalid:
		v.Form.Errs = relative(told.Fields)
		j.show(w, r, told.Status(), v)
	case told.Kind == problem.Unavailable:
		told.SetHeaders(w.Header())
		v.Notice = v.Form.Texts.Say("signup.busy")
		j.show(w, r, told.Status(), v)
	case told.Kind == problem.TooMany:
		told.SetHeaders(w.Header())
		v.Notice = v.Form.Texts.Say("signup.too-many")
		j.show(w, r, told.Status(), v)
	default:
		return err
	}
	return nil
}

// human is an error for a form that was shown too short a time ago for a person to fill it in, or so
// long ago that it may come from a list. The form then says so.
func (j *Join) human(v *signupView, now time.Time) error {
	claims, err := j.Tokens.Check(token.Form, v.Shown, now)
	if err != nil {
		v.Shown, v.Notice = j.Tokens.Mint(token.Claims{Purpose: token.Form}, now), v.Form.Texts.Say("signup.stale")
		return err
	}
	patience, values := j.MinFill, v.Form.Values
	if !work.Proven(j.WorkBits, v.Shown, values.Get("email"), values.Get("work")) {
		patience = max(patience, work.Patience)
	}
	if now.Sub(claims.Expires.Add(-token.FormLife)) < patience {
		v.Notice = v.Form.Texts.Say("signup.quick")
		return ErrBot
	}
	return nil
}

// readSignup reads the form, with every fault of it.
func (j *Join) readSignup(v *signupView, now time.Time) (subscribers.Signup, alerts.FieldErrors) {
	values, t := v.Form.Values, v.Form.Texts
	alert, errs := alertform.Parse(values, t, subscribers.Alert{})
	s := subscribers.Signup{
		Locale:  t.Lang(),
		Zone:    values.Get("time_zone"),
		Alerts:  []subscribers.Alert{alert},
		Consent: subscribers.Consent{TextVersion: t.Say("signup.consent.version"), Source: consentSource, At: now},
	}
	var address error
	s.Address, address = mailer.ParseAddress(values.Get("email"))
	for _, e := range s.Validate() {
		if e.Field == "email" && address != nil {
			e = alerts.FieldError{Field: e.Field, Problem: t.Say("field.email.problem")}
		}
		errs = append(errs, e)
	}
	if better, mistyped := meant(values.Get("email")); address == nil && mistyped && values.Get("email.sure") != values.Get("email") {
		v.Meant = better
		errs.Addf("email", "%s", t.Say("field.email.meant", better))
	}
	return s, errs
}

// meant is the address that was probably meant.
func meant(email string) (string, bool) { return typo.Suggest(strings.TrimSpace(email)) }

// relative takes the path of the form's one alert away, since the form's fields have none.
func relative(errs alerts.FieldErrors) alerts.FieldErrors {
	out := make(alerts.FieldErrors, len(errs))
	for i, e := range errs {
		e.Field = strings.TrimPrefix(e.Field, "alerts[0].")
		out[i] = e
	}
	return out
}
