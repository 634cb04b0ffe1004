package normalize

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"jobalertd/alerts"
	"jobalertd/alerts/classify"
	"jobalertd/alerts/normalize/language"
	"jobalertd/alerts/normalize/markup"
	"jobalertd/alerts/normalize/money"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/normalize/where"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
)

// Normalizer turns raw records into postings. It does not change once made, and is safe for
// concurrent use.
type Normalizer struct {
	words      words
	vocabulary *skill.Vocabulary
	skills     *phrase.Set[spelled]
	languages  language.Detector
	where      *where.Reader
	money      *money.Reader

	// Words around a skill's name; see skills.go.
	trade, handled, craft, notSkill map[string]bool
}

// New makes a Normalizer that knows the skills of a vocabulary.
func New(vocabulary *skill.Vocabulary) *Normalizer {
	return &Normalizer{
		words:      newWords(),
		vocabulary: vocabulary,
		skills:     skillSet(vocabulary),
		languages:  language.New(),
		where:      where.New(),
		money:      money.New(),
		trade:      tradeWords(),
		handled:    handledWords(),
		craft:      craftWords(),
		notSkill:   notSkillWords(),
	}
}

// work is one record while it is read.
type work struct {
	*Normalizer
	raw    source.Raw
	p      alerts.Posting
	title  phrase.Text
	text   phrase.Text
	places where.Places
}

// Posting makes the posting of a raw record, with its class.
func (n *Normalizer) Posting(format string, board source.Board, raw source.Raw) alerts.Posting {
	w := &work{Normalizer: n, raw: raw}
	w.p = alerts.Posting{
		ID: board.ID(format) + ":" + raw.ID, Source: format, URL: strings.TrimSpace(raw.URL),
		Title: clip(line(raw.Title), alerts.MaxTitle), Company: clip(line(raw.Company), alerts.MaxName), PostedAt: raw.PostedAt,
		Skills: []string{}, Seniority: []alerts.Seniority{}, Locations: []alerts.Location{}, RemoteFrom: []string{}, Employment: []alerts.Employment{},
		From: map[string]alerts.Origin{},
	}
	if w.p.Company == "" {
		w.p.Company = board.Employer()
	}
	if !raw.Ends.IsZero() {
		ends := raw.Ends
		w.p.ValidThrough = &ends
	}
	switch {
	case raw.HTML != "":
		w.p.Description = markup.Plain(raw.HTML)
	case strings.Contains(raw.Text, "<br"):
		w.p.Description = markup.Plain(raw.Text) // plain text by name only
	default:
		w.p.Description = markup.Tidy(raw.Text)
	}
	w.title, w.text = phrase.Split(w.p.Title), phrase.Split(w.p.Description)

	w.readLocations()
	w.readWorkplace()
	w.readSkills()
	w.readSeniority()
	w.readPay()
	w.readRest()
	w.settle()
	if w.p.Class == "" {
		w.p.Class, _ = classify.ClassifyText(w.title, w.text)
	}
	return w.p
}

// from notes where a fact was read.
func (w *work) from(fact string, origin alerts.Origin) { w.p.From[fact] = origin }

// line makes one line of a field, and opens entities that a board left in it.
func line(s string) string {
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	return strings.Join(strings.Fields(markup.Tidy(s)), " ")
}

// clip shortens s to at most n letters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// readLocations reads the place fields, then the parts of the title that are places and nothing
// else: "Staff Engineer (Belo Horizonte)", "Acme | Engineer | Berlin | Remote".
func (w *work) readLocations() {
	for _, p := range w.raw.Places {
		found := w.where.ReadFields(p)
		w.places.Join(found)
	}
	for _, area := range w.raw.RemoteFrom {
		found := w.where.Read(area)
		w.places.Areas = append(w.places.Areas, found.Areas...)
		w.places.Excluded = append(w.places.Excluded, found.Excluded...)
	}
	origin := alerts.FromField
	titled := w.titlePlaces()
	if !where.HasCity(w.places.Locations) && len(titled.Locations) > 0 && (len(w.places.Locations) == 0 || where.HasCity(titled.Locations)) {
		w.places.Locations = append(w.places.Locations, titled.Locations...)
		origin = alerts.FromText
	}
	if len(w.places.Areas) == 0 || len(titled.Excluded) > 0 {
		w.places.Areas = append(w.places.Areas, titled.Areas...)
	}
	w.places.Excluded = append(w.places.Excluded, titled.Excluded...)
	if len(w.places.Locations) == 0 {
		if found := w.textPlaces(); len(found) > 0 {
			w.places.Locations, origin = found, alerts.FromText
		}
	}
	w.places.Locations = where.Distinct(w.places.Locations)
	if len(w.places.Locations) > 0 {
		w.p.Locations = w.places.Locations
		w.from("locations", origin)
	}
}

func (w *work) titlePlaces() where.Places {
	var out where.Places
	parts := titleParts(w.p.Title)
	for i, part := range parts {
		if i == 0 {
			continue // the job's name, or the company's
		}
		if found, ok := w.where.ReadWhole(part); ok {
			out.Join(found)
		}
	}
	if len(out.Locations)+len(out.Areas) == 0 && strings.Contains(w.p.Title, "|") && len(parts) > 0 {
		out, _ = w.where.ReadWhole(parts[0]) // "Berlin, Germany | Acme | Engineer"
	}
	return out
}

