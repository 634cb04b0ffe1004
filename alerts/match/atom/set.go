package atom

import (
	"jobalertd/alerts"
	"jobalertd/alerts/place"
)

// Set numbers everything that filters ask of postings, and finds which of it is true of a posting.
// Numbers are used again once no filter asks. Its methods need a lock where one of them changes it.
type Set struct {
	version uint64   // counts the updates
	updates []update // the latest of them
	ids     ids
	list    []atom
	free    []uint32
	words   vocabulary
	areas   areas
}

// ids are the numbers of atoms, by what tells those of a kind apart: to look a whole Key up takes several times
// as long.
type ids struct {
	texts  [kinds]map[string]uint32
	places map[alerts.Place]uint32 // of areas
}

func newIDs() ids {
	n := ids{places: map[alerts.Place]uint32{}}
	for kind := range n.texts {
		n.texts[kind] = map[string]uint32{}
	}
	return n
}

func (n *ids) find(k Key) (id uint32, known bool) {
	if k.Kind == InArea {
		id, known = n.places[k.Place]
	} else {
		id, known = n.texts[k.Kind][k.Text]
	}
	return id, known
}

func (n *ids) add(k Key, id uint32) {
	if k.Kind == InArea {
		n.places[k.Place] = id
	} else {
		n.texts[k.Kind][k.Text] = id
	}
}

func (n *ids) remove(k Key) {
	if k.Kind == InArea {
		delete(n.places, k.Place)
	} else {
		delete(n.texts[k.Kind], k.Text)
	}
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
	s := &Set{ids: newIDs(), words: newVocabulary(), areas: newAreas()}
	s.Intern(Key{Kind: IsTrue})
	return s
}

// Len is more than any number in use.
func (s *Set) Len() int { return len(s.list) }

// ID is the number of an atom that is held.
func (s *Set) ID(k Key) uint32 {
	id, _ := s.ids.find(k)
	return id
}

// Key is the atom of a number in use.
func (s *Set) Key(id uint32) Key { return s.list[id].Key }

// Intern is the number of an atom, which is held until it is released.
func (s *Set) Intern(k Key) uint32 {
	id, known := s.ids.find(k)
	if !known {
		id = s.number()
		s.ids.add(k, id)
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
	if k.Kind == InArea {
		learned.area = newArea(id, place.Area(k.Place))
		s.areas.add(learned.area)
	}
	if k.Kind.texts() != 0 {
		s.words.add(term{id, k.Kind, spellings(k.Text)})
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
	if a.Kind == InArea {
		s.areas.remove(id, place.Area(a.Place))
	}
	if a.Kind.texts() != 0 {
		s.words.remove(term{id, a.Kind, spellings(a.Text)})
	}
	s.ids.remove(a.Key)
	*a = atom{}
	s.free = append(s.free, id)
}

// Space is room for Resolve to work in.
type Space struct{ known []found }

// Atoms is Resolve for those who need no bits; inBits is only room to work in.
func (s *Set) Atoms(p *Posting, space *Space, bits []uint64) (atoms []uint32, inBits []uint64) {
	if r := p.resolved.Load(); r != nil && r.by == s && r.version == s.version {
		return r.atoms, bits
	}
	return s.Resolve(p, space, bits)
}

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
	named := func(names map[string]uint32, text string) {
		if id, ok := names[text]; ok {
			visit(id)
		}
	}
	named(s.ids.texts[AtCompany], p.company)
	named(s.ids.texts[InLanguage], p.posting.Language)
	skills := s.ids.texts[HasSkill]
	for _, skill := range p.skills {
		named(skills, skill)
	}
	for i := range p.sites {
		s.areas.holding(&p.sites[i], visit)
	}
	if !p.isRemote() {
		return
	}
	for country, id := range s.ids.texts[RemoteFrom] {
		if p.remote(country) {
			visit(id)
		}
	}
}
