package match

// Leftovers is what an index keeps.
type Leftovers struct {
	Numbers, Held, Pages, Nodes, Matchers int
}

// Left counts what the index keeps, and the numbers of atoms that it ever needed at once.
func (ix *Index) Left() Leftovers {
	l := Leftovers{Numbers: ix.atoms.Len(), Held: ix.held.Len()}
	for i := range uint32(max(int(ix.latest.next), ix.atoms.Len())) {
		if ix.latest.pages.Get(i) != nil {
			l.Pages++
		}
		if ix.latest.nodes.Get(i) != nil {
			l.Nodes++
		}
		if ix.latest.matchers.Get(i) != nil {
			l.Matchers++
		}
	}
	return l
}

// Hasten has the loader make filters known after so few of them.
func (l *Loader) Hasten(least int) { l.least = least }
