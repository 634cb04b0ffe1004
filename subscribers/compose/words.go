package compose

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"jobalertd/alerts"
)

// cadenceWords says when an alert comes.
func cadenceWords(c alerts.Cadence) string {
	switch c.Every {
	case alerts.EveryDaily:
		return message.NewPrinter(language.English).Sprintf("every day at %02d:00", c.Hour)
	case alerts.EveryWeekly:
		day := strings.ToUpper(c.Weekday[:1]) + c.Weekday[1:]
		return message.NewPrinter(language.English).Sprintf("every %s at %02d:00", day, c.Hour)
	default:
		return "as soon as a job appears"
	}
}

// placeWords says where a job is: up to three places, then how many more.
func placeWords(p *alerts.Posting) string {
	const most = 3
	var places []string
	for _, l := range p.Locations {
		if text := locationWords(l); text != "" {
			places = append(places, text)
		}
	}
	if extra := len(places) - most; extra > 0 {
		places = append(places[:most], message.NewPrinter(language.English).Sprintf("%d more", extra))
	}
	return strings.Join(places, " · ")
}

func locationWords(l alerts.Location) string {
	country := l.Country
	if region, err := language.ParseRegion(l.Country); err == nil {
		country = display.English.Regions().Name(region)
	}
	var parts []string
	for _, part := range []string{l.City, country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if l.City == "" && l.Region != "" {
		parts = append([]string{l.Region}, parts...)
	}
	return strings.Join(parts, ", ")
}

// payWords says what a job pays; nothing where only a board has guessed it.
func payWords(s *alerts.Salary) string {
	if s == nil || s.Predicted || s.Min == 0 && s.Max == 0 {
		return ""
	}
	p := message.NewPrinter(language.English)
	amount := func(v float64) string { return p.Sprint(number.Decimal(v, number.MaxFractionDigits(2))) }
	text := ""
	switch {
	case s.Min == 0:
		text = "up to " + amount(s.Max)
	case s.Max == 0:
		text = "from " + amount(s.Min)
	case s.Min == s.Max:
		text = amount(s.Min)
	default:
		text = amount(s.Min) + "–" + amount(s.Max)
	}
	article := " a "
	if s.Period == alerts.PeriodHour {
		article = " an "
	}
	return text + " " + s.Currency + article + string(s.Period)
}

// factWords are the short facts shown beside a job.
func factWords(p *alerts.Posting) []string {
	var facts []string
	add := func(word string) {
		if word != "" {
			word = strings.ReplaceAll(word, "_", "-")
			facts = append(facts, strings.ToUpper(word[:1])+word[1:])
		}
	}
	add(string(p.Workplace))
	for _, s := range p.Seniority {
		add(string(s))
	}
	for _, e := range p.Employment {
		add(string(e))
	}
	return facts
}
