package gazetteer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"jobalertd/alerts/gazetteer/internal/fold"
)

func TestLookupFindsTheCityAPostingMeans(t *testing.T) {
	tests := []struct{ city, region, country, want string }{
		// Spellings of one city.
		{"Munich", "", "", "Munich, BY, DE"},
		{"München", "", "", "Munich, BY, DE"},
		{"MUENCHEN", "Bayern", "Deutschland", "Munich, BY, DE"},
		{"Cologne", "", "", "Köln, NW, DE"},
		{"Köln", "NRW", "DE", "Köln, NW, DE"},
		{"Frankfurt", "", "", "Frankfurt am Main, HE, DE"},
		{"Wien", "", "AT", "Vienna, 9, AT"},
		{"Praha", "", "", "Prague, , CZ"},
		{"Warszawa", "", "", "Warsaw, , PL"},
		{"Milano", "", "", "Milan, , IT"},
		{"Mailand", "", "", "Milan, , IT"},
		{"Roma", "", "", "Rome, , IT"},
		{"Lisboa", "", "", "Lisbon, , PT"},
		{"Zurich", "", "", "Zürich, ZH, CH"},
		{"Zuerich", "", "", "Zürich, ZH, CH"},
		{"Genève", "", "", "Genève, GE, CH"},
		{"Geneva", "", "", "Genève, GE, CH"},
		{"Bruxelles", "", "", "Brussels, , BE"},
		{"København", "", "", "Copenhagen, , DK"},
		{"Gothenburg", "", "", "Göteborg, , SE"},
		{"Den Haag", "", "", "The Hague, ZH, NL"},
		{"Bangalore", "", "", "Bengaluru, KA, IN"},
		{"Gurugram", "", "", "Gurgaon, HR, IN"},
		{"NYC", "", "", "New York City, NY, US"},
		{"New York", "NY", "", "New York City, NY, US"},
		{"SF", "", "", "San Francisco, CA, US"},
		{"Washington", "", "", "Washington, D.C., DC, US"},
		{"St. Louis", "", "", "St. Louis, MO, US"},
		{"Saint Louis", "Missouri", "", "St. Louis, MO, US"},
		{"Kiev", "", "", "Kyiv, , UA"},
		{"Saigon", "", "", "Ho Chi Minh City, , VN"},
		{"Tel Aviv-Yafo", "", "", "Tel Aviv, , IL"},
		{"Montreal", "", "", "Montréal, QC, CA"},
		{"Krakow", "", "", "Kraków, , PL"},
		{"Lodz", "", "Poland", "Łódź, , PL"},
		{"東京", "", "", "Tokyo, , JP"},
		{"Москва", "", "", "Moscow, , RU"},
		{"  lOnDoN ", "", "", "London, ENG, GB"},

		// Names that several cities bear.
		{"Paris", "", "", "Paris, IDF, FR"},
		{"Paris", "TX", "", "Paris, TX, US"},
		{"Paris", "Texas", "US", "Paris, TX, US"},
		{"Paris", "Texas", "United States of America", "Paris, TX, US"},
		{"Paris", "France", "", "Paris, IDF, FR"},
		{"Cambridge", "MA", "", "Cambridge, MA, US"},
		{"Cambridge", "", "UK", "Cambridge, ENG, GB"},
		{"Cambridge", "ON", "CA", "Cambridge, ON, CA"},
		{"London", "ON", "", "London, ON, CA"},
		{"Portland", "", "", "Portland, OR, US"},
		{"Portland", "ME", "", "Portland, ME, US"},
		{"Birmingham", "AL", "", "Birmingham, AL, US"},
		{"Birmingham", "", "", "Birmingham, ENG, GB"},
		{"Valencia", "", "", "Valencia, , ES"},
		{"Victoria", "", "", "Victoria, BC, CA"},
		{"Vienna", "VA", "", "Vienna, VA, US"},
		{"Naples", "FL", "US", "Naples, FL, US"},
		{"Kansas City", "", "", "Kansas City, MO, US"},
		{"Hyderabad", "", "", "Hyderabad, TS, IN"},

		// A region and a country of one name or code.
		{"Atlanta", "Georgia", "", "Atlanta, GA, US"},
		{"Tbilisi", "Georgia", "", "Tbilisi, , GE"},
		{"Perth", "WA", "", "Perth, WA, AU"},
		{"Vancouver", "WA", "", "Vancouver, WA, US"},
		{"Vancouver", "CA", "", "Vancouver, BC, CA"},
		{"San Diego", "CA", "", "San Diego, CA, US"},
		{"Haifa", "IL", "", "Haifa, , IL"},
		{"Chicago", "IL", "", "Chicago, IL, US"},

		// Regions we have no table of are passed over where the country is known.
		{"Seville", "Andalusia", "Spain", "Sevilla, , ES"},
		{"Cambridge", "Cambridgeshire", "GB", "Cambridge, ENG, GB"},
	}
	for _, tt := range tests {
		t.Run(strings.Join([]string{tt.city, tt.region, tt.country}, "|"), func(t *testing.T) {
			c, ok := Lookup(tt.city, tt.region, tt.country)
			got := strings.Join([]string{c.Name, c.Region, c.Country}, ", ")
			if !ok || got != tt.want {
				t.Errorf("got %q, %v; want %q", got, ok, tt.want)
			}
		})
	}
}

