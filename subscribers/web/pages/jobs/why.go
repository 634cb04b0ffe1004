package jobs

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/alerts/query"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
	"jobalertd/subscribers/web/problem"
)

// whyView is the page that tells why a job came, or would not.
type whyView struct {
	shell.Chrome
	Job     alertform.Job
	Alert   shell.Described
	Match   bool
	Closed  bool
	Reasons []reason
	// Offers are parts that would keep jobs like this one out; Kept are those that the filter has.
	Offers, Kept []part
}

// reason is how one facet judged.
type reason struct {
	Pass        bool
	Facet, Said string
}

// part is one thing that a filter keeps out, as a button says it.
type part struct {
	Kind, Value string
	Label       string
}

// The kinds of parts.
const (
	partCompany = "company"
	partSkill   = "skill"
	partTitle   = "title"
)

func (j *Jobs) whyPage(w http.ResponseWriter, r *http.Request) error {
	_, a, err := j.alert(r)
	if err != nil {
		return err
	}
	judged, err := j.Postings.Judge(r.Context(), a.Filter, r.URL.Query().Get("job"))
	if err != nil {
		return err
	}
	t, p := j.Of(r), &judged.Posting
	v := &whyView{
		Job: alertform.NewJob(t, *p), Alert: t.Describe([]subscribers.Alert{a})[0], Match: judged.Verdict.Match, Closed: judged.Closed,
		Kept: labelled(t, "drop", kept(a.Filter)), Offers: labelled(t, "hide", offers(a.Filter, p)),
	}
	v.Notice = t.Find("why.done." + r.URL.Query().Get("done"))
	for _, said := range judged.Verdict.Reasons {
		facet, words := phrase.Reason(t.Locale, said)
		v.Reasons = append(v.Reasons, reason{Pass: said.Pass, Facet: facet, Said: words})
	}
	j.Render(w, r, http.StatusOK, "why", v)
	return nil
}

// labelled gives parts the words of their buttons.
func labelled(t *shell.Texts, action string, parts []part) []part {
	for i, p := range parts {
		parts[i].Label = t.Say("why."+action+"."+p.Kind, p.Value)
	}
	return parts
}

// mostOffers is how many skills of a posting are offered to be avoided.
const mostOffers = 6

// offers are the parts that would keep a posting out, and that the filter neither has nor asks for.
func offers(f alerts.Filter, p *alerts.Posting) []part {
	var all []part
	if p.Company != "" {
		all = append(all, part{Kind: partCompany, Value: p.Company})
	}
	for _, skill := range p.Skills {
		wanted := slices.Contains(f.Skills.Any, skill) || slices.Contains(f.Skills.All, skill)
		if !wanted && len(all) <= mostOffers {
			all = append(all, part{Kind: partSkill, Value: skill})
		}
	}
	if phrase := titlePhrase(p.Title); phrase != "" {
		all = append(all, part{Kind: partTitle, Value: phrase})
	}
	return slices.DeleteFunc(all, func(p part) bool {
		after, err := without(f, p)
		return err != nil || after.Key() == f.Key()
	})
}

// titlePhrase is a title as words that can be asked for.
func titlePhrase(title string) string {
	parsed, err := query.Parse(`"` + strings.Map(unquote, title) + `"`)
	if err != nil {
		return ""
	}
	term, ok := parsed.Root().(query.Term)
	if !ok {
		return ""
	}
	return term.Text()
}

// unquote leaves out what would end a phrase or be taken for a wildcard.
func unquote(r rune) rune {
	if strings.ContainsRune(`"“”„‟«»*`, r) {
		return ' '
	}
	return r
}

// titleTerm is how a query avoids a title.
func titleTerm(phrase string) string { return `-title:"` + strings.Map(unquote, phrase) + `"` }

