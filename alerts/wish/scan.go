package wish

import (
	"strings"
	"unicode"
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

// unquoted is a name without its quotation marks, of which it may have none within either.
func unquoted(s string) string {
	return strings.Map(func(r rune) rune {
		if isQuote(r) {
			return -1
		}
		return r
	}, s)
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