func TestLookupDoesNotGuess(t *testing.T) {
	tests := []struct{ why, city, region, country string }{
		{"three cities of one size", "Cambridge", "", ""},
		{"many cities", "Springfield", "", ""},
		{"many cities in the country", "Springfield", "", "US"},
		{"Virginia, British Columbia, London", "Richmond", "", ""},
		{"not a city", "Remote", "", ""},
		{"a country is not a city", "Georgia", "", ""},
		{"nothing", "", "", ""},
		{"punctuation only", " -.,' ", "", ""},
		{"no such city in the region", "Berlin", "TX", ""},
		{"no such city in the country", "Berlin", "", "JP"},
		{"unknown country", "Berlin", "", "Atlantis"},
		{"unknown region and no country", "Paris", "Ontaro", ""},
		{"an airport", "MUC", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if c, ok := Lookup(tt.city, tt.region, tt.country); ok {
				t.Errorf("Lookup(%q, %q, %q) = %+v", tt.city, tt.region, tt.country, c)
			}
		})
	}
}

func TestLookupGivesTheCentreAndTheInhabitants(t *testing.T) {
	c, ok := Lookup("Berlin", "", "DE")
	want := City{Name: "Berlin", Region: "BE", Country: "DE", Lat: 52.52437, Lon: 13.41053, Population: 3426354}
	if !ok || c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestCountryReadsNamesAndCodes(t *testing.T) {
	tests := map[string]string{
		"Germany": "DE", "Deutschland": "DE", "DE": "DE", "de": "DE", "DEU": "DE", "Allemagne": "DE",
		"UK": "GB", "U.K.": "GB", "GBR": "GB", "England": "GB", "United Kingdom": "GB", "Great Britain": "GB",
		"US": "US", "U.S.": "US", "USA": "US", "United States": "US", "The United States": "US", "United States of America": "US",
		"Czechia": "CZ", "Czech Republic": "CZ", "Česko": "CZ", "Georgia": "GE", "Korea": "KR", "South Korea": "KR",
		"Netherlands": "NL", "the netherlands": "NL", "Holland": "NL", "España": "ES", "Österreich": "AT", "Schweiz": "CH",
		"Türkiye": "TR", "Turkey": "TR", "Viet Nam": "VN", "UAE": "AE", "Hong Kong": "HK", "Côte d'Ivoire": "CI",
		"Bosnia and Herzegovina": "BA", "Trinidad & Tobago": "TT", "Kosovo": "XK", "日本": "JP", "Niger": "NE", "Nigeria": "NG",
		"EU": "", "Europe": "", "Worldwide": "", "": "", "276": "", "ZZ": "", "AN": "", "Bavaria": "", "XA": "", "California": "",
	}
	for name, want := range tests {
		if got, ok := Country(name); got != want || ok != (want != "") {
			t.Errorf("Country(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func TestCountryNameIsReadBack(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range loaded().cities {
		seen[parseCity(line).Country] = true
	}
	for code := range seen {
		if back, ok := Country(CountryName(code)); !ok || back != code {
			t.Errorf("%s is called %q, which is read as %q", code, CountryName(code), back)
		}
	}
	if got := CountryName("ZZ"); got != "ZZ" {
		t.Errorf("the code of no country is called %q", got)
	}
}

func TestRegionReadsNamesAndCodes(t *testing.T) {
	tests := []struct{ name, country, want string }{
		{"CA", "US", "CA"}, {"California", "US", "CA"}, {"california", "United States", "CA"}, {"US-CA", "US", "CA"},
		{"Georgia", "US", "GA"}, {"Georgia", "", "GA"}, {"Washington", "US", "WA"}, {"D.C.", "US", "DC"},
		{"Ontario", "", "ON"}, {"Québec", "CA", "QC"}, {"quebec", "Canada", "QC"}, {"NSW", "AU", "NSW"},
		{"Bayern", "DE", "BY"}, {"Bavaria", "Germany", "BY"}, {"Baden-Württemberg", "", "BW"}, {"Berlin", "DE", "BE"},
		{"Karnataka", "IN", "KA"}, {"Île-de-France", "FR", "IDF"}, {"England", "GB", "ENG"}, {"WA", "AU", "WA"},
		{"CA", "DE", ""}, {"WA", "", ""}, {"Bavaria", "US", ""}, {"", "US", ""}, {"", "", ""}, {"CA", "Atlantis", ""},
	}
	for _, tt := range tests {
		if got, ok := Region(tt.name, tt.country); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Region(%q, %q) = %q, %v; want %q", tt.name, tt.country, got, ok, tt.want)
		}
	}
}

// What the reader takes for granted about the embedded files.
func TestEmbeddedFilesAreWellFormed(t *testing.T) {
	d := loaded()
	if len(d.cities) != 24307 || len(d.names) != 111335 {
		t.Errorf("%d cities and %d names; doc.go says otherwise", len(d.cities), len(d.names))
	}
	previous := ""
	for _, line := range d.names {
		key, _, _ := strings.Cut(line, "\t")
		if key <= previous || fold.Name(key) != key {
			t.Fatalf("the name %q after %q is out of order or not folded", key, previous)
		}
		previous = key
		if len(d.named(key)) == 0 {
			t.Fatalf("the name %q leads nowhere", key)
		}
	}
	for i, line := range d.cities {
		c := parseCity(line)
		if c.Name == "" || len(c.Country) != 2 || c.Population < 15_000 ||
			c.Lat == 0 || c.Lon == 0 || c.Lat < -90 || c.Lat > 90 || c.Lon < -180 || c.Lon > 180 {
			t.Fatalf("line %d: %+v", i+1, c)
		}
		if _, known := Region(c.Region, c.Country); c.Region != "" && !known {
			t.Fatalf("%s is in %s-%s, which regions.tsv does not list", c.Name, c.Country, c.Region)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, seed := range [][3]string{
		{"Berlin", "", ""}, {"Paris", "TX", ""}, {"St. John's", "NL", "CA"}, {"\t0", "~1", "^"}, {"東京", "日本", "JP"},
		{"İSTANBUL", "", "TR"}, {"\xff\xfe", "US-CA", "us"}, {"ﷺ", "ß", "ﬃ"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, city, region, country string) {
		c, ok := Lookup(city, region, country)
		if again, same := Lookup(city, region, country); again != c || same != ok {
			t.Fatalf("two answers: %+v and %+v", c, again)
		}
		if !ok {
			return
		}
		if code, known := Country(country); known && c.Country != code {
			t.Errorf("asked for a city in %s, got %+v", code, c)
		}
		if !utf8.ValidString(c.Name) || c.Population == 0 {
			t.Errorf("no such city: %+v", c)
		}
		if key := fold.Name(city); fold.Name(key) != key {
			t.Errorf("folding %q again changes it", key)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	Lookup("Berlin", "", "")
	for b.Loop() {
		Lookup("Springfield", "Illinois", "US")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		unpack()
	}
}
