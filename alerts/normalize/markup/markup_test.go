package markup

import (
	"strings"
	"testing"
	"unicode/utf8"

	"jobalertd/alerts"
)

func TestPlainReadsMarkupAsAPersonWould(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"paragraphs stand apart", "<p>One</p><p>Two</p>", "One\n\nTwo"},
		{"lists have marks, even with paragraphs inside", "<ul><li><p>Go</p></li><li>SQL</li></ul><p>End</p>", "- Go\n- SQL\n\nEnd"},
		{"breaks end lines", "a<br>b<br/><br/>c", "a\nb\nc"},
		{"words in marks stay whole", "<b>Back</b>end <i>dev</i>", "Backend dev"},
		{"entities are opened once", "R&amp;D &lt;3 &nbsp; x", "R&D <3 x"},
		{"scripts, styles and forms are not read", "<style>p{}</style><script>alert('x')</script><select><option>US</option></select>ok<noscript>no</noscript>", "ok"},
		{"cells stand apart", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"unclosed and crossed tags", "<p>a<b>b</p>c</b><", "ab\n\nc<"},
		{"text without markup", "5 > 3 and\tso on", "5 > 3 and so on"},
		{"comments are no text", "a<!-- b -->c", "ac"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Plain(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTidyEvensTextOut(t *testing.T) {
	tests := []struct{ in, want string }{
		{" a \u00a0\t b\r\n\r\n\n\nc ", "a b\n\nc"},
		{"soft\u00adware\u200b\ufeff", "software"},
		{"bad\x00\x07\xffbytes", "badbytes"},
		{"right\u202eleft", "rightleft"},
	}
	for _, test := range tests {
		if got := Tidy(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestTextAndMarkupAreBounded(t *testing.T) {
	for name, in := range map[string]string{"words": strings.Repeat("wörd ", 1<<20), "deep markup": strings.Repeat("<div><ul><li>ä", 1<<18)} {
		if got := Plain(in); len(got) > alerts.MaxDescription || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, valid %v", name, len(got), utf8.ValidString(got))
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"<p>a</p>", "<li>x<ul><li>", "&#x0;&amp;lt;", "<script>", "<svg><p>", "\xff<b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		got := Plain(markup)
		if !utf8.ValidString(got) || len(got) > alerts.MaxDescription {
			t.Errorf("%q became %q", markup, got)
		}
		if again := Tidy(got); again != got {
			t.Errorf("tidying twice changes %q to %q", got, again)
		}
	})
}
