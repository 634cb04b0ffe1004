package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Section is a part of the man page that the command line does not know: FILES, ENVIRONMENT.
type Section struct{ Title, Text string }

// Man writes the manual page of the program in section 8, for man(1): every command with its flags,
// then the further sections.
func Man(w io.Writer, app *kong.Application, version string, more ...Section) error {
	p := &page{w: w}
	p.line(".TH %s 8 \"\" %s", strings.ToUpper(app.Name), quote(app.Name+" "+version))
	p.line(".SH NAME\n%s \\- %s", roff(app.Name), roff(summary(app.Help)))
	p.line(".SH SYNOPSIS\n.B %s\n.I command\n[flags]", roff(app.Name))
	p.line(".SH DESCRIPTION\n%s", roff(app.Help))
	p.line(".SH COMMANDS")
	p.commands(app.Node)
	for _, s := range more {
		p.line(".SH %s", s.Title)
		for paragraph := range strings.SplitSeq(s.Text, "\n\n") {
			p.line(".PP\n%s", roff(paragraph))
		}
	}
	return p.err
}

// summary is a help's first sentence without its full stop, as whatis(1) wants it.
func summary(help string) string {
	first, _, _ := strings.Cut(help, ":")
	return strings.TrimSuffix(first, ".")
}

// page writes lines until one fails.
type page struct {
	w   io.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// commands writes every command below node that does something itself.
func (p *page) commands(node *kong.Node) {
	for _, c := range node.Children {
		if c.Hidden {
			continue
		}
		if len(c.Children) > 0 {
			p.commands(c)
			continue
		}
		p.line(".SS %s", quote(c.Summary()))
		p.line("%s", roff(c.Help))
		if c.Detail != "" {
			p.line(".PP\n%s", roff(c.Detail))
		}
		for _, arg := range c.Positional {
			p.item(arg.Summary(), arg.Help)
		}
		for _, f := range c.Flags {
			if !f.Hidden {
				p.item(f.String(), f.Help)
			}
		}
	}
}

// item writes a term and what it means.
func (p *page) item(term, help string) {
	p.line(".TP\n.B %s\n%s", roff(term), roff(help))
}

// quote makes one argument of a text.
func quote(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }

// roff keeps a text from being read as markup (groff_char(7)).
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "→", `\(->`).Replace(strings.TrimSpace(text))
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
