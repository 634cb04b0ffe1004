package atom

import (
	"strings"

	"jobalertd/alerts/place"
)

// Set numbers everything that filters ask of postings, and finds which of it is true of a posting.
// Numbers are used again once no filter asks. Its methods need a lock where one of them changes it.
type Set struct {
	version   uint64   // counts the updates
	updates   []update // the latest of them
	ids       map[Key]uint32
	list      []atom
	free      []uint32
	words     vocabulary
	areas     areas
	countries map[string]uint32 // atoms of RemoteFrom
}

// atom is what a number stands for, and how many literals of filters hold it.
type atom struct {
	Key
	refs uint32
}

// Always is the atom that is true of every posting.
const Always uint32 = 0

// NewSet makes a set that knows Always.
func NewSet() *Set {
	s := &Set{ids: map[Key]uint32{}, words: newVocabulary(), areas: newAreas(), countries: map[string]uint32{}}
	s.Intern(Key{Kind: IsTrue})
	return s
}

// Len is more than any number in use.
func (s *Set) Len() int { return len(s.list) }

// ID is the number of an atom that is held.
func (s *Set) ID(k Key) uint32 { return s.ids[k] }

// Key is the atom of a number in use.
func (s *Set) Key(id uint32) Key { return s.list[id].Key }

// Intern is the number of an atom, which is held until it is released.
func (s *Set) Intern(k Key) uint32 {
	id, known := s.ids[k]
	if !known {
		id = s.number()
		s.ids[k] = id
		s.list[id] = atom{Key: k}
		s.learn(id, k)
	}
	s.list[id].refs++
	return id
}

// number is a free one.
func (s *Set) number() uint32 {
	if last := len(s.free) - 1; last >= 0 {
		id := s.free[last]
		s.free = s.free[:last]
		return id
	}
	s.list = append(s.list, atom{})
	return uint32(len(s.list) - 1)
}

// learn makes a new atom known to resolve.
func (s *Set) learn(id uint32, k Key) {
	learned := update{atom: id, learned: true, Key: k}
	switch k.Kind {
	case InArea:
		learned.area = newArea(id, place.Area(k.Place))
		s.areas.add(learned.area)
	case RemoteFrom:
		s.countries[k.Text] = id
	}
	if k.Kind.texts() != 0 {
		s.words.add(term{id, k.Kind, strings.Split(k.Text, " ")})
	}
	s.note(learned)
}

// Release lets go of an atom.
func (s *Set) Release(id uint32) {
	a := &s.list[id]
	if a.refs--; a.refs > 0 {
		return
	}
	s.note(update{atom: id})
	switch a.Kind {
	case InArea:
		s.areas.remove(id, place.Area(a.Place))
	case RemoteFrom:
		delete(s.countries, a.Text)
	}
	if a.Kind.texts() != 0 {
		s.words.remove(term{id, a.Kind, strings.Split(a.Text, " ")})
	}
	delete(s.ids, a.Key)
	*a = atom{}
	s.free = append(s.free, id)
}

// Space is room for Resolve to work in.
type Space struct{ known []found }

// Resolve finds the atoms that are true of a posting: in order, and as bits. What filters can ask
// changes seldom: the posting remembers the answer. Many may call it at once, each with a space and
// bits of their own.
func (s *Set) Resolve(p *Posting, space *Space, bits []uint64) (atoms []uint32, inBits []uint64) {
	bits = zeroed(bits, len(s.list)/64+1)
	set := func(atom uint32) { bits[atom/64] |= 1 << (atom % 64) }
	var updates []update
	known := false
	r := p.resolved.Load()
	if r != nil && r.by == s {
		updates, known = s.since(r.version)
	}
	if known {
		for _, atom := range r.atoms {
			set(atom)
		}
		if len(updates) == 0 {
			return r.atoms, bits
		}
		for _, u := range updates {
			bits[u.atom/64] &^= 1 << (u.atom % 64)
			if u.learned && u.isTrueOf(p) {
				set(u.atom)
			}
		}
	} else {
		set(Always)
		s.facts(p, set)
		space.known = s.words.find(p, space.known, set)
	}
	r = &resolved{s, s.version, numbersOf(bits)}
	p.resolved.Store(r)
	return r.atoms, bits
}

// facts visits the atoms that are true of a posting but those that look for words, some of them more
// than once.
func (s *Set) facts(p *Posting, visit func(atom uint32)) {
	named := func(k Kind, text string) {
		if id, ok := s.ids[Key{Kind: k, Text: text}]; ok {
			visit(id)
		}
	}
	named(AtCompany, p.company)
	named(InLanguage, p.posting.Language)
	for _, skill := range p.skills {
		named(HasSkill, skill)
	}
	for i := range p.sites {
		s.areas.holding(&p.sites[i], visit)
	}
	for country, id := range s.countries {
		if p.remote(country) {
			visit(id)
		}
	}
}
