package query_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts/query"
)

func TestParseGivesTheCanonicalForm(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"a word", "Go", "go"},
		{"words are sorted", "rust go", "go rust"},
		{"and is implied", "go AND rust", "go rust"},
		{"operators are in capitals", "go or rust", "go or rust"},
		{"or binds more loosely than and", "go rust OR zig", "(go rust) OR zig"},
		{"the contract's example", `"distributed systems" (go OR rust) -php`, `"distributed systems" (go OR rust) -php`},
		{"NOT is a minus", "go NOT php", "go -php"},
		{"two negations cancel", "go NOT -php", "go php"},
		{"only a negation", "-php", "-php"},
		{"a negated group", "-(php OR perl)", "-(perl OR php)"},
		{"a negated phrase", `-"visual basic"`, `-"visual basic"`},
		{"a field", "title:Backend", "title:backend"},
		{"a field's phrase", `TITLE:"Site Reliability"`, `title:"site reliability"`},
		{"a field before a group", "company:(acme OR initech)", "company:acme OR company:initech"},
		{"a negated field", "-title:junior", "-title:junior"},
		{"doubles go", "go GO gó", "go"},
		{"groups flatten", "((a) (b (c)))", "a b c"},
		{"languages are words", "c++ c# .net f#", ".net c# c++ f#"},
		{"a dotted name is a phrase", "Node.js", `"node js"`},
		{"a hyphened name is a phrase", "front-end", `"front end"`},
		{"a phrase of one word is a word", `"go"`, "go"},
		{"accents and case are folded", "Zürich Straße", "strasse zurich"},
		{"curly quotes and long dashes are understood", "“distributed systems” –php", `"distributed systems" -php`},
		{"a time is no field", "10:30", `"10 30"`},
		{"a leading plus is understood", "+go", "go"},
		{"spaces do not matter", "  ( go  OR rust )\t-php ", "(go OR rust) -php"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q, err := query.Parse(test.typed)
			if err != nil {
				t.Fatal(err)
			}
			if q.String() != test.want {
				t.Errorf("Parse(%q) = %s, want %s", test.typed, q, test.want)
			}
		})
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"empty", " ", "at character 2: the query is empty; write a word or leave the query out"},
		{"an open quote", `go "distributed`, "at character 4: this quote is never closed; add a second one behind the phrase"},
		{"an open parenthesis", "go (rust OR", "at character 12: the query ends where a word should follow OR"},
		{"a parenthesis never closed", "go (rust", "at character 4: this ( is never closed; add a )"},
		{"a parenthesis never opened", "go) rust", "at character 3: there is no ( for this ); remove it"},
		{"an empty group", "go ()", "at character 5: there is nothing between these parentheses; write a word or remove them"},
		{"an empty phrase", `go ""`, "at character 4: there is nothing between these quotes; write a phrase or remove them"},
		{"an operator first", "OR go", "at character 1: a word should stand before OR"},
		{"an operator last", "go AND", "at character 7: the query ends where a word should follow AND"},
		{"two operators", "go AND OR rust", "at character 8: a word should stand before OR"},
		{"a lonely minus", "go - php", "at character 4: a minus must stand directly before the word it excludes; join them or remove it"},
		{"a double minus", "go --php", "at character 4: a minus must stand directly before the word it excludes; join them or remove it"},
		{"an unknown field", "go remote:yes", "at character 4: remote: is no field; the fields are title:, company: and description:; put quotes around text with a colon"},
		{"a mistyped field", "titel:go", "at character 1: titel: is no field; did you mean title:?"},
		{"a field without a word", "title: go", `at character 1: title: needs a word, a "phrase" or a (group) directly behind the colon`},
		{"a field in a field", "title:(a company:b)", "at character 10: company: stands inside title:( ); take it out"},
		{"a wildcard", "develop*", `at character 1: "develop*": * is no wildcard here; write out the whole word, or several with OR`},
		{"a bar", "go | rust", `at character 4: "|" is not understood; write OR`},
		{"ampersands", "go && rust", `at character 4: "&&" is not understood; write AND, or nothing`},
		{"an exclamation mark", "go ! rust", `at character 4: "!" is not understood; write NOT, or - directly before the word`},
		{"punctuation", "go …", `at character 4: "…" has no letter or digit to search for; remove it`},
		{"characters are counted, not bytes", "Zürich )", "at character 8: there is no ( for this ); remove it"},
		{"too long", strings.Repeat("x", 501), "at character 501: 501 characters are more than the 500 a query may have"},
		{"too many words", strings.Repeat("a ", 51), "at character 101: a query may have 50 words and phrases; this is one more"},
		{"too deep", strings.Repeat("(", 11) + "a" + strings.Repeat(")", 11), "at character 12: parentheses and exclusions are nested more than 10 deep; simplify the query"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := query.Parse(test.typed)
			if err == nil || err.Error() != test.want {
				t.Fatalf("Parse(%q)\n got %v\nwant %s", test.typed, err, test.want)
			}
			if _, ok := errors.AsType[*query.SyntaxError](err); !ok {
				t.Errorf("%T is no SyntaxError", err)
			}
		})
	}
}

