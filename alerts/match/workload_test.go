package match

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/skill"
)

// workload makes filters and postings of a large job board, the same ones every time: some skills,
// words, cities and companies are far commoner than others, skills go together in professions, and
// about a third of the filters equal another one.
type workload struct {
	random      *rand.Rand
	professions [][]string // skills, the commonest first
	cities      []gazetteer.City
	cityAt      zipf
	words       []string
	wordAt      zipf
	phrases     []string
	phraseAt    zipf
	skillAt     zipf // in a profession
	professAt   zipf
	companyAt   zipf
}

func newWorkload(t testing.TB, seed uint64) *workload {
	w := &workload{
		random: rand.New(rand.NewPCG(seed, 0)), cities: bigCities(t, 2000, 60),
		professAt: newZipf(40, 0.6), skillAt: newZipf(28, 0.5), companyAt: newZipf(5000, 0.9),
	}
	w.cityAt = newZipf(len(w.cities), 0.85)
	var skills []string
	for term := range skill.Shipped().Terms() {
		skills = append(skills, term.Name)
	}
	structure := rand.New(rand.NewPCG(1, 1)) // the same for every seed
	structure.Shuffle(len(skills), func(i, j int) { skills[i], skills[j] = skills[j], skills[i] })
	skills = skills[:400]
	for range 40 {
		var own []string
		for _, i := range structure.Perm(len(skills))[:28] {
			own = append(own, skills[i])
		}
		w.professions = append(w.professions, own)
	}
	for i := range 4000 {
		w.words = append(w.words, fmt.Sprintf("w%c%d", 'a'+i%26, i))
	}
	w.wordAt = newZipf(len(w.words), 0.8)
	for range 1500 {
		w.phrases = append(w.phrases, w.words[w.wordAt.draw(structure)]+" "+w.words[w.wordAt.draw(structure)])
	}
	w.phraseAt = newZipf(len(w.phrases), 0.5)
	return w
}

// zipf draws numbers below n, of which number i is as likely as 1/(i+1)^s.
type zipf []float64

func newZipf(n int, s float64) zipf {
	z, sum := make(zipf, n), 0.0
	for i := range z {
		sum += math.Pow(float64(i+1), -s)
		z[i] = sum
	}
	return z
}

func (z zipf) draw(r *rand.Rand) int {
	i, _ := slices.BinarySearch(z, r.Float64()*z[len(z)-1])
	return i
}

// bigCities is the most populous cities of so many countries.
func bigCities(t testing.TB, n, countries int) []gazetteer.City {
	file, err := os.Open("../gazetteer/cities.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	var cities []gazetteer.City
	known := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(line, "\t")
		if len(f) < 6 || !known[f[2]] && len(known) == countries {
			continue
		}
		if c, ok := gazetteer.Lookup(f[0], f[1], f[2]); ok && c.Name == f[0] {
			known[f[2]] = true
			if cities = append(cities, c); len(cities) == n {
				break
			}
		}
	}
	return cities
}

func (w *workload) chance(p float64) bool { return w.random.Float64() < p }

func (w *workload) city() gazetteer.City { return w.cities[w.cityAt.draw(w.random)] }

// skillsOf draws skills of a profession, each once.
func (w *workload) skillsOf(profession []string, n int) []string {
	var drawn []string
	for tries := 0; len(drawn) < n && tries < 10*n; tries++ {
		if s := profession[w.skillAt.draw(w.random)]; !slices.Contains(drawn, s) {
			drawn = append(drawn, s)
		}
	}
	return drawn
}

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// filters makes n filters.
func (w *workload) filters(n int) []alerts.Filter {
	filters := make([]alerts.Filter, 0, n)
	for len(filters) < n {
		if len(filters) > 10 && w.chance(0.35) {
			filters = append(filters, filters[w.random.IntN(len(filters))])
		} else {
			filters = append(filters, w.filter())
		}
	}
	return filters
}

func (w *workload) filter() alerts.Filter {
	r, profession := w.random, w.professions[w.professAt.draw(w.random)]
	var f alerts.Filter
	if w.chance(0.76) {
		if own := w.skillsOf(profession, 1+r.IntN(4)); w.chance(0.75) {
			f.Skills.Any = own[:min(3, len(own))]
		} else {
			f.Skills.All = own[:min(2, len(own))]
		}
	}
	if w.chance(0.12) {
		f.Skills.None = w.skillsOf(w.professions[r.IntN(40)], 1+r.IntN(2))
	}
	if w.chance(0.95) {
		f.Places = w.places()
	}
	if w.chance(0.45) {
		f.Query = w.query(profession)
	}
	if w.chance(0.49) {
		rung := r.IntN(6)
		f.Seniority = alerts.Seniorities()[rung : rung+1+r.IntN(2)]
	}
	if w.chance(0.30) {
		f.Languages = pick(r, []string{"de"}, []string{"fr"}, []string{"en"}, []string{"es", "pt"}, []string{"sv"}, []string{"pl", "it"})
	}
	if w.chance(0.30) {
		f.SalaryMin = &alerts.SalaryMin{Amount: float64(40+5*r.IntN(22)) * 1000, Currency: pick(r, "EUR", "USD", "GBP"), Period: alerts.PeriodYear}
		f.SalaryUnlisted = pick(r, alerts.UnlistedInclude, alerts.UnlistedExclude)
	}
	if w.chance(0.24) {
		f.Workplace = pick(r, []alerts.Workplace{"remote"}, []alerts.Workplace{"remote", "hybrid"}, []alerts.Workplace{"hybrid"})
	}
	if w.chance(0.15) {
		f.Employment = pick(r, []alerts.Employment{"full_time"}, []alerts.Employment{"contract"}, []alerts.Employment{"full_time", "contract"})
	}
	if w.chance(0.02) {
		f.Companies.Any = []string{w.company(), w.company()}
	}
	if w.chance(0.065) {
		f.Companies.None = []string{w.company()}
	}
	if w.chance(0.07) {
		f.EducationMax = pick(r, alerts.EducationNone, alerts.EducationBachelor, alerts.EducationMaster)
	}
	return f
}

