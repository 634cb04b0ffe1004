package wish

import (
	"strconv"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/query"
)

// Format is a line that Parse reads as this filter, as short as it can be. The filter must be valid.
func Format(f alerts.Filter) string {
	f = f.Canonical()
	f.ID = ""
	short := writer{short: true}.line(f)
	if back, err := Parse(short); err == nil && back.Key() == f.Key() {
		return short
	}
	return writer{}.line(f)
}

// writer writes filters: short, with bare words where they may do, or each part with its kind.
type writer struct{ short bool }

func (w writer) line(f alerts.Filter) string {
	var parts []string
	add := func(more ...string) { parts = append(parts, more...) }
	if len(f.Skills.Any) > 0 {
		kind := "any"
		if len(f.Skills.Any) > 1 || len(f.Skills.All) == 0 {
			kind = "skill"
		}
		add(strings.Join(named(w, kind, kind == "skill", f.Skills.Any), " OR "))
	}
	add(named(w, "all", len(f.Skills.Any) > 0 || len(f.Skills.All) > 1, f.Skills.All)...)
	add(named(w, "type", true, f.Workplace)...)
	for _, p := range f.Places {
		add(w.place(p))
	}
	if s := f.SalaryMin; s != nil {
		add(w.pay(*s))
	}
	if f.SalaryUnlisted == alerts.UnlistedExclude {
		add("pay:stated")
	}
	add(named(w, "level", true, f.Seniority)...)
	add(named(w, "type", true, f.Employment)...)
	add(named(w, "class", false, f.Class)...)
	add(named(w, "at", false, f.Companies.Any)...)
	if f.EducationMax != "" {
		add("education:" + string(f.EducationMax))
	}
	add(named(w, "language", false, f.Languages)...)
	add(w.query(f.Query)...)
	for _, name := range named(w, "skill", true, f.Skills.None) {
		add("-" + name)
	}
	for _, name := range named(w, "at", false, f.Companies.None) {
		add("-" + name)
	}
	return strings.Join(parts, " ")
}

// named writes values of a kind, bare ones where the kind may be left out.
func named[T ~string](w writer, kind string, bare bool, values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = kind + ":" + quoted(string(v), "()")
		if w.short && bare {
			out[i] = strings.ReplaceAll(string(v), "_", "-")
		}
	}
	return out
}

func (w writer) place(p alerts.Place) string {
	if w.short && p.City == "" && p.Region == "" {
		if name := countryName(p.Country); name != "" {
			return name
		}
	}
	if found, ok := barePlace(p.City); w.short && ok && found.Country == p.Country && p.RadiusKM == aroundKM {
		return strings.ToLower(p.City)
	}
	if w.short {
		p = Plain(p)
	}
	var parts []string
	if p.City != "" {
		city := part(p.City)
		if place(city) != (alerts.Place{City: p.City}) {
			city = "city " + city
		}
		parts = append(parts, city)
	}
	if p.Region != "" {
		parts = append(parts, "region "+part(p.Region))
	}
	if p.Country != "" {
		parts = append(parts, p.Country)
	}
	if p.RadiusKM > 0 {
		parts = append(parts, strconv.FormatFloat(p.RadiusKM, 'f', -1, 64)+" km")
	}
	return "in:" + quoted(strings.Join(parts, ", "), "()")
}

// part is a name as a part of a place.
func part(name string) string {
	if name == strings.TrimSpace(name) && !strings.ContainsFunc(name, func(r rune) bool { return r == ',' || isQuote(r) }) {
		return name
	}
	return quoted(name, ",")
}

// Plain is a place without the region that its city needs no more to be known.
func Plain(p alerts.Place) alerts.Place {
	bare := p
	bare.Region = ""
	if p.City != "" && (alerts.Filter{Places: []alerts.Place{bare}}).Key() == (alerts.Filter{Places: []alerts.Place{p}}).Key() {
		return bare
	}
	return p
}

// countryName is a country's name in small letters, if it is its own in a line.
func countryName(code string) string {
	name := strings.ToLower(gazetteer.CountryName(code))
	if back, ok := barePlace(name); ok && back == (alerts.Place{Country: code}) {
		return name
	}
	return ""
}

func (w writer) pay(s alerts.SalaryMin) string {
	amount := strconv.FormatFloat(s.Amount, 'f', -1, 64)
	if thousands := s.Amount / 1000; w.short && thousands == float64(int64(thousands)) && s.Amount > 0 {
		amount = strconv.FormatFloat(thousands, 'f', -1, 64) + "k"
	}
	if !w.short || s.Currency != "EUR" || s.Period != alerts.PeriodYear {
		amount += s.Currency
	}
	if !w.short || s.Period != alerts.PeriodYear {
		amount += "/" + string(s.Period)
	}
	return ">" + amount
}

// query writes the words of the text. In the long form a word is a phrase of one, so that it is
// taken for nothing else.
func (w writer) query(q string) []string {
	parsed, err := query.Parse(q)
	if q == "" || err != nil {
		return nil
	}
	nodes := []query.Node{parsed.Root()}
	if all, ok := parsed.Root().(query.And); ok {
		nodes = all
	}
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = w.node(n)
	}
	return parts
}

func (w writer) node(n query.Node) string {
	switch n := n.(type) {
	case query.Not:
		return "-" + w.node(n.Node)
	case query.And:
		return w.group(n, " ")
	case query.Or:
		return w.group(n, " OR ")
	case query.Term:
		if w.short || n.Field != "" {
			return n.String()
		}
		return `"` + n.Text() + `"`
	}
	return n.String()
}

func (w writer) group(nodes []query.Node, between string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = w.node(n)
	}
	return "(" + strings.Join(parts, between) + ")"
}