func TestParseRefusesWhatItCouldNotReadBack(t *testing.T) {
	typed := "description:(" + strings.TrimSpace(strings.Repeat("abc ", 40)) + ")"
	if _, err := query.Parse(typed); err != nil {
		t.Fatalf("equal words are one: %v", err)
	}
	var words []string
	for i := range 40 {
		words = append(words, string(rune('a'+i/26))+string(rune('a'+i%26))+"x")
	}
	if _, err := query.Parse("description:(" + strings.Join(words, " ") + ")"); err == nil {
		t.Error("a query whose canonical form is over the limit was accepted")
	}
}

func TestMatch(t *testing.T) {
	doc := query.NewDocument("Senior Backend Engineer (C++/Go)", "Müller & Söhne",
		"Distributed Systems in Go. Node.js is a plus; no Java. We go to market with ASP.NET.")
	tests := []struct {
		name, query    string
		match          bool
		found, missing string
	}{
		{"a word anywhere", "distributed", true, "distributed", ""},
		{"whole words only", "distribute", false, "", "distribute"},
		{"java is not javascript", "javascript", false, "", "javascript"},
		{"c is not c++", "c", false, "", "c"},
		{"c++ is c++", "C++", true, "c++", ""},
		{".net is found in asp.net", ".net", true, ".net", ""},
		{"node finds node.js", "node", true, "node", ""},
		{"a phrase", `"backend engineer"`, true, `"backend engineer"`, ""},
		{"a phrase in the wrong order", `"engineer backend"`, false, "", `"engineer backend"`},
		{"a phrase does not run from one field into the next", `"go muller"`, false, "", `"go muller"`},
		{"accents do not matter", "company:MULLER", true, "company:muller", ""},
		{"in the title", "title:go", true, "title:go", ""},
		{"not in the title", "title:java", false, "", "title:java"},
		{"in the description", "description:java", true, "description:java", ""},
		{"all are needed", "go rust kafka", false, "", "kafka rust"},
		{"one is enough", "rust OR go", true, "go", ""},
		{"none of the choices", "rust OR zig", false, "", "rust zig"},
		{"nothing excluded is there", "go -php", true, "go", ""},
		{"something excluded is there", "go -java", false, "java", ""},
		{"an excluded group", "-(php OR java)", false, "java", ""},
		{"an excluded conjunction is there only whole", "-(java php)", true, "", ""},
		{"only negations", "-php -cobol", true, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q, err := query.Parse(test.query)
			if err != nil {
				t.Fatal(err)
			}
			a := q.Match(doc)
			if a.Match != test.match || shown(a.Found) != test.found || shown(a.Missing) != test.missing {
				t.Errorf("got %v, found %s, missing %s", a.Match, shown(a.Found), shown(a.Missing))
			}
		})
	}
}

func shown(terms []query.Term) string {
	parts := make([]string, len(terms))
	for i, term := range terms {
		parts[i] = term.String()
	}
	return strings.Join(parts, " ")
}

func TestTheZeroQueryMatchesEverything(t *testing.T) {
	if a := (query.Query{}).Match(query.NewDocument("", "", "")); !a.Match {
		t.Error("it does not")
	}
}

// typed draws text that is often a query.
func typed() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{"go", "rust", "c++", ".net", "node.js", `"a b"`, "AND", "OR", "NOT", "-", "(", ")", "title:", "company:", `"`, "–", "后端"}),
		rapid.StringN(0, 3, -1))
	glue := rapid.SampledFrom([]string{" ", "", "  "})
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "parts") {
			b.WriteString(part.Draw(t, "part") + glue.Draw(t, "glue"))
		}
		return b.String()
	})
}

// checkRest checks that the canonical form of a query means the same and is its own canonical form.
func checkRest(t interface{ Fatalf(string, ...any) }, typed string) {
	q, err := query.Parse(typed)
	if err != nil {
		return
	}
	again, err := query.Parse(q.String())
	if err != nil {
		t.Fatalf("%q became %q, which is refused: %v", typed, q, err)
	}
	if diff := cmp.Diff(q.Root(), again.Root()); diff != "" {
		t.Fatalf("%q became %q, which is another query: %s", typed, q, diff)
	}
}

func TestCanonicalFormIsAtRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkRest(t, typed().Draw(t, "query")) })
}

func TestNegationTurnsTheAnswerRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := typed().Draw(t, "query")
		q, err := query.Parse(s)
		if err != nil {
			t.Skip()
		}
		negated, err := query.Parse("NOT (" + q.String() + ")")
		if err != nil {
			t.Skip()
		}
		doc := query.NewDocument(typed().Draw(t, "title"), typed().Draw(t, "company"), typed().Draw(t, "description"))
		if q.Match(doc).Match == negated.Match(doc).Match {
			t.Fatalf("%s and %s give the same answer", q, negated)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`"distributed systems" (go OR rust) -php`, "title:(a OR -b) NOT c", "c++ .net node.js", "((((", `"`, "-", "a:b", "\xff", "“x” –y", "a OR b c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) { checkRest(t, s) })
}
