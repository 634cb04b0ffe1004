package samples

import (
	_ "embed"
	"html/template"
	"net/http"
	"strconv"
)

//go:embed page.gohtml
var pageSource string

// newPage reads the template of the page.
func newPage() *template.Template { return template.Must(template.New("page").Parse(pageSource)) }

// pageData is what the page of an opening shows; an opening that has closed shows only that.
type pageData struct {
	Opening  *Opening
	Sections []pageSection
	Places   string
}

type pageSection struct {
	Heading    string
	Paragraphs []string
	Items      []string
}

// servePage shows an opening to a person who followed a link from a mail.
func (w *World) servePage(rw http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	o, published := w.find(number)
	if !published {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	if o == nil {
		rw.WriteHeader(http.StatusGone)
		_ = w.page.Execute(rw, pageData{}) // the reader has gone away
		return
	}
	data := pageData{Opening: o, Places: o.where()}
	for _, s := range o.advert {
		data.Sections = append(data.Sections, pageSection{s.heading, s.paragraphs, s.items})
	}
	_ = w.page.Execute(rw, data) // the reader has gone away
}

// find looks an opening up by its number: nil where it has closed, not published where it never was.
func (w *World) find(number int) (o *Opening, published bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, listed := range w.open {
		for i := range listed {
			if listed[i].number == number {
				return &listed[i], true
			}
		}
	}
	return nil, number >= 0 && number < w.next
}
