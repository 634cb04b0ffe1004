package fault

import (
	"fmt"
	"unicode/utf8"
)

// Fault is one thing that is wrong, and how to mend it. The zero Fault is none.
type Fault struct {
	// Code names the sentence in whatever language.
	Code string
	// Args are what the sentence names, in its order: a Value, a number, another Fault, or words that are
	// the same in every language.
	Args []any
	// Text is the sentence in English.
	Text string
}

// New makes a fault. The format is its English sentence.
func New(code, format string, args ...any) Fault {
	return Fault{Code: code, Args: args, Text: fmt.Sprintf(format, args...)}
}

// None reports whether nothing is wrong.
func (f Fault) None() bool { return f.Code == "" && f.Text == "" }

// Error is the sentence in English.
func (f Fault) Error() string { return f.Text }

// Value is something that was sent. A sentence shows it in quotes.
type Value string

// Short is the value, shortened so that it does not bury the sentence.
func (v Value) Short() string {
	const most = 50 // characters
	if utf8.RuneCountInString(string(v)) > most {
		return string([]rune(string(v))[:most]) + "…"
	}
	return string(v)
}

// String is the short value in quotes, as English sentences show it.
func (v Value) String() string { return fmt.Sprintf("%q", v.Short()) }
