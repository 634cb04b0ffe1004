package alertform

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/fault"
	"jobalertd/alerts/wish"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/shell"
)

// parser reads a form into an alert.
type parser struct {
	values url.Values
	texts  *shell.Texts
	errs   alerts.FieldErrors
}

// filter is the filter that the form describes. What the form has not shown stays as in base.
func (p *parser) filter(base alerts.Filter) alerts.Filter {
	f := base
	f.Query = p.text("filter.query")
	f.Skills.Any = p.list("filter.skills.any")
	f.Skills.None = p.list("filter.skills.none")
	f.Companies.None = p.list("filter.companies.none")
	for name, list := range map[string]*[]string{
		"filter.skills.all": &f.Skills.All, "filter.companies.any": &f.Companies.Any, "filter.languages": &f.Languages,
	} {
		if p.values.Has(name) {
			*list = p.list(name)
		}
	}
	if p.values.Has("filter.education_max") {
		f.EducationMax = alerts.Education(p.text("filter.education_max"))
	}
	f.Workplace = chosen[alerts.Workplace](p.values["filter.workplace"])
	f.Seniority = chosen[alerts.Seniority](p.values["filter.seniority"])
	f.Employment = chosen[alerts.Employment](p.values["filter.employment"])
	f.Class = chosen[alerts.Class](p.values["filter.class"])
	f.SalaryUnlisted = alerts.Unlisted(p.text("filter.salary_unlisted"))
	f.SalaryMin = p.salary()
	f.Places = p.places()
	return f
}

// cadence reads how often the alert writes. An hour chosen before the rhythm is no fault.
func (p *parser) cadence() alerts.Cadence {
	c := alerts.Cadence{Every: alerts.Every(p.text("cadence.every"))}
	if c.Every == alerts.EveryInstant {
		return c
	}
	hour, err := strconv.Atoi(p.text("cadence.hour"))
	if err != nil {
		hour = -1 // Validate says what an hour is
	}
	c.Hour = hour
	if c.Every == alerts.EveryWeekly {
		c.Weekday = p.text("cadence.weekday")
	}
	return c
}

func (p *parser) salary() *alerts.SalaryMin {
	text := p.text("filter.salary_min.amount")
	if text == "" {
		return nil
	}
	amount, ok := amount(text)
	if !ok {
		p.errs.Addf("filter.salary_min.amount", "%s", p.texts.Say("amount.problem", fault.Value(text).Short()))
		return nil
	}
	return &alerts.SalaryMin{
		Amount: amount, Currency: p.text("filter.salary_min.currency"), Period: alerts.Period(p.text("filter.salary_min.period")),
	}
}

// amount reads a number as people write it: 80000, 80 000, 80.000, 80,000, 80k.
func amount(s string) (float64, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "_", "", "'", "").Replace(s)
	factor := 1.0
	if cut, ok := strings.CutSuffix(strings.ToLower(s), "k"); ok {
		s, factor = cut, 1000
	}
	for _, separator := range []string{",", "."} {
		parts := strings.Split(s, separator)
		// Three digits behind a separator are thousands: nobody is paid to the tenth of a cent.
		if !slices.ContainsFunc(parts[1:], func(part string) bool { return len(part) != 3 }) {
			s = strings.Join(parts, "")
		}
	}
	n, ok := number(s)
	return n * factor, ok
}

// number reads digits with a point; no sign, no exponent, no NaN.
func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && strings.Trim(s, "0123456789.") == ""
}

// places reads the rows of places. Empty rows are dropped, and the form's values with them, so that
// faults keep pointing at the right row.
func (p *parser) places() []alerts.Place {
	var found []alerts.Place
	parts := []string{"country", "region", "city", "radius_km"}
	for i := 0; p.values.Has(placeName(i, "country")); i++ {
		row := map[string]string{}
		for _, part := range parts {
			row[part] = p.text(placeName(i, part))
			p.values.Del(placeName(i, part))
		}
		if row["country"] == "" && row["region"] == "" && row["city"] == "" {
			continue
		}
		for _, part := range parts {
			p.values.Set(placeName(len(found), part), row[part])
		}
		found = append(found, p.place(len(found), row))
	}
	return found
}

func (p *parser) place(i int, row map[string]string) alerts.Place {
	place := alerts.Place{Region: row["region"], City: row["city"]}
	if row["country"] != "" {
		code, ok := countryCode(row["country"])
		if !ok {
			p.errs.Addf(placeName(i, "country"), "%s", p.texts.Say("country.problem", fault.Value(row["country"]).Short()))
		}
		place.Country = code
	}
	if place.City == "" || row["radius_km"] == "" {
		return place
	}
	radius, ok := number(strings.Replace(row["radius_km"], ",", ".", 1))
	if !ok {
		p.errs.Addf(placeName(i, "radius_km"), "%s", p.texts.Say("radius.problem", fault.Value(row["radius_km"]).Short()))
	}
	place.RadiusKM = radius
	return place
}

func (p *parser) text(name string) string { return strings.TrimSpace(p.values.Get(name)) }

