package subscribers

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"jobalertd/alerts"
	"jobalertd/alerts/fault"
	"jobalertd/mailer"
)

// ID names a subscriber for ever: 13 lower-case letters and digits that tell nothing of the person.
// Its first two bytes decide the shard.
type ID string

// idAlphabet is the digits of ids, 5 bits each (RFC 4648 §6, in lower case).
const idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

// NewID makes a fresh id in the shard of the address.
func NewID(address mailer.AddressHash) ID {
	var raw [8]byte
	_, _ = rand.Read(raw[2:]) // never fails: crypto/rand aborts the program instead
	copy(raw[:2], address[:2])
	return IDOf(raw)
}

// NewProposalID makes a fresh name for a proposal, in the form of an id.
func NewProposalID() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:])
	return string(IDOf(raw))
}

// ProposalIDOf makes the name of a proposal from that of the request it came in, so that the same
// request makes the same proposal.
func ProposalIDOf(request [16]byte) string { return string(IDOf([8]byte(request[:8]))) }

// ParseID reads an id from a link or a command line.
func ParseID(s string) (ID, error) {
	if _, ok := ID(s).Bytes(); !ok {
		return "", fmt.Errorf("%w: %q is not a subscriber id", ErrNotFound, s)
	}
	return ID(s), nil
}

// Bytes is an id, or a proposal's name, in its eight bytes; false where it is none. A million of them are
// read at a start, so it is not left to base32, which is several times slower.
func (id ID) Bytes() (raw [8]byte, ok bool) {
	if len(id) != idLength {
		return raw, false
	}
	bits := uint64(0)
	for i := range idLength - 1 {
		digit, ok := idDigit(id[i])
		if !ok {
			return raw, false
		}
		bits = bits<<5 | digit
	}
	last, ok := idDigit(id[idLength-1])
	binary.BigEndian.PutUint64(raw[:], bits<<4|last>>1)
	return raw, ok && last&1 == 0 // one id has one spelling
}

// idLength is the letters of an id; the last one holds four bits.
const idLength = 13

func idDigit(c byte) (uint64, bool) {
	switch {
	case 'a' <= c && c <= 'z':
		return uint64(c - 'a'), true
	case '2' <= c && c <= '7':
		return uint64(c-'2') + 26, true
	}
	return 0, false
}

// IDOf is the id with these bytes.
func IDOf(raw [8]byte) ID {
	var id [idLength]byte
	bits := binary.BigEndian.Uint64(raw[:])
	for i := range id {
		id[i] = idAlphabet[bits>>59]
		bits <<= 5
	}
	return ID(id[:])
}

// Shard is which of n shards the subscriber lives in; n is a power of two. What is no id lives in
// the first.
func (id ID) Shard(n int) int {
	const digits = 4 // hold 20 bits, of which the first 16 count
	if len(id) < digits {
		return 0
	}
	bits := 0
	for i := range digits {
		digit := strings.IndexByte(idAlphabet, id[i])
		if digit < 0 {
			return 0
		}
		bits = bits<<5 | digit
	}
	return bits >> 4 & (n - 1)
}

// Limits on what one person may ask for.
const (
	MaxAlerts     = 10
	MaxNameLength = 80 // characters
)

// Subscriber is a person who asked for alerts.
type Subscriber struct {
	ID      ID             `json:"id"`
	Address mailer.Address `json:"address"`
	State   State          `json:"state"`
	// Locale is a BCP 47 tag; Zone an IANA time zone.
	Locale string  `json:"locale,omitempty"`
	Zone   string  `json:"time_zone,omitempty"`
	Alerts []Alert `json:"alerts,omitempty"`
	// LastAlert is the highest number an alert of this person ever had: links in old mails name alerts,
	// and must not come to mean another.
	LastAlert int `json:"last_alert,omitempty"`
	// FeedSerial counts how often the person had their feed links replaced: only the newest ones work.
	FeedSerial uint16 `json:"feed_serial,omitempty"`
	// Proposal is a signup that waits for confirmation; nil where none does.
	Proposal *Proposal `json:"proposal,omitempty"`
	// Confirmed names the last proposal that was confirmed: confirming it again changes nothing.
	Confirmed string `json:"confirmed,omitempty"`
	// PausedUntil ends a pause by itself; zero for a pause without end.
	PausedUntil time.Time `json:"paused_until,omitzero"`
	Consent     Consent   `json:"consent,omitzero"`
	// Moving is a change of address that waits to be confirmed at the new one; nil where none does.
	Moving *Moving `json:"moving,omitempty"`
	// Moved is the last change of address; nil where there was none. The consent was given at the former one.
	Moved *Moved `json:"moved,omitempty"`
	// LinkMailedAt is when a fresh manage link was last mailed.
	LinkMailedAt time.Time `json:"link_mailed_at,omitzero"`
	CreatedAt    time.Time `json:"created_at,omitzero"`
	ChangedAt    time.Time `json:"changed_at,omitzero"`
	// Version counts the changes; a change is kept only if nobody else made one in the meantime.
	Version int64 `json:"version"`
}

