package compose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
)

// jobWords is a posting in the words of a language.
func jobWords(speech locale.Locale, p *alerts.Posting, credit string) render.Job {
	return render.Job{
		Title: p.Title, Company: p.Company, URL: p.URL, Place: placeWords(speech, p), Pay: payWords(speech, p.Salary),
		Posted: p.PostedAt, Facts: factWords(speech, p), Credit: credit,
	}.Known()
}

// placeWords says where a job is: up to three places, then how many more.
func placeWords(l locale.Locale, p *alerts.Posting) string {
	const most = 3
	var places []string
	for _, at := range p.Locations {
		if text := locationWords(l, at); text != "" {
			places = append(places, text)
		}
	}
	if extra := len(places) - most; extra > 0 {
		places = append(places[:most], phrase.Say(l, "%s more", l.Number(float64(extra))))
	}
	return strings.Join(places, " · ")
}

func locationWords(l locale.Locale, at alerts.Location) string {
	if at.City != "" {
		at.Region = ""
	}
	return phrase.Place(l, at.City, at.Region, at.Country, 0)
}

// payWords says what a job pays; nothing where only a board has guessed it.
func payWords(l locale.Locale, s *alerts.Salary) string {
	if s == nil || s.Predicted {
		return ""
	}
	return l.Pay(s.Min, s.Max, s.Currency, string(s.Period))
}

// factWords are the short facts shown beside a job.
func factWords(l locale.Locale, p *alerts.Posting) []string {
	values := []string{string(p.Workplace)}
	for _, s := range p.Seniority {
		values = append(values, string(s))
	}
	for _, e := range p.Employment {
		values = append(values, string(e))
	}
	var facts []string
	for _, v := range values {
		if v != "" {
			facts = append(facts, sentence(phrase.Value(l, v)))
		}
	}
	return slices.Compact(facts)
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
