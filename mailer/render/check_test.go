package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
)

// parsed is a message as a mail program reads it.
type parsed struct {
	header     mail.Header
	subject    string
	text, html string
}

// parse reads a message strictly: one header of each name, two parts, and nothing on the wire that
// a relay could stumble over.
func parse(data []byte) (parsed, error) {
	if err := wellFormed(data); err != nil {
		return parsed{}, err
	}
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return parsed{}, err
	}
	p := parsed{header: msg.Header}
	for name, values := range msg.Header {
		if len(values) != 1 {
			return parsed{}, fmt.Errorf("%d headers %s", len(values), name)
		}
	}
	if p.subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return parsed{}, err
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return parsed{}, fmt.Errorf("%s: %w", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []struct {
		kind string
		into *string
	}{{"text/plain; charset=utf-8", &p.text}, {"text/html; charset=utf-8", &p.html}} {
		part, err := parts.NextRawPart()
		if err != nil {
			return parsed{}, err
		}
		if got := part.Header.Get("Content-Type"); got != want.kind || len(part.Header) != 2 {
			return parsed{}, fmt.Errorf("part header %v instead of %s", part.Header, want.kind)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return parsed{}, err
		}
		*want.into = string(body)
	}
	if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
		return parsed{}, fmt.Errorf("after two parts: %w", err)
	}
	return p, nil
}

// wellFormed checks what RFC 5322 §2.1.1 and §2.3 ask of lines.
func wellFormed(data []byte) error {
	body := false
	for n, line := range strings.Split(string(data), "\r\n") {
		body = body || line == ""
		switch limit := map[bool]int{false: 998, true: 78}[body]; {
		case strings.ContainsAny(line, "\r\n\x00"):
			return fmt.Errorf("line %d holds a bare CR, LF or NUL: %q", n+1, line)
		case len(line) > limit:
			return fmt.Errorf("line %d is %d octets long", n+1, len(line))
		case body && strings.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }):
			return fmt.Errorf("line %d of the body is not ASCII", n+1)
		}
	}
	if !bytes.HasSuffix(data, []byte("\r\n")) {
		return errors.New("the last line has no end")
	}
	return nil
}

func rendered(t testing.TB, r *Renderer, m Mail) parsed {
	t.Helper()
	msg, err := r.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(msg.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, msg.Bytes())
	}
	return p
}

// markup is what an HTML document consists of besides its text: its elements and the values of
// their attributes, those of links left out.
type markup struct {
	elements, attributes map[string]bool
	links                []string
}

func readMarkup(document string) (markup, error) {
	m := markup{map[string]bool{}, map[string]bool{}, nil}
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		return m, err
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			m.elements[n.Data] = true
			for _, a := range n.Attr {
				if a.Key == "href" {
					m.links = append(m.links, a.Val)
				} else {
					m.attributes[n.Data+" "+a.Key+"="+a.Val] = true
				}
			}
		case html.CommentNode:
			return m, fmt.Errorf("a comment: %q", n.Data)
		}
	}
	return m, nil
}

// allowed is the markup of our own templates: that of all kinds and locales together, filled with our own words.
func allowed(t testing.TB, r *Renderer) markup {
	t.Helper()
	all := markup{map[string]bool{}, map[string]bool{}, nil}
	for _, kind := range mailer.Kinds() {
		for _, l := range locale.All() {
			own := sample(t, kind)
			own.Locale = l.String()
			m, err := readMarkup(rendered(t, r, own).html)
			if err != nil {
				t.Fatal(err)
			}
			maps.Copy(all.elements, m.elements)
			maps.Copy(all.attributes, m.attributes)
		}
	}
	// A job whose URL is no link, and more jobs without a page to show them.
	bare := sample(t, mailer.KindDigest)
	bare.Links.More, bare.Jobs[0].URL = "", ""
	m, err := readMarkup(rendered(t, r, bare).html)
	if err != nil {
		t.Fatal(err)
	}
	for a := range m.attributes {
		all.attributes[a] = true
	}
	for _, bad := range []string{"script", "img", "iframe", "form", "input", "link", "object", "svg", "base"} {
		if all.elements[bad] {
			t.Fatalf("our own template holds a %s element", bad)
		}
	}
	return all
}

// harmless checks that the words of strangers have become text and nothing else.
func harmless(p parsed, own markup, headers []string) error {
	got := []string{}
	for name := range p.header {
		got = append(got, name)
	}
	slices.Sort(got)
	if !slices.Equal(got, headers) {
		return fmt.Errorf("the headers are %v", got)
	}
	m, err := readMarkup(p.html)
	if err != nil {
		return err
	}
	for e := range m.elements {
		if !own.elements[e] {
			return fmt.Errorf("a %s element", e)
		}
	}
	for a := range m.attributes {
		if !own.attributes[a] {
			return fmt.Errorf("an attribute: %s", a)
		}
	}
	for _, link := range m.links {
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return fmt.Errorf("a link to %q", link)
		}
	}
	for i, r := range p.text {
		if r != '\n' && r != '\r' && plain("a"+string(r)+"b", 9) == "ab" || r < ' ' && r != '\n' && r != '\r' {
			return fmt.Errorf("U+%04X in the text at %d", r, i)
		}
	}
	if n := strings.Count(p.text, "\r\n-- \r\n"); n != 1 {
		return fmt.Errorf("%d signature marks in the text", n)
	}
	return nil
}

// headerNames are the names a mail of ours carries, sorted.
func headerNames(p parsed) []string {
	var names []string
	for name := range p.header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
