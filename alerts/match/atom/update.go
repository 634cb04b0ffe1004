package atom

import (
	"slices"
)

// update is an atom that filters have begun to ask about, or ask about no more. A posting that was
// resolved a few updates ago is brought up to date by these alone.
type update struct {
	atom    uint32
	learned bool
	Key
	area *area // of an area
}

// maxUpdates is after how many updates it is faster to resolve a posting anew.
const maxUpdates = 64

// note counts a change and remembers it.
func (s *Set) note(u update) {
	s.version++
	if len(s.updates) == 2*maxUpdates {
		s.updates = append(s.updates[:0], s.updates[maxUpdates:]...)
	}
	s.updates = append(s.updates, u)
}

// since is the updates after a version; false where there are too many.
func (s *Set) since(version uint64) ([]update, bool) {
	n := s.version - version
	if n > maxUpdates {
		return nil, false
	}
	return s.updates[uint64(len(s.updates))-n:], true
}

// isTrueOf reports whether an atom that was learned is true of a posting.
func (u *update) isTrueOf(p *Posting) bool {
	switch u.Kind {
	case IsTrue:
		return true
	case HasSkill:
		return slices.Contains(p.skills, u.Text)
	case AtCompany:
		return p.company == u.Text
	case InLanguage:
		return p.posting.Language == u.Text
	case InArea:
		return slices.ContainsFunc(p.places, u.area.ground.Holds)
	case RemoteFrom:
		return p.remote(u.Text)
	}
	return p.says(spellings(u.Text), u.Kind.texts())
}

// says reports whether words stand side by side in one of some texts.
func (p *Posting) says(words []spelling, in inText) bool {
	first := int32(slices.Index(p.words, words[0]))
	if first < 0 || p.fields[first]&in == 0 {
		return false
	}
	if len(words) == 1 {
		return true
	}
	for number, text := range p.texts {
		if in&(inTitle<<number) == 0 {
			continue
		}
		for at, word := range text {
			if word == first && p.continues(text[at+1:], words[1:]) {
				return true
			}
		}
	}
	return false
}
