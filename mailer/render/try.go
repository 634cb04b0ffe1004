package render

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/quotedprintable"
	"strings"

	"jobalertd/mailer/locale"
)

// Overridden reports whether templates of Config.Templates replace any that are built in.
func (r *Renderer) Overridden() bool { return r.layouts.Overridden() }

// Try renders a sample and looks whether the templates leave out anything a mail must have: the link
// that is its purpose, a way out, and the reason it came. Its error names every fault.
func (r *Renderer) Try(m Mail) error {
	m, err := r.clean(m)
	if err != nil {
		return err
	}
	if _, err := r.render(m); err != nil {
		return err
	}
	l := locale.Negotiate(m.Locale)
	s := speaker{r.texts[l], r.cfg}
	p := s.page(m, Job{})
	fragments, err := r.write(r.layouts.Edition(string(m.Letter.Kind), l), s, m, &p)
	if err != nil {
		return err
	}
	var text, page []byte
	for _, f := range fragments {
		text, page = append(text, f.Text...), append(page, f.HTML...)
	}
	var errs []error
	for _, link := range []struct{ name, url string }{
		{"confirm", m.Links.Confirm}, {"manage", m.Links.Manage}, {"unsubscribe", m.Links.Unsubscribe},
	} {
		if !needs(m.Letter.Kind, link.name) {
			continue
		}
		for part, body := range map[string]string{"txt": decoded(text), "html": decoded(page)} {
			if !strings.Contains(body, link.url) && !strings.Contains(body, html.EscapeString(link.url)) {
				errs = append(errs, fmt.Errorf("%s.%s.%s: it leaves out the %s link", m.Letter.Kind, l, part, link.name))
			}
		}
	}
	return errors.Join(errs...)
}

// decoded undoes the transfer encoding. What we encoded ourselves can be decoded.
func decoded(encoded []byte) string {
	body, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(encoded)))
	return string(body)
}
