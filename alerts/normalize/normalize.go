package normalize

import (
	"html"
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/classify"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
)

// Normalizer turns raw records into postings. It does not change once made, and is safe for
// concurrent use.
type Normalizer struct {
	words      words
	vocabulary *skill.Vocabulary
	skills     *phrase.Set[spelled]
	grammar    map[string][]string
	pay        map[string]int
	period     map[string]alerts.Period
	signs      []struct{ sign, currency string }
	codes      map[string]string

	// Words around a skill's name; see skills.go.
	trade, handled, craft, notSkill map[string]bool
	// Words that may stand between "must be located in" and the place.
	between map[string]bool
	// Words that make a name before a comma one of a region and not of a city.
	notCity map[string]bool
}

// New makes a Normalizer that knows the skills of a vocabulary.
func New(vocabulary *skill.Vocabulary) *Normalizer {
	return &Normalizer{
		words:      newWords(),
		vocabulary: vocabulary,
		skills:     skillSet(vocabulary),
		grammar:    languageTable(),
		pay:        paySignals(),
		period:     periods(),
		signs:      signs(),
		codes:      codes(),
		trade:      tradeWords(),
		handled:    handledWords(),
		craft:      craftWords(),
		notSkill:   notSkillWords(),
		notCity:    wordSet("district region county state province metropolitan metro area north south east west eastern western northern southern coast locations"),
		between:    wordSet("the a any one of following countries country either or and only to continental mainland within time zone zones timezone timezones us-based non no not except"),
	}
}

// work is one record while it is read.
type work struct {
	*Normalizer
	raw    source.Raw
	p      alerts.Posting
	title  phrase.Text
	text   phrase.Text
	places placed
}

// Posting makes the posting of a raw record, with its class.
func (n *Normalizer) Posting(format string, board source.Board, raw source.Raw) alerts.Posting {
	w := &work{Normalizer: n, raw: raw}
	w.p = alerts.Posting{
		ID: board.ID(format) + ":" + raw.ID, Source: format, URL: strings.TrimSpace(raw.URL),
		Title: line(raw.Title), Company: line(raw.Company), PostedAt: raw.PostedAt,
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
	if raw.HTML != "" {
		w.p.Description = Plain(raw.HTML)
	} else {
		w.p.Description = Tidy(raw.Text)
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
	return strings.Join(strings.Fields(Tidy(s)), " ")
}

// readLocations reads the place fields, then the parts of the title that are places and nothing
// else: "Staff Engineer (Belo Horizonte)", "Acme | Engineer | Berlin | Remote".
func (w *work) readLocations() {
	for _, place := range w.raw.Places {
		found := w.readParts(place)
		w.places.locations = append(w.places.locations, found.locations...)
		w.places.areas = append(w.places.areas, found.areas...)
		w.places.excluded = append(w.places.excluded, found.excluded...)
	}
	for _, area := range w.raw.RemoteFrom {
		found := w.readPlace(area)
		w.places.areas = append(w.places.areas, found.areas...)
		w.places.excluded = append(w.places.excluded, found.excluded...)
	}
	origin := alerts.FromField
	titled := w.titlePlaces()
	if !hasCity(w.places.locations) && len(titled.locations) > 0 && (len(w.places.locations) == 0 || hasCity(titled.locations)) {
		w.places.locations = append(w.places.locations, titled.locations...)
		origin = alerts.FromText
	}
	if len(w.places.areas) == 0 || len(titled.excluded) > 0 {
		w.places.areas = append(w.places.areas, titled.areas...)
	}
	w.places.excluded = append(w.places.excluded, titled.excluded...)
	if len(w.places.locations) == 0 {
		if found := w.textPlaces(); len(found) > 0 {
			w.places.locations, origin = found, alerts.FromText
		}
	}
	w.places.locations = distinct(w.places.locations)
	if len(w.places.locations) > 0 {
		w.p.Locations = w.places.locations
		w.from("locations", origin)
	}
}

func (w *work) titlePlaces() placed {
	var out placed
	parts := titleParts(w.p.Title)
	for i, part := range parts {
		if i == 0 && !strings.Contains(w.p.Title, "|") {
			continue // the job's name
		}
		found := w.readPlace(part)
		if found.whole {
			out.locations = append(out.locations, found.locations...)
			out.areas = append(out.areas, found.areas...)
			out.excluded = append(out.excluded, found.excluded...)
		}
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
		if found := w.readPlace(strings.TrimSpace(rest)[:end]); len(found.locations) > 0 {
			return found.locations
		}
	}
	return nil
}

func hasCity(locations []alerts.Location) bool {
	return slices.ContainsFunc(locations, func(l alerts.Location) bool { return l.City != "" })
}

// distinct drops places named twice, and countries of which a city is named.
func distinct(locations []alerts.Location) []alerts.Location {
	var out []alerts.Location
	for _, l := range dropCovered(locations) {
		same := func(o alerts.Location) bool {
			return o.City == l.City && o.Region == l.Region && o.Country == l.Country
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, l)
		}
	}
	return out
}

func (w *work) readWorkplace() {
	e := newEvidence()
	w.workplaceText(w.text, e)
	w.workplaceWords(w.p.Title, cuePlace, alerts.FromText, e)
	for _, place := range w.raw.Places {
		w.workplaceWords(place.Text, cuePlace, alerts.FromField, e)
	}
	e.add(w.raw.Workplace, cueField, alerts.FromField)
	flagEvidence(w.raw.Remote, len(w.places.locations) > 0, e)
	workplace, origin := e.decide()
	if workplace == "" {
		workplace, origin = presumed(w.places.locations, w.text), alerts.FromText
	}
	if workplace == "" {
		return
	}
	w.p.Workplace = workplace
	w.from("workplace", origin)
	if workplace == alerts.WorkplaceRemote {
		if areas, from := w.eligibility(w.places, w.text); len(areas) > 0 {
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
	country := ""
	if len(w.places.locations) > 0 {
		country = w.places.locations[0].Country
	} else if len(w.places.areas) == 1 {
		country = w.places.areas[0]
	}
	if pay := w.stated(w.raw, country); pay != nil {
		w.p.Salary = pay
		w.from("salary", alerts.FromField)
		return
	}
	titled, inTitle := w.bestOffer(w.title, country, 3)
	if inTitle && titled.pay.Min != titled.pay.Max {
		w.p.Salary = &titled.pay
		w.from("salary", alerts.FromText)
		return
	}
	// One sum in the title is often the top of the range that the text gives.
	if o, ok := w.bestOffer(w.text, country, 0); ok {
		w.p.Salary = &o.pay
		w.from("salary", alerts.FromText)
	} else if inTitle {
		w.p.Salary = &titled.pay
		w.from("salary", alerts.FromText)
	}
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
	if language := w.language(w.text); language != "" {
		w.p.Language = language
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
		if found == "" || rank(m.Value) < rank(found) {
			found = m.Value
		}
	})
	return found
}