// list reads a list with commas between its parts.
func (p *parser) list(name string) []string {
	var parts []string
	for part := range strings.SplitSeq(p.values.Get(name), ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

func chosen[T ~string](values []string) []T {
	var out []T
	for _, v := range values {
		out = append(out, T(v))
	}
	return out
}

// lineField and lineShown are the filter in one line, and what it was when the form was shown.
const (
	lineField = "wish"
	lineShown = "wish.shown"
)

// LineEdited reports whether somebody has changed the line since the form was shown.
func LineEdited(values url.Values) bool {
	return strings.TrimSpace(values.Get(lineField)) != strings.TrimSpace(values.Get(lineShown))
}

// Parse reads the form of one alert, and brings its line and its fields to agree, those that were
// not edited following the others. What the form has not shown stays as in base.
func Parse(values url.Values, t *shell.Texts, base subscribers.Alert) (subscribers.Alert, alerts.FieldErrors) {
	p := &parser{values: values, texts: t}
	a := base
	if LineEdited(values) {
		f, err := wish.Parse(values.Get(lineField))
		if unread, ok := errors.AsType[fault.Fault](err); ok {
			p.errs.Note(lineField, unread)
		} else {
			setFilter(values, f, t)
		}
	}
	a.Name = p.text("name")
	a.Cadence = p.cadence()
	a.Filter = p.filter(base.Filter)
	if a.Name == "" {
		a.Name = t.Name(a.Filter)
	}
	if len(p.errs) == 0 && len(a.Filter.Validate()) == 0 {
		showLine(values, a.Filter)
	}
	return a, p.errs
}

// showLine makes the line say what the filter is.
func showLine(values url.Values, f alerts.Filter) {
	line := wish.Format(f)
	values.Set(lineField, line)
	values.Set(lineShown, line)
}

// setFilter makes the fields say what the filter is.
func setFilter(values url.Values, f alerts.Filter, t *shell.Texts) {
	for i, p := range f.Places {
		f.Places[i] = wish.Plain(p)
	}
	for name := range values {
		if strings.HasPrefix(name, "filter.") {
			values.Del(name)
		}
	}
	maps.Copy(values, filterValues(f, t))
}

// Fill is the form of an alert, as Parse reads it.
func Fill(a subscribers.Alert, t *shell.Texts) url.Values {
	v := filterValues(a.Filter, t)
	v.Set("name", a.Name)
	v.Set("cadence.every", string(a.Cadence.Every))
	v.Set("cadence.hour", strconv.Itoa(a.Cadence.Hour))
	v.Set("cadence.weekday", a.Cadence.Weekday)
	showLine(v, a.Filter)
	return v
}

// filterValues is the fields of a filter.
func filterValues(f alerts.Filter, t *shell.Texts) url.Values {
	v := url.Values{
		"filter.query":           {f.Query},
		"filter.skills.any":      {strings.Join(f.Skills.Any, ", ")},
		"filter.skills.all":      {strings.Join(f.Skills.All, ", ")},
		"filter.skills.none":     {strings.Join(f.Skills.None, ", ")},
		"filter.companies.any":   {strings.Join(f.Companies.Any, ", ")},
		"filter.education_max":   {string(f.EducationMax)},
		"filter.languages":       {strings.Join(f.Languages, ", ")},
		"filter.companies.none":  {strings.Join(f.Companies.None, ", ")},
		"filter.workplace":       words(f.Workplace),
		"filter.seniority":       words(f.Seniority),
		"filter.employment":      words(f.Employment),
		"filter.class":           words(f.Class),
		"filter.salary_unlisted": {string(f.SalaryUnlisted)},
	}
	if s := f.SalaryMin; s != nil {
		v.Set("filter.salary_min.amount", strconv.FormatFloat(s.Amount, 'f', -1, 64))
		v.Set("filter.salary_min.currency", s.Currency)
		v.Set("filter.salary_min.period", string(s.Period))
	}
	for i, p := range f.Places {
		v.Set(placeName(i, "country"), "")
		if p.Country != "" {
			v.Set(placeName(i, "country"), countryName(t, p.Country))
		}
		v.Set(placeName(i, "region"), p.Region)
		v.Set(placeName(i, "city"), p.City)
		v.Set(placeName(i, "radius_km"), "")
		if p.RadiusKM > 0 {
			v.Set(placeName(i, "radius_km"), strconv.FormatFloat(p.RadiusKM, 'f', -1, 64))
		}
	}
	return v
}

// Blank is the form of somebody who has not said anything yet.
func Blank() url.Values {
	return url.Values{
		"cadence.every":              {string(alerts.EveryDaily)},
		"cadence.hour":               {"8"},
		"cadence.weekday":            {alerts.Weekdays()[0]},
		"filter.places[0].country":   {""},
		"filter.places[0].radius_km": {"50"},
		"filter.salary_min.currency": {currencies()[0]},
		"filter.salary_min.period":   {string(alerts.PeriodYear)},
		"time_zone":                  {"UTC"},
	}
}
