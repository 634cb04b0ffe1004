package render

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jobalertd/mailer"
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

func TestHostileWordsOfPublicListsStayWords(t *testing.T) {
	corpora := "../../../shared/data/corpora"
	naughty, err := os.ReadFile(filepath.Join(corpora, "blns/blns.json"))
	if err != nil {
		t.Skipf("no corpora beside the repository: %v", err)
	}
	var words []string
	if err := json.Unmarshal(naughty, &words); err != nil {
		t.Fatal(err)
	}
	payloads, err := os.ReadFile(filepath.Join(corpora, "xss-payload-list/Intruder/xss-payload-list.txt"))
	if err != nil {
		t.Fatal(err)
	}
	words = append(words, strings.Split(string(payloads), "\n")...)
	r := renderer(t, config(t))
	own, headers := allowed(t, r), headerNames(rendered(t, r, sample(t, mailer.KindDigest)))
	m := sample(t, mailer.KindDigest)
	for i, s := range words {
		if i%40 == 0 {
			m.Jobs, m.Alerts[0].Name = nil, s
		}
		m.Jobs = append(m.Jobs, Job{Title: s, URL: s}) // the two contexts there are: text and attribute
		if len(m.Jobs) < 40 && i < len(words)-1 {
			continue
		}
		if err := harmless(rendered(t, r, m), own, headers); err != nil {
			t.Errorf("strings %d to %d: %v", i-len(m.Jobs)+1, i, err)
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
