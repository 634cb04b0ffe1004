package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is where a value came from.
type Kind string

// The kinds of origin, the later overruling the earlier.
const (
	FromDefault Kind = "default"
	FromFile    Kind = "file"
	FromEnv     Kind = "env"
)

// Origin is where a value came from, so that a person can go there.
type Origin struct {
	Kind Kind
	// Where is file:line:column or the variable's name; empty for a default.
	Where string
	// Via is the file a secret was read from, where it was not given in place.
	Via string
	// line and column order the faults of one file.
	line, column int
}

// String is Where, or "default", and the file it led to.
func (o Origin) String() string {
	if o.Via != "" {
		return o.Where + " (" + o.Via + ")"
	}
	return cmp.Or(o.Where, string(FromDefault))
}

// Fault is one thing wrong with the configuration.
type Fault struct {
	Origin Origin
	// Key is the path of the value, as mail.relays[0].port; empty for the file as a whole.
	Key string
	// Problem says what is wrong and how to mend it.
	Problem string
}

// Error is where: key: problem.
func (f Fault) Error() string {
	text := f.Problem
	if f.Key != "" {
		text = f.Key + ": " + text
	}
	if f.Origin.Where != "" {
		text = f.Origin.String() + ": " + text
	}
	return text
}

// Faults is everything wrong with the configuration, the file first and in its order.
type Faults []Fault

// Error is one fault a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return strings.Join(lines, "\n")
}

// Err sorts the faults; none is no error.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	rank := map[Kind]int{FromFile: 0, FromEnv: 1, FromDefault: 2}
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(
			cmp.Compare(rank[a.Origin.Kind], rank[b.Origin.Kind]),
			cmp.Compare(a.Origin.line, b.Origin.line),
			cmp.Compare(a.Origin.column, b.Origin.column),
			cmp.Compare(a.Origin.Where, b.Origin.Where),
		)
	})
	return f
}

// Addf notes a fault of a value that nobody gave.
func (f *Faults) Addf(key, format string, args ...any) {
	f.addf(Origin{Kind: FromDefault}, key, format, args...)
}

func (f *Faults) addf(origin Origin, key, format string, args ...any) {
	*f = append(*f, Fault{Origin: origin, Key: key, Problem: fmt.Sprintf(format, args...)})
}
