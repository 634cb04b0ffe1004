package name

import (
	"regexp"
	"slices"
	"strings"

	"jobalertd/alerts/text"
)

// joints separate the parts of a title: brackets, bars, commas, and dashes or slashes between spaces.
var joints = regexp.MustCompile(`[][(){}|,;·•@]|\s[-–—/:]+\s`)

// genders matches the letters that say a job is for everybody.
var genders = regexp.MustCompile(`(?i)\b([mwfdhxi]\s?[/|*]\s?){1,3}(div|[mwfdhxi])\b\.?`)

// number matches a requisition number that says so itself, such as R12345 and Req #1234.
var number = regexp.MustCompile(`(?i)\b(jr|req|ref|r)[-#:. ]*\d{4,}\b`)

// Title is the normalised title of a job: folded, without what does not belong to the job itself:
// (m/w/d), [remote], requisition numbers, and the places of the posting where they stand as a part
// of their own behind the title. Of "Senior Go Engineer (m/w/d) - Berlin" remains senior go engineer.
// A title that holds nothing else stays whole.
func Title(title string, places ...string) string {
	var known []string
	for _, place := range places {
		known = append(known, text.Words(place)...)
	}
	var kept []string
	for _, part := range joints.Split(number.ReplaceAllString(genders.ReplaceAllString(title, " "), " "), -1) {
		words := text.Words(part)
		if !slices.ContainsFunc(words, func(w string) bool { return !isNoise(w) && !slices.Contains(known, w) }) {
			continue
		}
		kept = append(kept, words...)
	}
	if len(kept) == 0 {
		return text.Key(title)
	}
	return strings.Join(kept, " ")
}

// isNoise reports whether a word says nothing of the job when it stands alone or among its like.
func isNoise(word string) bool {
	switch word {
	case "remote", "hybrid", "onsite", "office", "fully", "full", "li", "wfh", "home", "telecommute", "anywhere",
		"worldwide", "global", "emea", "apac", "latam", "eu", "europe", "us", "usa", "uk",
		"on", "site", "in", "from", "within", "or", "and", "the", "based", "only", "first", "friendly",
		"all", "gender", "genders", "gn", "m", "w", "f", "d", "x", "h", "div", "mwd", "mfd",
		"req", "ref", "requisition", "job", "id", "no":
		return true
	}
	return len(word) >= 3 && strings.Trim(word, "0123456789") == ""
}
