package match
import ("testing";"fmt";"jobalertd/alerts")
func TestRates(t *testing.T){
	fs := newWorkload(t, 1).filters(3000)
	ps := newWorkload(t, 3).postings(300)
	set, pass := map[alerts.Facet]int{}, map[alerts.Facet]int{}
	var pp []*alerts.Prepared
	for i := range ps { pp = append(pp, alerts.Prepare(&ps[i])) }
	n:=0
	for _, f := range fs { m := alerts.NewMatcher(f)
		for _, p := range pp { v := m.Judge(p); if v.Match {n++}
			for _, r := range v.Reasons { set[r.Facet]++; if r.Pass {pass[r.Facet]++} } } }
	for _, f := range alerts.Facets() { fmt.Printf("%s share %.3f pass %.3f\n", f, float64(set[f])/900000, float64(pass[f])/float64(set[f])) }
	fmt.Println(float64(n)/900000)
}
