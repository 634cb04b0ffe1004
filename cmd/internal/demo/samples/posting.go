package samples

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/skill"
)

// The formats of boards.
const (
	FormatAshby      = "ashby"
	FormatGreenhouse = "greenhouse"
	FormatPush       = "push" // no board: the company pushes postings in our own form
)

// Board is where a company lists its openings.
type Board struct {
	Format string // FormatAshby, FormatGreenhouse or FormatPush
	Name   string // as in the board's address
	// Company is the employer's name.
	Company string
}

// Opening is one job, as its board lists it.
type Opening struct {
	Board Board
	// Posting is what a faultless reader makes of the listing. Its Description is the whole advert.
	Posting alerts.Posting

	number           int
	id               string // the board's own
	department, team string
	advert           []section
	countries        map[string]country
}

// compose writes the opening of the given number. Its links start with base.
func (c *catalogue) compose(number int, p plan, rng *rand.Rand, base string, at time.Time) Opening {
	w := c.writer(p, rng)
	o := Opening{Board: p.company.board, number: number, department: p.role.department, team: p.team.name,
		countries: c.countries}
	o.id = boardID(o.Board, number)
	o.Posting = alerts.Posting{
		ID:         o.Board.Format + ":" + o.Board.Name + ":" + o.id,
		Source:     o.Board.Format,
		URL:        base + "/jobs/" + strconv.Itoa(number),
		Title:      w.title(),
		Company:    o.Board.Company,
		PostedAt:   at.UTC().Truncate(time.Second),
		Class:      p.role.class,
		Skills:     w.skills(),
		Seniority:  []alerts.Seniority{p.level},
		Workplace:  p.workplace,
		Locations:  p.locations(),
		RemoteFrom: []string{},
		Employment: []alerts.Employment{p.employment},
		Salary:     p.salary,
		Education:  p.education,
		Language:   p.company.language,
	}
	if p.workplace == alerts.WorkplaceRemote {
		o.Posting.RemoteFrom = slices.Sorted(slices.Values(p.company.remoteFrom))
	}
	if o.deadline() {
		end := o.Posting.PostedAt.AddDate(0, 0, 90)
		o.Posting.ValidThrough = &end
	}
	o.advert = w.sections()
	o.Posting.Description = plain(o.advert, func(heading string) string { return heading })
	return o
}

// deadline reports whether the opening states an end. Few do.
func (o Opening) deadline() bool { return o.number%9 == 0 && o.Board.Format != FormatAshby }

// locations is empty for a remote opening, which is at no place: RemoteFrom says who may have it.
func (p plan) locations() []alerts.Location {
	out := []alerts.Location{}
	if p.workplace == alerts.WorkplaceRemote {
		return out
	}
	for _, at := range p.places {
		out = append(out, alerts.Location{City: at.city, Region: at.region, Country: at.country, Lat: &at.lat, Lon: &at.lon})
	}
	return out
}

// skills are those of the role that the vocabulary knows, and what they imply.
func (w *writer) skills() []string {
	known := []string{}
	for _, name := range w.role.skills {
		if canonical, ok := skill.Shipped().Canonical(w.say(name)); ok {
			known = append(known, canonical)
		}
	}
	return skill.Shipped().Closure(known)
}

// boardID is the id that a board of this format gives the opening.
func boardID(b Board, number int) string {
	if b.Format != FormatAshby {
		return strconv.Itoa(6_100_000 + number)
	}
	// RFC 9562 §5.8: 32 hexadecimal digits, version 8, variant 10.
	hi, lo := hash(b.Name+" "+strconv.Itoa(number)), hash(strconv.Itoa(number)+" "+b.Name)
	return fmt.Sprintf("%08x-%04x-8%03x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xfff, lo>>48&0x3fff|0x8000, lo&0xffffffffffff)
}

// remote is how boards write where a remote job may be done from: one line a country, or one for
// all of them.
func (o Opening) remote() []string {
	var out []string
	for _, code := range o.Posting.RemoteFrom {
		switch code {
		case "*":
			out = append(out, "Worldwide")
		case "EU":
			out = append(out, "EU")
		default:
			out = append(out, o.countries[code].name)
		}
	}
	return out
}
