package match

// Leftovers is what an index keeps.
type Leftovers struct {
	Atoms, Words, Phrases, Areas, Countries, Held, Pages, Nodes, Matchers int
}

// Left counts what the index keeps.
func (ix *Index) Left() Leftovers {
	l := Leftovers{
		Atoms: len(ix.atoms.ids), Words: len(ix.atoms.words.words), Phrases: len(ix.atoms.words.pairs),
		Areas:     len(ix.atoms.areas.countries) + len(ix.atoms.areas.cities) + len(ix.atoms.areas.names) + len(ix.atoms.areas.cells) + len(ix.atoms.areas.wide),
		Countries: len(ix.atoms.countries), Held: len(ix.held),
	}
	for i := range uint32(ix.latest.next) + 1 {
		if ix.latest.pages.get(i) != nil {
			l.Pages++
		}
		if ix.latest.nodes.get(i) != nil {
			l.Nodes++
		}
		if ix.latest.matchers.get(i) != nil {
			l.Matchers++
		}
	}
	return l
}
