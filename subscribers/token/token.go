package token

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// What can be wrong with a link.
var (
	// ErrMalformed: the text is no link of ours, or only a part of one.
	ErrMalformed = errors.New("not a link of ours")
	// ErrForged: no key of ours signed it, or it is for another purpose.
	ErrForged = errors.New("signature does not fit")
	// ErrExpired: it is ours, and too old.
	ErrExpired = errors.New("link has expired")
)

// How long links live. Unsubscribe and feed links live as long as their key.
const (
	ConfirmLife = 7 * 24 * time.Hour
	ManageLife  = 7 * 24 * time.Hour
	FormLife    = 24 * time.Hour
	NewsLife    = 90 * 24 * time.Hour
)

// MinKey is the least length of a key, in octets.
const MinKey = 16

const (
	macSize      = 16 // 128 bits: more would only lengthen the links
	idSize       = 8  // octets behind a subscriber's id
	proposalSize = 13 // characters of a proposal's id, kept as they are
)

// macContext keeps these MACs apart from any other use of the same key.
const macContext = "jobalertd link 1\x00"

// Purpose is what a link may be used for.
type Purpose byte

// The purposes. Their numbers are part of links in old mails: never reuse one.
const (
	Confirm     Purpose = 1 // confirm a proposal
	Manage      Purpose = 2 // see and change the subscription
	Unsubscribe Purpose = 3 // leave one alert or all
	Feed        Purpose = 4 // read the matches of one alert or all
	Form        Purpose = 5 // nobody's: the time at which a signup form was shown
	Browser     Purpose = 6 // nobody's: the cookie of the browser that a signup came from
	News        Purpose = 7 // see why jobs came to one alert, and say what did not fit
)

// String is the purpose's name.
func (p Purpose) String() string {
	switch p {
	case Confirm:
		return "confirm"
	case Manage:
		return "manage"
	case Unsubscribe:
		return "unsubscribe"
	case Feed:
		return "feed"
	case Form:
		return "form"
	case Browser:
		return "browser"
	case News:
		return "news"
	}
	return "purpose " + strconv.Itoa(int(p))
}

// layout says which fields a link of one purpose has.
type layout struct {
	subscriber, proposal, alert, serial bool
	life                                time.Duration // 0: for ever, no expiry field
}

func (p Purpose) layout() (layout, bool) {
	switch p {
	case Confirm:
		return layout{subscriber: true, proposal: true, life: ConfirmLife}, true
	case Manage:
		return layout{subscriber: true, life: ManageLife}, true
	case Unsubscribe:
		return layout{subscriber: true, alert: true}, true
	case Feed:
		return layout{subscriber: true, alert: true, serial: true}, true
	case News:
		return layout{subscriber: true, alert: true, life: NewsLife}, true
	case Browser:
		return layout{proposal: true, life: ConfirmLife}, true
	case Form:
		return layout{life: FormLife}, true
	}
	return layout{}, false
}

// size is the length of the signed part, in octets.
func (l layout) size() int {
	n := 1
	if l.subscriber {
		n += idSize
	}
	if l.proposal {
		n += proposalSize
	}
	if l.alert {
		n += 2
	}
	if l.serial {
		n += 2
	}
	if l.life > 0 {
		n += 4
	}
	return n
}

// Claims is what a link says. Only the fields of its purpose are kept.
type Claims struct {
	Purpose    Purpose
	Subscriber subscribers.ID
	// Proposal is the signup a confirm link is about; of a browser's cookie, the browser's own name.
	Proposal string
	// Alert is the alert an unsubscribe, feed or news link is about; empty for all of them.
	Alert string
	// Serial tells the feed links of one person apart: only the newest one's works.
	Serial uint16
	// Expires is when the link stops working, to the second; zero for never. Mint sets it by the purpose
	// where it is zero.
	Expires time.Time
}

// Minter mints and checks links. It is safe for concurrent use.
type Minter struct {
	keys []mailer.MAC
}

// New makes a Minter that signs with the first key and accepts all of them. To change keys, put the
// new one in front, and drop the old one only when no mail with its unsubscribe links matters.
func New(keys [][]byte) (*Minter, error) {
	if len(keys) == 0 {
		return nil, errors.New("token: at least one key is needed")
	}
	m := &Minter{}
	for i, key := range keys {
		if len(key) < MinKey {
			return nil, fmt.Errorf("token: key %d has %d octets; at least %d are needed", i+1, len(key), MinKey)
		}
		m.keys = append(m.keys, mailer.NewMAC(key))
	}
	return m, nil
}

