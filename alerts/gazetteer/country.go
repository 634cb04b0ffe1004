package gazetteer

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jobalertd/alerts/gazetteer/internal/fold"
)

// countryAliases are names that CLDR does not list: short forms, parts that postings name instead
// of the whole, and what a country calls itself.
func countryAliases() map[string]string {
	return map[string]string{
		"AE": "UAE|Emirates|United Arab Emirates",
		"AL": "Shqipëria",
		"AM": "Hayastan",
		"AT": "Österreich|Oesterreich",
		"BA": "Bosnia|Bosna i Hercegovina",
		"BE": "België|Belgique|Belgien",
		"BG": "България",
		"BN": "Brunei Darussalam",
		"BO": "Plurinational State of Bolivia",
		"BR": "Brasil|Brasilien",
		"CD": "DR Congo|DRC|Democratic Republic of the Congo",
		"CG": "Republic of the Congo",
		"CH": "Schweiz|Suisse|Svizzera|Swiss",
		"CI": "Ivory Coast|Cote d'Ivoire",
		"CN": "PRC|People's Republic of China|Mainland China|中国",
		"CV": "Cabo Verde|Cape Verde",
		"CZ": "Czech Republic|Česko|Česká republika|Tschechien",
		"DE": "Deutschland|Federal Republic of Germany|Allemagne|Alemania",
		"DK": "Danmark|Dänemark",
		"EE": "Eesti|Estland",
		"ES": "España|Spanien|Espagne",
		"FI": "Suomi|Finnland",
		"FR": "Frankreich|Francia",
		"GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|United Kingdom of Great Britain and Northern Ireland",
		"GR": "Hellas|Ελλάδα|Griechenland",
		"HK": "Hong Kong|Hong Kong SAR|香港",
		"HR": "Hrvatska|Kroatien",
		"HU": "Magyarország|Ungarn",
		"IE": "Éire|Republic of Ireland|Irland",
		"IL": "ישראל",
		"IN": "Bharat|भारत|Indien",
		"IR": "Islamic Republic of Iran",
		"IS": "Ísland",
		"IT": "Italia|Italien|Italie",
		"JP": "Nippon|日本",
		"KP": "Democratic People's Republic of Korea",
		"KR": "Korea|Republic of Korea|한국|대한민국",
		"LA": "Lao PDR",
		"LT": "Lietuva|Litauen",
		"LU": "Lëtzebuerg|Luxemburg",
		"LV": "Latvija|Lettland",
		"MD": "Republic of Moldova",
		"MK": "North Macedonia|Macedonia",
		"MM": "Myanmar|Burma",
		"MO": "Macau|Macao",
		"MX": "México|Mexiko",
		"MY": "Malaysien",
		"NL": "The Netherlands|Holland|Nederland|Niederlande|Pays-Bas",
		"NO": "Norge|Norwegen",
		"PH": "The Philippines|Pilipinas",
		"PL": "Polska|Polen|Pologne",
		"PS": "Palestine|State of Palestine",
		"PT": "Portogallo",
		"RO": "România|Rumänien",
		"RS": "Srbija|Serbien",
		"RU": "Russian Federation|Россия",
		"SE": "Sverige|Schweden|Suède",
		"SI": "Slovenija|Slowenien",
		"SK": "Slovensko|Slovak Republic|Slowakei",
		"SY": "Syrian Arab Republic",
		"SZ": "Eswatini|Swaziland",
		"TL": "East Timor",
		"TR": "Türkiye|Turkiye|Türkei",
		"TW": "Taiwan R.O.C.|台灣",
		"TZ": "United Republic of Tanzania",
		"UA": "Україна",
		"US": "USA|U.S.|U.S.A.|United States of America|America|Estados Unidos|Vereinigte Staaten|The United States|Etats-Unis",
		"VA": "Vatican|Holy See",
		"VE": "Bolivarian Republic of Venezuela",
		"VN": "Viet Nam|Việt Nam",
		"XK": "XK|XKX|Kosovo|Kosova", // not yet in ISO 3166-1
		"ZA": "RSA|Südafrika",
	}
}

// countryNames maps a folded name or alpha-2 code to the country's alpha-2 code.
var countryNames = sync.OnceValue(func() map[string]string {
	index := map[string]string{}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			letters := string(a) + string(b)
			if r, ok := country(letters); ok {
				index[letters] = r.String()
				index[fold.Name(display.English.Regions().Name(r))] = r.String()
			}
		}
	}
	for code, names := range countryAliases() {
		for name := range strings.SplitSeq(names, "|") {
			index[fold.Name(name)] = code
		}
	}
	return index
})

// country reads an ISO 3166-1 code of letters; a withdrawn code becomes the one that replaced it.
// Groups such as EU are no countries, nor are states that are no more: CLDR does not name them.
func country(code string) (language.Region, bool) {
	if strings.ContainsAny(code, "0123456789") {
		return language.Region{}, false
	}
	r, err := language.ParseRegion(code)
	r = r.Canonicalize()
	if err != nil || !r.IsCountry() || display.English.Regions().Name(r) == "" {
		return language.Region{}, false
	}
	return r, true
}

// Country reads a country by its name in English, its own language or a neighbour's, or by its
// ISO 3166-1 code of two or three letters, and gives the two-letter code: Germany, Deutschland, DE
// and DEU are all "DE".
func Country(name string) (code string, ok bool) {
	key := fold.Name(name)
	if code, ok := countryNames()[key]; ok {
		return code, true
	}
	r, ok := country(key)
	if !ok {
		return "", false
	}
	return r.String(), true
}

// CountryName is the English name of a country by its two-letter code; the code itself where it
// names no country. It is CLDR's name but where that is outdated or too formal for a mail.
func CountryName(code string) string {
	switch code {
	case "HK":
		return "Hong Kong"
	case "MK":
		return "North Macedonia"
	case "MM":
		return "Myanmar"
	case "MO":
		return "Macao"
	case "PS":
		return "Palestine"
	case "SZ":
		return "Eswatini"
	case "XK":
		return "Kosovo"
	}
	r, ok := country(code)
	if !ok {
		return code
	}
	return display.English.Regions().Name(r)
}
