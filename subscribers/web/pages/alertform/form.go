package alertform

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/subscribers/web/pages/shell"
)

// Form is what a person wrote into a form, and what is wrong with it. Its fields are named by the
// paths that faults have: filter.places[0].city.
type Form struct {
	Values url.Values
	Errs   alerts.FieldErrors
	Texts  *shell.Texts
	// Guess lets the browser choose its own time zone.
	Guess bool
}

// Field is one field as a template shows it.
type Field struct {
	ID, Name, Value, Label, Hint, Problem string
	Options                               []option
	Groups                                []group
	Guess                                 bool
}

// Field is a field by its name.
func (f Form) Field(name string) Field {
	key := "field." + withoutIndex(name)
	return Field{
		ID: fieldID(name), Name: name, Value: f.Values.Get(name),
		Label: f.Texts.Say(key + ".label"), Hint: f.Texts.Find(key + ".hint"), Problem: f.problem(name),
	}
}

// Choice is a field with the values to choose from.
func (f Form) Choice(name string) Field {
	c := f.Field(name)
	for _, value := range values(name) {
		c.Options = append(c.Options, option{
			Value: value, Label: f.Texts.Label(name, value), Note: f.Texts.Find(name + "." + value + ".note"), Selected: f.Has(name, value),
		})
	}
	return c
}

// Line is the whole filter in one line.
func (f Form) Line() Field { return f.Field(lineField) }

// LineShown is what the line is when the form is shown; see Parse.
func (f Form) LineShown() string { return f.Values.Get(lineShown) }

// Has reports whether one of a field's values is this one.
func (f Form) Has(name, value string) bool { return slices.Contains(f.Values[name], value) }

// Zone is the choice of time zones.
func (f Form) Zone() Field {
	c := f.Field("time_zone")
	c.Groups, c.Guess = zoneGroups(c.Value), f.Guess
	return c
}

// place is the fields of one place.
type place struct{ Country, Region, City, Radius Field }

// Places is a row of fields for each place, and always one at least.
func (f Form) Places() []place {
	var rows []place
	for i := 0; i == 0 || f.Values.Has(placeName(i, "country")); i++ {
		rows = append(rows, place{
			Country: f.Field(placeName(i, "country")), Region: f.Field(placeName(i, "region")),
			City: f.Field(placeName(i, "city")), Radius: f.Field(placeName(i, "radius_km")),
		})
	}
	return rows
}

func placeName(i int, part string) string { return fmt.Sprintf("filter.places[%d].%s", i, part) }

// More reports whether one of the fields that are folded away at first says something.
func (f Form) More() bool {
	for _, name := range []string{"filter.salary_unlisted", "filter.skills.all", "filter.skills.none", "filter.companies.any", "filter.companies.none", "filter.class", "filter.languages", "filter.education_max"} {
		if f.Values.Get(name) != "" || f.problem(name) != "" {
			return true
		}
	}
	return false
}

// problem is what is wrong with a field, or with a part of what it holds.
func (f Form) problem(name string) string {
	var found []string
	for _, e := range f.Errs {
		if shownAt(e.Field) == name {
			found = append(found, f.Texts.Problem(e))
		}
	}
	return strings.Join(found, "; ")
}

// summaryLine is one fault in the list at the top of a form.
type summaryLine struct{ ID, Text string }

// Errors lists every fault, with the field it can be mended at.
func (f Form) Errors() []summaryLine {
	var lines []summaryLine
	for _, e := range f.Errs {
		name := shownAt(e.Field)
		line := summaryLine{Text: f.Texts.Problem(e)}
		if label := f.Texts.Find("field." + withoutIndex(name) + ".label"); label != "" {
			line.ID = fieldID(name)
			line.Text = f.Texts.Say("errors.line", label, line.Text)
		}
		lines = append(lines, line)
	}
	return lines
}

// shownAt is the name of the form's field that a path belongs to: one field holds a whole list.
func shownAt(path string) string {
	if strings.HasPrefix(path, "filter.places[") {
		return path
	}
	path, _, _ = strings.Cut(path, "[")
	if path == "filter.salary_min" {
		return "filter.salary_min.amount"
	}
	return path
}

// fieldID is a field's id in the page.
func fieldID(name string) string {
	return strings.NewReplacer(".", "-", "[", "-", "]", "", "_", "-").Replace(name)
}

// withoutIndex is a path without the places in its lists.
func withoutIndex(name string) string {
	before, rest, ok := strings.Cut(name, "[")
	if !ok {
		return name
	}
	_, after, _ := strings.Cut(rest, "]")
	return before + after
}

// Aria is the attributes that tie a field to its hint and its fault.
func (f Field) Aria() template.HTMLAttr {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Problem != "" {
		ids = append(ids, f.ID+"-error")
	}
	if len(ids) == 0 {
		return ""
	}
	attr := `aria-describedby="` + strings.Join(ids, " ") + `"`
	if f.Problem != "" {
		attr += ` aria-invalid="true"`
	}
	return template.HTMLAttr(attr) // ids are letters and dashes
}
