package normalize

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/normalize/week"
	"jobalertd/alerts/normalize/where"
)

// The order of belief. Employers fill the fields of a form once and forget them; the sentence that
// asks for three days in the office was written for this job. So, from the strongest:
//
//	text   days in the office, "this is a hybrid role", #LI-Hybrid, "fully remote", "no remote"
//	place  the words remote, hybrid, on-site in the title or the location
//	field  a field made for the workplace
//	flag   a bare isRemote
//
// Days in the office beat every mention of remote: "remote-friendly, three days in the office" is
// hybrid. A text that merely likes remote work ("remote-first culture") is weaker than a field.

// workplaceCue is what a phrase says about the workplace, and how strongly.
type workplaceCue struct {
	means  alerts.Workplace
	weight int
}

// The weights of evidence.
const (
	cueDays   = 10 // the days a week in the office
	cuePlain  = 8  // says so of this job
	cuePlace  = 6  // a word in the title or the location
	cueField  = 5
	cueNot    = 4 // a flag that says no, beside a city
	cueLikely = 3 // usually said of the job, sometimes of the company
	cueFlag   = 2
)

// workplaceSections are the sections of phrases.txt about the workplace.
func workplaceSections() map[string]workplaceCue {
	return map[string]workplaceCue{
		"workplace remote plain":  {alerts.WorkplaceRemote, cuePlain},
		"workplace remote likely": {alerts.WorkplaceRemote, cueLikely},
		"workplace hybrid plain":  {alerts.WorkplaceHybrid, cuePlain},
		"workplace hybrid likely": {alerts.WorkplaceHybrid, cueLikely},
		"workplace hybrid word":   {alerts.WorkplaceHybrid, cueField},
		"workplace onsite plain":  {alerts.WorkplaceOnsite, cuePlain},
		"workplace onsite likely": {alerts.WorkplaceOnsite, cueLikely},
		"workplace nothing":       {},
	}
}

// evidence collects what speaks for each workplace: of each weight once, for boilerplate repeats
// itself.
type evidence struct {
	weights map[alerts.Workplace][]int
	origin  map[alerts.Workplace]alerts.Origin // of the strongest
}

func newEvidence() *evidence {
	return &evidence{weights: map[alerts.Workplace][]int{}, origin: map[alerts.Workplace]alerts.Origin{}}
}

func (e *evidence) add(means alerts.Workplace, weight int, origin alerts.Origin) {
	if means == "" || slices.Contains(e.weights[means], weight) {
		return
	}
	if weight > e.strongest(means) {
		e.origin[means] = origin
	}
	e.weights[means] = append(e.weights[means], weight)
	slices.SortFunc(e.weights[means], func(a, b int) int { return b - a })
}

func (e *evidence) strongest(means alerts.Workplace) int {
	if len(e.weights[means]) == 0 {
		return 0
	}
	return e.weights[means][0]
}

// decide names the workplace with the strongest evidence; of equals the one with more behind it. If
// that is equal too, remote and hybrid win over on-site, because a posting that offers a choice
// offers the freer one; and in the plain words of a text hybrid wins over remote, because a hybrid
// job is both.
func (e *evidence) decide() (alerts.Workplace, alerts.Origin) {
	order := []alerts.Workplace{alerts.WorkplaceHybrid, alerts.WorkplaceRemote, alerts.WorkplaceOnsite}
	if e.strongest(alerts.WorkplaceRemote) == cuePlace {
		order[0], order[1] = order[1], order[0]
	}
	best := alerts.Workplace("")
	for _, w := range order {
		if len(e.weights[w]) > 0 && slices.Compare(e.weights[w], e.weights[best]) > 0 {
			best = w
		}
	}
	return best, e.origin[best]
}

// read collects the evidence of a text.
func (n *Normalizer) workplaceText(text phrase.Text, e *evidence) {
	n.words.workplace.Scan(text, func(m phrase.Match[workplaceCue]) {
		cue := m.Value
		if cue.means == "" || text.Crosses(m.First, m.Last) || cue.means == alerts.WorkplaceRemote && notOfThisJob(text, m.First, m.Last) {
			return
		}
		if refused(text, m.First) {
			if cue.means == alerts.WorkplaceRemote && cue.weight == cuePlain {
				e.add(alerts.WorkplaceOnsite, cueLikely, alerts.FromText)
			}
			return
		}
		e.add(cue.means, cue.weight, alerts.FromText)
	})
	// Four days a week are hybrid to most and on-site to those who say so elsewhere.
	office, home := week.Of(text)
	switch days := max(n.officeDays(text), office); {
	case days >= 5:
		e.add(alerts.WorkplaceOnsite, cueDays, alerts.FromText)
	case days == 4:
		e.add(alerts.WorkplaceHybrid, cueDays, alerts.FromText)
		e.add(alerts.WorkplaceOnsite, cueDays, alerts.FromText)
	case days > 0, home > 0:
		e.add(alerts.WorkplaceHybrid, cueDays, alerts.FromText)
	}
}

