package samples

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	ashbyboard "jobalertd/alerts/source/ashby"
	greenhouseboard "jobalertd/alerts/source/greenhouse"
	"jobalertd/alerts/source/push"
)

const base = "http://127.0.0.1:8080/boards"

func start() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }

func newWorld(t *testing.T) *World {
	t.Helper()
	w, err := New(start(), base)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// all lists every open opening, in the order they were published.
func (w *World) all() []Opening {
	var out []Opening
	for _, b := range w.Boards() {
		out = append(out, w.openings(b)...)
	}
	slices.SortFunc(out, func(a, b Opening) int { return a.number - b.number })
	return out
}

func TestThereAreOpeningsOfEveryKind(t *testing.T) {
	openings := newWorld(t).all()
	if len(openings) != Initial {
		t.Errorf("%d openings, want %d", len(openings), Initial)
	}
	seen := map[string]int{}
	note := func(kind, value string) { seen[kind+" "+value]++ }
	for _, o := range openings {
		p := o.Posting
		note("class", string(p.Class))
		note("seniority", string(p.Seniority[0]))
		note("workplace", string(p.Workplace))
		note("employment", string(p.Employment[0]))
		note("education", string(p.Education))
		note("language", p.Language)
		note("format", p.Source)
		if p.Salary == nil {
			note("salary", "untold")
		} else {
			note("currency", p.Salary.Currency)
			note("period", string(p.Salary.Period))
		}
		for _, at := range p.Locations {
			note("country", at.Country)
		}
	}
	want := map[string]int{ // at least
		"class core": 90, "class partly": 50, "class no": 60,
		"seniority intern": 3, "seniority junior": 10, "seniority mid": 40, "seniority senior": 50, "seniority staff": 10,
		"seniority principal": 2, "seniority lead": 8, "seniority manager": 4,
		"workplace remote": 40, "workplace hybrid": 40, "workplace onsite": 15, "workplace ": 15,
		"employment full_time": 100, "employment part_time": 5, "employment contract": 3, "employment temporary": 3, "employment internship": 3,
		"education none": 10, "education bachelor": 10, "education ": 80,
		"language en": 100, "language de": 10, "language fr": 8, "language es": 8,
		"format ashby": 60, "format greenhouse": 60, "format push": 30,
		"salary untold": 25, "period hour": 5, "period day": 2, "period month": 15, "period year": 80,
		"currency EUR": 40, "currency USD": 15, "currency GBP": 10, "currency CHF": 1, "currency PLN": 3,
		"country DE": 10, "country US": 10, "country GB": 5, "country FR": 3, "country ES": 3, "country NL": 3, "country CA": 1, "country IN": 1,
	}
	for kind, least := range want {
		if seen[kind] < least {
			t.Errorf("%s: %d openings, want at least %d", kind, seen[kind], least)
		}
	}
}

// TestEveryAdvertIsATextOfItsOwn reads far more openings than a demo shows.
func TestEveryAdvertIsATextOfItsOwn(t *testing.T) {
	w := newWorld(t)
	openings := w.all()
	for range 2000 {
		openings = append(openings, w.Publish(start()))
	}
	for range 30 {
		openings = append(openings, w.PublishMatching(start()), w.PublishOther(start()))
	}
	twins, ids := map[string]string{}, map[string]bool{}
	damage := []string{"{", "}", "  ", " . ", " .\n", " ,", " ;", " :", "..", "%!", "\n\n\n"}
	for _, o := range openings {
		p := o.Posting
		if twin, ok := twins[p.Description]; ok {
			t.Errorf("%s says the same as %s", p.ID, twin)
		}
		twins[p.Description] = p.ID
		if ids[p.ID] || ids[p.URL] {
			t.Errorf("%s: the id or the address is used twice", p.ID)
		}
		ids[p.ID], ids[p.URL] = true, true
		if n := len([]rune(p.Description)); n < 900 || n > 3000 {
			t.Errorf("%s, %s: %d characters", p.ID, p.Title, n)
		}
		text := p.Description
		if p.Language == "fr" { // sets a space before these
			text = strings.NewReplacer(" :", ":", " ;", ";", " ?", "?").Replace(text)
		}
		for _, sign := range damage {
			if strings.Contains(text, sign) || strings.TrimSpace(text) != text {
				t.Errorf("%s: %q, or space at an end, in\n%s", p.ID, sign, text)
			}
		}
		if p.Title != strings.Join(strings.Fields(p.Title), " ") || strings.ContainsAny(p.Title, "{}") {
			t.Errorf("%s: title %q", p.ID, p.Title)
		}
	}
}

func TestTheStreamUsesEveryCompanyAndRole(t *testing.T) {
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	companies, roles := map[string]bool{}, map[string]bool{}
	for number := range 5000 {
		p := c.plan(number, rand.New(rand.NewPCG(seed, uint64(number))))
		companies[p.company.board.Company], roles[p.role.key] = true, true
	}
	for _, co := range c.companies {
		if !companies[co.board.Company] {
			t.Errorf("%s never hires", co.board.Company)
		}
	}
	for _, r := range c.roles {
		if !roles[r.key] {
			t.Errorf("nobody ever hires for %s", r.key)
		}
	}
}

func TestTwoRunsShowTheSame(t *testing.T) {
	run := func() (out []byte) {
		w := newWorld(t)
		w.Publish(start())
		w.PublishMatching(start())
		w.PublishOther(start())
		for _, o := range w.all() {
			line, err := json.Marshal(o.Posting)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, line...)
		}
		for _, b := range w.Boards() {
			out = append(out, serve(t, b, w.openings(b))...)
		}
		return out
	}
	if first, second := run(), run(); !bytes.Equal(first, second) {
		t.Error("two runs differ")
	}
}

