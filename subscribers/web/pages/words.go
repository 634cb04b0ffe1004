package pages

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/phrase"
	"jobalertd/subscribers"
)

// rhythm is a cadence in words.
func (t table) rhythm(c alerts.Cadence) string {
	switch c.Every {
	case alerts.EveryDaily:
		return t.say("rhythm.daily", c.Hour)
	case alerts.EveryWeekly:
		return t.say("rhythm.weekly", c.Hour, t.label("cadence.weekday", c.Weekday))
	default:
		return t.say("rhythm.instant")
	}
}

// nameLength is how long a name made up for an alert may be, in characters.
const nameLength = 40

// name is what to call an alert whose owner gave it no name: by its first skills and place.
func (t table) name(f alerts.Filter) string {
	name := t.say("name.default")
	if skills := slices.Concat(f.Skills.All, f.Skills.Any); len(skills) > 0 {
		name = t.say("name.skills", strings.Join(skills[:min(len(skills), 2)], ", "))
	}
	if len(f.Places) > 0 {
		where := f.Places[0].City
		if where == "" {
			where = gazetteer.CountryName(f.Places[0].Country)
		}
		name = t.say("name.place", name, where)
	}
	if runes := []rune(name); len(runes) > nameLength {
		name = string(runes[:nameLength-1]) + "…"
	}
	return name
}

// described is an alert as a page shows it.
type described struct {
	ID, Name, Rhythm string
	Facts            []string
	Feed             string // the path of its feed; empty where none is shown
}

// describe puts alerts into words, as the mails do.
func (l *tongue) describe(all []subscribers.Alert) []described {
	out := make([]described, len(all))
	for i, a := range all {
		out[i] = described{ID: a.ID, Name: a.Name, Rhythm: l.table.rhythm(a.Cadence), Facts: phrase.Filter(l.locale, a.Filter)}
		if a.Name == "" {
			out[i].Name = l.table.name(a.Filter)
		}
	}
	return out
}
