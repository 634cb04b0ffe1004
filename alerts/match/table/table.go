package table

// Table is an array: Set gives a new table and leaves the old one as it is, so that a
// reader can go on with the table it has. Only the path to the changed value is copied. The zero
// table holds zero values.
type Table[T any] struct {
	roots []*branch[T]
}

const (
	leafBits   = 6
	branchBits = 7
	leafSize   = 1 << leafBits
	branchSize = 1 << branchBits
)

type branch[T any] [branchSize]*[leafSize]T

// Get is value number i.
func (t Table[T]) Get(i uint32) T {
	var zero T
	root := int(i >> (leafBits + branchBits))
	if root >= len(t.roots) || t.roots[root] == nil {
		return zero
	}
	leaf := t.roots[root][i>>leafBits%branchSize]
	if leaf == nil {
		return zero
	}
	return leaf[i%leafSize]
}

// Set is the table with another value number i.
func (t Table[T]) Set(i uint32, value T) Table[T] {
	root := int(i >> (leafBits + branchBits))
	roots := make([]*branch[T], max(len(t.roots), root+1))
	copy(roots, t.roots)
	b := new(branch[T])
	if roots[root] != nil {
		*b = *roots[root]
	}
	leaf := new([leafSize]T)
	if old := b[i>>leafBits%branchSize]; old != nil {
		*leaf = *old
	}
	leaf[i%leafSize] = value
	b[i>>leafBits%branchSize] = leaf
	roots[root] = b
	return Table[T]{roots}
}
