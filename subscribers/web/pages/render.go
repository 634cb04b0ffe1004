package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"jobalertd/mailer/locale"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets/style.css
var style string

// zoneScript lets the browser choose its time zone in the signup form; nothing else needs a script.
//
//go:embed assets/zone.js
var zoneScript string

// tongue is everything that depends on the language.
type tongue struct {
	table     table
	locale    locale.Locale
	templates map[string]*template.Template
}

// pageNames lists the templates that are pages of their own.
func pageNames() []string {
	return []string{"signup", "sent", "confirm", "confirmed", "manage", "edit", "unsubscribe", "left", "problem"}
}

func newTongue(tag language.Tag, t table) (*tongue, error) {
	skills, countries := skillSuggestions(), countryNames()
	shared, err := template.New("layout.html").Funcs(template.FuncMap{
		"t":         t.say,
		"skills":    func() []string { return skills },
		"countries": func() []string { return countries },
	}).ParseFS(templateFiles, "templates/layout.html", "templates/alertform.html")
	if err != nil {
		return nil, err
	}
	made := &tongue{table: t, locale: locale.Negotiate(tag.String()), templates: map[string]*template.Template{}}
	for _, name := range pageNames() {
		page, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if made.templates[name], err = page.ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// chrome is what every page shows around its own part.
type chrome struct {
	Site   string
	Style  template.CSS
	Script template.JS // empty on pages without one
	Notice string
	Class  string // of the body, for a layout of its own
}

func (c *chrome) frame() *chrome { return c }

// view is what a template is given: a struct that begins with a chrome.
type view interface{ frame() *chrome }

// render answers with a page.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	frame := v.frame()
	frame.Site, frame.Style = p.Name, template.CSS(style) // our own file
	tongue := p.languages.of(r)
	var page bytes.Buffer
	if err := tongue.templates[name].Execute(&page, v); err != nil {
		p.Log.ErrorContext(r.Context(), "page cannot be rendered", "page", name, "err", err)
		http.Error(w, tongue.table.say("problem.internal"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", tongue.table.say("lang"))
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Security-Policy", policy(string(frame.Script)))
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if strings.Contains(r.Pattern, "{token}") || status >= http.StatusBadRequest {
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // a client that has gone needs no answer
}

// policy is the Content-Security-Policy of a page: its own style and script, forms to us, nothing else.
func policy(script string) string {
	scripts := ""
	if script != "" {
		scripts = " script-src " + hash(script) + ";"
	}
	return fmt.Sprintf("default-src 'none'; style-src %s;%s form-action 'self'; base-uri 'none'; frame-ancestors 'none'", hash(style), scripts)
}

func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