// notOfThisJob says whether a mention of remote work is not about where this job is done: the bare
// word before something else that is remote, "remote fieldwork"; a skill in working with others,
// "experience with remote teams"; a few weeks a year, "work from anywhere for up to 60 days".
func notOfThisJob(text phrase.Text, first, last int) bool {
	if first == last && text.Tokens[first].Word == "remote" {
		if before := text.Word(first - 1); text.Tokens[first].Gap == phrase.Space && (before == "with" || before == "of" || before == "managing") {
			return true
		}
		if last+1 < len(text.Tokens) && text.Tokens[last+1].Gap == phrase.Space && !afterRemote(text.Tokens[last+1].Word) {
			return true
		}
	}
	if unit := text.Word(first - 1); unit == "weeks" || unit == "week" || unit == "days" || unit == "months" {
		if _, ok := phrase.Number(text.Word(first - 2)); ok {
			return true
		}
	}
	_, end := text.Sentence(first)
	for i := last + 1; i < min(end, last+14); i++ {
		switch text.Tokens[i].Word {
		case "days", "weeks", "months", "wochen", "tage":
			for back := i - 1; back > max(last, i-6); back-- {
				if word := text.Tokens[back].Word; word == "up" || word == "for" || word == "zu" {
					return true
				}
			}
		}
	}
	return false
}

// afterRemote says whether a word may follow the bare word remote where that is said of the job.
func afterRemote(word string) bool {
	switch word {
	case "in", "within", "from", "for", "to", "or", "and", "with", "across", "anywhere", "only", "preferred", "possible", "available", "allowed", "option", "options",
		"opportunity", "flexibility", "policy", "setup", "set", "based", "is", "but", "us", "usa", "uk", "eu", "emea", "apac", "latam", "europe", "canada", "germany",
		"india", "full", "part", "contract", "contractor", "freelance", "candidates", "applicants", "hires", "work", "workplace", "at", "as", "must", "on", "the",
		"we", "you", "oder", "und", "arbeiten", "möglich", "ou", "o", "lifestyle", "roles", "positions", "jobs", "except", "north",
		"flexible", "freedom", "global", "globally", "worldwide", "time", "arrangement", "arrangements":
		return true
	}
	return false
}

// refused says whether the words before a cue deny it, or wish for it on someone else's behalf:
// "not a remote role", "you want fully remote work" under "you will not like it here".
func refused(text phrase.Text, first int) bool {
	for back := 1; back <= 4 && first-back >= 0; back++ {
		token := text.Tokens[first-back]
		switch token.Word {
		case "not", "no", "never", "cannot", "without", "isn", "aren", "unable":
			return true
		case "want", "prefer", "seeking", "need":
			return back <= 2 && first-back > 0 && text.Tokens[first-back-1].Word == "you"
		}
		if text.Tokens[first-back+1].Gap == phrase.Stop {
			break
		}
	}
	return false
}

// officeDays is how many days a week the text wants people in the office; 0 where it does not say.
// "Once a quarter" and "two weeks a year" are visits.
func (n *Normalizer) officeDays(text phrase.Text) int {
	found := 0
	for i, token := range text.Tokens {
		number := 0
		switch token.Word {
		case "days", "day", "x", "tage", "tagen", "times", "jours", "días", "dagen", "dias", "giorni":
			number = daysBefore(text, i)
		case "twice":
			if next := text.Word(i + 2); next == "week" || next == "weekly" {
				number = 2
			}
		}
		if number < 1 || number > 5 || !aboutOffice(text, i) {
			continue
		}
		found = max(found, number)
	}
	return found
}

