package render

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const textWidth = 72 // columns, as RFC 3676 §4.2 suggests

// writeText writes the page as plain text, a fragment for each job.
func writeText(p page) []string {
	var top strings.Builder
	paragraphs(&top, append([]string{p.Heading}, p.Intro...)...)
	if b := p.Button; b != nil {
		top.WriteString(b.Text + ":\n" + b.URL + "\n\n")
		paragraphs(&top, b.Until)
	}
	paragraphs(&top, p.Outro...)
	paragraphs(&top, p.AlertsTitle)
	for _, a := range p.Alerts {
		wrapped(&top, "* ", "  ", a.Name)
		for _, line := range a.Filter {
			wrapped(&top, "  - ", "    ", line)
		}
		wrapped(&top, "  ", "  ", a.Cadence)
		wrapped(&top, "  ", "  ", a.Next)
		top.WriteByte('\n')
	}
	paragraphs(&top, p.JobsTitle)
	fragments := []string{top.String()}
	for i, j := range p.Jobs {
		fragments = append(fragments, textJob(i+1, j), textWhy(j))
	}
	return append(fragments, textFoot(p))
}

// textJob is the part of a job that every reader of a locale gets.
func textJob(n int, j jobView) string {
	var b strings.Builder
	wrapped(&b, strconv.Itoa(n)+". ", "   ", j.Title)
	for _, line := range []string{j.Employer, joined(" | ", append([]string{j.Pay}, j.Facts...)...), strings.Join(j.Fine, ". ")} {
		wrapped(&b, "   ", "   ", line)
	}
	if j.URL != "" {
		b.WriteString("   " + j.URL + "\n")
	}
	return b.String()
}

func textWhy(j jobView) string {
	var b strings.Builder
	if j.Why != "" {
		wrapped(&b, "   ", "   ", j.WhyLabel+": "+j.Why)
	}
	b.WriteByte('\n')
	return b.String()
}

func textFoot(p page) string {
	var b strings.Builder
	if p.More != "" {
		b.WriteString(p.More)
		if p.MoreURL != "" {
			b.WriteString(":\n" + p.MoreURL)
		}
		b.WriteString("\n\n")
	}
	b.WriteString("-- \n") // the signature mark: programs grey out or fold what follows
	paragraphs(&b, p.Reason)
	for _, l := range p.Foot {
		b.WriteString(l.Text + ":\n" + l.URL + "\n\n")
	}
	for _, line := range append([]string{p.Product}, p.Address...) {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// paragraphs writes each on lines of its own, followed by an empty line.
func paragraphs(b *strings.Builder, texts ...string) {
	for _, t := range texts {
		if t != "" {
			wrapped(b, "", "", t)
			b.WriteByte('\n')
		}
	}
}

// wrapped breaks s between words into lines of at most textWidth characters, the first after one
// prefix and the others after another. An empty s is no line at all.
func wrapped(b *strings.Builder, first, others, s string) {
	line, prefix := "", first
	for word := range strings.FieldsSeq(s) {
		if line != "" && utf8.RuneCountInString(prefix+line+" "+word) > textWidth {
			b.WriteString(prefix + line + "\n")
			line, prefix = "", others
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		b.WriteString(prefix + line + "\n")
	}
}
