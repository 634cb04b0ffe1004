package shell

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"

	"jobalertd/mailer/locale"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/problem"
	"jobalertd/subscribers/web/request"
)

//go:embed templates
var templateFiles embed.FS

//go:embed assets/style.css
var style string

// Shell renders pages.
type Shell struct {
	Languages
	name   string
	secure bool
	log    *slog.Logger
}

// New makes a shell. name is what the site calls itself; secure is set where people reach it by
// https only. It fails only if a file that is built in is broken.
func New(name string, secure bool, log *slog.Logger) (*Shell, error) {
	spoken, err := NewLanguages()
	if err != nil {
		return nil, err
	}
	return &Shell{Languages: spoken, name: name, secure: secure, log: log}, nil
}

func newTexts(l locale.Locale, table map[string]string) (*Texts, error) {
	made := &Texts{Locale: l, table: table, templates: map[string]*template.Template{}}
	shared, err := template.New("layout.html").Funcs(template.FuncMap{"t": made.Say}).ParseFS(templateFiles, "templates/shared/*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		page, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if made.templates[strings.TrimSuffix(path.Base(file), ".html")], err = page.ParseFS(templateFiles, file); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// Chrome is what every page shows around its own part.
type Chrome struct {
	Notice string // what has just been done
	Class  string // of the body, for a layout of its own
	Script Script // empty on pages without one
	// Public marks a page that search engines may show, in each language.
	Public bool

	Site      string       // set by Render
	Style     template.CSS // set by Render
	Languages []Choice     // set by Render: the language switch
}

func (c *Chrome) chrome() *Chrome { return c }

// Script is a script of ours that a page runs. No page needs one.
type Script string

// JS is the script as a template writes it.
func (s Script) JS() template.JS { return template.JS(s) } // our own file

// Choice is one language of the switch.
type Choice struct {
	Lang, Name, Path string
	Current          bool
}

// View is what a page is given: a struct that begins with a Chrome.
type View interface{ chrome() *Chrome }

// Render answers with a page.
func (s *Shell) Render(w http.ResponseWriter, r *http.Request, status int, page string, v View) {
	t, c := s.Of(r), v.chrome()
	c.Site, c.Style, c.Languages = s.name, template.CSS(style), s.choices(r, t) // our own file
	html, err := t.Execute(page, v)
	if err != nil {
		s.log.ErrorContext(r.Context(), "page cannot be rendered", "page", page, "err", err)
		http.Error(w, t.Say("problem.internal"), http.StatusInternalServerError)
		return
	}
	s.remember(w, r, t)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", t.Lang())
	h.Add("Vary", "Accept-Language")
	h.Add("Vary", "Cookie")
	h.Set("Content-Security-Policy", policy(string(c.Script)))
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if !c.Public || status >= http.StatusBadRequest {
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
	w.WriteHeader(status)
	_, _ = w.Write(html) // a client that has gone needs no answer
}

// Execute is a page as HTML.
func (t *Texts) Execute(page string, v any) ([]byte, error) {
	var html bytes.Buffer
	err := t.templates[page].Execute(&html, v)
	return html.Bytes(), err
}

// Part is a named part of a page as HTML, for a script that puts it in place.
func (t *Texts) Part(page, name string, v any) (string, error) {
	var html bytes.Buffer
	err := t.templates[page].ExecuteTemplate(&html, name, v)
	return html.String(), err
}

// choices is the language switch of a page.
func (s *Shell) choices(r *http.Request, current *Texts) []Choice {
	at, query := "", r.URL.Query()
	if r.URL.Path == "/subscribe" {
		at, query = "/", url.Values{} // this path answers forms only
	}
	query.Del("done")
	var all []Choice
	for _, t := range s.spoken {
		query.Set("lang", t.Lang())
		all = append(all, Choice{Lang: t.Lang(), Name: t.OwnName(), Path: at + "?" + query.Encode(), Current: t == current})
	}
	return all
}

// remember keeps a language that was chosen by the switch, for a year.
func (s *Shell) remember(w http.ResponseWriter, r *http.Request, t *Texts) {
	if r.URL.Query().Get("lang") == t.Lang() {
		s.SetLanguage(w, t.Lang())
	}
}

// SetLanguage keeps a language in the browser, for a year.
func (s *Shell) SetLanguage(w http.ResponseWriter, lang string) {
	const year = 365 * 24 * 60 * 60 // seconds
	s.SetCookie(w, &http.Cookie{Name: langCookie, Value: lang, MaxAge: year})
}

// SetCookie sets a cookie that no script reads and no other site's form sends.
func (s *Shell) SetCookie(w http.ResponseWriter, c *http.Cookie) {
	c.Path, c.HttpOnly, c.SameSite, c.Secure = "/", true, http.SameSiteLaxMode, s.secure
	http.SetCookie(w, c)
}

// policy is the Content-Security-Policy of a page: its own style and script, forms and questions to
// us, nothing else.
func policy(script string) string {
	scripts := ""
	if script != "" {
		scripts = " script-src " + hash(script) + "; connect-src 'self';"
	}
	return fmt.Sprintf("default-src 'none'; style-src %s;%s form-action 'self'; base-uri 'none'; frame-ancestors 'none'", hash(style), scripts)
}

func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Answer turns the error of a handler into a page.
func (s *Shell) Answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			s.Error(w, r, err)
		}
	})
}

// problemView is the page of a problem.
type problemView struct {
	Chrome
	Heading, Text string
	Fields        []string
	Renew         string // the button that mails a fresh link; empty for none
	Request       string // its id, for the person to quote where it is our fault
}

// Error answers with a page about an error, and logs it where it is ours. A link that is ours and
// too old can be exchanged for a fresh one, which goes to the mailbox.
func (s *Shell) Error(w http.ResponseWriter, r *http.Request, err error) {
	told := problem.From(err)
	t := s.Of(r)
	key := "problem." + string(told.Kind)
	view := problemView{Heading: t.Say(key), Text: t.Say(key + ".text")}
	if told.Status() >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
		view.Request = request.ID(r.Context())
	}
	for _, f := range told.Fields {
		view.Fields = append(view.Fields, t.Problem(f))
	}
	if told.Kind == problem.Gone {
		_, pattern, _ := strings.Cut(r.Pattern, " ")
		view.Renew = t.Find("problem.renew." + strings.Trim(strings.TrimSuffix(pattern, "{token}"), "/"))
	}
	if errors.Is(err, token.ErrForged) || errors.Is(err, token.ErrMalformed) {
		view.Text = t.Say("problem.link.text")
	}
	told.SetHeaders(w.Header())
	s.Render(w, r, told.Status(), "problem", &view)
}

// maxForm is how large a form may be, in octets.
const maxForm = 64 << 10

// ParseForm reads the fields of a form.
func ParseForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	LimitBody(w, r)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, problem.New(problem.Malformed, "the form cannot be read")
	}
	if len(r.PostForm) == 0 {
		return nil, problem.New(problem.MediaType, "send Content-Type: application/x-www-form-urlencoded")
	}
	return r.PostForm, nil
}

// LimitBody cuts a form that is too large.
func LimitBody(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
}
