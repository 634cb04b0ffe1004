package alerts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

// candidate is a posting to rank.
type candidate struct {
	id, title, company string
	skills             []string
	salary             float64
	seq                alerts.Seq
}

func ranked(f alerts.Filter, candidates ...candidate) string {
	var matches []alerts.Match
	for _, c := range candidates {
		p := &alerts.Posting{ID: c.id, Title: c.title, Company: c.company, Class: alerts.ClassCore, Skills: c.skills, Description: strings.Join(c.skills, " ")}
		if c.salary > 0 {
			p.Salary = &alerts.Salary{Max: c.salary, Currency: "EUR", Period: alerts.PeriodYear}
		}
		matches = append(matches, alerts.Match{Posting: p, Seq: c.seq, Verdict: f.Match(p)})
	}
	var ids []string
	for _, m := range alerts.Rank(matches) {
		ids = append(ids, m.ID())
	}
	return strings.Join(ids, " ")
}

func TestRank(t *testing.T) {
	goOrKafka := alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go", "kafka"}}}
	tests := []struct {
		name       string
		filter     alerts.Filter
		candidates []candidate
		want       string
	}{
		{"the newer first", alerts.Filter{}, []candidate{{id: "old", company: "a", seq: 1}, {id: "new", company: "b", seq: 2}}, "new old"},
		{"of one age by id", alerts.Filter{}, []candidate{{id: "b", company: "b"}, {id: "a", company: "a"}}, "a b"},
		{"more of the skills before newer", goOrKafka, []candidate{{id: "one", company: "a", skills: []string{"go"}, seq: 9}, {id: "both", company: "b", skills: []string{"go", "kafka"}}}, "both one"},
		{"in the title before more of them", goOrKafka, []candidate{{id: "both", company: "a", skills: []string{"go", "kafka"}}, {id: "title", company: "b", title: "Go Engineer", skills: []string{"go"}}}, "title both"},
		{"whole words of the title", goOrKafka, []candidate{{id: "google", company: "a", title: "Google Ads", skills: []string{"go"}}, {id: "go", company: "b", title: "Engineer (Go)", skills: []string{"go"}}}, "go google"},
		{"the words of the query count as well", alerts.Filter{Query: "go OR rust"}, []candidate{{id: "text", company: "a", skills: []string{"go"}, seq: 9}, {id: "title", company: "b", title: "Rust", seq: 1}}, "title text"},
		{"a stated salary counts", alerts.Filter{}, []candidate{{id: "silent", company: "a", seq: 9}, {id: "paid", company: "b", salary: 1}}, "paid silent"},
		{"the fourth of one company waits", alerts.Filter{}, []candidate{{id: "1", company: "A GmbH", seq: 9}, {id: "2", company: "A", seq: 8}, {id: "3", company: "a", seq: 7}, {id: "4", company: "A Inc", seq: 6}, {id: "5", company: "B", seq: 1}, {id: "6", company: "A", seq: 2}}, "1 2 3 5 4 6"},
		{"nothing", alerts.Filter{}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ranked(test.filter, test.candidates...); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestRankDoesNotDependOnTheOrderGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := alertstest.Filter(t)
		var matches []alerts.Match
		for i := range rapid.IntRange(0, 12).Draw(t, "matches") {
			p := alertstest.Posting(t)
			matches = append(matches, alerts.Match{Posting: &p, Seq: alerts.Seq(i), Verdict: f.Match(&p)})
		}
		given := append([]alerts.Match(nil), matches...)
		want := alerts.Rank(matches)
		if diff := cmp.Diff(given, matches); diff != "" {
			t.Fatalf("Rank changed its argument: %s", diff)
		}
		shuffled := rapid.Permutation(matches).Draw(t, "shuffled")
		if diff := cmp.Diff(ids(want), ids(alerts.Rank(shuffled))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func ids(matches []alerts.Match) []string {
	var out []string
	for _, m := range matches {
		out = append(out, m.ID()+m.Posting.Title)
	}
	return out
}

func TestFingerprint(t *testing.T) {
	base := job()
	tests := []struct {
		name   string
		change func(*alerts.Posting)
		same   bool
	}{
		{"another board", func(p *alerts.Posting) { p.ID, p.Source, p.URL = "lever:acme:7", "lever", "https://example.org" }, true},
		{"another place", func(p *alerts.Posting) {
			p.Title += " - Munich"
			p.Locations = []alerts.Location{{City: "Munich"}}
		}, true},
		{"remarks in the title", func(p *alerts.Posting) { p.Title = "[Remote] Senior Backend Engineer (Go) (m/w/d)" }, true},
		{"the company in full", func(p *alerts.Posting) { p.Company = "ACME" }, true},
		{"other spaces in the text", func(p *alerts.Posting) { p.Description = " " + p.Description + "\n" }, true},
		{"edited facts", func(p *alerts.Posting) { p.Salary, p.Skills = nil, nil }, true},
		{"another company", func(p *alerts.Posting) { p.Company = "Initech" }, false},
		{"another title", func(p *alerts.Posting) { p.Title = "Staff Backend Engineer (Go)" }, false},
		{"another text", func(p *alerts.Posting) { p.Description += " And Rust." }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := job()
			test.change(&p)
			if same := alerts.Fingerprint(&p) == alerts.Fingerprint(&base); same != test.same {
				t.Errorf("same is %v", same)
			}
		})
	}
}
