package normalize

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize/where"
)

// settle takes what a sender stated in our own terms in place of what was read.
func (w *work) settle() {
	said := w.raw.Settled
	if said == nil {
		return
	}
	w.p.ID, w.p.Source, w.p.Class = said.ID, said.Source, said.Class
	w.keep("skills", len(said.Skills) > 0, func() { w.p.Skills = w.canonicalSkills(said.Skills) })
	w.keep("seniority", len(said.Seniority) > 0, func() { w.p.Seniority = said.Seniority })
	w.keep("workplace", said.Workplace != "", func() { w.p.Workplace = said.Workplace })
	w.keep("locations", len(said.Locations) > 0, func() { w.p.Locations = completed(said.Locations) })
	w.keep("employment", len(said.Employment) > 0, func() { w.p.Employment = said.Employment })
	w.keep("salary", said.Salary != nil, func() { w.p.Salary = said.Salary })
	w.keep("education", said.Education != "", func() { w.p.Education = said.Education })
	w.keep("language", said.Language != "", func() { w.p.Language = said.Language })
	w.settleReach(said)
	for fact, origin := range said.From {
		if _, known := w.p.From[fact]; known {
			w.from(fact, origin)
		}
	}
}

// settleReach keeps remote_from in step with the workplace: only a remote job has one, and the one
// that is stated comes first, then the countries of the stated places.
func (w *work) settleReach(said *alerts.Posting) {
	switch {
	case len(said.RemoteFrom) > 0:
		w.p.RemoteFrom = said.RemoteFrom
		w.from("remote_from", alerts.FromField)
	case w.p.Workplace != alerts.WorkplaceRemote:
		w.p.RemoteFrom = []string{}
		delete(w.p.From, "remote_from")
	case len(w.p.RemoteFrom) == 0 && said.Workplace != "":
		var p where.Places
		p.Locations = w.p.Locations
		if areas, origin := w.where.Eligibility(p, w.text); len(areas) > 0 {
			w.p.RemoteFrom = areas
			w.from("remote_from", origin)
		}
	}
}

func (w *work) keep(fact string, stated bool, take func()) {
	if stated {
		take()
		w.from(fact, alerts.FromField)
	}
}

// canonicalSkills gives skills their names in the vocabulary; one that it does not know keeps the
// sender's.
func (w *work) canonicalSkills(skills []string) []string {
	var out []string
	for _, s := range skills {
		if name, ok := w.vocabulary.Canonical(s); ok {
			s = name
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// completed adds coordinates and codes to stated places, where the gazetteer knows the city.
func completed(locations []alerts.Location) []alerts.Location {
	out := slices.Clone(locations)
	for i, l := range out {
		if l.City == "" || l.Lat != nil {
			continue
		}
		if city, ok := gazetteer.Lookup(l.City, l.Region, l.Country); ok {
			full := where.Located(city)
			full.City = l.City
			out[i] = full
		}
	}
	return out
}