// Alert is a filter with a name and a cadence.
type Alert struct {
	ID      string         `json:"id,omitempty"` // unique within the subscriber
	Name    string         `json:"name,omitempty"`
	Cadence alerts.Cadence `json:"cadence"`
	Filter  alerts.Filter  `json:"filter"`
}

// Proposal is a signup that nobody has confirmed yet.
type Proposal struct {
	ID     string    `json:"id"` // random, part of the confirmation link
	Locale string    `json:"locale,omitempty"`
	Zone   string    `json:"time_zone,omitempty"`
	Alerts []Alert   `json:"alerts"`
	Given  Consent   `json:"given"`
	At     time.Time `json:"at"`
	// Browser names the browser that it came from; empty where it did not come from our page.
	Browser string `json:"browser,omitempty"`
	// Mails counts the confirmation mails sent for this address since Since: the brake against
	// flooding a stranger's mailbox.
	Mails int       `json:"mails"`
	Since time.Time `json:"since"`
}

// Moving is a change of address that nobody has confirmed yet.
type Moving struct {
	ID      string         `json:"id"` // random, part of the confirmation link
	Address mailer.Address `json:"address"`
	At      time.Time      `json:"at"`
	// Mails counts the mails sent to new addresses since Since: the brake against flooding strangers.
	Mails int       `json:"mails"`
	Since time.Time `json:"since"`
}

// Moved is a change of address that was confirmed.
type Moved struct {
	ID   string         `json:"id"` // of the Moving that it was
	From mailer.Address `json:"from"`
	At   time.Time      `json:"at"`
}

// Consent is the proof of what a person agreed to, when, and by which words.
type Consent struct {
	TextVersion string    `json:"text_version,omitempty"` // which wording they saw
	Source      string    `json:"source,omitempty"`       // which form or site they signed up on
	At          time.Time `json:"at,omitzero"`            // when they signed up
	IPHash      string    `json:"ip_hash,omitempty"`      // keyed hash of the address they came from; empty where unknown
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	Via         Via       `json:"via,omitempty"` // how they confirmed
	// RenewedAt is when they last showed by a link of ours that they still want it: by answering when
	// asked, or by changing something. Zero before that.
	RenewedAt time.Time `json:"renewed_at,omitzero"`
	// AnswerBy is when the subscription ends unless they say that they still want it; zero while
	// nobody has asked them.
	AnswerBy time.Time `json:"answer_by,omitzero"`
}

// LastSign is when the person last showed that they want this.
func (c Consent) LastSign() time.Time {
	if c.RenewedAt.After(c.ConfirmedAt) {
		return c.RenewedAt
	}
	return c.ConfirmedAt
}

// Renew notes that the person wants this at now. A question that was open is answered by it.
func (c *Consent) Renew(now time.Time) { c.RenewedAt, c.AnswerBy = now, time.Time{} }

// Via is the way a wish reached us.
type Via string

// The ways.
const (
	ViaButton   Via = "button"    // the button on our page
	ViaCookie   Via = "cookie"    // the link of the mail, in the browser that signed up
	ViaOneClick Via = "one_click" // RFC 8058, pressed in the mail program
	ViaMailto   Via = "mailto"    // a mail to the List-Unsubscribe address
	ViaManage   Via = "manage"    // the manage page
	ViaReport   Via = "report"    // a mail provider told us: of a dead address, a complaint, a wish to leave
	ViaOperator Via = "operator"  // the command line
)

// Signup is what the hook or the page brings in.
type Signup struct {
	Address mailer.Address
	Locale  string
	Zone    string
	Alerts  []Alert
	Consent Consent
	// Proposal is the id that the proposal shall have; a fresh one where empty. Signing up again under
	// the same id changes nothing.
	Proposal string
	// Browser names the browser that the signup came from, by the cookie it was given; empty for none.
	Browser string
}

