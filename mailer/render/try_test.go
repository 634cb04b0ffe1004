package render

import (
	"strings"
	"testing"
	"testing/fstest"

	"jobalertd/mailer"
)

// ownTemplates is a renderer with an operator's templates.
func ownTemplates(t *testing.T, files map[string]string) *Renderer {
	t.Helper()
	cfg, dir := config(t), fstest.MapFS{}
	for name, source := range files {
		dir[name] = &fstest.MapFile{Data: []byte(source)}
	}
	cfg.Templates = dir
	return renderer(t, cfg)
}

func TestAnOperatorsSubjectIsOneLineAndNeverEmpty(t *testing.T) {
	r := ownTemplates(t, map[string]string{
		"digest.subject":    "[{{.Product}}]\r\nBcc: x@example.com {{index .Intro 0}}\n",
		"digest.de.subject": "{{if not .Subject}}never{{end}}",
	})
	if got, want := rendered(t, r, sample(t, mailer.KindDigest)).subject, "[Backend Job Alerts] Bcc: x@example.com Tuesday, 24 November 2026"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	m := sample(t, mailer.KindDigest)
	m.Locale = "de"
	if got := rendered(t, r, m).subject; !strings.HasPrefix(got, "7 neue Stellen: ") {
		t.Errorf("an empty subject became %q", got)
	}
}

func TestTemplatesThatLoseALinkAreFound(t *testing.T) {
	r := ownTemplates(t, map[string]string{
		"digest.html":    `{{define "foot"}}{{range .Foot}}<a href="{{.URL}}">{{.Text}}</a>{{end}}</table></td></tr></table></body></html>{{end}}`,
		"confirm.txt":    `{{define "top"}}{{.Heading}}{{end}}`,
		"welcome.es.txt": `{{define "foot"}}{{.Reason}}{{end}}`,
	})
	for kind, want := range map[mailer.Kind]string{
		mailer.KindDigest:  "",
		mailer.KindConfirm: "the text of the confirm mail in es leaves out the confirm link",
		mailer.KindWelcome: "the text of the welcome mail in es leaves out the manage link\nthe text of the welcome mail in es leaves out the unsubscribe link",
	} {
		m := sample(t, kind)
		m.Locale = "es"
		if err := r.Try(m); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: got %v, want %q", kind, err, want)
		}
		if m.Locale = "fr"; kind == mailer.KindWelcome && r.Try(m) != nil {
			t.Error("a template for Spanish changes French")
		}
	}
}

func TestBodiesAreThoseOfTheMessage(t *testing.T) {
	r := renderer(t, config(t))
	for _, kind := range mailer.Kinds() {
		m := sample(t, kind)
		text, page, err := r.Bodies(m)
		if err != nil {
			t.Fatal(err)
		}
		p := rendered(t, r, m)
		if text != strings.ReplaceAll(p.text, "\r\n", "\n") || page != strings.ReplaceAll(p.html, "\r\n", "\n") {
			t.Errorf("the bodies of a %s mail differ from what is sent", kind)
		}
	}
}
