package render

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

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

func TestAMailOnWhichAnOperatorsTemplateFailsIsWrittenByTheBuiltInOnes(t *testing.T) {
	files := fstest.MapFS{
		"digest.subject": {Data: []byte(`Ours: {{slice .Heading 0 5}}`)},
		"digest.html":    {Data: []byte(`{{define "why"}}{{slice .Text 0 9}}</td></tr>{{end}}`)},
	}
	cfg, log, reg := config(t), new(bytes.Buffer), prometheus.NewRegistry()
	cfg.Templates, cfg.Log, cfg.Metrics = files, slog.New(slog.NewTextHandler(log, nil)), reg
	r := renderer(t, cfg)
	fits, fails := sample(t, mailer.KindDigest), sample(t, mailer.KindDigest)
	fails.Jobs = slices.Clone(fails.Jobs)
	fails.Jobs[0].Why = "Go"
	for range 3 {
		if got := rendered(t, r, fails); strings.HasPrefix(got.subject, "Ours") || !strings.Contains(got.html, "Go") {
			t.Errorf("the mail is %q:\n%.300s", got.subject, got.html)
		}
	}
	if got := rendered(t, r, fits).subject; !strings.HasPrefix(got, "Ours: ") {
		t.Errorf("a mail on which the template does not fail has the subject %q", got)
	}
	if got := strings.Count(log.String(), "\n"); got != 1 || !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "digest.html:1") {
		t.Errorf("the log has %d lines:\n%s", got, log)
	}
	counted, err := testutil.GatherAndCount(reg, "jobalert_template_failures_total")
	if n := testutil.ToFloat64(r.failures.metrics.failures.WithLabelValues("digest")); err != nil || n != 3 || counted == 0 {
		t.Errorf("%v failures are counted in %d series (%v)", n, counted, err)
	}
	if err := r.Try(fails); err == nil {
		t.Error("trying the templates does not show that they fail")
	}
}
