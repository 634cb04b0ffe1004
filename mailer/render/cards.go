package render

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"jobalertd/mailer/locale"
	"jobalertd/mailer/recent"
	"jobalertd/mailer/render/layout"
)

// maxCards is how many jobs are kept written, at about 4 kB each, and how many reasons, at about 1 kB.
const maxCards = 4_000

// cards keeps jobs, or reasons, that were written and encoded, for the next reader who gets them. A job
// holds nothing personal, a reason nothing but words of a filter.
type cards struct {
	kept *recent.Map[cardKey, layout.Fragment]
}

// cardKey is all that decides what a job or a reason looks like.
type cardKey struct {
	edition *layout.Edition
	locale  locale.Locale
	job     print
	reason  string
}

func newCards() *cards { return &cards{recent.New[cardKey, layout.Fragment](maxCards)} }

// get returns what is kept under the key, or what write makes: twice at worst, with the same result.
func (c *cards) get(key cardKey, write func() (layout.Fragment, error)) (layout.Fragment, error) {
	f, ok := c.kept.Get(key)
	if ok {
		return f, nil
	}
	f, err := write()
	if err == nil {
		c.kept.Put(key, f)
	}
	return f, err
}

// print stands for all that every reader sees of a job.
type print [16]byte

// fingerprint is a hash, so that a job is found without comparing all of it.
func fingerprint(j Job) print {
	size := len(j.Title) + len(j.Company) + len(j.URL) + len(j.Place) + len(j.Pay) + len(j.Credit)
	b := make([]byte, 0, size+128)
	add := func(fields ...string) {
		b = binary.AppendUvarint(b, uint64(len(fields)))
		for _, s := range fields {
			b = binary.AppendUvarint(b, uint64(len(s)))
			b = append(b, s...)
		}
	}
	add(j.Title, j.Company, j.URL, j.Place, j.Pay, j.Credit)
	add(j.Facts...)
	add(j.AlsoAt...)
	if !j.Posted.IsZero() {
		b = append(b, j.Posted.UTC().Format(time.DateOnly)...)
	}
	sum := sha256.Sum256(b)
	return print(sum[:16])
}
