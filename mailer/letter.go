package mailer

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"
)

// Kind names what a letter is.
type Kind string

// The kinds of letters.
const (
	KindConfirm   Kind = "confirm"   // please confirm that you asked for this
	KindWelcome   Kind = "welcome"   // thank you for subscribing to your personalised job alerts
	KindAlert     Kind = "alert"     // new postings, at once
	KindDigest    Kind = "digest"    // new postings, daily or weekly
	KindManage    Kind = "manage"    // a fresh link to the manage page
	KindReconfirm Kind = "reconfirm" // do you still want this?
	KindMove      Kind = "move"      // to a new address: please confirm that your alerts shall come here
	KindMoved     Kind = "moved"     // to the former address: your alerts have moved
)

// Kinds lists every kind, in the order of a subscription's life.
func Kinds() []Kind {
	return []Kind{KindConfirm, KindWelcome, KindAlert, KindDigest, KindManage, KindReconfirm, KindMove, KindMoved}
}

// Bulk reports whether letters of this kind are the recurring mail a person subscribed to, which
// owes them a one-click unsubscribe (RFC 8058), and not an answer to something they just did.
func (k Kind) Bulk() bool {
	return k == KindAlert || k == KindDigest || k == KindReconfirm
}

// Letter is a mail that is owed to one person, not yet rendered. It holds names, not contents:
// what it says is looked up when it is sent, so that a posting closed in the meantime drops out
// and a wish to hear no more is honoured.
type Letter struct {
	// ID is the letter's own name, the same whenever the same letter is made again (LetterID).
	// Its Message-ID is built from it.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Subscriber and Alert name whom it is for and on whose behalf. Alert is empty for letters
	// about the subscription as a whole.
	Subscriber string `json:"sub"`
	Alert      string `json:"alert,omitempty"`
	// Postings are the ids of what it shows, best first; More is how many further ones matched.
	Postings []string `json:"postings,omitempty"`
	More     int      `json:"more,omitempty"`
	// After and Upto are the part of the posting log that it tells of, as sequence numbers: what comes
	// after the first, up to the second. Both are zero for letters without postings.
	After uint64 `json:"after,omitempty"`
	Upto  uint64 `json:"upto,omitempty"`
	// Proposal names the signup a confirm letter is about, or the change of address of a move or moved one.
	Proposal string `json:"proposal,omitempty"`
	// Owed is when the letter was put into the outbox.
	Owed time.Time `json:"owed"`
	// News is when the oldest posting it shows was committed; zero for letters without postings.
	News time.Time `json:"news,omitzero"`
	// Attempt counts the deliveries tried before this one.
	Attempt int `json:"attempt,omitempty"`
	// Doubts counts those of them of which nobody knows whether the relay took the mail.
	Doubts int `json:"doubts,omitempty"`
}

// LetterID makes a letter's name from what it is about. Equal parts give equal names; 20 lower-case
// letters and digits, short enough that a Message-ID never needs folding.
func LetterID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:20])
}

// Message is a rendered mail, ready for the wire.
type Message struct {
	// ID is the Message-ID without its angle brackets.
	ID string
	// ReturnPath is the envelope sender that bounces go to (VERP: it names the letter).
	ReturnPath string
	To         Address
	// Data is the whole mail, in parts that follow each other: header, blank line, body. Nothing is
	// dot-stuffed yet.
	Data []Lines
	// Free, where it is not nil, takes back the memory behind Data. Whoever has no more use for the mail may
	// call it, once; it need not be called.
	Free func()
}

// Size is how many octets the mail has.
func (m Message) Size() (size int) {
	for _, part := range m.Data {
		size += part.Len()
	}
	return size
}

// Bytes is the mail in one piece.
func (m Message) Bytes() []byte { return m.Append(make([]byte, 0, m.Size())) }

// Append appends the mail.
func (m Message) Append(to []byte) []byte {
	for _, part := range m.Data {
		to = append(to, part.Bytes()...)
	}
	return to
}

// EightBit reports whether the mail holds octets beyond ASCII.
func (m Message) EightBit() bool { return slices.ContainsFunc(m.Data, Lines.EightBit) }
