package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// versionJSON is the first encoding: JSON with short names.
const versionJSON = '1'

// errVersion: a newer program wrote this record.
var errVersion = errors.New("written by a newer version of jobalertd; upgrade this one")

// record is what is encoded. What the scripts must read or change (state, version, cursors) stands
// in the hot hash instead.
type record struct {
	Address      mailer.Address        `json:"a"`
	Locale       string                `json:"l,omitempty"`
	Zone         string                `json:"z,omitempty"`
	Alerts       []subscribers.Alert   `json:"al,omitempty"`
	LastAlert    int                   `json:"la,omitempty"`
	FeedSerial   uint16                `json:"fs,omitempty"`
	Proposal     *subscribers.Proposal `json:"p,omitempty"`
	Confirmed    string                `json:"cf,omitempty"`
	PausedUntil  time.Time             `json:"pu,omitzero"`
	Consent      subscribers.Consent   `json:"co,omitzero"`
	LinkMailedAt time.Time             `json:"lm,omitzero"`
	CreatedAt    time.Time             `json:"cr,omitzero"`
	ChangedAt    time.Time             `json:"ch,omitzero"`
}

func encode(s *subscribers.Subscriber) (string, error) {
	data, err := json.Marshal(record{
		Address: s.Address, Locale: s.Locale, Zone: s.Zone, Alerts: s.Alerts, LastAlert: s.LastAlert, FeedSerial: s.FeedSerial, Proposal: s.Proposal,
		Confirmed: s.Confirmed, PausedUntil: s.PausedUntil, Consent: s.Consent, LinkMailedAt: s.LinkMailedAt,
		CreatedAt: s.CreatedAt, ChangedAt: s.ChangedAt,
	})
	if err != nil {
		return "", fmt.Errorf("encoding subscriber %s: %w", s.ID, err)
	}
	return string(versionJSON) + string(data), nil
}

func decode(id subscribers.ID, text string) (*subscribers.Subscriber, error) {
	if text == "" || text[0] != versionJSON {
		return nil, fmt.Errorf("reading subscriber %s: %w", id, errVersion)
	}
	var r record
	if err := json.Unmarshal([]byte(text[1:]), &r); err != nil {
		return nil, fmt.Errorf("reading subscriber %s: %w", id, err)
	}
	return &subscribers.Subscriber{
		ID: id, Address: r.Address, Locale: r.Locale, Zone: r.Zone, Alerts: r.Alerts,
		LastAlert: r.LastAlert, FeedSerial: r.FeedSerial, Proposal: r.Proposal, Confirmed: r.Confirmed, PausedUntil: r.PausedUntil,
		Consent: r.Consent, LinkMailedAt: r.LinkMailedAt, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt,
	}, nil
}
