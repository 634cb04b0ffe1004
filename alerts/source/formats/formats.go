// Package formats is the table of every format that postings are read from.
package formats

import (
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/adzuna"
	"jobalertd/alerts/source/arbeitnow"
	"jobalertd/alerts/source/ashby"
	"jobalertd/alerts/source/feed"
	"jobalertd/alerts/source/greenhouse"
	"jobalertd/alerts/source/hackernews"
	"jobalertd/alerts/source/himalayas"
	"jobalertd/alerts/source/jobicy"
	"jobalertd/alerts/source/jsonld"
	"jobalertd/alerts/source/lever"
	"jobalertd/alerts/source/personio"
	"jobalertd/alerts/source/push"
	"jobalertd/alerts/source/recruitee"
	"jobalertd/alerts/source/remoteok"
	"jobalertd/alerts/source/smartrecruiters"
	"jobalertd/alerts/source/teamtailor"
	"jobalertd/alerts/source/usajobs"
	"jobalertd/alerts/source/weworkremotely"
	"jobalertd/alerts/source/workable"
)

// All lists every format by name.
func All() []source.Format {
	return []source.Format{
		adzuna.Format(),
		arbeitnow.Format(),
		ashby.Format(),
		feed.Format(),
		greenhouse.Format(),
		hackernews.Format(),
		himalayas.Format(),
		jobicy.Format(),
		jsonld.Format(),
		lever.Format(),
		personio.Format(),
		push.Format(),
		recruitee.Format(),
		remoteok.Format(),
		smartrecruiters.Format(),
		teamtailor.Format(),
		usajobs.Format(),
		weworkremotely.Format(),
		workable.Format(),
	}
}

// ByName finds a format.
func ByName(name string) (source.Format, bool) {
	for _, format := range All() {
		if format.Name == name {
			return format, true
		}
	}
	return source.Format{}, false
}

// Names lists the names of all formats, sorted.
func Names() []string {
	var names []string
	for _, format := range All() {
		names = append(names, format.Name)
	}
	return names
}
