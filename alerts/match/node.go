package match

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"jobalertd/alerts/match/facet"
)

// entry leads from two atoms, that of its node and token, to a filter that cannot match unless both
// are true. It has what else the filter asks, so that nothing else need be fetched.
type entry struct {
	token   uint32
	ref     Ref
	header  facet.Set // of the record; where isInexact, the record tells more
	demands []uint32  // of the record, without the clauses that hold if the two atoms do
}

// maxDemands is how many words of demands an entry has at most. Where a record has more, it is asked
// itself.
const maxDemands = math.MaxUint16 / maxLeaf

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

// leaf is some entries, column by column.
type leaf struct {
	tokens  []uint32 // each once
	lasts   []uint8  // for each token the number of its last entry
	refs    []Ref
	headers []facet.Set
	demands []uint32 // of all entries
	ends    []uint16 // where those of each end
}

// maxLeaf is how many entries a leaf has at most.
const maxLeaf = math.MaxUint8 + 1

func newLeaf(entries []entry) *leaf {
	tokens := 0
	for i, e := range entries {
		if i == 0 || e.token != entries[i-1].token {
			tokens++
		}
	}
	l := roomFor(tokens, len(entries), demandsIn(entries))
	for _, e := range entries {
		l.append(e)
	}
	return l
}

func demandsIn(entries []entry) (n int) {
	for _, e := range entries {
		n += len(e.demands)
	}
	return n
}

// roomFor is an empty leaf that append need not enlarge.
func roomFor(tokens, entries, demands int) *leaf {
	return &leaf{
		make([]uint32, 0, tokens), make([]uint8, 0, tokens), make([]Ref, 0, entries),
		make([]facet.Set, 0, entries), make([]uint32, 0, demands), make([]uint16, 0, entries),
	}
}

// append puts an entry behind all others.
func (l *leaf) append(e entry) {
	if n := len(l.tokens); n == 0 || l.tokens[n-1] != e.token {
		l.tokens, l.lasts = append(l.tokens, e.token), append(l.lasts, 0)
	}
	l.lasts[len(l.lasts)-1] = uint8(len(l.refs))
	l.refs, l.headers = append(l.refs, e.ref), append(l.headers, e.header)
	l.demands = append(l.demands, e.demands...)
	l.ends = append(l.ends, uint16(len(l.demands)))
}

// all is the entries in order.
func (l *leaf) all() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		i := 0
		for t, token := range l.tokens {
			for ; i <= int(l.lasts[t]); i++ {
				if !yield(entry{token, l.refs[i], l.headers[i], l.demandsOf(i)}) {
					return
				}
			}
		}
	}
}

// first and last are enough of these entries to compare.
func (l *leaf) first() entry { return entry{token: l.tokens[0], ref: l.refs[0]} }

func (l *leaf) last() entry {
	return entry{token: l.tokens[len(l.tokens)-1], ref: l.refs[len(l.refs)-1]}
}

// with is the node with more entries, which are sorted.
func (n *node) with(more []entry) *node {
	if n == nil {
		return newNode(leaves(more))
	}
	all := make([]*leaf, 0, len(n.leaves)+1)
	for i, l := range n.leaves {
		end := len(more)
		if i+1 < len(n.leaves) {
			end, _ = slices.BinarySearchFunc(more, n.leaves[i+1].first(), entry.compare)
		}
		if end == 0 {
			all = append(all, l)
			continue
		}
		all = append(all, l.with(more[:end])...)
		more = more[end:]
	}
	return newNode(all)
}

// without is the node without some of its entries, which are sorted; nil where none is left.
func (n *node) without(less []entry) *node {
	all := make([]*leaf, 0, len(n.leaves))
	for _, l := range n.leaves {
		first, _ := slices.BinarySearchFunc(less, l.first(), entry.compare)
		if first == len(less) || less[first].compare(l.last()) > 0 {
			all = append(all, l)
			continue
		}
		if rest := l.without(less); len(rest.refs) > 0 {
			all = append(all, rest)
		}
	}
	return newNode(all)
}

// with is the leaf with more entries, which are sorted; several leaves where it would be too large.
func (l *leaf) with(more []entry) []*leaf {
	all := make([]entry, 0, len(l.refs)+len(more))
	for e := range l.all() {
		for len(more) > 0 && more[0].compare(e) < 0 {
			all = append(all, more[0])
			more = more[1:]
		}
		all = append(all, e)
	}
	return leaves(append(all, more...))
}

// without is the leaf without some entries, which are sorted.
func (l *leaf) without(less []entry) *leaf {
	next := roomFor(len(l.tokens), len(l.refs), len(l.demands))
	for e := range l.all() {
		for len(less) > 0 && less[0].compare(e) < 0 {
			less = less[1:]
		}
		if len(less) == 0 || less[0].compare(e) > 0 {
			next.append(e)
		}
	}
	return next
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

// find adds the filters whose token is true of a posting and which ask no more than what is.
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
		l.find(t, c)
	}
}

func (l *leaf) find(t *truth, c *candidates) {
	start := 0
	for i, token := range l.tokens {
		end := int(l.lasts[i]) + 1
		if t.has(token) {
			l.judge(start, end, t, c)
		}
		start = end
	}
}

// judge looks at the entries of one token.
func (l *leaf) judge(start, end int, t *truth, c *candidates) {
	for i := start; i < end; i++ {
		if header := l.headers[i]; header.Agree(t.facets) && t.holds(header, l.demandsOf(i)) {
			c.add(l.refs[i], header&isInexact == 0)
		}
	}
}

func (l *leaf) demandsOf(i int) []uint32 {
	if i == 0 {
		return l.demands[:l.ends[0]]
	}
	return l.demands[l.ends[i-1]:l.ends[i]]
}
