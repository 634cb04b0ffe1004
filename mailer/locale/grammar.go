package locale

import (
	"strconv"
	"strings"
	"time"
)

// grammar is what golang.org/x/text does not know of a language.
type grammar struct {
	months   [12]string
	weekdays [7]string // from Sunday, as in package time

	and, or    string
	quote      [2]string
	from, upTo string // before an amount
	periods    [5]string
}

// per says how often an amount is paid.
func (g grammar) per(period string) string {
	for i, known := range [...]string{"hour", "day", "week", "month", "year"} {
		if period == known {
			return g.periods[i]
		}
	}
	return ""
}

func (l Locale) grammar() grammar {
	switch l {
	case German:
		return grammar{
			months:   [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
			weekdays: [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
			and:      "und", or: "oder", quote: [2]string{"„", "“"}, from: "ab ", upTo: "bis zu ",
			periods: [...]string{"pro Stunde", "pro Tag", "pro Woche", "pro Monat", "pro Jahr"},
		}
	case French:
		return grammar{
			months:   [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
			weekdays: [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
			and:      "et", or: "ou", quote: [2]string{"«" + nbsp, nbsp + "»"}, from: "à partir de ", upTo: "jusqu’à ",
			periods: [...]string{"par heure", "par jour", "par semaine", "par mois", "par an"},
		}
	case Spanish:
		return grammar{
			months:   [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			weekdays: [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
			and:      "y", or: "o", quote: [2]string{"«", "»"}, from: "desde ", upTo: "hasta ",
			periods: [...]string{"por hora", "al día", "a la semana", "al mes", "al año"},
		}
	}
	return grammar{
		months:   [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		weekdays: [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		and:      "and", or: "or", quote: [2]string{"“", "”"}, from: "from ", upTo: "up to ",
		periods: [...]string{"an hour", "a day", "a week", "a month", "a year"},
	}
}

// Weekday is the name of a day of the week, as it stands within a sentence.
func (l Locale) Weekday(d time.Weekday) string { return l.grammar().weekdays[d] }

// DayMonth writes a date without its year: 24 November, 24. November, 24 de noviembre.
func (l Locale) DayMonth(t time.Time) string {
	day, month := strconv.Itoa(t.Day()), l.grammar().months[t.Month()-1]
	switch {
	case l == German:
		day += "."
	case l == French && t.Day() == 1:
		day = "1er"
	case l == Spanish:
		day += " de"
	}
	return day + " " + month
}

// Date writes a date: 24 November 2026.
func (l Locale) Date(t time.Time) string {
	of := " "
	if l == Spanish {
		of = " de "
	}
	return l.DayMonth(t) + of + strconv.Itoa(t.Year())
}

// Day writes a date with its weekday: Tuesday, 24 November 2026.
func (l Locale) Day(t time.Time) string { return l.weekdayOf(t) + l.Date(t) }

// Moment writes the weekday, date and time of t, in the zone t is in: Wednesday, 25 November at 08:00.
func (l Locale) Moment(t time.Time) string {
	return l.weekdayOf(t) + l.DayMonth(t) + " " + l.At(t.Hour(), t.Minute())
}

func (l Locale) weekdayOf(t time.Time) string {
	comma := ", "
	if l == French {
		comma = " "
	}
	return l.Weekday(t.Weekday()) + comma
}

// Clock writes a time of day: 08:00, 08:00 Uhr, 8 h 00, 8:00.
func (l Locale) Clock(hour, minute int) string {
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	switch l {
	case German:
		return two(hour) + ":" + two(minute) + nbsp + "Uhr"
	case French:
		return strconv.Itoa(hour) + nbsp + "h" + nbsp + two(minute)
	case Spanish:
		return strconv.Itoa(hour) + ":" + two(minute)
	}
	return two(hour) + ":" + two(minute)
}

// At says when something happens on a day: at 08:00, um 08:00 Uhr, à 8 h 00, a las 8:00.
func (l Locale) At(hour, minute int) string {
	preposition := "at "
	switch {
	case l == German:
		preposition = "um "
	case l == French:
		preposition = "à "
	case l == Spanish && hour == 1:
		preposition = "a la "
	case l == Spanish:
		preposition = "a las "
	}
	return preposition + l.Clock(hour, minute)
}

// And joins a list in which everything counts: a, b and c.
func (l Locale) And(items []string) string { return l.list(items, l.grammar().and) }

// Or joins a list in which any one counts: a, b or c.
func (l Locale) Or(items []string) string { return l.list(items, l.grammar().or) }

func (l Locale) list(items []string, word string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := items[len(items)-1]
	if l == Spanish {
		word = euphonic(word, last)
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + word + " " + last
}

// euphonic is the Spanish conjunction before a word that begins with its own sound: y becomes e before
// i and hi (but not hie), o becomes u before o and ho.
func euphonic(word, next string) string {
	next = strings.ToLower(next)
	begins := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(next, p) {
				return true
			}
		}
		return false
	}
	switch {
	case word == "y" && begins("i", "í", "hi", "hí") && !begins("hie", "io", "ia"):
		return "e"
	case word == "o" && begins("o", "ó", "ho", "hó"):
		return "u"
	}
	return word
}

// Quote puts a name between quotation marks: “Go in Berlin”, „Go in Berlin“.
func (l Locale) Quote(s string) string {
	q := l.grammar().quote
	return q[0] + s + q[1]
}
