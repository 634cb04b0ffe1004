package normalize_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
)

// labelsFile holds real postings labelled by reading. It is not part of the repository.
const labelsFile = "../../../shared/data/labels/labels.ndjson"

type label struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Meta   struct {
		Company    string                   `json:"company"`
		Location   string                   `json:"location"`
		Secondary  []string                 `json:"secondary"`
		Address    json.RawMessage          `json:"address"`
		Remote     *bool                    `json:"is_remote"`
		Employment string                   `json:"employment"`
		Department string                   `json:"department"`
		Pay        json.RawMessage          `json:"comp_summary"`
		Tags       source.Many[source.Text] `json:"tags"`
		URL        string                   `json:"url"`
	} `json:"meta"`
	Labels struct {
		Class     string `json:"is_backend"`
		Family    string `json:"role_family"`
		Seniority string `json:"seniority"`
		Workplace string `json:"workplace"`
		Salary    struct {
			Min, Max         float64
			Currency, Period string
			Source           string
		} `json:"salary"`
		Skills    []string `json:"skills"`
		City      string   `json:"city"`
		Country   string   `json:"country"`
		Education string   `json:"education"`
	} `json:"labels"`
	Unsure bool `json:"unsure"`
}

// raw is the record that the label's board would have given.
func (l label) raw() source.Raw {
	raw := source.Raw{ID: l.ID, URL: l.Meta.URL, Title: l.Title, Text: l.Text, Company: l.Meta.Company, Remote: l.Meta.Remote, Tags: source.Strings(l.Meta.Tags)}
	if l.Meta.Employment != "" {
		raw.Employment = []string{l.Meta.Employment}
	}
	if l.Meta.Department != "" {
		raw.Departments = []string{l.Meta.Department}
	}
	_ = json.Unmarshal(l.Meta.Pay, &raw.PayText)
	var address struct{ AddressLocality, AddressRegion, AddressCountry string }
	_ = json.Unmarshal(l.Meta.Address, &address)
	if l.Meta.Location != "" || address.AddressCountry != "" {
		raw.Places = append(raw.Places, source.Place{Text: l.Meta.Location, City: address.AddressLocality, Region: address.AddressRegion, Country: address.AddressCountry})
	}
	for _, second := range l.Meta.Secondary {
		raw.Places = append(raw.Places, source.Place{Text: second})
	}
	return raw
}

func readLabels(t testing.TB) []label {
	file, err := os.Open(labelsFile)
	if err != nil {
		t.Skipf("no labelled postings: %v", err)
	}
	defer file.Close()
	var labels []label
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l label
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("label %d: %v", len(labels)+1, err)
		}
		labels = append(labels, l)
	}
	return labels
}

// score counts what was asked and what was right, and keeps the mistakes.
type score struct {
	asked, right int
	confusions   map[string]int
	mistakes     []string
}

func (s *score) note(id, want, got string, right bool) {
	if s.confusions == nil {
		s.confusions = map[string]int{}
	}
	s.asked++
	if right {
		s.right++
		return
	}
	s.confusions[want+" read as "+got]++
	s.mistakes = append(s.mistakes, fmt.Sprintf("%s: want %s, got %s", id, want, got))
}

func (s *score) rate() float64 { return float64(s.right) / float64(max(s.asked, 1)) }

// TestEval measures normalization and classification against the labels, prints the table that the
// README quotes, and fails where a figure falls below its bar.
func TestEval(t *testing.T) {
	labels := readLabels(t)
	n := normalize.New(skill.Shipped())
	fields := map[string]*score{}
	field := func(name string) *score {
		if fields[name] == nil {
			fields[name] = &score{}
		}
		return fields[name]
	}
	classes := map[[2]string]int{}
	for _, l := range labels {
		p := n.Posting(l.Source, source.Board{Name: "eval"}, l.raw())
		classes[[2]string{l.Labels.Class, string(p.Class)}]++
		id := l.ID + " " + short(l.Title) + " [" + l.Labels.Family + "]"
		if l.Unsure {
			id += " (unsure)"
		}
		field("class").note(id, l.Labels.Class, string(p.Class), l.Labels.Class == string(p.Class))
		scoreFacts(l, p, id, field)
	}
	report(t, fields, classes)
	core, macro := classF1(classes)
	if core < 0.90 || macro < 0.80 {
		t.Errorf("class: core F1 %.3f, macro F1 %.3f", core, macro)
	}
	for name, least := range map[string]float64{
		"seniority": 0.90, "workplace": 0.90, "salary": 0.95, "salary absent": 0.98, "country": 0.95, "city": 0.90, "skills": 0.95,
	} {
		if got := fields[name].rate(); got < least {
			t.Errorf("%s: %.3f right, want %.2f", name, got, least)
		}
	}
}

