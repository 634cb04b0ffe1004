package render

import (
	"embed"
	"html/template"
	"strings"
)

//go:embed templates/*.html
var templates embed.FS

// maxHTML keeps the HTML part below the size, about 102 kB, at which Gmail cuts a mail off.
const maxHTML = 98_000 // bytes before the transfer encoding

// htmlPart writes pages as HTML.
type htmlPart struct{ *template.Template }

func newHTMLPart() (htmlPart, error) {
	t, err := template.ParseFS(templates, "templates/*.html")
	return htmlPart{t}, err
}

// write gives the HTML as fragments, two for each job. Jobs that would make the mail too long are
// taken off the page and counted in its More.
func (h htmlPart) write(p *page) ([]string, error) {
	p.More = p.more(0)
	top, err := h.fragment("top", p)
	if err != nil {
		return nil, err
	}
	foot, err := h.fragment("foot", p)
	if err != nil {
		return nil, err
	}
	const moreButton = 1000 // bytes that the foot may grow by when jobs are left out
	fragments, size := []string{top}, len(top)+len(foot)+moreButton+len(p.MoreURL)
	for i, j := range p.Jobs {
		card, err := h.fragment("job", j)
		if err != nil {
			return nil, err
		}
		why, err := h.fragment("why", j)
		if err != nil {
			return nil, err
		}
		if size += len(card) + len(why); size > maxHTML {
			p.More = p.more(len(p.Jobs) - i)
			p.Jobs = p.Jobs[:i]
			if foot, err = h.fragment("foot", p); err != nil {
				return nil, err
			}
			break
		}
		fragments = append(fragments, card, why)
	}
	return append(fragments, foot), nil
}

func (h htmlPart) fragment(name string, data any) (string, error) {
	var b strings.Builder
	err := h.ExecuteTemplate(&b, name, data)
	return b.String(), err
}
