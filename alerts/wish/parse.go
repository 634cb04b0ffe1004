package wish

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/fault"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/query"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/text"
)

// MaxLength is how long a line may be, in octets.
const MaxLength = 4000

// Parse reads a line. The filter is canonical; it may still have faults that Validate names. The
// error is a fault.Fault and tells which part cannot be read.
func Parse(line string) (alerts.Filter, error) {
	if len(line) > MaxLength {
		return alerts.Filter{}, fault.New("line.long", "the line is longer than %d characters", MaxLength)
	}
	var r reader
	for _, c := range merge(scan(strings.ToValidUTF8(line, "\ufffd"))) {
		if err := r.chain(c); err != nil {
			return alerts.Filter{}, err
		}
	}
	r.f.Skills.All = append(r.f.Skills.All, r.skills...)
	if len(r.skills) == 1 && len(r.f.Skills.All) == 1 && len(r.f.Skills.Any) == 0 {
		r.f.Skills.Any, r.f.Skills.All = r.skills, nil // one of one: as most people's filters say it
	}
	r.f.Query = strings.Join(r.words, " ")
	if r.f.Query != "" {
		if _, err := query.Parse(r.f.Query); err != nil {
			return alerts.Filter{}, faultOf(err)
		}
	}
	return r.f.Canonical(), nil
}

// faultOf is what is wrong with the text part of a line. Its position would be one in the text, not in the line.
func faultOf(err error) error {
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		return syntax.Problem
	}
	return err
}

// reader collects what a line asks for.
type reader struct {
	f      alerts.Filter
	skills []string // that stand alone
	words  []string // of the query
}

// longest is of how many words a name may consist that nobody has put in quotes.
const longest = 3

// merge joins neighbours that name one thing together: new york, spring boot, full time.
func merge(chains []chain) []chain {
	var merged []chain
	for i := 0; i < len(chains); {
		n := min(longest, len(chains)-i)
		for ; n > 1; n-- {
			if joined, ok := together(chains[i : i+n]); ok {
				merged = append(merged, chain{joined})
				break
			}
		}
		if n == 1 {
			merged = append(merged, chains[i])
		}
		i += n
	}
	return merged
}

func together(chains []chain) (item, bool) {
	words := make([]string, len(chains))
	for i, c := range chains {
		plain := len(c) == 1 && c[0].kind == "" && !c[0].quoted && (!c[0].not || i == 0)
		if !plain {
			return item{}, false
		}
		words[i] = c[0].text
	}
	name := strings.Join(words, " ")
	joined := item{not: chains[0][0].not, text: name, raw: `"` + name + `"`}
	return joined, meaning(joined) != nil
}

// chain takes in one thing, or several joined by OR.
func (r *reader) chain(c chain) error {
	if len(c) == 1 {
		return r.single(c[0])
	}
	if skills, ok := allSkills(c); ok && len(r.f.Skills.Any) == 0 {
		r.f.Skills.Any = skills
		return nil
	}
	// Other facets are a choice already; what is left is looked for in the text.
	means := make([]func(*alerts.Filter), len(c))
	for i, it := range c {
		if means[i] = meaning(it); it.not || means[i] == nil || isSkill(it) {
			return r.say(c)
		}
	}
	for _, set := range means {
		set(&r.f)
	}
	return nil
}

// say adds a choice to the query.
func (r *reader) say(c chain) error {
	parts := make([]string, len(c))
	for i, it := range c {
		if it.kind != "" {
			return fault.New("line.choice", "%s cannot stand in a choice with words; leave OR out, or the kind before the colon", it.raw)
		}
		parts[i] = it.raw
		if it.not {
			parts[i] = "-" + it.raw
		}
	}
	r.words = append(r.words, "("+strings.Join(parts, " OR ")+")")
	return nil
}

// allSkills is the skills of a chain, if it holds nothing else.
func allSkills(c chain) ([]string, bool) {
	skills := make([]string, len(c))
	for i, it := range c {
		if it.not || !isSkill(it) && it.kind != "any" {
			return nil, false
		}
		skills[i] = it.text
	}
	return skills, true
}

func isSkill(it item) bool {
	_, known := skill.Shipped().Canonical(it.text)
	return it.kind == "skill" || it.kind == "" && !it.quoted && known && !isLevel(it.text)
}

// single takes in one thing.
func (r *reader) single(it item) error {
	switch {
	case isSkill(it) && it.not:
		r.f.Skills.None = append(r.f.Skills.None, it.text)
	case isSkill(it):
		r.skills = append(r.skills, it.text)
	case it.kind == "at" && it.not:
		r.f.Companies.None = append(r.f.Companies.None, it.text)
	case it.not && it.kind == "":
		r.words = append(r.words, "-"+it.raw)
	case it.not:
		return fault.New("line.not", "%s cannot be read; only words, skill: and at: can be excluded", "-"+it.raw)
	default:
		set := meaning(it)
		if set == nil && it.kind != "" {
			return fault.New("line", "%s is not understood", it.raw)
		}
		if set == nil {
			r.words = append(r.words, it.raw)
			return nil
		}
		set(&r.f)
	}
	return nil
}

