package render

import (
	"log/slog"
	"sync"

	"jobalertd/mailer"
	"jobalertd/mailer/render/layout"
)

// failures tells the operator of templates of theirs that failed on a mail, which trying them on samples
// had not shown.
type failures struct {
	metrics *metrics
	log     *slog.Logger
	known   sync.Map // of *layout.Edition: those that were logged
}

// note counts a failure. Only the first of an edition is logged: the same template fails for many people.
func (f *failures) note(l mailer.Letter, e *layout.Edition, err error) {
	f.metrics.failures.WithLabelValues(string(l.Kind)).Inc()
	if _, known := f.known.LoadOrStore(e, true); !known {
		f.log.Error("template of the operator fails; its mails are written with the built-in one", "kind", l.Kind, "letter", l.ID, "error", err)
	}
}