func scoreFacts(l label, p alerts.Posting, id string, field func(string) *score) {
	want := l.Labels
	if want.Seniority != "unknown" {
		field("seniority").note(id, want.Seniority, fmt.Sprint(p.Seniority), rungMatches(want.Seniority, p.Seniority))
		if !l.Unsure {
			field("seniority sure").note(id, want.Seniority, fmt.Sprint(p.Seniority), rungMatches(want.Seniority, p.Seniority))
		}
	} else {
		field("seniority absent").note(id, "", fmt.Sprint(p.Seniority), len(p.Seniority) == 0)
	}
	if want.Workplace != "unknown" {
		field("workplace").note(id, want.Workplace, string(p.Workplace), want.Workplace == string(p.Workplace))
	}
	if want.Salary.Source != "" {
		field("salary").note(id, fmt.Sprint(want.Salary), fmt.Sprint(p.Salary), payMatches(l, p.Salary))
	} else {
		field("salary absent").note(id, "", fmt.Sprint(p.Salary), p.Salary == nil)
	}
	if want.Country != "" {
		field("country").note(id+" loc="+l.Meta.Location, want.Country, fmt.Sprint(p.Locations), slices.ContainsFunc(p.Locations, func(loc alerts.Location) bool { return loc.Country == want.Country }) ||
			len(p.Locations) == 0 && slices.Equal(p.RemoteFrom, []string{want.Country}))
	}
	if want.City != "" {
		field("city").note(id+" loc="+l.Meta.Location, want.City, fmt.Sprint(p.Locations), slices.ContainsFunc(p.Locations, func(loc alerts.Location) bool { return sameCity(loc, want.City, want.Country) }))
	}
	for _, s := range want.Skills {
		name, ok := skill.Shipped().Canonical(s)
		if !ok {
			field("skill not in vocabulary").note(id, s, "-", false)
			continue
		}
		field("skills").note(id, name, "-", slices.Contains(skill.Shipped().Closure(p.Skills), name))
	}
	if want.Education == "not_stated" {
		field("education absent").note(id, "", string(p.Education), p.Education == "")
	} else {
		degree, _, _ := strings.Cut(want.Education, "_")
		field("education").note(id, want.Education, string(p.Education), degree == string(p.Education) || degree == "degree" && p.Education != "" || degree == "vocational" && p.Education != "")
	}
}

func rungMatches(want string, got []alerts.Seniority) bool {
	return slices.ContainsFunc(got, func(s alerts.Seniority) bool {
		return string(s) == want || want == "staff" && s == alerts.SeniorityPrincipal
	})
}

func payMatches(l label, got *alerts.Salary) bool {
	want := l.Labels.Salary
	if got == nil {
		return false
	}
	low, high := got.Min, got.Max
	if low == 0 {
		low = high
	}
	if high == 0 {
		high = low
	}
	return want.Currency == got.Currency && want.Period == string(got.Period) && want.Min == low && want.Max == high
}

func sameCity(got alerts.Location, city, country string) bool {
	if strings.EqualFold(got.City, city) {
		return true
	}
	c, ok := gazetteer.Lookup(city, "", country)
	return ok && got.City == c.Name && got.Country == c.Country
}

func short(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60])
	}
	return s
}

// report prints the table that the README of this room quotes.
func report(t *testing.T, fields map[string]*score, classes map[[2]string]int) {
	var out strings.Builder
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&out, "%-24s %4d of %4d  %.3f\n", name, fields[name].right, fields[name].asked, fields[name].rate())
	}
	core, macro := classF1(classes)
	fmt.Fprintf(&out, "%-24s %.3f\n%-24s %.3f\n", "class core F1", core, "class macro F1", macro)
	for _, want := range alerts.Classes() {
		for _, got := range alerts.Classes() {
			fmt.Fprintf(&out, "  %s read as %s: %d\n", want, got, classes[[2]string{string(want), string(got)}])
		}
	}
	for _, name := range names {
		for _, m := range fields[name].mistakes {
			fmt.Fprintf(&out, "%s: %s\n", name, m)
		}
	}
	t.Log("\n" + out.String())
}

func classF1(classes map[[2]string]int) (core, macro float64) {
	for _, c := range alerts.Classes() {
		var hit, said, truth int
		for pair, count := range classes {
			if pair[0] == string(c) {
				truth += count
			}
			if pair[1] == string(c) {
				said += count
			}
			if pair[0] == string(c) && pair[1] == string(c) {
				hit += count
			}
		}
		f1 := 2 * float64(hit) / float64(max(said+truth, 1))
		macro += f1 / 3
		if c == alerts.ClassCore {
			core = f1
		}
	}
	return core, macro
}
