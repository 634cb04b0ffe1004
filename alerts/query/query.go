package query

import (
	"cmp"
	"slices"
	"strings"
)

// Query is a parsed query. The zero Query asks for nothing and matches everything.
type Query struct {
	root Node
}

// Node is a part of a query: Term, Not, And or Or.
type Node interface {
	// String is the canonical text of the part.
	String() string
	// match judges a document.
	match(d *Document) answer
}

// Term asks for words side by side.
type Term struct {
	Field Field
	Words []string // folded; at least one
}

// Not excludes.
type Not struct{ Node Node }

// And asks for all of at least two nodes, none of which is an And.
type And []Node

// Or asks for one of at least two nodes, none of which is an Or.
type Or []Node

// Field is where a term is looked for.
type Field string

// The fields. The zero Field is any of them.
const (
	FieldTitle       Field = "title"
	FieldCompany     Field = "company"
	FieldDescription Field = "description"
)

// Fields lists the fields that can be named.
func Fields() []Field { return []Field{FieldTitle, FieldCompany, FieldDescription} }

// Root is the whole query as a tree, nil for the zero Query.
func (q Query) Root() Node { return q.root }

// String is the canonical text: parsing it gives the same query again.
func (q Query) String() string {
	if q.root == nil {
		return ""
	}
	return q.root.String()
}

// String is the word, or the words in quotes, behind the field.
func (t Term) String() string {
	text := t.Text()
	if len(t.Words) > 1 {
		text = `"` + text + `"`
	}
	if t.Field == "" {
		return text
	}
	return string(t.Field) + ":" + text
}

// Text is the words alone.
func (t Term) Text() string { return strings.Join(t.Words, " ") }

// String puts a minus before what is excluded.
func (n Not) String() string { return "-" + grouped(n.Node) }

// String puts the operands side by side.
func (a And) String() string {
	parts := make([]string, len(a))
	for i, node := range a {
		parts[i] = node.String()
		if _, isOr := node.(Or); isOr {
			parts[i] = grouped(node)
		}
	}
	return strings.Join(parts, " ")
}

// String puts OR between the operands.
func (o Or) String() string {
	parts := make([]string, len(o))
	for i, node := range o {
		parts[i] = node.String()
		if _, isAnd := node.(And); isAnd {
			parts[i] = grouped(node)
		}
	}
	return strings.Join(parts, " OR ")
}

// grouped is the text of a node, in parentheses where it has operands.
func grouped(n Node) string {
	switch n.(type) {
	case And, Or:
		return "(" + n.String() + ")"
	}
	return n.String()
}

// not is the canonical negation: two cancel out.
func not(n Node) Node {
	if inner, twice := n.(Not); twice {
		return inner.Node
	}
	return Not{n}
}

// and is the canonical conjunction.
func and(nodes []Node) Node {
	var flat []Node
	for _, n := range nodes {
		if inner, ok := n.(And); ok {
			flat = append(flat, inner...)
		} else {
			flat = append(flat, n)
		}
	}
	if flat = sorted(flat); len(flat) == 1 {
		return flat[0]
	}
	return And(flat)
}

// or is the canonical disjunction.
func or(nodes []Node) Node {
	var flat []Node
	for _, n := range nodes {
		if inner, ok := n.(Or); ok {
			flat = append(flat, inner...)
		} else {
			flat = append(flat, n)
		}
	}
	if flat = sorted(flat); len(flat) == 1 {
		return flat[0]
	}
	return Or(flat)
}

// sorted orders operands, what is wanted before what is excluded, and drops doubles.
func sorted(nodes []Node) []Node {
	rank := func(n Node) int {
		if _, excluded := n.(Not); excluded {
			return 1
		}
		return 0
	}
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.String(), b.String()))
	})
	return slices.CompactFunc(nodes, func(a, b Node) bool { return a.String() == b.String() })
}
