package bounce

import (
	_ "embed"
	"strings"
	"sync"
)

// phrases is what mail systems say. Its own head explains its form.
//
//go:embed phrases.txt
var phrases string

// entry is a phrase of the table and what it means.
type entry struct {
	phrase string
	status string // fits only this code; "" for any
	start  bool   // fits only at the beginning
	name   string // what its section is named: a reason, a stage
	proof  string // what a verdict needs beside it: soft, sure, hard or rcpt
}

// sections is the table by kind, each in the order of the file.
var sections = sync.OnceValue(func() map[string][]entry {
	all := map[string][]entry{}
	var heading []string
	for line := range strings.Lines(phrases) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			heading = append(strings.Fields(strings.Trim(line, "[]")), "", "")
			continue
		}
		e := entry{phrase: line, name: heading[1], proof: heading[2]}
		if rest, found := strings.CutPrefix(line, "="); found {
			e.status, e.phrase, _ = strings.Cut(rest, " ")
		}
		e.phrase, e.start = strings.CutPrefix(e.phrase, "^")
		all[heading[0]] = append(all[heading[0]], e)
	}
	return all
})

// table finds the first entry of a kind that fits a text in lower case with single spaces.
func table(kind, status, text string) (entry, bool) {
	for _, e := range sections()[kind] {
		if e.fits(status, text) {
			return e, true
		}
	}
	return entry{}, false
}

func (e entry) fits(status, text string) bool {
	if e.status != "" && e.status != status {
		return false
	}
	if e.start {
		return strings.HasPrefix(text, e.phrase)
	}
	for piece := range strings.SplitSeq(e.phrase, " * ") {
		end := wordsEnd(text, piece)
		if end < 0 {
			return false
		}
		text = text[end:min(len(text), end+maxGap)]
	}
	return true
}

// says reports whether any entry of a kind fits.
func says(kind, text string) bool {
	_, found := table(kind, "", text)
	return found
}

// wordsEnd is where the words of a piece end in a text, -1 where they do not stand in it as words.
func wordsEnd(text, piece string) int {
	piece, stem := strings.CutSuffix(piece, "-")
	for from := 0; ; {
		at := strings.Index(text[from:], piece)
		if at < 0 {
			return -1
		}
		start, end := from+at, from+at+len(piece)
		if !(wordByte(text, start-1) && wordByte(text, start)) && (stem || !(wordByte(text, end-1) && wordByte(text, end))) {
			return end
		}
		from = start + 1
	}
}

// wordByte reports whether the byte at i belongs to a word. Beyond ASCII there may be no spaces
// between words.
func wordByte(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9')
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