// Mint makes a link. It panics on a purpose, subscriber, proposal or alert that cannot exist: all
// of them are made by this program, none by a stranger.
func (m *Minter) Mint(c Claims, now time.Time) string {
	raw, err := c.encode(now)
	if err != nil {
		panic("token: minting a " + c.Purpose.String() + " link: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(append(raw, sign(m.keys[0], raw)...))
}

// Check reads a link. Its errors are ErrMalformed, ErrForged and ErrExpired; with ErrExpired the
// claims are good, so that a page can offer a fresh mail.
func (m *Minter) Check(purpose Purpose, text string, now time.Time) (Claims, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	// The decoder skips line breaks and ignores spare bits; one link must have one spelling.
	if err != nil || len(raw) < macSize+1 || base64.RawURLEncoding.EncodeToString(raw) != text {
		return Claims{}, ErrMalformed
	}
	signed, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	found := Purpose(signed[0])
	if l, ok := found.layout(); !ok || len(signed) != l.size() {
		return Claims{}, ErrMalformed
	}
	if !m.signed(signed, mac) || found != purpose {
		return Claims{}, ErrForged
	}
	claims := decode(found, signed[1:])
	if !claims.Expires.IsZero() && !now.Before(claims.Expires) {
		return claims, ErrExpired
	}
	return claims, nil
}

// signed reports whether one of the keys made the MAC. It tries every key, whatever comes of it.
func (m *Minter) signed(message, mac []byte) bool {
	ok := false
	for _, key := range m.keys {
		if hmac.Equal(sign(key, message), mac) {
			ok = true
		}
	}
	return ok
}

func sign(key mailer.MAC, message []byte) []byte {
	return key.Sum(append([]byte(macContext), message...))[:macSize]
}

// encode is the signed part of a link minted now.
func (c Claims) encode(now time.Time) ([]byte, error) {
	l, ok := c.Purpose.layout()
	if !ok {
		return nil, errors.New("no such purpose")
	}
	raw := make([]byte, 0, l.size()+macSize)
	raw = append(raw, byte(c.Purpose))
	if l.subscriber {
		id, ok := c.Subscriber.Bytes()
		if !ok {
			return nil, fmt.Errorf("%q is not a subscriber's id", c.Subscriber)
		}
		raw = append(raw, id[:]...)
	}
	if l.proposal {
		if len(c.Proposal) != proposalSize {
			return nil, fmt.Errorf("%q is not a proposal's id", c.Proposal)
		}
		raw = append(raw, c.Proposal...)
	}
	if l.alert {
		n, err := alertNumber(c.Alert)
		if err != nil {
			return nil, err
		}
		raw = binary.BigEndian.AppendUint16(raw, n)
	}
	if l.serial {
		raw = binary.BigEndian.AppendUint16(raw, c.Serial)
	}
	if l.life > 0 {
		expires := c.Expires
		if expires.IsZero() {
			expires = now.Add(l.life)
		}
		raw = binary.BigEndian.AppendUint32(raw, uint32(expires.Unix())) // until 2106
	}
	return raw, nil
}

// decode reads the fields behind the purpose. Their length was checked.
func decode(p Purpose, raw []byte) Claims {
	l, _ := p.layout()
	c := Claims{Purpose: p}
	if l.subscriber {
		c.Subscriber, raw = subscribers.IDOf([idSize]byte(raw)), raw[idSize:]
	}
	if l.proposal {
		c.Proposal, raw = string(raw[:proposalSize]), raw[proposalSize:]
	}
	if l.alert {
		if n := binary.BigEndian.Uint16(raw); n > 0 {
			c.Alert = strconv.Itoa(int(n))
		}
		raw = raw[2:]
	}
	if l.serial {
		c.Serial, raw = binary.BigEndian.Uint16(raw), raw[2:]
	}
	if l.life > 0 {
		c.Expires = time.Unix(int64(binary.BigEndian.Uint32(raw)), 0)
	}
	return c
}

// alertNumber is the number behind an alert's id, 0 for all alerts.
func alertNumber(id string) (uint16, error) {
	if id == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(id, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != id {
		return 0, fmt.Errorf("alert: %q is not a number from 1 to 65535", id)
	}
	return uint16(n), nil
}
