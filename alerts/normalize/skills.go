package normalize

import (
	"slices"
	"strings"

	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/skill"
)

// spelled is one spelling of a skill.
type spelled struct {
	name      string
	ambiguous bool
}

func skillSet(vocabulary *skill.Vocabulary) *phrase.Set[spelled] {
	s := phrase.NewSet[spelled]()
	for term := range vocabulary.Terms() {
		for _, spelling := range term.Spellings {
			s.Add(spelled{term.Name, spelling.Ambiguous}, spelling.Text)
		}
	}
	return s
}

// skillsIn finds the skills that a text names, sorted. A spelling that is an ordinary word as well
// counts only where it stands among skills or is spoken of as one.
func (n *Normalizer) skillsIn(texts ...phrase.Text) []string {
	found := map[string]bool{}
	for _, text := range texts {
		var hits []phrase.Match[spelled]
		n.skills.Scan(text, func(m phrase.Match[spelled]) { hits = append(hits, m) })
		sure := make([]bool, len(hits))
		for i, hit := range hits {
			sure[i] = !hit.Value.ambiguous
		}
		for i, hit := range hits {
			if sure[i] || n.meant(text, hits, i) {
				found[hit.Value.name] = true
			}
		}
	}
	out := make([]string, 0, len(found))
	for name := range found {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// meant says whether an ambiguous word is the skill: "Go, Python", "in Go", "Go developer", and not
// "go to market".
func (n *Normalizer) meant(text phrase.Text, hits []phrase.Match[spelled], i int) bool {
	hit := hits[i]
	written := text.Original(hit.First, hit.Last)
	listed := neighbour(text, hits, i)
	after := text.Word(hit.Last + 1)
	if len(written) == 1 && initial(text, hit) {
		return false
	}
	if phrase.LowerCase(written) {
		// In a chain of names, as "python/go/react", small letters are a habit; elsewhere they make
		// an ordinary word.
		return listed && tight(text, hit) && !n.notSkill[after]
	}
	// At the head of a sentence any word has a capital.
	opens := text.Tokens[hit.First].Gap == phrase.Stop
	switch {
	case n.notSkill[after] && !listedBehind(text, hits, i):
		return false
	case listed:
		return true
	case n.trade[after] && !(opens && after == "with"):
		return true
	case opens && hit.Last+1 < len(text.Tokens) && text.Tokens[hit.Last+1].Gap != phrase.Stop:
		return false
	}
	return n.handled[text.Word(hit.First-1)] && n.amongSkills(text, hits, i)
}

// initial says whether one letter is a part of something written with signs: R&D, C-level, M.D.
func initial(text phrase.Text, hit phrase.Match[spelled]) bool {
	bound := func(i int, sign byte) bool {
		return i >= 0 && i < len(text.Tokens) && text.Tokens[i].Gap == phrase.Join && strings.IndexByte("&-.'", sign) >= 0
	}
	token := text.Tokens[hit.First]
	before := token.Start > 0 && bound(hit.First, text.Source[token.Start-1])
	return before || token.End < len(text.Source) && bound(hit.Last+1, text.Source[token.End])
}

// neighbour says whether the entry before or after in the same list is a skill: only commas,
// slashes, brackets, "and" and "or" stand between.
func neighbour(text phrase.Text, hits []phrase.Match[spelled], i int) bool {
	return listedBehind(text, hits, i) || i > 0 && usable(text, hits, i-1) && onlyList(text, hits[i-1].Last, hits[i].First)
}

func listedBehind(text phrase.Text, hits []phrase.Match[spelled], i int) bool {
	return i+1 < len(hits) && usable(text, hits, i+1) && onlyList(text, hits[i].Last, hits[i+1].First)
}

// usable says whether a hit can vouch for its neighbour: any sure one, and a doubtful one that is
// written with a capital and is more than a letter, for "R&D" is neither R nor D.
func usable(text phrase.Text, hits []phrase.Match[spelled], i int) bool {
	written := text.Original(hits[i].First, hits[i].Last)
	return !hits[i].Value.ambiguous || len(written) > 1 && !phrase.LowerCase(written)
}

// onlyList says whether what stands between two tokens are the joints of a list.
func onlyList(text phrase.Text, last, first int) bool {
	for i := last + 1; i <= first; i++ {
		if text.Tokens[i].Gap == phrase.Stop {
			return strings.TrimSpace(text.Source[text.Tokens[i-1].End:text.Tokens[i].Start]) != "." && first-last == 1 && bullet(text, i)
		}
		if i == first {
			break
		}
		switch text.Tokens[i].Word {
		case "and", "or", "und", "oder", "et", "y", "e", "etc", "like", "using", "eg", "preferably":
		default:
			return false
		}
	}
	return first-last > 1 || text.Tokens[first].Gap >= phrase.Join
}

// bullet says whether token i is alone on its line or between bars.
func bullet(text phrase.Text, i int) bool {
	return i+1 == len(text.Tokens) || text.Tokens[i+1].Gap == phrase.Stop
}

// tight says whether signs, not spaces, bind the word into its list.
func tight(text phrase.Text, hit phrase.Match[spelled]) bool {
	before := hit.First > 0 && (text.Tokens[hit.First].Gap == phrase.Join || text.Tokens[hit.First].Gap == phrase.Comma)
	after := hit.Last+1 < len(text.Tokens) && (text.Tokens[hit.Last+1].Gap == phrase.Join || text.Tokens[hit.Last+1].Gap == phrase.Comma)
	return before && after || before && text.Word(hit.Last+1) == ""
}

// amongSkills says whether the sentence holds a sure skill or speaks of skill as such.
func (n *Normalizer) amongSkills(text phrase.Text, hits []phrase.Match[spelled], i int) bool {
	from, to := text.Sentence(hits[i].First)
	for k, other := range hits {
		if k != i && !other.Value.ambiguous && other.First >= from && other.Last < to {
			return true
		}
	}
	for k := from; k < to; k++ {
		if n.craft[text.Tokens[k].Word] {
			return true
		}
	}
	return false
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// tradeWords follow the name of a skill: "Go services", "Spring applications".
func tradeWords() map[string]bool {
	return wordSet(`developer developers engineer engineers engineering programmer programming language languages backend back-end service services
		microservice microservices api apis code codebase framework frameworks stack application applications app apps development
		experience expertise skills sdk runtime ecosystem entwickler programmierung lang modules compiler boot mvc cloud security data clusters cluster
		library libraries endpoints knowledge proficiency interfaces scripts scripting binaries routines`)
}

// handledWords stand before the name of a skill: "in Go", "with Spark".
func handledWords() map[string]bool {
	return wordSet(`in with using of via on like use uses used knowledge know write writing written writes proficient proficiency learn our modern language
		including and or mit is experience idiomatic strong through into production from`)
}

// craftWords make a sentence one about skill.
func craftWords() map[string]bool {
	return wordSet(`experience experienced proficiency proficient knowledge programming language languages stack written coding code framework fluent expertise
		expert familiarity familiar skills develop developing build building built backend tech technologies hands-on kenntnisse erfahrung services apis
		codebase engineers engineer pipelines`)
}

// notSkillWords follow a word where it is not the skill: "Go to market", "Spark joy", "React to".
func notSkillWords() map[string]bool {
	return wordSet(`to live beyond above ahead further home for deep out into where back forward through fast way through-put down up off joy about
		us we you your our the their season of`)
}
