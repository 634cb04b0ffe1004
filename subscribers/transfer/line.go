package transfer

import (
	"time"

	"golang.org/x/text/language"

	"jobalertd/alerts"
	"jobalertd/alerts/strictjson"
	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// Person is one line of a list.
type Person struct {
	Email mailer.Address    `json:"email"`
	State subscribers.State `json:"state"`
	// Locale is a BCP 47 tag, TimeZone an IANA name.
	Locale   string  `json:"locale,omitempty"`
	TimeZone string  `json:"time_zone,omitempty"`
	Alerts   []Alert `json:"alerts,omitempty"`
	Consent  Consent `json:"consent,omitzero"`
	// PausedUntil ends the pause of a paused person; left out for a pause without end.
	PausedUntil time.Time `json:"paused_until,omitzero"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
}

// Alert is a filter with a name and a cadence.
type Alert struct {
	Name    string         `json:"name,omitempty"`
	Cadence alerts.Cadence `json:"cadence"`
	Filter  alerts.Filter  `json:"filter"`
}

// Consent is the proof of what the person agreed to, as subscribers.Consent has it.
type Consent struct {
	TextVersion string          `json:"text_version,omitempty"`
	Source      string          `json:"source,omitempty"`
	At          time.Time       `json:"at,omitzero"`
	IPHash      string          `json:"ip_hash,omitempty"`
	ConfirmedAt time.Time       `json:"confirmed_at,omitzero"`
	Via         subscribers.Via `json:"via,omitempty"`
	RenewedAt   time.Time       `json:"renewed_at,omitzero"`
}

// Decode reads a line. Its error names everything that is wrong with it.
func Decode(line []byte, now time.Time) (Person, error) {
	var p Person
	if err := strictjson.Decode(line, &p); err != nil {
		return Person{}, err
	}
	if err := p.validate(now).Err(); err != nil {
		return Person{}, err
	}
	if tag, err := language.Parse(p.Locale); err == nil {
		p.Locale = tag.String()
	}
	return p, nil
}

func (p Person) validate(now time.Time) alerts.FieldErrors {
	var errs alerts.FieldErrors
	switch p.State {
	case subscribers.StateLeft:
		if p.Email.IsZero() {
			errs.Addf("email", "an address is needed, like name@example.com")
		}
		return errs // nothing else of them is taken in
	case subscribers.StateActive, subscribers.StatePaused:
		errs = p.signup().Validate()
		errs.Nest("consent", p.Consent.validate(now))
	case subscribers.StatePending:
		errs = p.signup().Validate()
	default:
		errs = p.signup().Validate()
		errs.Addf("state", "%q is not one of pending, active, paused, left", p.State)
	}
	if !p.PausedUntil.IsZero() && p.State != subscribers.StatePaused {
		errs.Addf("paused_until", "only a paused person has it")
	}
	return errs
}

// validate says what keeps a consent from being a proof.
func (c Consent) validate(now time.Time) alerts.FieldErrors {
	var errs alerts.FieldErrors
	switch {
	case c.ConfirmedAt.IsZero():
		errs.Addf("confirmed_at", "it is missing: whoever is active must have confirmed their address; import them as pending to ask them")
	case c.ConfirmedAt.After(now):
		errs.Addf("confirmed_at", "it is in the future")
	}
	if c.Source == "" {
		errs.Addf("source", "it is missing: where did they sign up?")
	}
	return errs
}

// signup is the person as if they signed up.
func (p Person) signup() subscribers.Signup {
	s := subscribers.Signup{Address: p.Email, Locale: p.Locale, Zone: p.TimeZone, Consent: p.Consent.proof()}
	for _, a := range p.Alerts {
		s.Alerts = append(s.Alerts, subscribers.Alert{Name: a.Name, Cadence: a.Cadence, Filter: a.Filter})
	}
	return s
}

func (c Consent) proof() subscribers.Consent {
	return subscribers.Consent{
		TextVersion: c.TextVersion, Source: c.Source, At: c.At, IPHash: c.IPHash,
		ConfirmedAt: c.ConfirmedAt, Via: c.Via, RenewedAt: c.RenewedAt,
	}
}

// personOf is a subscriber as a line. Of somebody who has yet to confirm it tells what they signed up for.
func personOf(s *subscribers.Subscriber) Person {
	p := Person{
		Email: s.Address, State: s.State, Locale: s.Locale, TimeZone: s.Zone, PausedUntil: s.PausedUntil, CreatedAt: s.CreatedAt,
		Consent: consentOf(s.Consent),
	}
	wanted := s.Alerts
	if s.State == subscribers.StatePending && s.Proposal != nil {
		wanted = s.Proposal.Alerts
		p.Locale, p.TimeZone, p.Consent = s.Proposal.Locale, s.Proposal.Zone, consentOf(s.Proposal.Given)
	}
	for _, a := range wanted {
		p.Alerts = append(p.Alerts, Alert{Name: a.Name, Cadence: a.Cadence, Filter: a.Filter})
	}
	return p
}

func consentOf(c subscribers.Consent) Consent {
	return Consent{
		TextVersion: c.TextVersion, Source: c.Source, At: c.At, IPHash: c.IPHash,
		ConfirmedAt: c.ConfirmedAt, Via: c.Via, RenewedAt: c.RenewedAt,
	}
}
