package render

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
)

// hostile are strings that have broken mails, headers or pages before.
func hostile() []string {
	return []string{
		"a\r\nBcc: victim@example.com", "a\nBcc: victim@example.com", "a\rBcc: victim@example.com",
		"a\r\n\r\n<html>body", "a%0d%0aBcc: x@example.com", "\x00\x01\x1b[31m", "a\u0085b\u2028c\u2029d", "\n.\r\nQUIT\r\n",
		"=?utf-8?b?QmNjOiB4QGV4YW1wbGUuY29tDQo=?=", "=?utf-8?q?=0D=0ABcc:_x?=", "--=_gsrwivzwiz3hs2vlpyod--",
		"<script>alert(1)</script>", "</title><script>alert(1)</script>", "</td></tr></table><img src=x onerror=alert(1)>",
		`" onmouseover="alert(1)`, `' onmouseover='alert(1)`, "<!-- ", "-->", "]]>", "<![CDATA[", "<style>*{display:none}</style>",
		"{{.Links.Manage}}", "{{template \"foot\" .}}", "${7*7}", "&lt;b&gt;&#60;script&#62;", "&amp", "<a href='https://evil.example'>x</a>",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
		"//evil.example", "/relative", "https:evil.example", "https://", "https://user:pw@evil.example/", "https://exa mple.com/", "http://[::1", "https://evil.example/\" onclick=\"x",
		"https://evil.example/?q=<script>alert(1)</script>&x='\"", "https://evil.example/?a=b>, <mailto:x@y.example", "mailto:x@example.com", "https://\u0456vil.example/\u202e",
		"\u202eevil\u202c", "\u2066a\u2069", "a\u200bb\u00adc\ufeff", "\xff\xfe\xc0\xaf", "\xed\xa0\x80", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "می\u200cخواهم",
		"ﷺﷺﷺ", strings.Repeat("W", 5000), strings.Repeat("wide ", 2000), strings.Repeat("\"", 3000), strings.Repeat("😀", 700), "", " \t\r\n ", "-- ", "\r\n-- \r\n", "From here", ".", "..",
	}
}

// everywhere puts s into every field that a stranger may fill.
func everywhere(m Mail, s string) Mail {
	m.SourceSite = s
	m.Locale = s
	m.Alerts = []Alert{{Name: s, Filter: []string{s, s}, Cadence: s}}
	m.Jobs = []Job{
		{Title: s, Company: s, URL: s, Place: s, Pay: s, Facts: []string{s, s}, Why: s, AlsoAt: []string{s, s}, Credit: s},
		{Title: s, URL: "https://jobs.example.com/" + s},
		{Title: "x", URL: "https://jobs.example.com/?q=" + s + "#" + s},
	}
	return m
}

func TestHostileWordsStayWords(t *testing.T) {
	r := renderer(t, config(t))
	own := allowed(t, r)
	for _, kind := range mailer.Kinds() {
		headers := headerNames(rendered(t, r, sample(t, kind)))
		for _, s := range hostile() {
			if err := harmless(rendered(t, r, everywhere(sample(t, kind), s)), own, headers); err != nil {
				t.Errorf("%s with %.60q: %v", kind, s, err)
			}
		}
	}
}

