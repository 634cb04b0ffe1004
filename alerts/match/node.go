package match

import (
	"cmp"
	"slices"
)

// entry leads from two atoms, that of its node and token, to a filter that cannot match unless both
// are true. It has the filter's facets, so that most filters are refused before they are looked at.
type entry struct {
	facets facets
	token  uint32
	ref    Ref
}

func (e entry) compare(other entry) int {
	return cmp.Or(cmp.Compare(e.token, other.token), cmp.Compare(e.ref, other.ref))
}

// node is all entries that need one atom, by token. It does not change once it is made. The entries
// are cut into leaves so that an edit copies little.
type node struct {
	leaves [][]entry
}

// maxLeaf is how many entries a leaf has at most.
const maxLeaf = 256

// with is the node with more entries, which are sorted.
func (n *node) with(more []entry) *node {
	if n == nil {
		return &node{leaves: chunks(slices.Clone(more))}
	}
	var leaves [][]entry
	for i, leaf := range n.leaves {
		end := len(more)
		if i+1 < len(n.leaves) {
			end, _ = slices.BinarySearchFunc(more, n.leaves[i+1][0], entry.compare)
		}
		if end == 0 {
			leaves = append(leaves, leaf)
			continue
		}
		leaves = append(leaves, chunks(merged(leaf, more[:end]))...)
		more = more[end:]
	}
	return &node{leaves: slices.Clip(leaves)}
}

// without is the node without some of its entries, which are sorted; nil where none is left.
func (n *node) without(less []entry) *node {
	var leaves [][]entry
	for _, leaf := range n.leaves {
		first, _ := slices.BinarySearchFunc(less, leaf[0], entry.compare)
		if first == len(less) || less[first].compare(leaf[len(leaf)-1]) > 0 {
			leaves = append(leaves, leaf)
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(leaf), func(e entry) bool {
			_, gone := slices.BinarySearchFunc(less, e, entry.compare)
			return gone
		})
		if len(rest) > 0 {
			leaves = append(leaves, slices.Clip(rest))
		}
	}
	if leaves == nil {
		return nil
	}
	return &node{leaves: leaves}
}

// merged is both of two sorted lists.
func merged(a, b []entry) []entry {
	all := make([]entry, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].compare(b[0]) < 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// chunks cuts a list into leaves of about equal length.
func chunks(list []entry) [][]entry {
	if len(list) <= maxLeaf {
		return [][]entry{list}
	}
	size := (len(list) + (len(list)-1)/maxLeaf) / ((len(list)-1)/maxLeaf + 1)
	var leaves [][]entry
	for c := range slices.Chunk(list, size) {
		leaves = append(leaves, slices.Clone(c))
	}
	return leaves
}

// find appends the refs of the entries whose token is true of a posting and whose facets agree with
// its own.
func (n *node) find(t *truth, found []Ref) []Ref {
	tokens := t.atoms
	for _, leaf := range n.leaves {
		skip, _ := slices.BinarySearch(tokens, leaf[0].token)
		tokens = tokens[skip:]
		if len(tokens) == 0 {
			break
		}
		if tokens[0] <= leaf[len(leaf)-1].token {
			found = findIn(leaf, t, found)
		}
	}
	return found
}

func findIn(leaf []entry, t *truth, found []Ref) []Ref {
	for i := range leaf {
		if e := &leaf[i]; t.has(e.token) && e.facets.agree(t.facets) {
			found = append(found, e.ref)
		}
	}
	return found
}