// meaning is what an item asks for beside the text; nil where it is a word like any other.
func meaning(it item) func(*alerts.Filter) {
	word := text.Key(it.text)
	switch it.kind {
	case "":
		if it.quoted {
			return nil
		}
		return bare(it, strings.ReplaceAll(word, " ", "_"))
	case "any", "skill":
		return func(f *alerts.Filter) { f.Skills.Any = append(f.Skills.Any, it.text) }
	case "all":
		return func(f *alerts.Filter) { f.Skills.All = append(f.Skills.All, it.text) }
	case "at":
		return func(f *alerts.Filter) { f.Companies.Any = append(f.Companies.Any, it.text) }
	case "in":
		return func(f *alerts.Filter) { f.Places = append(f.Places, place(it.text)) }
	case "pay":
		if word == "stated" {
			return func(f *alerts.Filter) { f.SalaryUnlisted = alerts.UnlistedExclude }
		}
		return nil
	case "class":
		return func(f *alerts.Filter) { f.Class = append(f.Class, alerts.Class(word)) }
	case "education":
		return func(f *alerts.Filter) { f.EducationMax = alerts.Education(word) }
	case "language":
		return func(f *alerts.Filter) { f.Languages = append(f.Languages, it.text) }
	}
	return enumerated(strings.ReplaceAll(word, " ", "_"))
}

// bare is the meaning of a word on its own.
func bare(it item, word string) func(*alerts.Filter) {
	if set := enumerated(word); set != nil {
		return set
	}
	if rest, ok := strings.CutPrefix(it.text, ">"); ok {
		if least, ok := pay(strings.TrimPrefix(rest, "=")); ok {
			return func(f *alerts.Filter) { f.SalaryMin = &least }
		}
		return nil
	}
	if isSkill(it) {
		return func(f *alerts.Filter) { f.Skills.All = append(f.Skills.All, it.text) }
	}
	if found, ok := barePlace(it.text); ok {
		return func(f *alerts.Filter) { f.Places = append(f.Places, found) }
	}
	return nil
}

func isLevel(word string) bool { return slices.Contains(alerts.Seniorities(), alerts.Seniority(word)) }

// enumerated is the meaning of the values that filters choose from.
func enumerated(word string) func(*alerts.Filter) {
	switch {
	case word == "on_site":
		return enumerated("onsite")
	case slices.Contains(alerts.Workplaces(), alerts.Workplace(word)):
		return func(f *alerts.Filter) { f.Workplace = append(f.Workplace, alerts.Workplace(word)) }
	case isLevel(word):
		return func(f *alerts.Filter) { f.Seniority = append(f.Seniority, alerts.Seniority(word)) }
	case slices.Contains(alerts.Employments(), alerts.Employment(word)):
		return func(f *alerts.Filter) { f.Employment = append(f.Employment, alerts.Employment(word)) }
	}
	return nil
}

const (
	// aroundKM is what is meant by a city that is named without more.
	aroundKM = 50
	// wellKnown is how many inhabitants a city needs to be meant by a bare word.
	wellKnown = 100_000
	// shortest is how long a bare word must be to mean a place: no and it are countries too.
	shortest = 4
)

// barePlace is the country or the large city that a bare word names.
func barePlace(name string) (alerts.Place, bool) {
	if len([]rune(name)) < shortest {
		if strings.ToUpper(name) != name || len(name) != shortest-1 { // USA, but not the word it
			return alerts.Place{}, false
		}
	}
	if code, ok := gazetteer.Country(name); ok {
		return alerts.Place{Country: code}, true
	}
	city, ok := gazetteer.Lookup(name, "", "")
	return alerts.Place{City: city.Name, Country: city.Country, RadiusKM: aroundKM}, ok && city.Population >= wellKnown
}

// place reads City, region R, Country, N km; each part may be left out. A single name that is a
// country's means the country, unless city stands before it.
func place(s string) alerts.Place {
	var p alerts.Place
	for i, part := range parts(s) {
		part = strings.TrimSpace(part)
		number, isRadius := strings.CutSuffix(strings.ToLower(part), "km")
		radius, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		region, isRegion := strings.CutPrefix(part, "region ")
		city, isCity := strings.CutPrefix(part, "city ")
		code, isCountry := gazetteer.Country(part)
		switch {
		case isRadius && err == nil:
			p.RadiusKM = radius
		case isRegion:
			p.Region = unquoted(region)
		case isCity:
			p.City = unquoted(city)
		case isCountry && p.Country == "":
			p.Country = code
		case i == 0:
			p.City = unquoted(part)
		default:
			p.Region = unquoted(part)
		}
	}
	return p
}

// pay reads 80k, 80000EUR, 45USD/hour.
func pay(s string) (alerts.SalaryMin, bool) {
	least := alerts.SalaryMin{Currency: "EUR", Period: alerts.PeriodYear}
	amount, period, found := strings.Cut(s, "/")
	if found {
		least.Period = alerts.Period(strings.ToLower(period))
		if !slices.Contains(alerts.Periods(), least.Period) {
			return least, false
		}
	}
	if n := len(amount) - 3; n > 0 && strings.Trim(strings.ToUpper(amount[n:]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		least.Currency, amount = strings.ToUpper(amount[n:]), amount[:n]
	}
	factor := 1.0
	if cut, ok := strings.CutSuffix(strings.ToLower(amount), "k"); ok {
		amount, factor = cut, 1000
	}
	n, err := strconv.ParseFloat(amount, 64)
	least.Amount = n * factor
	return least, err == nil && strings.Trim(amount, "0123456789.") == ""
}
