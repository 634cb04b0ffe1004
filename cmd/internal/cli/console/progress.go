package console

import (
	"fmt"
	"strings"
)

// Progress shows on a terminal how far long work has come; elsewhere it shows nothing.
type Progress struct {
	w     *World
	total int
	shown int // percent; -1 before the first
	quiet bool
}

// NewProgress begins work of a known length.
func NewProgress(w *World, total int) *Progress {
	return &Progress{w: w, total: total, shown: -1, quiet: !terminal(w.Stderr)}
}

// barWidth is how many characters the bar is long.
const barWidth = 40

// Of is At for work whose length is told as it goes on.
func (p *Progress) Of(done, total int) {
	p.total = total
	p.At(done)
}

// At shows that done of all is done. It draws only what has changed.
func (p *Progress) At(done int) {
	percent := 100
	if p.total > 0 {
		percent = done * 100 / p.total
	}
	if p.quiet || percent == p.shown {
		return
	}
	p.shown = percent
	full := percent * barWidth / 100
	fmt.Fprintf(p.w.Stderr, "\r[%s%s] %3d %%  %d of %d", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), percent, done, p.total)
}

// End leaves the line.
func (p *Progress) End() {
	if !p.quiet && p.shown >= 0 {
		fmt.Fprintln(p.w.Stderr)
	}
}