// Alert finds one alert by its id.
func (s *Subscriber) Alert(id string) (Alert, bool) {
	for _, a := range s.Alerts {
		if a.ID == id {
			return a, true
		}
	}
	return Alert{}, false
}

// Question names the open question whether the person still wants this, in the form of a proposal's
// id, for the link that answers it; empty while nobody has asked. It is the same whenever it is worked
// out again, and another for each time they are asked.
func (s *Subscriber) Question() string {
	if s.State != StateActive || s.Consent.AnswerBy.IsZero() {
		return ""
	}
	return mailer.LetterID("question", string(s.ID), strconv.FormatInt(s.Consent.AnswerBy.Unix(), 10))[:len(s.ID)]
}

// Recipient is whom a letter of the kind goes to: the address of the subscriber, or one that they want
// to move to or came from. It is zero where a move that the letter is about is no more.
func (s *Subscriber) Recipient(kind mailer.Kind) mailer.Address {
	switch {
	case kind == mailer.KindMove && s.Moving != nil:
		return s.Moving.Address
	case kind == mailer.KindMoved && s.Moved != nil:
		return s.Moved.From
	case kind == mailer.KindMove || kind == mailer.KindMoved:
		return mailer.Address{}
	}
	return s.Address
}

// Location is the subscriber's time zone, UTC where this machine does not know it.
func (s *Subscriber) Location() *time.Location { return location(s.Zone) }

// Location is the time zone of the signup, UTC where this machine does not know it.
func (p *Proposal) Location() *time.Location { return location(p.Zone) }

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// LogValue names the subscriber by id and state only.
func (s *Subscriber) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(s.ID)), slog.String("state", string(s.State)))
}

// Validate names every fault of a signup. The address was checked when it was parsed.
func (s Signup) Validate() alerts.FieldErrors {
	var errs alerts.FieldErrors
	if s.Address.IsZero() {
		errs.Note("email", fault.New("email", "an address is needed, like name@example.com"))
	}
	errs = append(errs, ValidateZone(s.Zone)...)
	if _, err := language.Parse(s.Locale); s.Locale != "" && err != nil {
		errs.Note("locale", fault.New("locale", "%s is not a language tag like en or de-AT", fault.Value(s.Locale)))
	}
	errs.Nest("consent", s.Consent.validate())
	switch {
	case len(s.Alerts) == 0:
		errs.Note("alerts", fault.New("alerts.none", "at least one alert is needed"))
	case len(s.Alerts) > MaxAlerts:
		errs.Note("alerts", fault.New("alerts.many", "%d alerts are more than the %d one person may have", len(s.Alerts), MaxAlerts))
	}
	for i, a := range s.Alerts {
		errs.Nest(fmt.Sprintf("alerts[%d]", i), a.Validate())
	}
	return errs
}

// maxConsentField is how long the parts of a consent that come from outside may be, in characters.
const maxConsentField = 200

func (c Consent) validate() alerts.FieldErrors {
	var errs alerts.FieldErrors
	for _, part := range []struct{ field, text string }{{"text_version", c.TextVersion}, {"source", c.Source}} {
		if n := utf8.RuneCountInString(part.text); n > maxConsentField {
			errs.Note(part.field, fault.New("long", "%d characters are more than the %d it may have", n, maxConsentField))
		}
		if strings.ContainsFunc(part.text, unicode.IsControl) {
			errs.Note(part.field, fault.New("breaks", "it may not hold line breaks or control characters"))
		}
	}
	return errs
}

// ValidateZone checks an IANA time zone name.
func ValidateZone(name string) alerts.FieldErrors {
	var errs alerts.FieldErrors
	// The empty name and Local are this machine's, not the subscriber's.
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		errs.Note("time_zone", fault.New("zone", "%s is not a time zone; use an IANA name like Europe/Berlin or UTC", fault.Value(name)))
	}
	return errs
}

// Validate names every fault of one alert.
func (a Alert) Validate() alerts.FieldErrors {
	var errs alerts.FieldErrors
	if n := utf8.RuneCountInString(a.Name); n > MaxNameLength {
		errs.Note("name", fault.New("long", "%d characters are more than the %d a name may have", n, MaxNameLength))
	}
	// Unicode has line breaks of its own, and mail programs that heed them.
	if strings.ContainsFunc(a.Name, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		errs.Note("name", fault.New("breaks", "a name may not hold line breaks or control characters"))
	}
	errs.Nest("cadence", a.Cadence.Validate())
	errs.Nest("filter", a.Filter.Validate())
	return errs
}
