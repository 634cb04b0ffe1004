package bounce

import (
	_ "embed"
	"strings"
)

// phrases is what mail systems say. Its own head explains its form.
//
//go:embed phrases.txt
var phrases string

// entry is a line of the table that fits.
type entry struct {
	section []string // its heading: kind, then what the kind calls for
	phrase  string
}

// table finds the first line of the sections of a kind that fits a text. The text is in lower case with
// single spaces (spaced). A line that begins with =5.4.1 fits only replies with that code.
func table(kind, status, text string) *entry {
	var section []string
	for line := range strings.Lines(phrases) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Fields(strings.Trim(line, "[]"))
		case section[0] == kind && fits(line, status, text):
			return &entry{section, line}
		}
	}
	return nil
}

func fits(phrase, status, text string) bool {
	if code, found := strings.CutPrefix(phrase, "="); found {
		code, phrase, _ = strings.Cut(code, " ")
		if status != code {
			return false
		}
	}
	if start, found := strings.CutPrefix(phrase, "^"); found {
		return strings.HasPrefix(text, start)
	}
	for piece := range strings.SplitSeq(phrase, " * ") {
		_, after, found := strings.Cut(text, piece)
		if !found {
			return false
		}
		text = after[:min(len(after), maxGap)]
	}
	return true
}

// maxGap is how much text a star may stand for, in bytes.
const maxGap = 60

// spaced is a text in lower case with single spaces.
func spaced(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}

// plain is a text as the table wants it: without what a host may be called and a person may have
// chosen, which can hold any word: addresses, links, host names, codes and the marks around them.
func plain(text string) string {
	var words []string
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		bare := strings.Trim(word, `<>()[]"',;:`)
		if strings.Contains(bare, "@") || strings.Contains(bare, "://") || isHost(bare) || isReplyCode(bare) {
			if !strings.HasSuffix(word, ":") || len(words) == 0 {
				continue
			}
			word = ":"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// isHost reports whether a word looks like a.host.name or a.host.name[192.0.2.1].
func isHost(word string) bool {
	name, _, bracket := strings.Cut(word, "[")
	return strings.Count(name, ".") >= 2 && !strings.Contains(name, "..") || bracket && strings.Contains(name, ".")
}

// isReplyCode reports whether a word is 550, 5.1.1, #5.1.1 or 550-5.1.1, which stand in the midst
// of sentences where a reply had several lines.
func isReplyCode(word string) bool {
	code, rest, found := strings.Cut(word, "-")
	if len(code) == 3 && (code[0] == '4' || code[0] == '5') && strings.Trim(code, "0123456789") == "" {
		return !found || rest == "" || isStatus(rest)
	}
	return isStatus(strings.TrimPrefix(word, "#"))
}
