package wish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is one part of a line between spaces.
type item struct {
	not  bool
	kind string // what stands before the colon; empty for none
	text string // without minus, kind and quotes
	// quoted is set for phrases and groups, which are never taken for anything but text.
	quoted bool
	raw    string // without the minus
}

// chain is items joined by OR.
type chain []item

// scan cuts a line into its parts. A quote or parenthesis that is never closed goes to the end.
func scan(line string) []chain {
	var chains []chain
	join, not := false, false
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		size := length(rest)
		raw := rest[:size]
		rest = rest[size:]
		switch raw {
		case "AND":
			continue
		case "OR":
			join = len(chains) > 0
			continue
		case "NOT":
			not = true
			continue
		}
		found := read(raw)
		found.not = found.not != not
		if join {
			last := &chains[len(chains)-1]
			*last = append(*last, found)
		} else {
			chains = append(chains, chain{found})
		}
		join, not = false, false
	}
	return chains
}

// length is how far the first part reaches: up to a space outside of quotes and parentheses.
func length(s string) int {
	depth, quoted := 0, false
	for i, r := range s {
		switch {
		case isQuote(r):
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')':
			depth--
		case unicode.IsSpace(r) && depth <= 0:
			return i
		}
	}
	return len(s)
}

// read takes a part to pieces.
func read(raw string) item {
	var i item
	if cut := strings.TrimLeftFunc(raw, isMinus); cut != "" && cut != raw {
		i.not, raw = true, cut
	}
	i.raw, i.text = raw, raw
	if kind, text, ok := strings.Cut(raw, ":"); ok && isKind(strings.ToLower(kind)) {
		i.kind, i.text = strings.ToLower(kind), text
	}
	if bare := unquoted(i.text); bare != i.text || strings.HasPrefix(i.text, "(") {
		i.text, i.quoted = bare, true
	}
	return i
}

// unquoted is a value without the quotation marks around it. Within them, one that is written twice stands
// for itself, as in CSV (RFC 4180 §2.7); so each value has an even number, and length sees where it ends.
func unquoted(s string) string {
	var b strings.Builder
	inside := false
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		rest := s[size:]
		switch {
		case !isQuote(r):
			b.WriteString(s[:size])
		case inside && strings.HasPrefix(rest, s[:size]):
			b.WriteString(s[:size])
			rest = rest[size:]
		default:
			inside = !inside
		}
		s = rest
	}
	return b.String()
}

// quoted puts a value in quotes where it holds anything that would end it, or one of the marks.
func quoted(s, marks string) string {
	bare := func(r rune) bool { return !isQuote(r) && !unicode.IsSpace(r) && !strings.ContainsRune(marks, r) }
	if s != "" && strings.TrimLeftFunc(s, bare) == "" {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if b.WriteRune(r); isQuote(r) {
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// parts cuts a value at its commas, but for those in quotes.
func parts(s string) []string {
	inside := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if isQuote(r) {
			inside = !inside
		}
		return r == ',' && !inside
	})
}

func isKind(s string) bool {
	switch s {
	case "skill", "any", "all", "in", "at", "pay", "level", "type", "class", "education", "language":
		return true
	}
	return false
}

// isQuote knows the quotation marks of keyboards and phones, as package query does.
func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»`, r) }

// isMinus knows the minus and the dashes that phones make of it.
func isMinus(r rune) bool { return strings.ContainsRune("-−–—", r) }
