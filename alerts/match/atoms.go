package match

import (
	"strings"

	"jobalertd/alerts/place"
)

// atoms numbers everything that filters ask of postings, and finds which of it is true of a posting.
// Numbers are used again once no filter asks.
type atoms struct {
	version   uint64 // counts the changes
	ids       map[key]uint32
	list      []atom
	free      []uint32
	words     vocabulary
	areas     areas
	countries map[string]uint32 // atoms of remoteFrom
}

// atom is what a number stands for, and how many literals of filters hold it.
type atom struct {
	key
	refs uint32
}

// always is the atom that is true of every posting.
const always uint32 = 0

func newAtoms() *atoms {
	a := &atoms{ids: map[key]uint32{}, words: newVocabulary(), areas: newAreas(), countries: map[string]uint32{}}
	a.intern(key{kind: isTrue})
	return a
}

// intern is the number of an atom, which is held until it is released.
func (as *atoms) intern(k key) uint32 {
	id, known := as.ids[k]
	if !known {
		id = as.number()
		as.ids[k] = id
		as.list[id] = atom{key: k}
		as.learn(id, k)
	}
	as.list[id].refs++
	return id
}

// number is a free one.
func (as *atoms) number() uint32 {
	if last := len(as.free) - 1; last >= 0 {
		id := as.free[last]
		as.free = as.free[:last]
		return id
	}
	as.list = append(as.list, atom{})
	return uint32(len(as.list) - 1)
}

// learn makes a new atom known to resolve.
func (as *atoms) learn(id uint32, k key) {
	as.version++
	switch k.kind {
	case inArea:
		as.areas.add(newArea(id, place.Area(k.place)))
	case remoteFrom:
		as.countries[k.text] = id
	}
	if k.kind.texts() != 0 {
		as.words.add(term{id, k.kind, strings.Split(k.text, " ")})
	}
}

// release lets go of an atom.
func (as *atoms) release(id uint32) {
	a := &as.list[id]
	if a.refs--; a.refs > 0 {
		return
	}
	as.version++
	switch a.kind {
	case inArea:
		as.areas.remove(id, place.Area(a.place))
	case remoteFrom:
		delete(as.countries, a.text)
	}
	if a.kind.texts() != 0 {
		as.words.remove(term{id, a.kind, strings.Split(a.text, " ")})
	}
	delete(as.ids, a.key)
	*a = atom{}
	as.free = append(as.free, id)
}

// resolve visits every atom that is true of a posting but those that look for words, some of them
// more than once.
func (as *atoms) resolve(p *Posting, visit func(atom uint32)) {
	visit(always)
	named := func(k kind, text string) {
		if id, ok := as.ids[key{kind: k, text: text}]; ok {
			visit(id)
		}
	}
	named(atCompany, p.company)
	named(inLanguage, p.posting.Language)
	for _, s := range p.skills {
		named(hasSkill, s)
	}
	for i := range p.sites {
		as.areas.holding(&p.sites[i], visit)
	}
	for country, id := range as.countries {
		if p.remote(country) {
			visit(id)
		}
	}
}
