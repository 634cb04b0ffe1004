package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"golang.org/x/net/html"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/mailertest/needs"
)

// each visits a sample of every kind in every locale, and the mail to an address that is taken.
func each(t *testing.T, visit func(t *testing.T, r *Renderer, m Mail)) {
	t.Helper()
	r := renderer(t, config(t))
	samples := []Mail{sample(t, mailer.KindMove)}
	samples[0].Taken, samples[0].Links = true, Links{Manage: "https://jobs.example.com/manage/bT9xk2"}
	for _, kind := range mailer.Kinds() {
		samples = append(samples, sample(t, kind))
	}
	for _, m := range samples {
		for _, l := range locale.All() {
			t.Run(fmt.Sprintf("%s in %s", textsOf(&m), l), func(t *testing.T) {
				m := m
				m.Locale = l.String()
				visit(t, r, m)
			})
		}
	}
}

func TestTwoParsersReadTheSameMail(t *testing.T) {
	each(t, func(t *testing.T, r *Renderer, m Mail) {
		msg, err := r.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(msg.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		entity, err := gomessage.Read(bytes.NewReader(msg.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		for fields := entity.Header.Fields(); fields.Next(); {
			if n := len(entity.Header.Values(fields.Key())); n != 1 {
				t.Errorf("%d headers %s", n, fields.Key())
			}
		}
		if subject, err := entity.Header.Text("Subject"); err != nil || subject != p.subject {
			t.Errorf("the subject reads as %q, %v, and as %q", subject, err, p.subject)
		}
		parts := entity.MultipartReader()
		for _, want := range []string{p.text, p.html} {
			part, err := parts.NextPart()
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(part.Body); err != nil || string(body) != want {
				t.Errorf("a body reads differently: %v\n%s", err, body)
			}
		}
		if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
			t.Errorf("after two parts: %v", err)
		}
	})
}

func TestTheTextReadsWell(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\w*\}|#|\b(?:foot|job|alerts|news)\.[a-z]+\b`)
	each(t, func(t *testing.T, r *Renderer, m Mail) {
		p := rendered(t, r, m)
		for line := range strings.Lines(p.text) {
			line = strings.TrimRight(line, "\r\n")
			link := strings.Contains(line, "://")
			if link && len(strings.Fields(line)) > 1 {
				t.Errorf("a link shares its line: %q", line)
			}
			if !link && utf8.RuneCountInString(line) > 72 {
				t.Errorf("a line of %d characters: %q", utf8.RuneCountInString(line), line)
			}
			if line != strings.TrimRight(line, " ") && line != "-- " {
				t.Errorf("a line ends in spaces: %q", line)
			}
		}
		for _, part := range []string{p.text, p.subject, regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>|&#\d+;`).ReplaceAllString(p.html, "")} {
			if left := placeholder.FindString(part); left != "" {
				t.Errorf("%q was left to be filled in:\n%s", left, part)
			}
		}
		if strings.Contains(p.text, "\r\n\r\n\r\n") {
			t.Error("two empty lines follow each other")
		}
		if golden := filepath.Join("testdata", m.Locale, textsOf(&m)+".txt"); m.Locale != "en" {
			compare(t, golden, "Subject: "+p.subject+"\n\n"+strings.ReplaceAll(p.text, "\r\n", "\n"))
		}
	})
}

// compare holds a text against a golden file.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s; look at it and run go test -update if it is right:\n%s", golden, got)
	}
}

// void are the elements that have no end tag.
func void() []string { return []string{"meta", "br"} }

// balanced checks what a browser would silently mend: that every element is closed where it was opened.
func balanced(document string) error {
	var open []string
	for z := html.NewTokenizer(strings.NewReader(document)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 || !errors.Is(z.Err(), io.EOF) {
				return fmt.Errorf("at the end %v are open: %w", open, z.Err())
			}
			return nil
		case html.StartTagToken:
			if !slices.Contains(void(), token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Errorf("</%s> closes nothing; open are %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func TestTheHTMLIsBalanced(t *testing.T) {
	each(t, func(t *testing.T, r *Renderer, m Mail) {
		bare := m
		bare.Jobs, bare.More, bare.Until, bare.Links.More = slices.Clone(m.Jobs), 1, m.Now, ""
		for i := range bare.Jobs {
			bare.Jobs[i] = Job{Title: "Engineer"}
		}
		for _, m := range []Mail{m, bare} {
			if err := balanced(rendered(t, r, m).html); err != nil {
				t.Error(err)
			}
		}
	})
	if balanced("<p><b></p></b>") == nil || balanced("<p>") == nil {
		t.Error("the check takes anything")
	}
}

// The checker of the W3C, https://validator.github.io/validator/. Its warnings about presentational
// attributes are left aside: Outlook reads no others.
func TestTheNuCheckerFindsNoErrors(t *testing.T) {
	vnu := needs.Tool(t, "vnu", "install it with npm install --global vnu-jar")
	dir := t.TempDir()
	each(t, func(t *testing.T, r *Renderer, m Mail) {
		if err := os.WriteFile(filepath.Join(dir, textsOf(&m)+"."+m.Locale+".html"), []byte(rendered(t, r, m).html), 0o644); err != nil {
			t.Fatal(err)
		}
	})
	if out, err := exec.CommandContext(t.Context(), vnu, "--errors-only", dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
