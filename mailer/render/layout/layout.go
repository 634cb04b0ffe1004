package layout

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"io"
	"io/fs"
	"strings"
	"sync"
	text "text/template"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
)

//go:embed templates
var builtIn embed.FS

// Fragment is a piece of a page in both forms, each in quoted-printable.
type Fragment struct {
	Text, HTML mailer.Lines
	Size       int // of the HTML before the encoding, in bytes
}

// Edition is a set of templates. It does not change and can be shared.
type Edition struct {
	subject *text.Template // nil where the subject is that of the page
	text    *text.Template
	html    *html.Template
	// stencils is nil where an operator has replaced any template.
	stencils *stencils

	once     sync.Once
	style    Fragment // the same in every mail
	styleErr error
}

// Set is the templates of all mails.
type Set struct {
	base     *Edition
	editions map[slot]*Edition // the overridden ones
}

// slot is what an edition is for.
type slot struct {
	kind   string
	locale locale.Locale
}

// New reads the built-in templates and lays the files of overrides, which may be nil, over them for
// mails of the given kinds. Its error names every fault, with file and line where there is one.
func New(overrides fs.FS, kinds []string) (*Set, error) {
	base, err := newBase()
	if err != nil {
		return nil, fmt.Errorf("reading the built-in templates: %w", err)
	}
	s := &Set{base: base, editions: map[slot]*Edition{}}
	if overrides == nil {
		return s, nil
	}
	return s, s.override(overrides, kinds)
}

func newBase() (*Edition, error) {
	e := &Edition{text: text.New("").Funcs(functions()), html: html.New("").Funcs(functions()), stencils: newStencils()}
	for _, name := range []string{"job.html", "page.html", "mail.txt"} {
		source, err := builtIn.ReadFile("templates/" + name)
		if err != nil {
			return nil, err
		}
		if err := e.add(name, string(source)); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Overridden reports whether an operator has put anything in the place of what is built in.
func (s *Set) Overridden() bool { return len(s.editions) > 0 }

// BuiltIn is the templates without those of an operator.
func (s *Set) BuiltIn() *Edition { return s.base }

// Edition is the templates for a kind of mail in a language. Mails whose templates are the same have
// the same edition.
func (s *Set) Edition(kind string, l locale.Locale) *Edition {
	if e, ok := s.editions[slot{kind, l}]; ok {
		return e
	}
	return s.base
}

// Subject is the subject of a page. It may hold anything that an operator's template makes.
func (e *Edition) Subject(p *Page) (string, error) {
	if e.subject == nil {
		return p.Subject, nil
	}
	var b strings.Builder
	err := e.subject.Execute(&b, p)
	return b.String(), err
}

// Frame is what stands around the jobs of a page, written into w.
func (e *Edition) Frame(w *Scratch, p *Page) (top, foot []Fragment, err error) {
	e.once.Do(func() { e.style.HTML, e.style.Size, e.styleErr = write(e.html, "style", nil) })
	if e.styleErr != nil {
		return nil, nil, e.styleErr
	}
	if form, ok := e.outline(w, p); ok {
		f, err := e.stencils.frame(e, p, form)
		if err != nil {
			return nil, nil, err
		}
		return f.fill(w, e.style)
	}
	var parts [3]Fragment
	if parts[0].HTML, parts[0].Size, err = write(e.html, "head", p); err != nil {
		return nil, nil, err
	}
	for i, name := range []string{"top", "foot"} {
		if parts[1+i], err = e.fragment(name, p); err != nil {
			return nil, nil, err
		}
	}
	return []Fragment{parts[0], e.style, parts[1]}, parts[2:], nil
}

// outline is what stencils need of a page. What an operator's templates do with words is not known.
func (e *Edition) outline(w *Scratch, p *Page) (form, bool) {
	if e.stencils == nil {
		return form{}, false
	}
	return w.outline(p)
}

// Job is a job as all readers of a language see it; a Why follows.
func (e *Edition) Job(j Job) (Fragment, error) { return e.fragment("job", j) }

// Why ends a job.
func (e *Edition) Why(w Why) (Fragment, error) { return e.fragment("why", w) }

func (e *Edition) fragment(name string, data any) (Fragment, error) {
	var f Fragment
	var err error
	if f.Text, _, err = write(e.text, name, data); err != nil {
		return f, err
	}
	f.HTML, f.Size, err = write(e.html, name, data)
	return f, err
}

// templates are those of one form.
type templates interface {
	ExecuteTemplate(w io.Writer, name string, data any) error
}

// write executes one template and encodes what it wrote. It returns how long that was before, too.
// Encoded lines end in CRLF and are at most 76 octets long (RFC 2045 §6.7).
func write(t templates, name string, data any) (encoded mailer.Lines, size int, err error) {
	plain, err := execute(t, name, data)
	if err != nil {
		return mailer.Lines{}, 0, err
	}
	encoded, err = encode(plain)
	return encoded, len(plain), err
}

// execute gives what one template writes, with a line break at its end.
func execute(t templates, name string, data any) ([]byte, error) {
	var plain bytes.Buffer
	if err := t.ExecuteTemplate(&plain, name, data); err != nil {
		return nil, err
	}
	if b := plain.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		plain.WriteByte('\n')
	}
	return plain.Bytes(), nil
}