// corpora are the strings of public lists of payloads; the test is skipped where they are not there.
func corpora(t *testing.T) []string {
	t.Helper()
	dir := "../../../shared/data/corpora"
	naughty, err := os.ReadFile(filepath.Join(dir, "blns/blns.json"))
	if err != nil {
		t.Skipf("no corpora beside the repository: %v", err)
	}
	var words []string
	if err := json.Unmarshal(naughty, &words); err != nil {
		t.Fatal(err)
	}
	payloads, err := os.ReadFile(filepath.Join(dir, "xss-payload-list/Intruder/xss-payload-list.txt"))
	if err != nil {
		t.Fatal(err)
	}
	words = append(words, strings.Split(string(payloads), "\n")...)
	fixtures, err := os.ReadFile(filepath.Join(dir, "dompurify/test/fixtures/expect.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\s*"?payload"?: ("(?:[^"\\]|\\.)*")`).FindAllSubmatch(fixtures, -1) {
		var word string
		if json.Unmarshal(m[1], &word) == nil {
			words = append(words, word)
		}
	}
	if len(words) < 7_200 {
		t.Fatalf("only %d strings were read", len(words))
	}
	return words
}

// Every string goes through every field of a posting: forty jobs take 440 of them at a time, and the
// next round begins one field further on.
func TestHostileWordsOfPublicListsStayWordsInPostings(t *testing.T) {
	words := corpora(t)
	r := renderer(t, config(t))
	own := allowed(t, r)
	const jobs, fields = 40, 11
	for _, l := range locale.All() {
		m := sample(t, mailer.KindDigest)
		m.Locale = l.String()
		headers := headerNames(rendered(t, r, m))
		for offset := int(l); offset < fields; offset += len(locale.All()) {
			for i := 0; i < len(words); i += jobs * fields {
				next := i + offset
				take := func() string { next++; return words[next%len(words)] }
				m.Jobs = nil
				for range jobs {
					m.Jobs = append(m.Jobs, Job{
						Title: take(), Company: take(), URL: take(), Place: take(), Pay: take(), Facts: []string{take(), take()},
						Why: take(), AlsoAt: []string{take(), take()}, Credit: take(),
					})
				}
				if err := harmless(rendered(t, r, m), own, headers); err != nil {
					t.Errorf("strings from %d, offset %d in %s: %v", i, offset, l, err)
				}
			}
		}
	}
}

// Every string goes through every field that a subscriber fills.
func TestHostileWordsOfPublicListsStayWordsInSubscriptions(t *testing.T) {
	words := corpora(t)
	r := renderer(t, config(t))
	own := allowed(t, r)
	kinds := mailer.Kinds()
	headers := map[mailer.Kind][]string{}
	for _, kind := range kinds {
		headers[kind] = headerNames(rendered(t, r, sample(t, kind)))
	}
	for i := 0; i < len(words); i += 3 {
		word := func(n int) string { return words[(i+n)%len(words)] }
		m := sample(t, kinds[i/3%len(kinds)])
		m.SourceSite, m.Locale = word(0), word(1)
		m.Alerts = []Alert{{Name: word(0), Cadence: word(1), Filter: []string{word(2)}}}
		if !m.Letter.Kind.Bulk() {
			m.Alerts = append(m.Alerts, Alert{Name: word(1), Cadence: word(2), Filter: []string{word(0)}}, Alert{Name: word(2), Cadence: word(0), Filter: []string{word(1)}})
		}
		m.Jobs = m.Jobs[:min(1, len(m.Jobs))]
		if err := harmless(rendered(t, r, m), own, headers[m.Letter.Kind]); err != nil {
			t.Errorf("strings from %d in a %s letter: %v", i, m.Letter.Kind, err)
		}
	}
}

func FuzzRender(f *testing.F) {
	r := renderer(f, config(f))
	own := allowed(f, r)
	headers := map[mailer.Kind][]string{}
	for _, kind := range mailer.Kinds() {
		headers[kind] = headerNames(rendered(f, r, sample(f, kind)))
	}
	for i, s := range hostile() {
		f.Add(uint8(i), s, hostile()[(i+7)%len(hostile())])
	}
	f.Fuzz(func(t *testing.T, which uint8, s, other string) {
		kind := mailer.Kinds()[int(which)%len(mailer.Kinds())]
		m := everywhere(sample(t, kind), s)
		m.Alerts[0].Name, m.Jobs[0].Company, m.Jobs[1].URL = other, other, other
		if err := harmless(rendered(t, r, m), own, headers[kind]); err != nil {
			t.Error(err)
		}
	})
}
