package match

import "slices"

// vocabulary finds the words and phrases of filters in a posting. Phrases are found by their first
// two words, however many begin with one word.
type vocabulary struct {
	words map[string]*word
	made  int                 // how many words were ever made
	pairs map[[2]*word][]term // phrases
}

// word is one that filters look for, alone or in a phrase.
type word struct {
	alone []term
	// leads and follows are how many phrases have it first and second.
	leads, follows int
	// tag is one bit; next has the tags of all words that follow it in a phrase, and perhaps more.
	tag, next uint64
}

// term is an atom that looks for words.
type term struct {
	atom  uint32
	texts inText
	words []string
}

func newVocabulary() vocabulary {
	return vocabulary{words: map[string]*word{}, pairs: map[[2]*word][]term{}}
}

func (v *vocabulary) add(t term) {
	first := v.word(t.words[0])
	if len(t.words) == 1 {
		first.alone = append(first.alone, t)
		return
	}
	second := v.word(t.words[1])
	first.leads++
	first.next |= second.tag
	second.follows++
	pair := [2]*word{first, second}
	v.pairs[pair] = append(v.pairs[pair], t)
}

func (v *vocabulary) remove(t term) {
	isIt := func(other term) bool { return other.atom == t.atom }
	first := v.words[t.words[0]]
	if len(t.words) == 1 {
		first.alone = slices.DeleteFunc(first.alone, isIt)
		v.tidy(t.words[0], first)
		return
	}
	second := v.words[t.words[1]]
	if first.leads--; first.leads == 0 {
		first.next = 0
	}
	second.follows--
	pair := [2]*word{first, second}
	if v.pairs[pair] = slices.DeleteFunc(v.pairs[pair], isIt); len(v.pairs[pair]) == 0 {
		delete(v.pairs, pair)
	}
	v.tidy(t.words[0], first)
	v.tidy(t.words[1], second)
}

// word is the word, made where it is not known.
func (v *vocabulary) word(text string) *word {
	w := v.words[text]
	if w == nil {
		w = &word{tag: 1 << (v.made % 64)}
		v.made++
		v.words[text] = w
	}
	return w
}

// tidy forgets a word that nobody looks for.
func (v *vocabulary) tidy(text string, w *word) {
	if len(w.alone)+w.leads+w.follows == 0 {
		delete(v.words, text)
	}
}

// found is a word of a posting as a vocabulary knows it. What phrases need is copied, to be at hand.
type found struct {
	*word
	tag, next uint64
}

// find visits the terms that stand in a posting, some of them more than once. It works in the space
// of known, and returns that.
func (v *vocabulary) find(p *Posting, known []found, visit func(atom uint32)) []found {
	known = known[:0]
	for i, text := range p.words {
		w := v.words[text]
		if w == nil {
			known = append(known, found{})
			continue
		}
		known = append(known, found{w, w.tag, w.next})
		for _, t := range w.alone {
			if t.texts&p.fields[i] != 0 {
				visit(t.atom)
			}
		}
	}
	for number, text := range p.texts {
		for at := 1; at < len(text); at++ {
			first, second := &known[text[at-1]], &known[text[at]]
			if first.next&second.tag == 0 {
				continue
			}
			for _, t := range v.pairs[[2]*word{first.word, second.word}] {
				if t.texts&(inTitle<<number) != 0 && p.continues(text[at+1:], t.words[2:]) {
					visit(t.atom)
				}
			}
		}
	}
	return known
}