// daysBefore is the number before the word days: "3 days", "three (3) days"; of "4-5 days" the
// higher, for it is what is hoped for.
func daysBefore(text phrase.Text, i int) int {
	number := 0
	for back := 1; back <= 4 && i-back >= 0; back++ {
		word := text.Tokens[i-back].Word
		if n, ok := phrase.Number(word); ok {
			number = max(number, n)
			continue
		}
		switch word {
		case "full", "to", "or", "work", "working", "week", "in", "office", "onsite", "on", "site", "person", "anchor", "core", "set", "fixed", "feste", "bis", "à", "o":
			continue
		}
		break
	}
	return number
}

// aboutOffice says whether the sentence around "days" is about being in the office each week, and
// not about holidays, remote days or the week's length.
func aboutOffice(text phrase.Text, i int) bool {
	from, to := text.Sentence(i)
	office := false
	for k := max(from, i-14); k < min(to, i+14); k++ {
		near := k >= i-8 && k <= i+8
		switch text.Tokens[k].Word {
		case "office", "offices", "onsite", "hq", "headquarters", "büro", "studio", "hub", "site", "bureau", "oficina", "kantoor", "escritório", "ufficio", "ort":
			office = office || k >= i-12 && k <= i+10
		case "person":
			office = office || near && k > 0 && text.Tokens[k-1].Word == "in"
		case "quarter", "month", "monthly", "quarterly", "year", "annually", "lunch", "lunches", "pto", "vacation", "holidays", "holiday", "leave", "meals", "sick", "offsite", "breakfast", "snacks", "dinner":
			if near {
				return false
			}
		case "home", "remote", "remotely":
			if k > i && k <= i+5 && !office {
				return false
			}
		}
	}
	return office
}

// workplaceWords reads the words of a title or location.
func (n *Normalizer) workplaceWords(s string, weight int, origin alerts.Origin, e *evidence) {
	text := phrase.Split(s)
	for i, token := range text.Tokens {
		means := alerts.Workplace("")
		switch token.Word {
		case "remote", "remotely", "telecommute", "wfh":
			means = alerts.WorkplaceRemote
			if before := text.Word(i - 1); before == "part" || before == "partly" || before == "partially" {
				e.add(alerts.WorkplaceHybrid, cuePlain, origin)
				continue
			}
		case "based":
			if text.Word(i-1) == "home" {
				means = alerts.WorkplaceRemote
			}
		case "anywhere", "worldwide":
			means = alerts.WorkplaceRemote
		case "hybrid", "hybride":
			means = alerts.WorkplaceHybrid
		case "onsite":
			means = alerts.WorkplaceOnsite
		case "site", "person":
			if text.Word(i-1) == "on" || text.Word(i-1) == "in" {
				means = alerts.WorkplaceOnsite
			}
		case "office":
			if text.Word(i-1) == "in" {
				means = alerts.WorkplaceOnsite
			}
		}
		if means != "" && !text.RuledOut(i) {
			e.add(means, weight, origin)
		} else if means == alerts.WorkplaceRemote {
			e.add(alerts.WorkplaceOnsite, weight, origin)
		}
	}
}

// presumed is the workplace of a posting that names a city and speaks nowhere of remote, hybrid or
// home: who offers one of those says so.
func presumed(locations []alerts.Location, text phrase.Text) alerts.Workplace {
	if !where.HasCity(locations) || len(text.Tokens) < 60 {
		return ""
	}
	for i, token := range text.Tokens {
		switch token.Word {
		case "remote", "remotely", "hybrid", "wfh", "homeoffice", "télétravail", "remoto", "teletrabajo", "thuiswerken", "flexible", "telearbeit":
			return ""
		case "home":
			if before, after := text.Word(i-1), text.Word(i+1); before == "from" || after == "office" {
				return ""
			}
		}
	}
	return alerts.WorkplaceOnsite
}

// flagEvidence is the bare yes or no. False only says that the job is not fully remote, which with
// a place of work named means that it is there; beside a city, a text that merely likes remote work
// does not change that.
func flagEvidence(remote *bool, places []alerts.Location, e *evidence) {
	switch {
	case remote == nil:
	case *remote:
		e.add(alerts.WorkplaceRemote, cueField, alerts.FromField)
	case where.HasCity(places):
		e.add(alerts.WorkplaceOnsite, cueNot, alerts.FromField)
	case len(places) > 0:
		e.add(alerts.WorkplaceOnsite, cueFlag, alerts.FromField)
	}
}

// titleParts cuts a title into the parts that may hold a place: what stands in brackets, behind a
// dash, between bars.
func titleParts(title string) []string {
	cut := func(r rune) bool { return strings.ContainsRune("|()[]–—•", r) }
	var parts []string
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(title, " - ", "|"), cut) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
