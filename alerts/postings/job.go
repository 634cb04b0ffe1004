package postings

import (
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
)

// Job is one job offered, with every place it is listed at.
type Job struct {
	// Seq is its place in the log; 0 while it is not in it.
	Seq alerts.Seq `json:"-"`
	// Posting is what its first listing says, with the places of the other listings added.
	Posting alerts.Posting `json:"posting"`
	Print   string         `json:"print"` // alerts.Fingerprint when it was first seen
	// Later is the fingerprints of what its listings said later, oldest first, the newest maxLater of them.
	Later    []string  `json:"later,omitempty"`
	Listings []Listing `json:"listings"`
	// ClosedAt is zero while the job is open.
	ClosedAt time.Time `json:"closed_at,omitzero"`
	// Changes is the job's history, oldest first, shortened to maxChanges.
	Changes []Change `json:"changes"`

	raw string // as it stands in Redis, to notice changes made meanwhile
	// prepared is made once for each copy in a window, when somebody first matches it.
	prepared func() *match.Posting
}

// Prepared is the posting made ready for matching. Only the jobs of a Window have it.
func (j *Job) Prepared() *match.Posting { return j.prepared() }

// Listing is one appearance of a job at one source.
type Listing struct {
	ID   string    `json:"id"`
	URL  string    `json:"url"`
	Seen time.Time `json:"seen"` // first time
	// Closed is when the board stopped showing it; zero while it does.
	Closed time.Time `json:"closed,omitzero"`
}

// Change is one step in a job's history.
type Change struct {
	At      time.Time `json:"at"`
	Event   Event     `json:"event"`
	Listing string    `json:"listing,omitempty"`
}

// Event names a change of a job.
type Event string

// The events of a job.
const (
	EventNew   Event = "new"   // first seen
	EventJoin  Event = "join"  // listed somewhere else as well
	EventEdit  Event = "edit"  // a listing says something else now
	EventClose Event = "close" // gone
	EventOpen  Event = "open"  // listed again
)

// maxChanges is how much of its history a job remembers.
const maxChanges = 50

// maxLater is how many later fingerprints a job remembers: some boards write a new text every day.
const maxLater = 20

// learn is the job with the fingerprint of what one of its listings says now.
func (j Job) learn(fingerprint string) Job {
	if fingerprint == j.Print || slices.Contains(j.Later, fingerprint) {
		return j
	}
	j.Later = append(slices.Clone(j.Later), fingerprint)
	j.Later = j.Later[max(0, len(j.Later)-maxLater):]
	return j
}

// Board is the board a listing stands on: its id without the board's own part.
func Board(listing string) string {
	i := strings.LastIndexByte(listing, ':')
	if i < 0 {
		return listing
	}
	return listing[:i]
}

// Open reports whether the job can still be applied for.
func (j *Job) Open(now time.Time) bool {
	return j.ClosedAt.IsZero() && !ended(&j.Posting, now)
}

func ended(p *alerts.Posting, now time.Time) bool {
	return p.ValidThrough != nil && p.ValidThrough.Before(now)
}

// observe is the job after one of its listings was seen, and what that was. A job without listings
// is a new one. It does not change j.
func (j Job) observe(p alerts.Posting, now time.Time) (Job, Event) {
	event := EventEdit
	at := slices.IndexFunc(j.Listings, func(l Listing) bool { return l.ID == p.ID })
	j.Listings = slices.Clone(j.Listings)
	switch {
	case len(j.Listings) == 0:
		event = EventNew
		j.Posting = p
		j.Listings = []Listing{{ID: p.ID, URL: p.URL, Seen: now}}
	case at < 0:
		event = EventJoin
		j.Listings = append(j.Listings, Listing{ID: p.ID, URL: p.URL, Seen: now})
		j.Posting = withPlaces(j.Posting, p)
	default:
		j.Listings[at].URL, j.Listings[at].Closed = p.URL, time.Time{}
		if p.ID == j.Posting.ID {
			j.Posting = withPlaces(p, j.Posting)
		} else {
			j.Posting = withPlaces(j.Posting, p)
		}
	}
	if !j.ClosedAt.IsZero() && !ended(&p, now) {
		event = EventOpen
		j.ClosedAt = time.Time{}
	}
	return j.note(event, p.ID, now), event
}

// gone is the job after a listing was seen to be gone; "" stands for all of them. It closes with
// its last listing. changed is false where nothing had been open.
func (j Job) gone(listing string, now time.Time) (after Job, event Event, changed bool) {
	j.Listings = slices.Clone(j.Listings)
	open := 0
	for i := range j.Listings {
		l := &j.Listings[i]
		if l.Closed.IsZero() && (listing == "" || l.ID == listing) {
			l.Closed = now
			changed = true
		}
		if l.Closed.IsZero() {
			open++
		}
	}
	if !changed || !j.ClosedAt.IsZero() {
		return j, "", false
	}
	event = EventEdit
	if open == 0 {
		event = EventClose
		j.ClosedAt = now
	}
	return j.note(event, listing, now), event, true
}

func (j Job) note(event Event, listing string, now time.Time) Job {
	changes := append(slices.Clone(j.Changes), Change{At: now, Event: event, Listing: listing})
	if len(changes) > maxChanges {
		// The beginning tells when the job was first seen: keep it.
		changes = append(changes[:1], changes[len(changes)-maxChanges+1:]...)
	}
	j.Changes = changes
	return j
}

// withPlaces is p with the places of other added: a job that is offered at two places matches who
// looks at either.
func withPlaces(p, other alerts.Posting) alerts.Posting {
	p.Locations = slices.Clone(p.Locations)
	for _, place := range other.Locations {
		known := slices.ContainsFunc(p.Locations, func(l alerts.Location) bool {
			return l.City == place.City && l.Region == place.Region && l.Country == place.Country
		})
		if !known {
			p.Locations = append(p.Locations, place)
		}
	}
	p.RemoteFrom = slices.Clone(p.RemoteFrom)
	for _, area := range other.RemoteFrom {
		if !slices.Contains(p.RemoteFrom, area) {
			p.RemoteFrom = append(p.RemoteFrom, area)
		}
	}
	return p
}
