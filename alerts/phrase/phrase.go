package phrase

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"jobalertd/alerts/gazetteer"
)

// English is the printer for English.
func English() *message.Printer { return message.NewPrinter(language.English) }

// Value is a value of an enumeration in words: full_time is full time. Anything else, such as a skill
// or the name of a city, stays as it is.
func Value(p *message.Printer, value string) string {
	switch value {
	case "core":
		return p.Sprintf("backend")
	case "partly":
		return p.Sprintf("partly backend")
	case "no":
		return p.Sprintf("not backend")
	case "onsite":
		return p.Sprintf("on site")
	case "full_time":
		return p.Sprintf("full time")
	case "part_time":
		return p.Sprintf("part time")
	case "associate":
		return p.Sprintf("associate degree")
	case "bachelor":
		return p.Sprintf("bachelor's degree")
	case "master":
		return p.Sprintf("master's degree")
	case "none", "certificate", "doctorate", "remote", "hybrid", "contract", "temporary", "internship",
		"intern", "junior", "mid", "senior", "staff", "principal", "lead", "manager":
		return p.Sprintf(value)
	}
	return value
}

// Values is several values of an enumeration, separated by commas.
func Values[T ~string](p *message.Printer, values []T) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = Value(p, string(v))
	}
	return strings.Join(parts, ", ")
}

// Languages is the names of languages by their codes, separated by commas.
func Languages(p *message.Printer, codes []string) string {
	parts := make([]string, len(codes))
	for i, code := range codes {
		parts[i] = code
		if base, err := language.ParseBase(code); err == nil {
			parts[i] = display.English.Languages().Name(base)
		}
	}
	return strings.Join(parts, ", ")
}

// Money is an amount with its currency and period: 80,000 EUR a year.
func Money(p *message.Printer, amount float64, currency, period string) string {
	return money(p, decimal(p, amount), currency, period)
}

// Salary is a range of pay: 80,000–95,000 EUR a year. A bound of 0 is not stated.
func Salary(p *message.Printer, least, most float64, currency, period string) string {
	amount := decimal(p, max(least, most))
	if least > 0 && least < most {
		amount = decimal(p, least) + "–" + amount
	}
	return money(p, amount, currency, period)
}

func money(p *message.Printer, amount, currency, period string) string {
	switch period {
	case "hour":
		return p.Sprintf("%s %s an hour", amount, currency)
	case "day":
		return p.Sprintf("%s %s a day", amount, currency)
	case "week":
		return p.Sprintf("%s %s a week", amount, currency)
	case "month":
		return p.Sprintf("%s %s a month", amount, currency)
	}
	return p.Sprintf("%s %s a year", amount, currency)
}

// Place is a country, a region, a city or its surroundings: within 50 km of Berlin, Germany.
func Place(p *message.Printer, city, region, country string, radiusKM float64) string {
	var parts []string
	for _, part := range []string{city, region} {
		if part != "" && !(part == region && city != "" && country != "US") {
			parts = append(parts, part)
		}
	}
	if country != "" {
		parts = append(parts, gazetteer.CountryName(country))
	}
	whole := strings.Join(parts, ", ")
	if radiusKM == 0 {
		return whole
	}
	return p.Sprintf("within %s km of %s", decimal(p, radiusKM), whole)
}

// decimal writes a number as the locale does, with decimals only where there are any.
func decimal(p *message.Printer, amount float64) string {
	return p.Sprint(number.Decimal(amount, number.MaxFractionDigits(2)))
}
