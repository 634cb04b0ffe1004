// Package money finds the salary that a posting states, in its fields or its text, with currency and
// period, and tells it from the other money that postings speak of.
package money

import (
	"strings"

	"jobalertd/alerts"
)

// Reader reads salaries. It does not change once made, and is safe for concurrent use.
type Reader struct {
	signals map[string]int // words that speak for or against a salary
	periods map[string]alerts.Period
	signs   []struct{ sign, currency string }
	codes   map[string]string
	filler  *strings.Replacer // drops what may stand inside a range beside its joint
}

// New makes a Reader.
func New() *Reader {
	return &Reader{signals: paySignals(), periods: periods(), signs: signs(), codes: codes(), filler: filler()}
}
