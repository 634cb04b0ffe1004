package atom

import (
	"slices"

	"jobalertd/alerts"
)

// Key names an atom: something that is true or false of a posting.
type Key struct {
	Kind  Kind
	Text  string
	Place alerts.Place // of an area alone
}

// Kind is what an atom tells of a posting.
type Kind uint8

// The kinds.
const (
	IsTrue            Kind = iota // always
	HasSkill                      // Text is among its skills or what they imply
	AtCompany                     // Text is its company, normalised
	InLanguage                    // Text is its language, "" unknown
	InArea                        // a site of it lies in Place
	RemoteFrom                    // it is remote and open to people in the country Text
	SaysAny                       // the words Text stand in it, side by side
	SaysInTitle                   // the same, in its title
	SaysInCompany                 // the same, in its company's name
	SaysInDescription             // the same, in its description

	kinds = iota // how many there are
)

// texts is where an atom looks for its words, none where it looks for none.
func (k Kind) texts() inText {
	switch k {
	case SaysAny:
		return anywhere
	case SaysInTitle:
		return inTitle
	case SaysInCompany:
		return inCompany
	case SaysInDescription:
		return inDescription
	}
	return 0
}

// Literal is an atom or its opposite.
type Literal struct {
	Key
	Not bool
}

// Clause holds where one of its literals does.
type Clause []Literal

// IsPlaces reports whether it is the clause of a filter's places.
func (c Clause) IsPlaces() bool { return c[0].Kind == InArea }

// IsPositive reports whether it holds only where an atom of it is true.
func (c Clause) IsPositive() bool {
	return !slices.ContainsFunc(c, func(l Literal) bool { return l.Not })
}
