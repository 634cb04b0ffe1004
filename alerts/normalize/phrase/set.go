package phrase

// Set is a table of phrases, each with a value. Build it once; a finished set is safe for
// concurrent use.
type Set[T any] struct {
	heads map[string][]entry[T]
}

type entry[T any] struct {
	words []string
	value T
}

// Match is a phrase found in a text: the tokens First to Last, both included.
type Match[T any] struct {
	Value       T
	First, Last int
}

// NewSet is an empty set.
func NewSet[T any]() *Set[T] { return &Set[T]{heads: make(map[string][]entry[T])} }

// Add puts phrases in, all with the same value. In a phrase, after its first word, # stands for
// any number and * for any one word.
func (s *Set[T]) Add(value T, phrases ...string) *Set[T] {
	for _, p := range phrases {
		var words []string
		for _, token := range Split(wildcards(p)).Tokens {
			words = append(words, unwild(token.Word))
		}
		if len(words) == 0 {
			continue
		}
		s.heads[words[0]] = append(s.heads[words[0]], entry[T]{words: words, value: value})
	}
	return s
}

// The wildcards travel through Split as words that no text has.
const (
	anyWord   = "xxanywordxx"
	anyNumber = "xxanynumberxx"
)

func wildcards(p string) string {
	out := make([]byte, 0, len(p))
	for i := range len(p) {
		alone := (i == 0 || p[i-1] == ' ') && (i+1 == len(p) || p[i+1] == ' ')
		switch {
		case alone && p[i] == '*':
			out = append(out, anyWord...)
		case alone && p[i] == '#':
			out = append(out, anyNumber...)
		default:
			out = append(out, p[i])
		}
	}
	return string(out)
}

func unwild(word string) string {
	switch word {
	case anyWord:
		return "*"
	case anyNumber:
		return "#"
	}
	return word
}

// Scan calls found for each phrase in the text, from left to right. At one place only the longest
// phrase counts, and the search goes on behind it.
func (s *Set[T]) Scan(t Text, found func(Match[T])) {
	for i := 0; i < len(t.Tokens); {
		m, ok := s.At(t, i)
		if !ok {
			i++
			continue
		}
		found(m)
		i = m.Last + 1
	}
}

// At is the longest phrase that begins at token i.
func (s *Set[T]) At(t Text, i int) (Match[T], bool) {
	var best Match[T]
	length := 0
	for _, e := range s.heads[t.Tokens[i].Word] {
		if len(e.words) > length && follows(t, i, e.words) {
			best, length = Match[T]{Value: e.value, First: i, Last: i + len(e.words) - 1}, len(e.words)
		}
	}
	return best, length > 0
}

// follows says whether the words stand at token i within one sentence.
func follows(t Text, i int, words []string) bool {
	if i+len(words) > len(t.Tokens) {
		return false
	}
	for k := 1; k < len(words); k++ {
		token := t.Tokens[i+k]
		if token.Gap == Stop {
			return false
		}
		switch words[k] {
		case "*":
		case "#":
			if token.Word[0] < '0' || token.Word[0] > '9' {
				return false
			}
		default:
			if token.Word != words[k] {
				return false
			}
		}
	}
	return true
}
