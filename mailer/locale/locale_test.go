package locale_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/locale"
)

func TestReadersGetTheNearestLocale(t *testing.T) {
	tests := []struct {
		name        string
		preferences []string
		want        locale.Locale
	}{
		{"nothing said", nil, locale.English},
		{"a tag", []string{"de"}, locale.German},
		{"a tag with a region", []string{"es-MX"}, locale.Spanish},
		{"a tag as some systems write it", []string{"fr_CA"}, locale.French},
		{"a header in order of preference", []string{"it;q=0.9, de-CH;q=0.8, en;q=0.5"}, locale.German},
		{"a header whose order is not its preference", []string{"en;q=0.3, fr"}, locale.French},
		{"the reader's own choice before the browser's", []string{"es", "de,en"}, locale.Spanish},
		{"no choice, but a browser", []string{"", "de,en"}, locale.German},
		{"a language we do not speak", []string{"ja"}, locale.English},
		{"a header that no browser sends", []string{strings.Repeat("fr,", 400), "es"}, locale.Spanish},
		{"no tag at all", []string{"\x00;;q=x"}, locale.English},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := locale.Negotiate(test.preferences...); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// written is everything a locale writes, in one order for all of them.
func written(l locale.Locale) []string {
	day := func(year, month, day, hour, minute int) time.Time {
		return time.Date(year, time.Month(month), day, hour, minute, 0, 0, time.UTC)
	}
	jobs := locale.Forms{One: "# job", Other: "# jobs"}
	return []string{
		l.String(), l.Name(), l.Country("DE"), l.Country("XQ"), l.Language("pt"), l.Language("?"),
		l.Number(1_234_567.891), l.Number(6500),
		l.Count(0, jobs), l.Count(1, jobs), l.Count(12_000, jobs),
		l.Money(80_000, "EUR"), l.Money(42.5, "USD"), l.Money(6500, "CHF"),
		l.Pay(80_000, 95_000, "EUR", "year"), l.Pay(500, 0, "GBP", "day"), l.Pay(0, 42.5, "EUR", "hour"), l.Pay(900, 900, "XYZ", "week"), l.Pay(0, 0, "EUR", "month"),
		l.Date(day(2026, 3, 1, 0, 0)), l.DayMonth(day(2026, 8, 24, 0, 0)), l.Day(day(2026, 11, 25, 0, 0)),
		l.Moment(day(2026, 11, 25, 8, 5)), l.At(1, 0), l.Clock(17, 30),
		l.And(nil), l.And([]string{"a"}), l.And([]string{"a", "b"}), l.Or([]string{"a", "b", "c"}), l.Quote("Go"),
	}
}

func TestEachLocaleWritesItsOwnWay(t *testing.T) {
	want := map[locale.Locale][]string{
		locale.English: {
			"en", "English", "Germany", "XQ", "Portuguese", "?", "1,234,567.89", "6,500", "0 jobs", "1 job", "12,000 jobs",
			"€80,000", "$42.50", "CHF\u00a06,500", "€80,000–95,000 a year", "from £500 a day", "up to €42.50 an hour", "XYZ\u00a0900 a week", "",
			"1 March 2026", "24 August", "Wednesday, 25 November 2026", "Wednesday, 25 November at 08:05", "at 01:00", "17:30",
			"", "a", "a and b", "a, b or c", "“Go”",
		},
		locale.German: {
			"de", "Deutsch", "Deutschland", "XQ", "Portugiesisch", "?", "1.234.567,89", "6.500", "0 jobs", "1 job", "12.000 jobs",
			"80.000\u00a0€", "42,50\u00a0$", "6.500\u00a0CHF", "80.000–95.000\u00a0€ pro Jahr", "ab 500\u00a0£ pro Tag", "bis zu 42,50\u00a0€ pro Stunde", "900\u00a0XYZ pro Woche", "",
			"1. März 2026", "24. August", "Mittwoch, 25. November 2026", "Mittwoch, 25. November um 08:05\u00a0Uhr", "um 01:00\u00a0Uhr", "17:30\u00a0Uhr",
			"", "a", "a und b", "a, b oder c", "„Go“",
		},
		locale.French: {
			"fr", "français", "Allemagne", "XQ", "portugais", "?", "1\u00a0234\u00a0567,89", "6\u00a0500", "0 job", "1 job", "12\u00a0000 jobs",
			"80\u00a0000\u00a0€", "42,50\u00a0$US", "6\u00a0500\u00a0CHF", "80\u00a0000–95\u00a0000\u00a0€ par an", "à partir de 500\u00a0£GB par jour", "jusqu’à 42,50\u00a0€ par heure", "900\u00a0XYZ par semaine", "",
			"1er mars 2026", "24 août", "mercredi 25 novembre 2026", "mercredi 25 novembre à 8\u00a0h\u00a005", "à 1\u00a0h\u00a000", "17\u00a0h\u00a030",
			"", "a", "a et b", "a, b ou c", "«\u00a0Go\u00a0»",
		},
		locale.Spanish: {
			"es", "español", "Alemania", "XQ", "portugués", "?", "1.234.567,89", "6500", "0 jobs", "1 job", "12.000 jobs",
			"80.000\u00a0€", "42,50\u00a0US$", "6500\u00a0CHF", "80.000–95.000\u00a0€ al año", "desde 500\u00a0GBP al día", "hasta 42,50\u00a0€ por hora", "900\u00a0XYZ a la semana", "",
			"1 de marzo de 2026", "24 de agosto", "miércoles, 25 de noviembre de 2026", "miércoles, 25 de noviembre a las 8:05", "a la 1:00", "17:30",
			"", "a", "a y b", "a, b o c", "«Go»",
		},
	}
	for _, l := range locale.All() {
		if diff := cmp.Diff(want[l], written(l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
}

func TestSpanishConjunctionsGiveWayToTheSameSound(t *testing.T) {
	for _, test := range []struct{ next, and, or string }{
		{"Irlanda", "Go e Irlanda", "Go o Irlanda"},
		{"Hibernate", "Go e Hibernate", "Go o Hibernate"},
		{"hielo", "Go y hielo", "Go o hielo"},
		{"Oracle", "Go y Oracle", "Go u Oracle"},
	} {
		items := []string{"Go", test.next}
		if and, or := locale.Spanish.And(items), locale.Spanish.Or(items); and != test.and || or != test.or {
			t.Errorf("got %q and %q, want %q and %q", and, or, test.and, test.or)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, s := range []string{"de", "fr-CA;q=0.5, en", "x-klingon", "*", "en;q=2", strings.Repeat("de-", 1000), strings.Repeat("de,", 1000), "\xff\x00", "zh-Hans-CN-u-nu-hanidec"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if l := locale.Negotiate(s); !slices.Contains(locale.All(), l) {
			t.Errorf("%q gets locale %d", s, l)
		}
	})
}
