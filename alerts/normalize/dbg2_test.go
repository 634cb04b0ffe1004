package normalize_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	"os"
	"testing"
	"time"
)

func TestDbgAll(t *testing.T) {
	n := normalize.New(skill.Shipped())
	f, _ := os.Open("../../../shared/data/labels/postings.ndjson.gz")
	z, _ := gzip.NewReader(f)
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<22)
	out, _ := os.Create("/tmp/all.txt")
	w := bufio.NewWriter(out)
	defer w.Flush()
	start := time.Now()
	c := 0
	for sc.Scan() {
		var l struct {
			ID, Source, Title, Text, Company, Location string
			Employment, Department                     string
			Is_remote                                  *bool
			Secondary                                  []string
			Comp_summary                               any
			Address                                    struct{ AddressLocality, AddressRegion, AddressCountry string }
		}
		var loose map[string]any
		json.Unmarshal(sc.Bytes(), &loose)
		json.Unmarshal(sc.Bytes(), &l)
		pt, _ := l.Comp_summary.(string)
		raw := source.Raw{ID: l.ID, Title: l.Title, Text: l.Text, Company: l.Company, Remote: l.Is_remote, PayText: pt, Employment: []string{l.Employment}, Places: []source.Place{{Text: l.Location, City: l.Address.AddressLocality, Region: l.Address.AddressRegion, Country: l.Address.AddressCountry}}}
		for _, s := range l.Secondary {
			raw.Places = append(raw.Places, source.Place{Text: s})
		}
		p := n.Posting(l.Source, source.Board{Name: "e"}, raw)
		c++
		sal := ""
		if p.Salary != nil {
			sal = fmt.Sprint(*p.Salary)
		}
		loc := ""
		for _, x := range p.Locations {
			loc += x.City + "," + x.Region + "," + x.Country + ";"
		}
		rf := p.RemoteFrom
		if len(rf) > 4 {
			rf = append(append([]string{}, rf[:3]...), "…")
		}
		tt := []rune(l.Title)
		if len(tt) > 120 {
			tt = tt[:120]
		}
		fmt.Fprintf(w, "%s|%s|%q|%v|%v|%q %v %s|%s|%s %s|pay=%q %s|%v|%s|%s|%d\n", p.Class, l.Source, string(tt), p.Seniority, p.Workplace, l.Location, l.Is_remote != nil && *l.Is_remote, l.Address.AddressCountry, loc, rf, p.From["remote_from"], pt, sal, p.Employment, p.Education, p.Language, len(p.Skills))
	}
	t.Log(c, time.Since(start), float64(c)/time.Since(start).Seconds())
}
