package source

import (
	"time"

	"jobalertd/alerts"
)

// Raw is one listing as its board tells it: the board's words, not yet ours. An empty part is one
// that the board leaves out. Formats fill it without interpreting; package normalize interprets.
type Raw struct {
	ID    string // the board's own id, unique on that board
	URL   string // where a person reads it
	Title string
	// Company is the employer as the response names it.
	Company string
	// Department and team, from the widest.
	Departments []string
	// HTML is the description as markup; Text is used where HTML is empty.
	HTML string
	Text string

	Places []Place
	// Workplace is what a field made for it says. It is weaker than plain words of the text.
	Workplace alerts.Workplace
	// Remote is a bare yes-or-no flag, which boards set carelessly: it only decides where nothing
	// else does.
	Remote *bool
	// RemoteFrom is where a remote worker may live, in the board's words: "USA", "Worldwide".
	RemoteFrom []string

	Employment []string // "FullTime", "Vollzeit", "CONTRACTOR"
	Seniority  []string // "Senior level", "entry-level"
	Tags       []string // skills and categories as the board tags them
	Education  string   // "bachelor_degree"
	Language   string   // a language tag: "en", "fr-CA"

	// Pay holds the stated ranges, the one that counts first.
	Pay []Pay
	// PayText is pay in a field of its own but as free text: "$90k - $105k".
	PayText string

	PostedAt time.Time
	// Ends is when the board says the listing closes.
	Ends time.Time

	// Settled, where a sender already speaks our language, overrides what normalize would read:
	// every part that is set is taken as it is. Only package push sets it.
	Settled *alerts.Posting
}

// Place is one place of work as the board tells it.
type Place struct {
	// Text is the place in free words: "Berlin or remote (EU)".
	Text string
	// The parts, where the board has fields for them. Country may be a name or a code.
	City, Region, Country string
	// Lat and Lon are in degrees; both or neither are set.
	Lat, Lon *float64
}

// Pay is one stated pay range. An amount of 0 is not stated.
type Pay struct {
	Min, Max  float64
	Currency  string        // ISO 4217, or a sign, or nothing
	Period    alerts.Period // "" where the board does not say
	Predicted bool          // the board's estimate, not the employer's word
	Label     string        // what the range is for: "London annual base"
}
