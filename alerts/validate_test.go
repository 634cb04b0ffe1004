package alerts_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

func TestDecodeFilterReadsTheContract(t *testing.T) {
	const contract = `{"id":"f1","class":["core"],"query":"\"distributed systems\" (go OR rust) -php",
     "skills":{"any":["go"],"all":[],"none":[]},"places":[{"country":"DE"},{"city":"Berlin","country":"DE","radius_km":50}],
     "workplace":["remote","hybrid"],"seniority":["senior"],"employment":["full_time"],
     "salary_min":{"amount":80000,"currency":"EUR","period":"year"},"salary_unlisted":"include",
     "companies":{"any":[],"none":["acme"]},"education_max":"bachelor","languages":["en"]}`
	want := alerts.Filter{
		ID: "f1", Class: []alerts.Class{"core"}, Query: `"distributed systems" (go OR rust) -php`,
		Skills:    alerts.SkillSet{Any: []string{"go"}, All: []string{}, None: []string{}},
		Places:    []alerts.Place{{Country: "DE"}, {City: "Berlin", Country: "DE", RadiusKM: 50}},
		Workplace: []alerts.Workplace{"remote", "hybrid"}, Seniority: []alerts.Seniority{"senior"}, Employment: []alerts.Employment{"full_time"},
		SalaryMin: &alerts.SalaryMin{Amount: 80_000, Currency: "EUR", Period: "year"}, SalaryUnlisted: "include",
		Companies: alerts.CompanySet{Any: []string{}, None: []string{"acme"}}, EducationMax: "bachelor", Languages: []string{"en"},
	}
	got, err := alerts.DecodeFilter([]byte(contract))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestDecodeFilterNamesTheFault(t *testing.T) {
	tests := []struct{ name, filter, want string }{
		{"not JSON", `{"id":`, "line 1, column 6: not JSON: unexpected end of JSON input"},
		{"an unknown field", `{"skils":{}}`, `skils: there is no such field; did you mean "skills"?`},
		{"an unknown field inside", `{"places":[{"countri":"DE"}]}`, `places[0].countri: there is no such field; did you mean "country"?`},
		{"a wrong type", `{"salary_min":{"amount":"80000"}}`, "salary_min.amount: should be a number, not a text in quotes"},
		{"an unknown class", `{"class":["cor"]}`, `class[0]: "cor" is not one of core, partly, no; did you mean "core"?`},
		{"an unknown rung", `{"seniority":["senior","wizard"]}`, `seniority[1]: "wizard" is not one of intern, junior, mid, senior, staff, principal, lead, manager`},
		{"an unknown workplace", `{"workplace":["on-site"]}`, `workplace[0]: "on-site" is not one of remote, hybrid, onsite; did you mean "onsite"?`},
		{"an unknown contract", `{"employment":["fulltime"]}`, `employment[0]: "fulltime" is not one of full_time, part_time, contract, temporary, internship; did you mean "full_time"?`},
		{"an unknown degree", `{"education_max":"phd"}`, `education_max: "phd" is not one of none, certificate, associate, bachelor, master, doctorate`},
		{"an unknown choice", `{"salary_unlisted":"maybe"}`, `salary_unlisted: "maybe" is not one of include, exclude`},
		{"an unknown skill", `{"skills":{"any":["go"],"all":["kuberentes"]}}`, `skills.all[0]: "kuberentes" is not a skill that postings are searched for; did you mean "kubernetes"? Else, to look for the word itself, put it into query`},
		{"a skill like no other", `{"skills":{"none":["basket weaving"]}}`, `skills.none[0]: "basket weaving" is not a skill that postings are searched for; to look for the word itself, put it into query`},
		{"a query", `{"query":"go AND"}`, "query: at character 7: the query ends where a word should follow AND"},
		{"a place without anything", `{"places":[{}]}`, "places[0]: a place needs a country or a city"},
		{"a country's name", `{"places":[{"country":"Germany"}]}`, `places[0].country: "Germany" is not the code of a country; use "DE"`},
		{"a country's nickname", `{"places":[{"country":"UK"}]}`, `places[0].country: "UK" is not the code of a country; use "GB"`},
		{"a group of countries", `{"places":[{"country":"EU"}]}`, `places[0].country: "EU" is not the code of a country; list its countries one by one`},
		{"no country", `{"places":[{"country":"XQ"}]}`, `places[0].country: "XQ" is not the code of a country; use two letters of ISO 3166-1, such as DE`},
		{"a region alone", `{"places":[{"region":"Bavaria"}]}`, "places[0].country: a region needs its country"},
		{"a radius around nothing", `{"places":[{"country":"DE","radius_km":50}]}`, "places[0].radius_km: a radius needs a city to be drawn around"},
		{"a negative radius", `{"places":[{"city":"Berlin","radius_km":-1}]}`, "places[0].radius_km: a radius cannot be negative"},
		{"a radius like a continent", `{"places":[{"city":"Berlin","radius_km":5000}]}`, "places[0].radius_km: 5000 km are more than 1000; ask for countries instead"},
		{"a city without its country", `{"places":[{"city":"Springfield"}]}`, `places[0].city: "Springfield" is unknown, or the name of several cities; name its country as well`},
		{"a circle around an unknown city", `{"places":[{"city":"Kleinkleckersdorf","country":"DE","radius_km":9}]}`, `places[0].city: "Kleinkleckersdorf" is unknown, or the name of several cities; name its region, take a larger city near it, or leave out radius_km to go by the name alone`},
		{"a negative amount", `{"salary_min":{"amount":-1,"currency":"EUR","period":"year"}}`, "salary_min.amount: -1 is not an amount of money from 0 to 1e+12"},
		{"no currency and no period", `{"salary_min":{"amount":1}}`, `salary_min.currency: "" is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP; salary_min.period: "" is not one of hour, day, week, month, year`},
		{"a currency's old name", `{"salary_min":{"amount":1,"currency":"DEM","period":"year"}}`, `salary_min.currency: "DEM" is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP`},
		{"a period in other words", `{"salary_min":{"amount":1,"currency":"EUR","period":"yearly"}}`, `salary_min.period: "yearly" is not one of hour, day, week, month, year; did you mean "year"?`},
		{"an empty company", `{"companies":{"none":[" "]}}`, "companies.none[0]: is missing or empty"},
		{"a language with a country", `{"languages":["en-US"]}`, `languages[0]: "en-US" is not the code of a language; use "en"`},
		{"a language of three letters", `{"languages":["deu"]}`, `languages[0]: "deu" is not the code of a language; use "de"`},
		{"a language's name", `{"languages":["english"]}`, `languages[0]: "english" is not the code of a language; use two letters of ISO 639-1, such as en or de`},
		{"a line break in a name", `{"id":"a\nb"}`, "id: holds the control character U+000A at character 2; remove it"},
		{"everything at once", `{"class":["x"],"workplace":["y"]}`, `class[0]: "x" is not one of core, partly, no; workplace[0]: "y" is not one of remote, hybrid, onsite`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := alerts.DecodeFilter([]byte(test.filter))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestListsHaveAnEnd(t *testing.T) {
	f := alerts.Filter{Companies: alerts.CompanySet{None: make([]string, 101)}}
	for i := range f.Companies.None {
		f.Companies.None[i] = strings.Repeat("x", i+1)
	}
	if got := f.Validate().Error(); got != "companies.none: 101 values are more than the 100 a list may have" {
		t.Error(got)
	}
}

func TestDecodePostingReadsTheContract(t *testing.T) {
	const contract = `{"id":"greenhouse:acme:123","source":"greenhouse","url":"https://example.com/123","title":"Go Engineer","company":"Acme","description":"plain text",
     "posted_at":"2026-11-23T08:00:00Z","valid_through":null,"class":"core","skills":["go","postgresql"],"seniority":["senior"],
     "workplace":"remote","locations":[{"city":"Berlin","region":"BE","country":"DE","lat":52.5,"lon":13.4}],
     "remote_from":["DE","EU","*"],"employment":["full_time"],
     "salary":{"min":80000,"max":95000,"currency":"EUR","period":"year","predicted":false},
     "education":"bachelor","language":"en"}`
	p, err := alerts.DecodePosting([]byte(contract))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var want, have any
	for data, into := range map[string]*any{contract: &want, string(got): &have} {
		if err := json.Unmarshal([]byte(data), into); err != nil {
			t.Fatal(err)
		}
	}
	want.(map[string]any)["remote_from"] = []any{"*", "DE", "EU"} // lists are sorted
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestDecodePostingNamesTheFault(t *testing.T) {
	posting := func(member string) string {
		return `{"id":"a","url":"https://example.com","title":"t","company":"c",` + member + `}`
	}
	tests := []struct{ name, posting, want string }{
		{"nothing in it", `{}`, "id: is missing or empty; url: is missing or empty; title: is missing or empty; company: is missing or empty"},
		{"another scheme", `{"id":"a","url":"javascript:alert(1)","title":"t","company":"c"}`, `url: "javascript:alert(1)" is not a web address that begins with https:// or http://`},
		{"a long title", `{"id":"a","url":"https://example.com","company":"c","title":"` + strings.Repeat("x", 301) + `"}`, "title: 301 characters are more than the 300 allowed"},
		{"a long description", posting(`"description":"` + strings.Repeat("x", 100_001) + `"`), "description: 100001 bytes are more than the 100000 allowed"},
		{"a control character", posting(`"description":"a\tb\n\u0007"`), "description: holds the control character U+0007 at character 5; remove it"},
		{"a class", posting(`"class":"backend"`), `class: "backend" is not one of core, partly, no`},
		{"a workplace", posting(`"workplace":"Remote"`), `workplace: "Remote" is not one of remote, hybrid, onsite; did you mean "remote"?`},
		{"an upside-down salary", posting(`"salary":{"min":2,"max":1,"currency":"EUR","period":"year"}`), "salary.min: 2 is more than max, 1"},
		{"half a point", posting(`"locations":[{"lat":1}]`), "locations[0].lat: lat and lon stand together; give both or neither"},
		{"a point beyond the pole", posting(`"locations":[{"lat":91,"lon":-181}]`), "locations[0].lat: 91 is not an angle from -90 to 90 degrees; locations[0].lon: -181 is not an angle from -180 to 180 degrees"},
		{"eligibility in words", posting(`"remote_from":["DE","-US","Narnia"]`), `remote_from[2]: "Narnia" is not the code of a country, EU or another group, or * for anywhere`},
		{"an origin", posting(`"from":{"salary":"guess"}`), `from.salary: "guess" is not one of field, text`},
		{"a time", posting(`"posted_at":"23.11.2026"`), `posted_at: "23.11.2026" is not a time; write it like 2026-11-23T08:00:00Z`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := alerts.DecodePosting([]byte(test.posting))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestDecodePostingBringsItIntoNormalForm(t *testing.T) {
	p, err := alerts.DecodePosting([]byte(`{"id":"a","url":"https://example.com","title":" t ","company":"c","skills":["Postgres","Golang","go"],
		"locations":[{"country":"de"}],"remote_from":["eu"],"language":"EN","salary":{"max":1,"currency":"eur","period":"year"}}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"a","source":"","url":"https://example.com","title":"t","company":"c","description":"","valid_through":null,"class":"",` +
		`"skills":["go","postgresql"],"seniority":[],"locations":[{"country":"DE"}],"remote_from":["EU"],"employment":[],` +
		`"salary":{"max":1,"currency":"EUR","period":"year","predicted":false},"language":"en"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestAPostingSurvivesItsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := alertstest.Posting(t)
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := alerts.DecodePosting(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%s: %s", data, diff)
		}
	})
}

func FuzzDecodeFilter(f *testing.F) {
	f.Add([]byte(`{"id":"f1","query":"go -php","skills":{"any":["go"]},"places":[{"city":"Berlin","radius_km":5}]}`))
	f.Add([]byte(`{"salary_min":{"amount":1e400,"currency":"EUR","period":"year"}}`))
	f.Add([]byte(`{"class":["core"],"class":[]}`))
	p := job()
	f.Fuzz(func(t *testing.T, data []byte) {
		filter, err := alerts.DecodeFilter(data)
		if err != nil {
			return
		}
		again, err := alerts.DecodeFilter([]byte(filter.Key()))
		if err != nil || again.Key() != filter.Key() {
			t.Fatalf("%s has the key %s, which reads as %s, %v", data, filter.Key(), again.Key(), err)
		}
		if filter.Match(&p).Match != again.Match(&p).Match {
			t.Fatalf("%s and its key disagree", data)
		}
	})
}

func FuzzDecodePosting(f *testing.F) {
	f.Add([]byte(`{"id":"a","url":"https://example.com","title":"t","company":"c","locations":[{"city":"Berlin"}],"remote_from":["-US"]}`))
	f.Add([]byte(`{"id":"a","url":"http://x","title":"C++","company":"c","salary":{"min":1,"currency":"USD","period":"hour"}}`))
	filter := alerts.Filter{Query: "go OR -c++", Places: []alerts.Place{{Country: "DE"}}, SalaryMin: &alerts.SalaryMin{Amount: 1, Currency: "EUR", Period: "year"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := alerts.DecodePosting(data)
		if err != nil {
			return
		}
		normal, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := alerts.DecodePosting(normal)
		if err != nil {
			t.Fatalf("%s became %s, which is refused: %v", data, normal, err)
		}
		if diff := cmp.Diff(filter.Match(&p), filter.Match(&again)); diff != "" {
			t.Fatalf("%s: %s", normal, diff)
		}
		if alerts.Fingerprint(&p) != alerts.Fingerprint(&again) {
			t.Fatalf("%s: two fingerprints", normal)
		}
	})
}

func TestWhatCouldNotBeReadIsNotCalledMissingToo(t *testing.T) {
	unread := alerts.FieldErrors{{Field: "email", Problem: "should be a text"}, {Field: "alerts[0]", Problem: "should be an object"}}
	missing := alerts.FieldErrors{{Field: "email", Problem: "is empty"}, {Field: "emails", Problem: "x"}, {Field: "alerts[0].cadence", Problem: "is empty"}, {Field: "alerts[1]", Problem: "y"}}
	const want = "email: should be a text; alerts[0]: should be an object; emails: x; alerts[1]: y"
	if got := unread.And(missing).Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
