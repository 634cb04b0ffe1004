package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jobalertd/alerts/fault"
	"jobalertd/alerts/text"
)

// kind is what a lexeme is.
type kind int

const (
	lexEnd kind = iota
	lexText
	lexField
	lexOpen
	lexClose
	lexNot
	lexAnd
	lexOr
)

// lexeme is the smallest part of a query.
type lexeme struct {
	kind     kind
	text     string // of a word or phrase as typed, without quotes
	field    Field
	position int  // in characters, from 1
	spaced   bool // white space stands before it
}

// shown is the lexeme as an error names it.
func (l lexeme) shown() string {
	switch l.kind {
	case lexOpen:
		return "("
	case lexClose:
		return ")"
	case lexNot:
		return "NOT, -"
	case lexAnd:
		return "AND"
	case lexOr:
		return "OR"
	}
	return fmt.Sprintf("%q", l.text)
}

// lexer cuts a query into lexemes.
type lexer struct {
	rest     string
	position int
	spaced   bool
	lexemes  []lexeme
}

// lex cuts a query into lexemes, the last of which is lexEnd.
func lex(s string) ([]lexeme, error) {
	l := lexer{rest: s, position: 1}
	for {
		l.skipSpace()
		if l.rest == "" {
			l.add(lexeme{kind: lexEnd}, 0)
			return l.lexemes, nil
		}
		if err := l.next(); err != nil {
			return nil, err
		}
	}
}

// add keeps a lexeme that is size bytes long.
func (l *lexer) add(found lexeme, size int) {
	found.position, found.spaced = l.position, l.spaced
	l.lexemes = append(l.lexemes, found)
	l.skip(size)
	l.spaced = false
}

func (l *lexer) skip(size int) {
	l.position += utf8.RuneCountInString(l.rest[:size])
	l.rest = l.rest[size:]
}

func (l *lexer) skipSpace() {
	trimmed := strings.TrimLeftFunc(l.rest, unicode.IsSpace)
	if size := len(l.rest) - len(trimmed); size > 0 {
		l.skip(size)
		l.spaced = true
	}
}

func (l *lexer) next() error {
	first, size := utf8.DecodeRuneInString(l.rest)
	switch {
	case first == '(':
		l.add(lexeme{kind: lexOpen}, size)
	case first == ')':
		l.add(lexeme{kind: lexClose}, size)
	case isQuote(first):
		return l.phrase(size)
	case isMinus(first):
		return l.minus(size)
	default:
		return l.word()
	}
	return nil
}

// phrase reads up to the closing quote.
func (l *lexer) phrase(size int) error {
	end := strings.IndexFunc(l.rest[size:], isQuote)
	if end < 0 {
		return &SyntaxError{l.position, fault.New("quote", "this quote is never closed; add a second one behind the phrase")}
	}
	_, closing := utf8.DecodeRuneInString(l.rest[size+end:])
	l.add(lexeme{kind: lexText, text: strings.TrimSpace(l.rest[size : size+end])}, size+end+closing)
	return nil
}

// minus reads an exclusion.
func (l *lexer) minus(size int) error {
	after, _ := utf8.DecodeRuneInString(l.rest[size:])
	if size == len(l.rest) || unicode.IsSpace(after) || isMinus(after) {
		return &SyntaxError{l.position, fault.New("minus", "a minus must stand directly before the word it excludes; join them or remove it")}
	}
	l.add(lexeme{kind: lexNot}, size)
	return nil
}

// word reads up to a space, quote or parenthesis: an operator, a field with its colon, or a word.
func (l *lexer) word() error {
	size := strings.IndexFunc(l.rest, func(r rune) bool {
		return unicode.IsSpace(r) || isQuote(r) || r == '(' || r == ')'
	})
	if size < 0 {
		size = len(l.rest)
	}
	typed := l.rest[:size]
	if name, _, ok := strings.Cut(typed, ":"); ok && isName(name) {
		return l.field(name)
	}
	operators := map[string]kind{"AND": lexAnd, "OR": lexOr, "NOT": lexNot}
	if operator, ok := operators[typed]; ok {
		l.add(lexeme{kind: operator}, size)
	} else {
		l.add(lexeme{kind: lexText, text: typed}, size)
	}
	return nil
}

// field reads a field name with its colon.
func (l *lexer) field(name string) error {
	field := Field(strings.ToLower(name))
	if slices.Contains(Fields(), field) {
		l.add(lexeme{kind: lexField, field: field, text: name + ":"}, len(name)+1)
		return nil
	}
	names := make([]string, 0, len(Fields()))
	for _, f := range Fields() {
		names = append(names, string(f))
	}
	if near, ok := text.Nearest(name, names); ok {
		return &SyntaxError{l.position, fault.New("field.near", "%s: is no field; did you mean %s:?", name, near)}
	}
	return &SyntaxError{l.position, fault.New("field", "%s: is no field; the fields are title:, company: and description:; put quotes around text with a colon", name)}
}

// isName reports whether a word before a colon is meant as a field: letters only.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// isQuote knows the quotation marks of keyboards and phones.
func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»`, r) }

// isMinus knows the minus and the dashes that phones make of it.
func isMinus(r rune) bool { return strings.ContainsRune("-−–—", r) }