// serve is what a board with these openings answers to the daemon; nothing for a company without a
// board.
func serve(t *testing.T, b Board, openings []Opening) []byte {
	t.Helper()
	var body []byte
	var err error
	switch b.Format {
	case FormatAshby:
		body, err = ashbyResponse(openings, true)
	case FormatGreenhouse:
		body, err = greenhouseResponse(openings, true, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// read reads a board with these openings as the daemon does.
func read(t *testing.T, b Board, openings []Opening) []source.Raw {
	t.Helper()
	parse := map[string]func(source.Board, []byte) (source.Page, error){FormatAshby: ashbyboard.Parse, FormatGreenhouse: greenhouseboard.Parse}[b.Format]
	page, err := parse(source.Board{Name: b.Name, Company: b.Company}, serve(t, b, openings))
	if err != nil {
		t.Fatalf("%s: %v", b.Name, err)
	}
	for _, refused := range page.Refused {
		t.Errorf("%s: %v", b.Name, refused)
	}
	return page.Postings
}

// TestBoardsServeTheirFormat compares what the readers of the formats find in their fields with what
// is offered.
func TestBoardsServeTheirFormat(t *testing.T) {
	w := newWorld(t)
	type facts struct {
		ID, URL, Title string
		PostedAt, Ends time.Time
		Paid           bool
	}
	for _, b := range w.Boards() {
		if b.Format == FormatPush {
			continue
		}
		var got, want []facts
		for i, raw := range read(t, b, w.openings(b)) {
			o := w.openings(b)[i]
			got = append(got, facts{raw.ID, raw.URL, raw.Title, raw.PostedAt.UTC(), raw.Ends.UTC(), len(raw.Pay) > 0})
			expect := facts{o.id, o.Posting.URL, o.Posting.Title, o.Posting.PostedAt, time.Time{}, o.Posting.Salary != nil}
			if o.Posting.ValidThrough != nil {
				expect.Ends = *o.Posting.ValidThrough
			}
			if b.Format == FormatAshby && o.number%3 == 0 { // these leave it to the text
				expect.Paid = false
			}
			want = append(want, expect)
			if raw.HTML == "" || strings.Contains(raw.HTML, "&lt;") {
				t.Errorf("%s: the advert is not markup: %.80s", raw.ID, raw.HTML)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b.Name, diff)
		}
	}
}

func TestPushedPostingsAreValid(t *testing.T) {
	pushed := newWorld(t).Pushed()
	if len(pushed) < 30 {
		t.Errorf("%d pushed postings, want some 40", len(pushed))
	}
	var body bytes.Buffer
	for _, p := range pushed {
		if err := json.NewEncoder(&body).Encode(p); err != nil {
			t.Fatal(err)
		}
	}
	items, err := push.Items(source.Board{}, body.Bytes())
	if err != nil || len(items) != len(pushed) {
		t.Fatalf("%d of %d read: %v", len(items), len(pushed), err)
	}
	for i, item := range items {
		if item.Err != nil {
			t.Errorf("%s: %v", pushed[i].ID, item.Err)
			continue
		}
		if diff := cmp.Diff(pushed[i].Normalized(), *item.Raw.Settled); diff != "" {
			t.Errorf("%s changes on the way (-sent +read):\n%s", pushed[i].ID, diff)
		}
	}
}

func TestWhatIsOfferedIsValid(t *testing.T) {
	for _, o := range newWorld(t).all() {
		if err := o.Posting.Validate().Err(); err != nil {
			t.Errorf("%s: %v", o.Posting.ID, err)
		}
		for _, name := range o.Posting.Skills {
			if canonical, ok := skill.Shipped().Canonical(name); !ok || canonical != name {
				t.Errorf("%s: %q is not the name of a skill", o.Posting.ID, name)
			}
		}
		if o.Posting.Class != alerts.ClassNo && len(o.Posting.Skills) == 0 && o.Posting.Seniority[0] != alerts.SeniorityManager {
			t.Errorf("%s, %s: no skills", o.Posting.ID, o.Posting.Title)
		}
	}
}

// TestTheScriptedOpeningsMatchAsPromised sends them the whole way: board, format, normal form, filter.
func TestTheScriptedOpeningsMatchAsPromised(t *testing.T) {
	filter := alerts.Filter{
		Class:     []alerts.Class{alerts.ClassCore},
		Skills:    alerts.SkillSet{Any: []string{"go", "rust"}},
		Places:    []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 30}},
		Seniority: []alerts.Seniority{alerts.SenioritySenior},
	}
	normalizer := normalize.New(skill.Shipped())
	w := newWorld(t)
	for i := range 24 {
		o, want := w.PublishMatching(start()), true
		if i%2 == 1 {
			o, want = w.PublishOther(start()), false
		}
		raw := read(t, o.Board, []Opening{o})[0]
		p := normalizer.Posting(o.Board.Format, source.Board{Name: o.Board.Name, Company: o.Board.Company}, raw)
		if verdict := filter.Match(&p); verdict.Match != want {
			t.Errorf("%s, %s, %s: match %v, want %v: %+v", p.ID, p.Title, p.Workplace, verdict.Match, want, verdict.Reasons)
		}
		if verdict := filter.Match(&o.Posting); verdict.Match != want {
			t.Errorf("%s as it is meant: match %v, want %v: %+v", p.ID, verdict.Match, want, verdict.Reasons)
		}
	}
}

func TestNobodyRealIsNamed(t *testing.T) {
	list, err := os.ReadFile("testdata/realcompanies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			names = append(names, regexp.QuoteMeta(line))
		}
	}
	real := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`)
	files, err := texts.ReadDir("data")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := texts.ReadFile("data/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range real.FindAllString(string(text), -1) {
			t.Errorf("%s names %s", file.Name(), found)
		}
	}
}
