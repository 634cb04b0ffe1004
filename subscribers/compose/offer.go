package compose

import (
	"sync"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/alerts/postings"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
)

// offer is a job as it stands, ready for the filters and languages of many readers.
type offer struct {
	job      *postings.Job
	prepared func() *alerts.Prepared
	words    map[locale.Locale]func() render.Job
}

func newOffer(job *postings.Job, credit func(format string) string) *offer {
	o := &offer{
		job:      job,
		prepared: sync.OnceValue(func() *alerts.Prepared { return alerts.Prepare(&job.Posting) }),
		words:    map[locale.Locale]func() render.Job{},
	}
	source := ""
	if credit != nil {
		source = credit(job.Posting.Source)
	}
	for _, l := range locale.All() {
		o.words[l] = sync.OnceValue(func() render.Job { return jobWords(l, &job.Posting, source) })
	}
	return o
}

// to is the job in a reader's words, and why their filter met it.
func (o *offer) to(speech locale.Locale, verdict alerts.Verdict) render.Job {
	words := o.words[speech]()
	words.Why = phrase.Why(speech, verdict)
	return words
}
