package shell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"jobalertd/alerts"
	"jobalertd/alerts/fault"
	"jobalertd/alerts/phrase"
	"jobalertd/subscribers"
)

// Label is how a value of a field is called.
func (t *Texts) Label(field, value string) string {
	switch field {
	case "filter.salary_min.currency":
		return value
	case "cadence.hour":
		hour, _ := strconv.Atoi(value) // one of ours
		return t.Locale.Clock(hour, 0)
	}
	return t.Say(field + "." + value)
}

// Problem is what is wrong with a field. One that has a code is said in the language, others are already.
func (t *Texts) Problem(e alerts.FieldError) string {
	if e.Fault.Code == "" {
		return e.Problem
	}
	return t.fault(e.Fault)
}

// fault is the sentence of a fault.
func (t *Texts) fault(f fault.Fault) string {
	args := make([]any, len(f.Args))
	for i, arg := range f.Args {
		switch arg := arg.(type) {
		case fault.Fault:
			args[i] = t.fault(arg)
		case fault.Value:
			args[i] = t.Say("fault.value", arg.Short())
		case int:
			args[i] = t.Locale.Number(float64(arg))
		case float64:
			args[i] = t.Locale.Number(arg)
		default:
			args[i] = fmt.Sprint(arg)
		}
	}
	return t.Say("fault."+f.Code, args...)
}

// nameLength is how long a name made up for an alert may be, in characters.
const nameLength = 40

// Name is what to call an alert whose owner gave it no name: by its first skills and place.
func (t *Texts) Name(f alerts.Filter) string {
	name := t.Say("name.default")
	if skills := slices.Concat(f.Skills.All, f.Skills.Any); len(skills) > 0 {
		name = t.Say("name.skills", strings.Join(skills[:min(len(skills), 2)], ", "))
	}
	if len(f.Places) > 0 {
		where := f.Places[0].City
		if where == "" {
			where = phrase.Country(t.Locale, f.Places[0].Country)
		}
		name = t.Say("name.place", name, where)
	}
	if runes := []rune(name); len(runes) > nameLength {
		name = string(runes[:nameLength-1]) + "…"
	}
	return name
}

// Described is an alert as a page shows it.
type Described struct {
	ID, Name, Rhythm string
	Facts            []string
	Feed             string // the path of its feed; empty where none is shown
}

// Describe puts alerts into words, as the mails do.
func (t *Texts) Describe(all []subscribers.Alert) []Described {
	out := make([]Described, len(all))
	for i, a := range all {
		out[i] = Described{ID: a.ID, Name: a.Name, Rhythm: sentence(phrase.Cadence(t.Locale, a.Cadence)), Facts: phrase.Filter(t.Locale, a.Filter)}
		if a.Name == "" {
			out[i].Name = t.Name(a.Filter)
		}
	}
	return out
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
