package layout

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawPage is a page of news as package render makes them, of whatever words.
func drawPage(t *rapid.T) *Page {
	words := rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,90}`), rapid.StringMatching(`[&<>"'+=.;%01mäß€漢\x{00A0}]{0,30}`), rapid.StringOfN(rapid.RuneFrom([]rune("a https://m%01;2&")), 0, 40, -1),
		rapid.SampledFrom([]string{"", "https://m%010;", "https://m0;", "\uFDD0\uFFFF", "{{.Subject}}", "</title><script>"}),
	)
	urls := rapid.OneOf(
		rapid.StringMatching(`https?://[a-z]{1,9}\.example(:[0-9]{1,4})?/[A-Za-z0-9._~/?=&-]{0,90}`), rapid.StringMatching(`https://a\.example/[A-Za-z0-9!#$%()*+,;@\[\]&=]{0,20}`),
		rapid.SampledFrom([]string{"", "https://a.example/%01", "https://m%010;"}),
	)
	word := func(name string) string { return words.Draw(t, name) }
	p := &Page{
		Kind: "digest", Lang: rapid.SampledFrom([]string{"en", "fr"}).Draw(t, "lang"), Product: word("product"), Home: "https://jobs.example.com/?a=1&b=2", Colon: ":",
		Subject: word("subject"), Preheader: word("preheader"), Heading: word("heading"), More: word("more"), MoreURL: urls.Draw(t, "more url"), Reason: word("reason"),
		Intro: rapid.SliceOfN(words, 0, 3).Draw(t, "intro"), Address: rapid.SliceOfN(words, 0, 2).Draw(t, "address"), JobsTitle: word("jobs"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "links") {
		p.Foot = append(p.Foot, Link{Text: word("link"), URL: urls.Draw(t, "url")})
	}
	return p
}

// bodies is what fragments say in a mail.
type bodies struct {
	text, html string
	size       int
}

func joined(fragments []Fragment) (all bodies) {
	for _, f := range fragments {
		all.text, all.html, all.size = all.text+string(f.Text.Bytes()), all.html+string(f.HTML.Bytes()), all.size+f.Size
	}
	return all
}

func TestAStencilMakesTheBytesOfItsTemplate(t *testing.T) {
	cut, err := newBase()
	if err != nil {
		t.Fatal(err)
	}
	written, err := newBase()
	if err != nil {
		t.Fatal(err)
	}
	written.stencils = nil
	both := func(t *rapid.T, e *Edition, p *Page) []bodies {
		top, foot, err := e.Frame(new(Scratch), p)
		if err != nil {
			t.Fatal(err)
		}
		return []bodies{joined(top), joined(foot)}
	}
	cuts := 0
	rapid.Check(t, func(t *rapid.T) {
		first := drawPage(t)
		second := *first // the same form: the stencil is used again
		second.Subject, second.Heading, second.Preheader = second.Subject+"&ä", second.Heading+"+", second.Preheader+"'"
		for _, p := range []*Page{first, &second} {
			if _, ok := cut.outline(new(Scratch), p); ok {
				cuts++
			}
			if diff := cmp.Diff(both(t, written, p), both(t, cut, p), cmp.AllowUnexported(bodies{})); diff != "" {
				t.Fatalf("(-template +stencil)\n%s", diff)
			}
		}
	})
	if cuts == 0 {
		t.Error("no page had a stencil")
	}
}

func TestReadersShareAStencil(t *testing.T) {
	e, err := newBase()
	if err != nil {
		t.Fatal(err)
	}
	page := func(name, token string) *Page {
		return &Page{Kind: "digest", Subject: "3 jobs for " + name, Heading: name, Intro: []string{name}, Foot: []Link{{"Leave", "https://a.example/" + token}}}
	}
	one, ok := e.outline(new(Scratch), page("Jane", "x"))
	other, too := e.outline(new(Scratch), page("Joe", "y"))
	if !ok || !too || one != other {
		t.Errorf("%x, %v\n%x, %v", one, ok, other, too)
	}
	if third, _ := e.outline(new(Scratch), &Page{Kind: "digest", Subject: "no heading"}); third == one {
		t.Error("a page of another form has the same stencil")
	}
}
