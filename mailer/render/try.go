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

// Bodies are the two bodies of a mail before the transfer encoding.
func (r *Renderer) Bodies(m Mail) (text, page string, err error) {
	if m, err = r.clean(m); err != nil {
		return "", "", err
	}
	s := r.speaker(&m)
	p := s.page(&m, first(&m))
	var sheet sheet
	if err := r.write(&sheet, r.edition(&m), s, &m, &p); err != nil {
		return "", "", err
	}
	for _, f := range sheet.fragments {
		text, page = text+decoded(f.Text.Bytes()), page+decoded(f.HTML.Bytes())
	}
	return text, page, nil
}

// Try renders a sample and looks whether the templates leave out a link that a mail must have: the one
// that is its purpose, and the way out. Its error names every fault.
func (r *Renderer) Try(m Mail) error {
	if _, err := r.render(m, r.edition(&m)); err != nil {
		return err
	}
	text, page, err := r.Bodies(m)
	if err != nil {
		return err
	}
	var errs []error
	for _, link := range []struct{ name, url string }{
		{"confirm", m.Links.Confirm}, {"manage", m.Links.Manage}, {"unsubscribe", m.Links.Unsubscribe},
	} {
		if !requires(&m, link.name) {
			continue
		}
		for _, body := range []struct{ part, is string }{{"text", text}, {"HTML", html.UnescapeString(page)}} {
			if !strings.Contains(body.is, link.url) {
				errs = append(errs, fmt.Errorf("the %s of the %s mail in %s leaves out the %s link", body.part, m.Letter.Kind, locale.Negotiate(m.Locale), link.name))
			}
		}
	}
	return errors.Join(errs...)
}

// decoded undoes the transfer encoding. What we encoded ourselves can be decoded.
func decoded(encoded []byte) string {
	body, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(encoded)))
	return strings.ReplaceAll(string(body), "\r\n", "\n")
}
