package name

import (
	"slices"
	"strings"
	"sync"

	"jobalertd/alerts/text"
)

// Company is the normalised name of a company: folded, without the form of incorporation at its
// end. "ACME GmbH & Co. KG", "Acme, Inc." and "acme" are all acme.
func Company(s string) string {
	words := text.Words(s)
	for {
		n := legalForm(words)
		if n == 0 || n == len(words) {
			break
		}
		words = words[:len(words)-n]
	}
	if len(words) == 0 {
		return strings.ToLower(strings.TrimSpace(s))
	}
	return strings.Join(words, " ")
}

// legalForms are the forms of incorporation, as text.Words folds them.
var legalForms = sync.OnceValue(func() [][]string {
	forms := []string{
		"inc", "incorporated", "corp", "corporation", "co", "llc", "l l c", "llp", "lp", "pllc", "pbc", // US
		"ltd", "limited", "plc", "cic", "pty", "proprietary", "pte", "pvt", "private", // Commonwealth
		"gmbh", "g m b h", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "haftungsbeschrankt", "se", "ev", "e v", "eg", // Germany, Austria
		"sarl", "s a r l", "sa", "s a", "sas", "s a s", "sasu", "snc", // France, Switzerland
		"bv", "b v", "nv", "n v", "bvba", "srl", "s r l", "spa", "s p a", // Netherlands, Belgium, Italy
		"sl", "s l", "slu", "s l u", "lda", "ltda", "eireli", "s a de c v", "sapi de cv", "sa de cv", // Spain, Portugal, Latin America
		"ab", "as", "a s", "asa", "aps", "oy", "oyj", "ehf", "hf", // Nordic countries
		"sp z o o", "s r o", "kft", "zrt", "nyrt", "d o o", "doo", "ood", "eood", "uab", "ou", // Central Europe, Baltics
		"kk", "k k", "godo kaisha", "kabushiki kaisha", // Japan
	}
	words := make([][]string, len(forms))
	for i, form := range forms {
		words[i] = strings.Fields(form)
	}
	return words
})

// legalForm is how many words at the end are a form of incorporation.
func legalForm(words []string) int {
	longest := 0
	for _, form := range legalForms() {
		at := len(words) - len(form)
		if at >= 0 && len(form) > longest && slices.Equal(words[at:], form) {
			longest = len(form)
		}
	}
	return longest
}