// textPlaces reads the line of a text that announces a place: "Location: New York City".
func (w *work) textPlaces() []alerts.Location {
	for i, token := range w.text.Tokens {
		switch token.Word {
		case "location", "locations", "standort", "arbeitsort", "ort", "where":
		default:
			continue
		}
		behind := w.p.Description[token.End:]
		rest, announced := strings.CutPrefix(strings.TrimLeft(behind, " "), ":")
		if !announced || i > 0 && token.Gap == phrase.Space {
			continue
		}
		end := strings.IndexAny(strings.TrimSpace(rest)+"\n", "\n.|;")
		if found := w.where.Read(strings.TrimSpace(rest)[:end]); len(found.Locations) > 0 {
			return found.Locations
		}
	}
	return nil
}

func (w *work) readWorkplace() {
	e := newEvidence()
	w.workplaceText(w.text, e)
	w.workplaceWords(w.p.Title, cuePlace, alerts.FromText, e)
	for _, p := range w.raw.Places {
		w.workplaceWords(p.Text, cuePlace, alerts.FromField, e)
	}
	e.add(w.raw.Workplace, cueField, alerts.FromField)
	flagEvidence(w.raw.Remote, w.places.Locations, e)
	workplace, origin := e.decide()
	if workplace == "" {
		workplace, origin = presumed(w.places.Locations, w.text), alerts.FromText
	}
	if workplace == "" {
		return
	}
	w.p.Workplace = workplace
	w.from("workplace", origin)
	if workplace == alerts.WorkplaceRemote {
		if areas, from := w.where.Eligibility(w.places, w.text); len(areas) > 0 {
			w.p.RemoteFrom = areas
			w.from("remote_from", from)
		}
	}
}

func (w *work) readSkills() {
	tags := make([]phrase.Text, 0, len(w.raw.Tags))
	found := w.skillsIn(append(tags, w.title, w.text)...)
	origin := alerts.FromText
	for _, tag := range w.raw.Tags {
		if name, ok := w.vocabulary.Canonical(tag); ok && !slices.Contains(found, name) {
			found = append(found, name)
			origin = alerts.FromField
		}
	}
	if len(found) > 0 {
		slices.Sort(found)
		w.p.Skills = found
		w.from("skills", origin)
	}
}

func (w *work) readSeniority() {
	if found := w.titleSeniority(w.title); len(found) > 0 {
		w.p.Seniority = found
		w.from("seniority", alerts.FromText)
		return
	}
	if found := w.fieldSeniority(w.raw.Seniority); len(found) > 0 {
		w.p.Seniority = found
		w.from("seniority", alerts.FromField)
		return
	}
	if rung := w.yearsSeniority(w.text); rung != "" {
		w.p.Seniority = []alerts.Seniority{rung}
		w.from("seniority", alerts.FromText)
	}
}

func (w *work) readPay() {
	country := w.dollarCountry()
	if pay, ok := w.money.Stated(w.raw, country); ok {
		w.p.Salary = &pay
		w.from("salary", alerts.FromField)
		return
	}
	titled, inTitle := w.money.Find(w.title, country, money.Trusted)
	if !inTitle || titled.Min == titled.Max {
		// One sum in the title is often the top of the range that the text gives, which is then
		// salary without a word that says so.
		if pay, ok := w.money.Find(w.text, country, money.Doubted); ok {
			titled, inTitle = pay, true
		} else if pay, ok := w.money.Find(w.text, country, money.Trusted); ok && inTitle && pay.Max == titled.Max {
			titled = pay
		}
	}
	if inTitle {
		w.p.Salary = &titled
		w.from("salary", alerts.FromText)
	}
}

// dollarCountry is the country whose dollar a plain $ is: that of the places, where they share one.
func (w *work) dollarCountry() string {
	countries := slices.Clone(w.places.Areas)
	for _, l := range w.places.Locations {
		countries = append(countries, l.Country)
	}
	slices.Sort(countries)
	if countries = slices.Compact(countries); len(countries) == 1 {
		return countries[0]
	}
	return ""
}

func (w *work) readRest() {
	if kinds, origin := w.employment(w.raw.Employment, w.title, w.text); len(kinds) > 0 {
		w.p.Employment = kinds
		w.from("employment", origin)
	}
	if degree := w.degreeField(); degree != "" {
		w.p.Education = degree
		w.from("education", alerts.FromField)
	} else if degree := w.education(w.text); degree != "" {
		w.p.Education = degree
		w.from("education", alerts.FromText)
	}
	// Boards give the language of their pages, which is not always that of the text.
	if code := w.languages.Of(w.text); code != "" {
		w.p.Language = code
		w.from("language", alerts.FromText)
	} else if tag := strings.ToLower(w.raw.Language); len(tag) >= 2 && (len(tag) == 2 || tag[2] == '-' || tag[2] == '_') {
		w.p.Language = tag[:2]
		w.from("language", alerts.FromField)
	}
}

// degreeField reads a board's own field for education.
func (w *work) degreeField() alerts.Education {
	words := phrase.Split(strings.ReplaceAll(w.raw.Education, "_", " "))
	found := alerts.Education("")
	w.words.education.Scan(words, func(m phrase.Match[alerts.Education]) {
		if m.Value != "" && (found == "" || rank(m.Value) < rank(found)) {
			found = m.Value
		}
	})
	return found
}