// without is the filter that also keeps out what the part says.
func without(f alerts.Filter, p part) (alerts.Filter, error) {
	switch p.Kind {
	case partCompany:
		f.Companies.None = append(slices.Clone(f.Companies.None), p.Value)
	case partSkill:
		f.Skills.None = append(slices.Clone(f.Skills.None), p.Value)
	case partTitle:
		asked := f.Query
		if parsed, err := query.Parse(asked); err == nil {
			if _, choice := parsed.Root().(query.Or); choice {
				asked = "(" + asked + ")"
			}
		}
		f.Query = strings.TrimSpace(asked + " " + titleTerm(p.Value))
	default:
		return f, problem.New(problem.Malformed, "%q is not something this page does", p.Kind)
	}
	return f.Canonical(), f.Validate().Err()
}

// kept lists what the filter keeps out.
func kept(f alerts.Filter) []part {
	var all []part
	for _, name := range f.Companies.None {
		all = append(all, part{Kind: partCompany, Value: name})
	}
	for _, name := range f.Skills.None {
		all = append(all, part{Kind: partSkill, Value: name})
	}
	for _, n := range avoided(f.Query) {
		all = append(all, part{Kind: partTitle, Value: n.Text()})
	}
	return all
}

// operands are the parts of a query that must all hold.
func operands(q string) []query.Node {
	parsed, err := query.Parse(q)
	if q == "" || err != nil {
		return nil
	}
	if all, ok := parsed.Root().(query.And); ok {
		return all
	}
	return []query.Node{parsed.Root()}
}

// avoided are the titles that a query keeps out.
func avoided(q string) []query.Term {
	var terms []query.Term
	for _, n := range operands(q) {
		if title, ok := avoidedTitle(n); ok {
			terms = append(terms, title)
		}
	}
	return terms
}

func avoidedTitle(n query.Node) (query.Term, bool) {
	not, ok := n.(query.Not)
	if !ok {
		return query.Term{}, false
	}
	term, ok := not.Node.(query.Term)
	return term, ok && term.Field == query.FieldTitle
}

// with is the filter without one of the parts it keeps out.
func with(f alerts.Filter, p part) alerts.Filter {
	is := func(name string) bool { return name == p.Value }
	switch p.Kind {
	case partCompany:
		f.Companies.None = slices.DeleteFunc(slices.Clone(f.Companies.None), is)
	case partSkill:
		f.Skills.None = slices.DeleteFunc(slices.Clone(f.Skills.None), is)
	case partTitle:
		rest := slices.DeleteFunc(slices.Clone(operands(f.Query)), func(n query.Node) bool {
			term, ok := avoidedTitle(n)
			return ok && is(term.Text())
		})
		texts := make([]string, len(rest))
		for i, n := range rest {
			texts[i] = n.String()
			if _, choice := n.(query.Or); choice && len(rest) > 1 {
				texts[i] = "(" + texts[i] + ")"
			}
		}
		f.Query = strings.Join(texts, " ")
	}
	return f.Canonical()
}

// feedback adds a part to the filter, or takes one away.
func (j *Jobs) feedback(w http.ResponseWriter, r *http.Request) error {
	values, err := shell.ParseForm(w, r)
	if err != nil {
		return err
	}
	sub, a, err := j.alert(r)
	if err != nil {
		return err
	}
	kind, value, _ := strings.Cut(values.Get("part"), ":")
	action, wanted := values.Get("action"), slices.Clone(sub.Alerts)
	switch action {
	case "hide":
		if a.Filter, err = without(a.Filter, part{Kind: kind, Value: value}); err != nil {
			return err
		}
	case "drop":
		a.Filter = with(a.Filter, part{Kind: kind, Value: value})
	default:
		return problem.New(problem.Malformed, "%q is not something this page does", action)
	}
	wanted[slices.IndexFunc(wanted, func(other subscribers.Alert) bool { return other.ID == a.ID })] = a
	if _, err := j.Desk.Change(r.Context(), sub.ID, subscribers.Change{Alerts: &wanted}, time.Now()); err != nil {
		return err
	}
	target := url.URL{Path: r.URL.Path, RawQuery: url.Values{"job": {r.URL.Query().Get("job")}, "done": {action}}.Encode()}
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
	return nil
}