func (w *workload) company() string { return fmt.Sprintf("Company %d", w.companyAt.draw(w.random)) }

func (w *workload) places() []alerts.Place {
	places := make([]alerts.Place, 0, 3)
	for range 1 + w.random.IntN(8)/7 + w.random.IntN(12)/11 {
		c := w.city()
		p := alerts.Place{Country: c.Country}
		if w.chance(0.9) {
			p.Region, p.City = c.Region, c.Name
			p.RadiusKM = pick(w.random, 0, 10, 10, 25, 25, 50, 50, 100.0)
		}
		places = append(places, p)
	}
	return places
}

// query is a conjunction of words, choices and exclusions.
func (w *workload) query(profession []string) string {
	word := func() string {
		switch w.random.IntN(5) {
		case 0, 1, 2:
			return w.words[(120+w.wordAt.draw(w.random))%len(w.words)] // the commonest words are no use in a query
		case 3:
			return `"` + w.phrases[w.phraseAt.draw(w.random)] + `"`
		}
		return `"` + profession[w.skillAt.draw(w.random)] + `"`
	}
	q := word()
	for range w.random.IntN(3) {
		q += " OR " + word()
	}
	switch w.random.IntN(8) {
	case 0:
		q = "(" + q + ") " + word()
	case 1:
		q = "(" + q + ") (" + word() + " OR " + word() + ")"
	case 2:
		q = "(" + q + ") -" + word()
	}
	return q
}

func (w *workload) word() string { return w.words[w.wordAt.draw(w.random)] }

// postings makes n postings with texts of 300 to 600 words.
func (w *workload) postings(n int) []alerts.Posting {
	postings := make([]alerts.Posting, n)
	for i := range postings {
		postings[i] = w.posting(i)
	}
	return postings
}

func (w *workload) posting(i int) alerts.Posting {
	r, profession := w.random, w.professions[w.professAt.draw(w.random)]
	p := alerts.Posting{
		ID: fmt.Sprintf("test:board:%d", i), Source: "test", URL: "https://example.com/job", Class: alerts.ClassCore,
		Company: w.company(), Skills: w.skillsOf(profession, 8+r.IntN(12)),
		Language: pick(r, "en", "en", "en", "de", "fr", "es", "sv", "pl"),
	}
	p.Skills = append(p.Skills, w.skillsOf(w.professions[r.IntN(40)], r.IntN(5))...)
	rung := alerts.Seniorities()[r.IntN(6)]
	if w.chance(0.9) {
		p.Seniority = []alerts.Seniority{rung}
	}
	p.Title = fmt.Sprintf("%s %s engineer %s", rung, p.Skills[0], w.word())
	p.Workplace = pick(r, alerts.WorkplaceOnsite, alerts.WorkplaceOnsite, alerts.WorkplaceOnsite, alerts.WorkplaceHybrid, "")
	for range 1 + r.IntN(5)/3 + r.IntN(10)/9 {
		c := w.city()
		p.Locations = append(p.Locations, alerts.Location{City: c.Name, Region: c.Region, Country: c.Country})
	}
	if w.chance(0.08) {
		p.Workplace = alerts.WorkplaceRemote
		if w.chance(0.06) {
			p.RemoteFrom = []string{pick(r, "*", "EU", "AMERICAS", "EMEA")}
		} else {
			p.RemoteFrom = []string{p.Locations[0].Country}
		}
	}
	if w.chance(0.4) {
		least := float64(30+r.IntN(110)) * 1000
		p.Salary = &alerts.Salary{Min: least, Max: least * 1.3, Currency: pick(r, "EUR", "USD", "GBP"), Period: alerts.PeriodYear}
	}
	p.Employment = pick(r, []alerts.Employment{"full_time"}, []alerts.Employment{"full_time"}, []alerts.Employment{"contract"}, nil)
	p.Education = pick(r, "", "", alerts.EducationBachelor, alerts.EducationMaster)
	p.Description = w.text(p.Skills)
	return p.Normalized()
}

// text mentions skills, some more than once, among other words.
func (w *workload) text(skills []string) string {
	var b strings.Builder
	for range 280 + w.random.IntN(280) {
		switch {
		case w.chance(0.12):
			b.WriteString(skills[w.random.IntN(len(skills))])
		case w.chance(0.05):
			b.WriteString(w.phrases[w.phraseAt.draw(w.random)])
		default:
			b.WriteString(w.word())
		}
		b.WriteString(pick(w.random, " ", " ", " ", " ", " ", ", ", ". "))
	}
	return b.String()
}
