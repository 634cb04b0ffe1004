package match

import (
	"cmp"
	"slices"

	"jobalertd/alerts/match/facet"
)

// entry leads from two atoms, that of its node and token, to a filter that cannot match unless both
// are true. It has the filter's facets, so that most filters are refused before they are looked at,
// with isWhole where the two atoms and the facets are all there is to the filter.
type entry struct {
	token  uint32
	ref    Ref
	facets facet.Set
}

const isWhole facet.Set = 1 << 63

func (e entry) compare(other entry) int {
	return cmp.Or(cmp.Compare(e.token, other.token), cmp.Compare(e.ref, other.ref))
}

// node is all entries that need one atom, by token. It does not change once it is made. The entries
// are cut into leaves so that an edit copies little.
type node struct {
	leaves []*leaf
	firsts []uint32 // the first token of each leaf
}

// newNode is nil without leaves.
func newNode(leaves []*leaf) *node {
	if len(leaves) == 0 {
		return nil
	}
	n := &node{leaves, make([]uint32, len(leaves))}
	for i, l := range leaves {
		n.firsts[i] = l.tokens[0]
	}
	return n
}

// leaf is some entries, column by column: most are passed over by their tokens alone.
type leaf struct {
	tokens []uint32
	refs   []Ref
	facets []facet.Set
}

// maxLeaf is how many entries a leaf has at most.
const maxLeaf = 256

func newLeaf(entries []entry) *leaf {
	l := &leaf{make([]uint32, len(entries)), make([]Ref, len(entries)), make([]facet.Set, len(entries))}
	for i, e := range entries {
		l.tokens[i], l.refs[i], l.facets[i] = e.token, e.ref, e.facets
	}
	return l
}

func (l *leaf) entry(i int) entry { return entry{l.tokens[i], l.refs[i], l.facets[i]} }

func (l *leaf) entries() []entry {
	entries := make([]entry, len(l.tokens))
	for i := range entries {
		entries[i] = l.entry(i)
	}
	return entries
}

func (l *leaf) last() entry { return l.entry(len(l.tokens) - 1) }

// with is the node with more entries, which are sorted.
func (n *node) with(more []entry) *node {
	if n == nil {
		return newNode(leaves(more))
	}
	all := make([]*leaf, 0, len(n.leaves)+1)
	for i, l := range n.leaves {
		end := len(more)
		if i+1 < len(n.leaves) {
			end, _ = slices.BinarySearchFunc(more, n.leaves[i+1].entry(0), entry.compare)
		}
		if end == 0 {
			all = append(all, l)
			continue
		}
		all = append(all, leaves(merged(l.entries(), more[:end]))...)
		more = more[end:]
	}
	return newNode(all)
}

// without is the node without some of its entries, which are sorted; nil where none is left.
func (n *node) without(less []entry) *node {
	all := make([]*leaf, 0, len(n.leaves))
	for _, l := range n.leaves {
		first, _ := slices.BinarySearchFunc(less, l.entry(0), entry.compare)
		if first == len(less) || less[first].compare(l.last()) > 0 {
			all = append(all, l)
			continue
		}
		rest := slices.DeleteFunc(l.entries(), func(e entry) bool {
			_, gone := slices.BinarySearchFunc(less, e, entry.compare)
			return gone
		})
		if len(rest) > 0 {
			all = append(all, newLeaf(rest))
		}
	}
	return newNode(all)
}

// merged is both of two sorted lists.
func merged(a, b []entry) []entry {
	all := make([]entry, 0, len(a)+len(b))
	for _, e := range b {
		before, _ := slices.BinarySearchFunc(a, e, entry.compare)
		all = append(append(all, a[:before]...), e)
		a = a[before:]
	}
	return append(all, a...)
}

// leaves cuts a list into leaves of about equal length.
func leaves(entries []entry) []*leaf {
	parts := (len(entries) + maxLeaf - 1) / maxLeaf
	var all []*leaf
	for part := range slices.Chunk(entries, (len(entries)+parts-1)/parts) {
		all = append(all, newLeaf(part))
	}
	return all
}

// candidates are the filters that a posting may match, some of them more than once.
type candidates struct {
	whole []Ref // it matches them
	found []Ref
}

// find adds the entries whose token is true of a posting and whose facets agree with its own.
func (n *node) find(t *truth, c *candidates) {
	tokens := t.atoms
	for i, l := range n.leaves {
		if tokens[0] < n.firsts[i] {
			skip, _ := slices.BinarySearch(tokens, n.firsts[i])
			if tokens = tokens[skip:]; len(tokens) == 0 {
				return
			}
		}
		if i+1 < len(n.firsts) && tokens[0] > n.firsts[i+1] {
			continue // without a look at the leaf
		}
		end, last := slices.BinarySearch(tokens, l.tokens[len(l.tokens)-1])
		if last {
			end++
		}
		const dense = 16 // entries for each token: with fewer it is faster to look at all
		if end*dense > len(l.tokens) {
			l.scan(t, c)
			continue
		}
		for _, token := range tokens[:end] {
			l.seek(token, t, c)
		}
	}
}

// scan looks at all entries.
func (l *leaf) scan(t *truth, c *candidates) {
	for i, token := range l.tokens {
		if t.has(token) && l.facets[i].Agree(t.facets) {
			c.add(l.refs[i], l.facets[i])
		}
	}
}

// seek looks at the entries of one token.
func (l *leaf) seek(token uint32, t *truth, c *candidates) {
	i, _ := slices.BinarySearch(l.tokens, token)
	for ; i < len(l.tokens) && l.tokens[i] == token; i++ {
		if l.facets[i].Agree(t.facets) {
			c.add(l.refs[i], l.facets[i])
		}
	}
}

func (c *candidates) add(ref Ref, accepted facet.Set) {
	if accepted&isWhole != 0 {
		c.whole = append(c.whole, ref)
	} else {
		c.found = append(c.found, ref)
	}
}
