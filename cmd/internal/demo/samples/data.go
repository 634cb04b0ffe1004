package samples

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"jobalertd/alerts"
)

//go:embed data/*.txt
var texts embed.FS

// catalogue is everything that openings are composed from.
type catalogue struct {
	countries map[string]country
	places    map[string]place
	styles    map[string]style
	phrases   map[string]record // by language
	companies []company
	roles     []role
}

// country is where pay is decided.
type country struct {
	code, name, currency, sign string
	period                     alerts.Period
	min, max                   float64 // what an engineer of the middle rung earns in a period
}

// place is a city.
type place struct {
	city, region, country string
	lat, lon              float64
}

// company is an employer with a voice of its own.
type company struct {
	board                            Board
	language, style                  string
	places                           []place // the first is the seat
	workplaces                       []alerts.Workplace
	remoteFrom                       []string
	remoteWords                      string
	employment                       alerts.Employment // of every job it offers; empty: as the role says
	pay                              string            // always, sometimes or never told
	lang, second, db, queue, cloud   string
	users, noun, system, scale, life string
	about                            []string
	teams                            []team
}

// team is a part of a company that hires.
type team struct{ name, text string }

// role is a kind of job.
type role struct {
	key, language, department string
	class                     alerts.Class
	levels                    []alerts.Seniority
	lang                      string            // only at companies that use this programming language
	contractor                bool              // only at companies that hire contractors, which have no other roles
	plain                     bool              // not a technical job
	employment                alerts.Employment // empty: full time
	workplace                 alerts.Workplace  // empty: as the company says
	pay                       float64           // share of what an engineer earns
	titles, intros            []string
	tasks, needs, extras      []string
	skills                    []string
}

// style is the order and the headings of a company's adverts.
type style struct {
	order    []string
	headings record
}

// record is one block of a data file.
type record struct{ textproto.MIMEHeader }

// load reads the catalogue.
func load() (*catalogue, error) {
	c := &catalogue{
		countries: map[string]country{}, places: map[string]place{},
		styles: map[string]style{}, phrases: map[string]record{},
	}
	steps := []struct {
		add   func(record) error
		files []string
	}{
		{c.addCountry, []string{"countries"}},
		{c.addPlace, []string{"places"}},
		{c.addStyle, []string{"styles"}},
		{c.addPhrases, []string{"phrases"}},
		{c.addCompany, []string{"companies-ashby", "companies-greenhouse", "companies-push", "companies-local"}},
		{c.addRole, []string{"roles-core", "roles-partly", "roles-no", "roles-local"}},
	}
	for _, step := range steps {
		for _, name := range step.files {
			if err := eachRecord(name, step.add); err != nil {
				return nil, fmt.Errorf("reading samples %s: %w", name, err)
			}
		}
	}
	return c, nil
}

// eachRecord hands every block of a data file to add.
func eachRecord(name string, add func(record) error) error {
	file, err := texts.Open("data/" + name + ".txt")
	if err != nil {
		return err
	}
	defer file.Close()
	for r := textproto.NewReader(bufio.NewReader(file)); ; {
		fields, err := r.ReadMIMEHeader()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(fields) > 0 {
			if err := add(record{fields}); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

func (c *catalogue) addCountry(r record) error {
	low, high, err := r.pair("Mid")
	if err != nil {
		return err
	}
	code := r.Get("Code")
	c.countries[code] = country{code: code, name: r.Get("Name"), currency: r.Get("Currency"), sign: r.Get("Sign"),
		period: alerts.Period(r.Get("Period")), min: low, max: high}
	return nil
}

func (c *catalogue) addPlace(r record) error {
	lat, lon, err := r.pair("At")
	if err != nil {
		return err
	}
	p := place{city: r.Get("City"), region: r.Get("Region"), country: r.Get("Country"), lat: lat, lon: lon}
	if _, ok := c.countries[p.country]; !ok {
		return fmt.Errorf("%s lies in country %q, which is not listed", p.city, p.country)
	}
	c.places[p.city] = p
	return nil
}

func (c *catalogue) addStyle(r record) error {
	c.styles[r.Get("Name")] = style{order: strings.Fields(r.Get("Order")), headings: r}
	return nil
}

func (c *catalogue) addPhrases(r record) error {
	c.phrases[r.Get("Language")] = r
	return nil
}

func (c *catalogue) addCompany(r record) error {
	format, board, _ := strings.Cut(r.Get("Board"), " ")
	co := company{
		board:    Board{Format: format, Name: board, Company: r.Get("Name")},
		language: r.Get("Language"), style: r.Get("Style"),
		workplaces: split[alerts.Workplace](r.Get("Workplace")),
		remoteFrom: strings.Fields(r.Get("Remote")), remoteWords: r.Get("Remote-Words"),
		employment: alerts.Employment(r.Get("Employment")), pay: r.Get("Pay"),
		lang: r.Get("Lang"), second: r.Get("Second"), db: r.Get("Database"), queue: r.Get("Queue"), cloud: r.Get("Cloud"),
		users: r.Get("Users"), noun: r.Get("Noun"), system: r.Get("System"), scale: r.Get("Scale"), life: r.Get("Culture"),
		about: r.Values("About"),
	}
	if _, ok := c.styles[co.style]; !ok {
		return fmt.Errorf("%s writes in style %q, which is not listed", co.board.Company, co.style)
	}
	for _, city := range r.Values("City") {
		p, ok := c.places[city]
		if !ok {
			return fmt.Errorf("%s is in %q, which is not listed", co.board.Company, city)
		}
		co.places = append(co.places, p)
	}
	for _, line := range r.Values("Team") {
		name, text, _ := strings.Cut(line, " | ")
		co.teams = append(co.teams, team{name, text})
	}
	c.companies = append(c.companies, co)
	return nil
}

func (c *catalogue) addRole(r record) error {
	ro := role{
		key: r.Get("Key"), language: r.Get("Language"), department: r.Get("Department"),
		class:  alerts.Class(r.Get("Class")),
		levels: split[alerts.Seniority](r.Get("Levels")),
		lang:   r.Get("Only-Lang"), contractor: r.Get("Only-Employment") == string(alerts.EmploymentContract),
		plain:      r.Get("Plain") == "yes",
		employment: alerts.Employment(r.Get("Employment")), workplace: alerts.Workplace(r.Get("Workplace")), pay: 1,
		titles: r.Values("Title"), intros: r.Values("Intro"),
		tasks: r.Values("Task"), needs: r.Values("Need"), extras: r.Values("Extra"),
		skills: strings.Split(r.Get("Skills"), ", "),
	}
	if percent := r.Get("Pay"); percent != "" {
		share, err := strconv.ParseFloat(percent, 64)
		if err != nil {
			return fmt.Errorf("role %s: pay: %w", ro.key, err)
		}
		ro.pay = share / 100
	}
	if !slices.Contains(alerts.Classes(), ro.class) {
		return fmt.Errorf("role %s: %q is not a class", ro.key, ro.class)
	}
	c.roles = append(c.roles, ro)
	return nil
}

// pair reads a field of two numbers.
func (r record) pair(key string) (a, b float64, err error) {
	if _, err := fmt.Sscan(r.Get(key), &a, &b); err != nil {
		return 0, 0, fmt.Errorf("field %s, %q: %w", key, r.Get(key), err)
	}
	return a, b, nil
}

// split reads a field of several words.
func split[T ~string](field string) []T {
	var out []T
	for word := range strings.FieldsSeq(field) {
		out = append(out, T(word))
	}
	return out
}
