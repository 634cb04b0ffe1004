package atom

import "slices"

// vocabulary finds the words and phrases of filters in a posting. Phrases are found by their first
// two words, however many begin with one word.
type vocabulary struct {
	words map[spelling]word
	pairs map[[2]uint32][]term // phrases, by the numbers of words
	made  uint32               // how many words were ever made
}

// word is one that filters look for, alone or in a phrase.
type word struct {
	number uint32
	// alone has the atoms that look for it alone, by kind from saysAny; 0 where there is none.
	alone [SaysInDescription - SaysAny + 1]uint32
	fussy bool // some of them look for it in one text only
	// leads and follows are how many phrases have it first and second.
	leads, follows uint32
	// next has the tags of all words that follow it in a phrase, and perhaps more.
	next uint64
}

// tag is one bit that stands for the word.
func (w *word) tag() uint64 { return 1 << (w.number % 64) }

// isNeeded reports whether somebody looks for it.
func (w *word) isNeeded() bool {
	return w.leads+w.follows > 0 || slices.ContainsFunc(w.alone[:], func(atom uint32) bool { return atom != 0 })
}

// term is an atom that looks for words.
type term struct {
	atom  uint32
	kind  Kind
	words []spelling
}

func newVocabulary() vocabulary {
	return vocabulary{words: map[spelling]word{}, pairs: map[[2]uint32][]term{}}
}

func (v *vocabulary) add(t term) {
	first := v.word(t.words[0])
	if len(t.words) == 1 {
		first.alone[t.kind-SaysAny] = t.atom
		first.fussy = first.fussy || t.kind != SaysAny
		v.words[t.words[0]] = first
		return
	}
	first.leads++
	v.words[t.words[0]] = first
	second := v.word(t.words[1])
	second.follows++
	v.words[t.words[1]] = second
	first = v.words[t.words[0]] // perhaps the same
	first.next |= second.tag()
	v.words[t.words[0]] = first
	pair := [2]uint32{first.number, second.number}
	v.pairs[pair] = append(v.pairs[pair], t)
}

func (v *vocabulary) remove(t term) {
	first := v.words[t.words[0]]
	if len(t.words) == 1 {
		first.alone[t.kind-SaysAny] = 0
		v.put(t.words[0], first)
		return
	}
	pair := [2]uint32{first.number, v.words[t.words[1]].number}
	v.pairs[pair] = slices.DeleteFunc(v.pairs[pair], func(other term) bool { return other.atom == t.atom })
	if len(v.pairs[pair]) == 0 {
		delete(v.pairs, pair)
	}
	if first.leads--; first.leads == 0 {
		first.next = 0
	}
	v.put(t.words[0], first)
	second := v.words[t.words[1]]
	second.follows--
	v.put(t.words[1], second)
}

// word is the word, made where it is not known.
func (v *vocabulary) word(text spelling) word {
	w, known := v.words[text]
	if !known {
		w.number = v.made
		v.made++
	}
	return w
}

// put keeps a word or, where nobody looks for it, forgets it.
func (v *vocabulary) put(text spelling, w word) {
	if w.isNeeded() {
		v.words[text] = w
	} else {
		delete(v.words, text)
	}
}

// found is a word of a posting as phrases need it.
type found struct {
	number    uint32
	tag, next uint64
}

// find visits the terms that stand in a posting, some of them more than once. It works in the space
// of known, and returns that.
func (v *vocabulary) find(p *Posting, known []found, visit func(atom uint32)) []found {
	known = known[:0]
	texts := [...]inText{inTitle, inCompany, inDescription} // of the kinds behind SaysAny
	for i, text := range p.words {
		w, ok := v.words[text]
		if !ok {
			known = append(known, found{})
			continue
		}
		known = append(known, found{w.number, w.tag(), w.next})
		if atom := w.alone[0]; atom != 0 { // wherever the word stands
			visit(atom)
		}
		if !w.fussy {
			continue
		}
		for k, atom := range w.alone[1:] {
			if atom != 0 && texts[k]&p.fields[i] != 0 {
				visit(atom)
			}
		}
	}
	for number, text := range p.texts {
		for at := 1; at < len(text); at++ {
			first, second := &known[text[at-1]], &known[text[at]]
			if first.next&second.tag == 0 {
				continue
			}
			for _, t := range v.pairs[[2]uint32{first.number, second.number}] {
				if t.kind.texts()&(inTitle<<number) != 0 && p.continues(text[at+1:], t.words[2:]) {
					visit(t.atom)
				}
			}
		}
	}
	return known
}
