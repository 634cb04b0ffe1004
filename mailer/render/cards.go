package render

import (
	"encoding/binary"
	"sync"
	"time"

	"jobalertd/mailer/locale"
	"jobalertd/mailer/render/layout"
)

// maxCards is how many jobs are kept written, at about 4 kB each, and how many reasons, at about 1 kB.
const maxCards = 4_000

// cards keeps jobs, or reasons, that were written and encoded, for the next reader who gets them. A job
// holds nothing personal, a reason nothing but words of a filter. It is bounded: when a generation is full, the one before it is forgotten, and what
// is asked for again moves over.
type cards struct {
	mu         sync.Mutex
	young, old map[cardKey]layout.Fragment
}

// cardKey is all that decides what a job or a reason looks like.
type cardKey struct {
	edition *layout.Edition
	locale  locale.Locale
	what    string // the fingerprint of the job; the reason
}

func newCards() *cards { return &cards{young: map[cardKey]layout.Fragment{}} }

// get returns what is kept under the key, or what write makes.
func (c *cards) get(key cardKey, write func() (layout.Fragment, error)) (layout.Fragment, error) {
	if f, ok := c.find(key); ok {
		return f, nil
	}
	f, err := write() // outside of the lock: twice at worst, with the same result
	if err != nil {
		return f, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(key, f)
	return f, nil
}

func (c *cards) find(key cardKey) (layout.Fragment, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.young[key]; ok {
		return f, true
	}
	f, ok := c.old[key]
	if ok {
		c.keep(key, f)
	}
	return f, ok
}

func (c *cards) keep(key cardKey, f layout.Fragment) {
	if len(c.young) >= maxCards/2 {
		c.old, c.young = c.young, map[cardKey]layout.Fragment{}
	}
	c.young[key] = f
}

// fingerprint is the fields of a job that every reader sees, in a form that no two jobs share.
func fingerprint(j Job) string {
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
	return string(b)
}
