// Package week reads how a text splits the working week between the office and home.
package week

import (
	"strings"

	"jobalertd/alerts/normalize/phrase"
)

// A week that is split between the office and home makes a job hybrid, and texts say so in two more
// ways than with the number of days in the office: with the days at home, "two remote days a week",
// and with their names, "the team meets in Berlin on Tuesdays and Thursdays".

// Of reads how many days of the week the text names for the office, and how many it gives for
// work from home.
func Of(text phrase.Text) (office, home int) {
	for i, token := range text.Tokens {
		switch token.Word {
		case "days", "day", "tage", "tag", "tagen", "jours", "días", "dagen", "dias":
			if number := homeDaysBefore(text, i); number >= 1 && number <= 4 && atHome(text, i) {
				home = max(home, number)
			}
		default:
			if strings.HasSuffix(strings.TrimSuffix(token.Word, "s"), "day") && weekday(token.Word) > 0 {
				from, to := text.Sentence(i)
				inOffice, fromHome := namedDays(text, from, to, i)
				office, home = max(office, inOffice), max(home, fromHome)
			}
		}
	}
	return office, home
}

// homeDaysBefore is the number before the word days, over the words for home: "1-2 remote days".
func homeDaysBefore(text phrase.Text, i int) int {
	for back := 1; back <= 4 && i-back >= 0; back++ {
		word := text.Tokens[i-back].Word
		if n, ok := phrase.Number(word); ok {
			return n
		}
		if !homeWord(word) && word != "office" && word != "full" && word != "flexible" {
			return 0
		}
	}
	return 0
}

func homeWord(word string) bool {
	switch word {
	case "remote", "remotely", "home", "homeoffice", "wfh", "télétravail", "teletrabajo", "thuiswerken", "thuis":
		return true
	}
	return false
}

// atHome says whether the days at token i are days of the week at home: a word for home stands right
// before or behind them, and a word of the week near.
func atHome(text phrase.Text, i int) bool {
	from, to := text.Sentence(i)
	home, weekly := false, false
	for k := max(from, i-8); k < min(to, i+8); k++ {
		word := text.Tokens[k].Word
		home = home || homeWord(word) && k >= i-6 && k <= i+4
		switch word {
		case "week", "weekly", "woche", "wöchentlich", "semaine", "semana", "settimana":
			weekly = true
		case "year", "annually", "month", "quarter", "jahr", "monat", "vacation", "holiday", "holidays", "leave", "pto", "urlaub", "stipend":
			return false
		case "office", "onsite", "büro", "person":
			if text.Word(k-1) != "home" && k < i {
				return false // the days are those in the office
			}
		}
	}
	return home && weekly
}

// namedDays counts the weekdays that a sentence names, if they are those of the office or of home.
// Only its first weekday counts, so that a sentence is judged once.
func namedDays(text phrase.Text, from, to, first int) (office, home int) {
	days, last := 0, -1
	said, atOffice := false, false
	for i := from; i < to; i++ {
		word := text.Tokens[i].Word
		if day := weekday(word); day > 0 {
			if i < first {
				return 0, 0
			}
			if span := day - weekday(text.Word(last)); last >= 0 && span > 0 && ranged(text, last, i) {
				days += span
			} else {
				days++
			}
			last = i
			continue
		}
		switch word {
		case "office", "onsite", "hq", "person":
			atOffice = true
		case "home", "homeoffice", "wfh":
			said = said || text.Word(i-1) == "from" || word != "home"
		case "remote", "remotely":
			said = true
		case "lunch", "lunches", "breakfast", "dinner", "happy", "drinks", "interview", "interviews", "meeting", "demo", "demos", "closed", "hours", "am", "pm", "shift", "schedule":
			return 0, 0
		}
	}
	switch {
	case said && days < 5:
		return 0, days
	case atOffice && days >= 2:
		return days, 0
	}
	return 0, 0
}

// ranged says whether two weekdays are the ends of a stretch: "Tuesday-Thursday", "Monday to Friday".
func ranged(text phrase.Text, first, last int) bool {
	switch between := strings.TrimSpace(text.Source[text.Tokens[first].End:text.Tokens[last].Start]); between {
	case "-", "–", "—", "to", "through", "thru":
		return true
	}
	return false
}

// weekday numbers the days of work from 1; 0 is no weekday.
func weekday(word string) int {
	switch strings.TrimSuffix(word, "s") {
	case "monday":
		return 1
	case "tuesday":
		return 2
	case "wednesday":
		return 3
	case "thursday":
		return 4
	case "friday":
		return 5
	}
	return 0
}
