package skill

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"jobalertd/alerts/text"
)

// Term is one skill.
type Term struct {
	// Name is the canonical name, which postings and filters hold: postgresql, c++, node.js.
	Name string
	// Category groups the vocabulary: language, database, cloud, practice, …
	Category string
	// Spellings are all the ways to write it, the name first.
	Spellings []Spelling
	// Implies names what follows from it at once; Vocabulary.Closure follows the chain.
	Implies []string
}

// Spelling is one way to write a skill.
type Spelling struct {
	Text string
	// Words is the spelling as text.Words cuts it; a posting holds the spelling where it has these
	// words side by side.
	Words []string
	// Ambiguous is set where the spelling is an ordinary word or a name as well, such as go, rest
	// or spring: whoever reads it in a text must look at what stands around it.
	Ambiguous bool
}

// Vocabulary is a set of skills. It does not change once it is made.
type Vocabulary struct {
	terms []Term         // in the order of the file
	byKey map[string]int // text.Key of a spelling → index in terms
}

//go:embed skills.txt
var shippedFile string

// shipped is parsed on first use; a test parses the embedded file, so it cannot fail.
var shipped = sync.OnceValue(func() *Vocabulary {
	v, err := Parse(strings.NewReader(shippedFile))
	if err != nil {
		panic("skills.txt: " + err.Error())
	}
	return v
})

// Shipped is the vocabulary that comes with the program.
func Shipped() *Vocabulary { return shipped() }

// Parse reads a vocabulary in the form that skills.txt describes. The error lists every faulty line:
// two skills with one spelling, an implied skill that does not exist, a circle of implications.
func Parse(r io.Reader) (*Vocabulary, error) {
	v := &Vocabulary{byKey: map[string]int{}}
	var errs []error
	category := ""
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			category = strings.Trim(line, "[]")
		default:
			if err := v.add(line, category); err != nil {
				errs = append(errs, fmt.Errorf("line %d: %w", number, err))
			}
		}
	}
	errs = append(errs, lines.Err())
	for _, term := range v.terms {
		errs = append(errs, v.checkImplied(term))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return v, nil
}

// add takes one line of the file.
func (v *Vocabulary) add(line, category string) error {
	columns := strings.Split(line, "|")
	if len(columns) != 3 {
		return fmt.Errorf("%q has %d columns instead of 3", line, len(columns))
	}
	spellings := append(list(columns[0]), list(columns[1])...)
	if len(spellings) == 0 {
		return fmt.Errorf("%q names no skill", line)
	}
	term := Term{Category: category, Implies: list(columns[2])}
	for _, written := range spellings {
		spelling := Spelling{Text: strings.TrimSuffix(written, "?"), Ambiguous: strings.HasSuffix(written, "?")}
		spelling.Words = text.Words(spelling.Text)
		if len(spelling.Words) == 0 {
			return fmt.Errorf("%q has no letters", spelling.Text)
		}
		key := strings.Join(spelling.Words, " ")
		if other, taken := v.byKey[key]; taken {
			owner := strings.TrimSuffix(spellings[0], "?")
			if other < len(v.terms) {
				owner = v.terms[other].Name
			}
			return fmt.Errorf("%q is already a spelling of %s", spelling.Text, owner)
		}
		v.byKey[key] = len(v.terms)
		term.Spellings = append(term.Spellings, spelling)
	}
	term.Name = term.Spellings[0].Text
	v.terms = append(v.terms, term)
	return nil
}

// list splits a column at its commas.
func list(column string) []string {
	var items []string
	for item := range strings.SplitSeq(column, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func (v *Vocabulary) checkImplied(term Term) error {
	for _, implied := range term.Implies {
		name, ok := v.Canonical(implied)
		switch {
		case !ok || name != implied:
			return fmt.Errorf("%s implies %q, which is not the name of a skill", term.Name, implied)
		case slices.Contains(v.Closure([]string{implied}), term.Name):
			return fmt.Errorf("%s implies %s, which implies it", term.Name, implied)
		}
	}
	return nil
}

// Terms gives every skill, in the order of the file.
func (v *Vocabulary) Terms() iter.Seq[Term] { return slices.Values(v.terms) }

// Canonical is the canonical name of a skill, however it is written: golang and Go are both "go".
func (v *Vocabulary) Canonical(name string) (string, bool) {
	i, ok := v.byKey[text.Key(name)]
	if !ok {
		return "", false
	}
	return v.terms[i].Name, true
}

// Closure is the canonical names of skills and of all that they imply, sorted, each once. A name
// that the vocabulary does not know stays as it is, folded by text.Key.
func (v *Vocabulary) Closure(names []string) []string {
	known := map[string]bool{}
	for waiting := slices.Clone(names); len(waiting) > 0; {
		name := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		key := text.Key(name)
		if i, ok := v.byKey[key]; ok {
			if name = v.terms[i].Name; !known[name] {
				waiting = append(waiting, v.terms[i].Implies...)
			}
		} else {
			name = key
		}
		known[name] = true
	}
	return slices.Sorted(maps.Keys(known))
}

// Nearest is the canonical name of the skill that an unknown name was probably meant to be.
func (v *Vocabulary) Nearest(name string) (string, bool) {
	key, ok := text.Nearest(text.Key(name), slices.Sorted(maps.Keys(v.byKey)))
	if !ok {
		return "", false
	}
	return v.Canonical(key)
}
