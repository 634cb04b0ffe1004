package query

import (
	"strings"
	"unicode/utf8"

	"jobalertd/alerts/fault"
	"jobalertd/alerts/text"
)

// Limits on what a query may cost.
const (
	MaxLength = 500 // characters, as typed and in canonical form
	MaxDepth  = 10  // parentheses and exclusions inside one another
	MaxTerms  = 50  // words and phrases
)

// SyntaxError says where a query cannot be understood and how to mend it.
type SyntaxError struct {
	// Position counts characters from 1.
	Position int
	Problem  fault.Fault
}

// Fault is the problem and where it is.
func (e *SyntaxError) Fault() fault.Fault {
	return fault.New("at", "at character %d: %s", e.Position, e.Problem)
}

// Error is at character 7: problem.
func (e *SyntaxError) Error() string { return e.Fault().Error() }

// Parse reads a query. The error is a *SyntaxError.
func Parse(s string) (Query, error) {
	root, err := parse(s)
	if err != nil {
		return Query{}, err
	}
	q := Query{root}
	// The canonical form can be longer and deeper than what was typed, and has to be readable too.
	canonical := q.String()
	if canonical == s {
		return q, nil
	}
	if _, err := parse(canonical); err != nil {
		return Query{}, &SyntaxError{1, fault.New("query.out", "the query is too long once it is written out (%s); simplify it", q.String())}
	}
	return q, nil
}

func parse(s string) (Node, error) {
	if n := utf8.RuneCountInString(s); n > MaxLength {
		return nil, &SyntaxError{MaxLength + 1, fault.New("long", "%d characters are more than the %d a query may have", n, MaxLength)}
	}
	lexemes, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := parser{lexemes: lexemes}
	root, err := p.or("", 0)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != lexEnd {
		return nil, p.fail(fault.New("query.close", "there is no ( for this ); remove it"))
	}
	return root, nil
}

// parser is a recursive descent over the grammar
//
//	or    = and { "OR" and }
//	and   = unary { [ "AND" ] unary }
//	unary = ( "NOT" | "-" ) unary | [ field ":" ] ( word | phrase | "(" or ")" )
type parser struct {
	lexemes []lexeme
	at      int
	terms   int
}

func (p *parser) peek() lexeme { return p.lexemes[p.at] }

// fail blames the next lexeme.
func (p *parser) fail(problem fault.Fault) error {
	return &SyntaxError{p.peek().position, problem}
}

func (p *parser) or(field Field, depth int) (Node, error) {
	var nodes []Node
	for {
		node, err := p.and(field, depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
		if p.peek().kind != lexOr {
			return or(nodes), nil
		}
		p.at++
	}
}

func (p *parser) and(field Field, depth int) (Node, error) {
	var nodes []Node
	for {
		node, err := p.unary(field, depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
		switch p.peek().kind {
		case lexOr, lexClose, lexEnd:
			return and(nodes), nil
		case lexAnd:
			p.at++
		}
	}
}

func (p *parser) unary(field Field, depth int) (Node, error) {
	if depth > MaxDepth {
		return nil, p.fail(fault.New("query.deep", "parentheses and exclusions are nested more than %d deep; simplify the query", MaxDepth))
	}
	switch next := p.peek(); next.kind {
	case lexNot:
		p.at++
		node, err := p.unary(field, depth+1)
		if err != nil {
			return nil, err
		}
		return not(node), nil
	case lexField:
		return p.inField(field, depth)
	case lexOpen:
		return p.group(field, depth)
	case lexText:
		return p.term(field)
	default:
		return nil, p.fail(p.expected(next))
	}
}

// inField reads what stands behind a field and its colon.
func (p *parser) inField(outer Field, depth int) (Node, error) {
	field := p.peek()
	if outer != "" {
		return nil, p.fail(fault.New("field.inside", "%s: stands inside %s:( ); take it out", field.field, outer))
	}
	p.at++
	switch next := p.peek(); {
	case next.kind == lexText && !next.spaced:
		return p.term(field.field)
	case next.kind == lexOpen && !next.spaced:
		return p.group(field.field, depth)
	}
	p.at--
	return nil, p.fail(fault.New("field.empty", `%s: needs a word, a "phrase" or a (group) directly behind the colon`, field.field))
}

// group reads a query in parentheses.
func (p *parser) group(field Field, depth int) (Node, error) {
	open := p.peek()
	p.at++
	node, err := p.or(field, depth+1)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != lexClose {
		return nil, &SyntaxError{open.position, fault.New("query.open", "this ( is never closed; add a )")}
	}
	p.at++
	return node, nil
}

// term reads a word or a phrase.
func (p *parser) term(field Field) (Node, error) {
	next := p.peek()
	if p.terms++; p.terms > MaxTerms {
		return nil, p.fail(fault.New("query.terms", "a query may have %d words and phrases; this is one more", MaxTerms))
	}
	words := text.Words(next.text)
	if strings.Contains(next.text, "*") {
		return nil, p.fail(fault.New("query.wildcard", "%s: * is no wildcard here; write out the whole word, or several with OR", fault.Value(next.text)))
	}
	if len(words) == 0 {
		return nil, p.fail(nothing(next.text))
	}
	p.at++
	return Term{Field: field, Words: words}, nil
}

// nothing explains a term without a word in it.
func nothing(typed string) fault.Fault {
	switch typed {
	case "":
		return fault.New("query.phrase", "there is nothing between these quotes; write a phrase or remove them")
	case "|", "||":
		return fault.New("query.or", "%s is not understood; write OR", fault.Value(typed))
	case "&", "&&", "+":
		return fault.New("query.and", "%s is not understood; write AND, or nothing", fault.Value(typed))
	case "!":
		return fault.New("query.not", "%s is not understood; write NOT, or - directly before the word", fault.Value(typed))
	}
	return fault.New("query.nothing", "%s has no letter or digit to search for; remove it", fault.Value(typed))
}

// expected says what is wrong with a lexeme where a word should begin.
func (p *parser) expected(next lexeme) fault.Fault {
	if next.kind == lexEnd {
		if p.at == 0 {
			return fault.New("query.empty", "the query is empty; write a word or leave the query out")
		}
		return fault.New("query.end", "the query ends where a word should follow %s", p.lexemes[p.at-1].shown())
	}
	if p.at > 0 && next.kind == lexClose && p.lexemes[p.at-1].kind == lexOpen {
		return fault.New("query.group", "there is nothing between these parentheses; write a word or remove them")
	}
	return fault.New("query.before", "a word should stand before %s", next.shown())
}
