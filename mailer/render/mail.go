package render

import (
	"errors"
	"time"

	"jobalertd/mailer"
)

// ErrMail is what every error of Render about an unusable Mail wraps: a link that is missing, an
// address that cannot stand in a header. Rendering it again does not help.
var ErrMail = errors.New("cannot render mail")

// ErrNothingToTell says that an alert or digest has no job left to show. The letter is to be
// dropped, not retried.
var ErrNothingToTell = errors.New("no job left to tell of")

// Mail is a letter together with everything it says. Its strings may come from strangers: control
// characters are taken out of them, overlong ones are cut, and none is ever read as markup.
type Mail struct {
	Letter mailer.Letter
	To     mailer.Address
	// Locale is the reader's BCP 47 tag; see locale.Negotiate.
	Locale string
	// Zone is the reader's time zone, in which moments are told; nil is UTC.
	Zone *time.Location
	Now  time.Time // the date of the mail

	// Alerts are the ones the mail is about: exactly one in an alert or digest, all of them in a
	// letter about the whole subscription.
	Alerts []Alert
	// Jobs are shown in this order; More is how many further ones matched. Jobs that would make the mail
	// too long are counted as more.
	Jobs []Job
	More int

	Links Links
	// Taken is set in a move letter to an address that has alerts of its own: its button leads to them.
	Taken bool
	// Until is when the link of a confirm, manage, reconfirm or move letter stops working; zero if never.
	Until time.Time
	// SourceSite is where the person signed up, such as jobs.example.com; the host of
	// Config.BaseURL where it is empty.
	SourceSite string
}

// Alert is one alert in words, in the reader's language.
type Alert struct {
	Name    string
	Filter  []string // a line for each facet, such as "Go or Rust", "Berlin and 50 km around"
	Cadence string   // such as "every day at 08:00"
	// Next is when the next mail of a daily or weekly alert comes; zero for instant ones.
	Next time.Time
}

// Job is a posting as the mail shows it. Everything but Title may be empty.
type Job struct {
	Title   string
	Company string
	URL     string // shown as a link only if it is an http or https URL
	Place   string // such as "Berlin, Germany"
	Pay     string // such as "€80,000–95,000 a year"
	// Posted is shown as a date in UTC: boards that give no more than a date give its midnight UTC,
	// and in the reader's zone that would be the day before.
	Posted time.Time
	Facts  []string // such as "Remote", "Senior", "Full-time"
	// Why says what of the reader's filter it met. It is the only part that differs from reader to reader.
	Why    string
	AlsoAt []string // further places or boards the posting is listed at
	Credit string   // the source, where it asks to be named: "Remotive"

	print print // its fingerprint, if that is known
}

// Known is a job that is found faster among those that were written before: for who shows it to many. But
// for Why, its fields must not be changed any more.
func (j Job) Known() Job {
	j.print = fingerprint(j)
	return j
}

// Links are the personal links of a mail. All are http or https URLs but the last; those a kind
// of letter has no use for may be empty, and the optional ones are then left out of the mail.
type Links struct {
	Confirm        string // needed by confirm, reconfirm and move
	Manage         string // needed by welcome, alert, digest, manage, and move where Taken
	Unsubscribe    string // one click ends what the mail is about; needed by welcome, alert, digest, reconfirm and moved
	UnsubscribeAll string // ends all alerts, shown in an alert or digest; in a confirm letter: "never write to me"
	// More, if there is such a page, lists all jobs of the letter, tells why each came, and takes what
	// the reader has to say about them.
	More string
	// UnsubscribeMail is a mailto URI that does what Unsubscribe does (RFC 2369 §3.2).
	UnsubscribeMail string
}
