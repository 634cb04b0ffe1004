package render

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestShortWaysOfCleaningLeaveOnlyWhatIsClean(t *testing.T) {
	cfg := config(t)
	for _, base := range []string{"https://jobs.example.com", "https://jobs.example.com/alerts/", "HTTP://Jöbs.example:8080/ä"} {
		cfg.BaseURL = base
		r := renderer(t, cfg)
		rapid.Check(t, func(t *rapid.T) {
			link := rapid.SampledFrom([]string{r.base, r.base + "/", base, "https://jobs.example.com.evil/"}).Draw(t, "base") +
				rapid.StringMatching(`[a-zA-Z0-9._~/?=&-]{0,60}[%@:#'\\ ä]?[a-z]{0,3}`).Draw(t, "path")
			if clean, err := webURL(link); r.ours(link) && (err != nil || clean != link) {
				t.Errorf("%q would be %q, %v", link, clean, err)
			}
		})
		if link := r.base + "/unsubscribe/aZ_-0?after=1&upto=2"; !r.ours(link) {
			t.Errorf("%q is taken for foreign", link)
		}
	}
}

func TestWhatIsPlainStaysAndNothingElseIsTakenForPlain(t *testing.T) {
	odd := append(hostile(), "", " ", "a", " a", "a ", "a  b", "a\u00A0b", "a \u00A0b", "\u00A0a", "a\u00A0", "a\nb", "ä€漢", "a\u200Db", "a\u202Eb", "\uFFFD", "\xff")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.SampledFrom(odd), rapid.String(), rapid.StringMatching(`[a-zä \x{00A0}]{0,9}`)).Draw(t, "text")
		if once := plain(s, 1<<20); isPlain(s) && (once != s || plain("\x00"+s, 1<<20) != s) {
			t.Errorf("%.99q became %.99q", s, once)
		} else if !isPlain(once) && !strings.Contains(once, "\uFFFD") {
			t.Errorf("%.99q became %.99q, which is not plain", s, once)
		}
	})
}

func TestAMailtoThatIsOnlyLookedAtIsLeftAloneByParsingIt(t *testing.T) {
	easy := 0
	rapid.Check(t, func(t *rapid.T) {
		link := "mailto:" + rapid.OneOf(rapid.StringMatching(`[a-z0-9A-Z/?&=._~@+%-]{0,40}`), rapid.StringMatching(`[ -~ü]{0,20}`)).Draw(t, "link")
		if !isPlainMailto(link) {
			return
		}
		easy++
		if u, err := url.Parse(link); err != nil || u.Opaque == "" || escapeURL(u.String()) != link {
			t.Fatalf("%q is not left alone: %v, %v", link, u, err)
		}
	})
	if easy == 0 {
		t.Error("no link was easy")
	}
}
