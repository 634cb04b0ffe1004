package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/problem"
)

// maxConsent is how long the words of a consent record may be, in characters.
const maxConsent = 100

// subscription is the body of the hook.
type subscription struct {
	Email    string `json:"email"`
	Locale   string `json:"locale"`
	TimeZone string `json:"time_zone"`
	Alerts   []struct {
		Name    string         `json:"name"`
		Cadence alerts.Cadence `json:"cadence"`
		Filter  alerts.Filter  `json:"filter"`
	} `json:"alerts"`
	Consent struct {
		TextVersion string `json:"text_version"`
		Source      string `json:"source"`
	} `json:"consent"`
}

// accepted is the hook's answer to every valid signup.
type accepted struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// subscribe is the signup hook.
func (a *API) subscribe(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	body, err := read(w, r, maxHook, "application/json")
	if err == nil {
		r, err = a.verified(r, body, now)
	}
	if err != nil {
		a.Counted(err)
		return err
	}
	answer, err := a.doOnce(r, body, func(proposal string) ([]byte, error) {
		err := a.enrol(r.Context(), body, proposal, now)
		a.Counted(err)
		if err != nil {
			return nil, err
		}
		return json.Marshal(accepted{
			Status:  "accepted",
			Message: "We have sent a mail to this address. The alerts begin when its link is clicked, within 7 days.",
		})
	})
	if err != nil {
		return err
	}
	send(w, http.StatusAccepted, answer)
	return nil
}

// verified is a request whose caller may use the hook, with what speaks for them.
func (a *API) verified(r *http.Request, body []byte, now time.Time) (*http.Request, error) {
	if a.verifier == nil {
		return r, nil
	}
	err := a.verifier.Verify(r.Header, body, now)
	if err != nil && !a.allowed(r) {
		return nil, problem.New(problem.Unsigned, "%v", err)
	}
	from := caller.From(r.Context())
	from.Signed = err == nil
	return r.WithContext(caller.With(r.Context(), from)), nil
}

// enrol takes a signup in under the id of its proposal, a fresh one where that is empty.
func (a *API) enrol(ctx context.Context, body []byte, proposal string, now time.Time) error {
	var asked subscription
	err := decode(body, &asked)
	unread, partly := errors.AsType[alerts.FieldErrors](err)
	if err != nil && !partly {
		return err
	}
	if partly { // what is right in it may still not do
		_ = json.Unmarshal(body, &asked)
	}
	s, errs := asked.signup(now)
	if err := unread.And(errs).Err(); err != nil {
		return err
	}
	s.Proposal = proposal
	_, err = a.Signup.Enrol(ctx, s, now)
	return err
}

// signup is the body in our own words, with every fault of it.
func (asked subscription) signup(now time.Time) (subscribers.Signup, alerts.FieldErrors) {
	s := subscribers.Signup{
		Locale: "en",
		Zone:   asked.TimeZone,
		Consent: subscribers.Consent{
			TextVersion: asked.Consent.TextVersion, Source: asked.Consent.Source, At: now,
		},
	}
	for _, alert := range asked.Alerts {
		s.Alerts = append(s.Alerts, subscribers.Alert{Name: alert.Name, Cadence: alert.Cadence, Filter: alert.Filter})
	}
	var address error
	s.Address, address = mailer.ParseAddress(asked.Email)
	errs := s.Validate()
	if address != nil {
		errs = slices.DeleteFunc(errs, func(e alerts.FieldError) bool { return e.Field == "email" })
		errs.Addf("email", "write an address like name@example.com; this is %v", address)
	}
	if asked.Locale != "" {
		if tag, err := language.Parse(asked.Locale); err == nil {
			s.Locale = tag.String()
		} else {
			errs.Addf("locale", "%q is not a language tag like en or de-AT", asked.Locale)
		}
	}
	errs.Nest("consent", consentErrors(asked.Consent.TextVersion, asked.Consent.Source))
	return s, errs
}

func consentErrors(version, source string) alerts.FieldErrors {
	var errs alerts.FieldErrors
	for _, field := range []struct{ name, value string }{{"text_version", version}, {"source", source}} {
		if len([]rune(field.value)) > maxConsent || strings.ContainsFunc(field.value, unicode.IsControl) {
			errs.Addf(field.name, "it may have %d characters, and no line breaks", maxConsent)
		}
	}
	return errs
}

// preview tells what a filter would have found.
func (a *API) preview(w http.ResponseWriter, r *http.Request) error {
	body, err := read(w, r, maxHook, "application/json")
	if err != nil {
		return err
	}
	var asked struct {
		Filter *alerts.Filter `json:"filter"`
	}
	if err := decode(body, &asked); err != nil {
		return err
	}
	var errs alerts.FieldErrors
	if asked.Filter == nil {
		errs.Addf("filter", "it is missing; {} asks for every backend job")
		return errs.Err()
	}
	errs.Nest("filter", asked.Filter.Validate())
	if err := errs.Err(); err != nil {
		return err
	}
	found, err := a.Postings.Preview(r.Context(), *asked.Filter, time.Now())
	if err != nil {
		return err
	}
	if found.Samples == nil {
		found.Samples = []Sample{} // the document promises an array
	}
	return write(w, http.StatusOK, found)
}
