package render

import (
	"slices"
	"strings"
	"time"

	"jobalertd/mailer"
)

// page is what a mail says, in the order it says it, before it becomes text and HTML.
type page struct {
	Lang, Subject, Preheader string
	Product, Home            string // the head of the mail and where it leads
	Heading                  string
	Intro                    []string
	Button                   *button
	Outro                    []string
	AlertsTitle              string
	Alerts                   []alertView
	JobsTitle                string
	Jobs                     []jobView
	More                     string // how many jobs are not shown; empty for none
	MoreURL                  string
	Reason                   string
	Foot                     []link
	Address                  []string // lines

	more func(hidden int) string
}

type link struct{ Text, URL string }

// button is the one thing the reader is asked to do. Its URL is also written out in full under
// Copy, for programs that swallow buttons.
type button struct {
	link
	Until, Copy string
}

type alertView struct {
	Name, Cadence, Next string
	Filter              []string
}

// jobView is a job in words. All but Why is the same for every reader of a locale.
type jobView struct {
	Title, URL, View string
	Employer         string // company and place
	Pay              string
	Facts            []string
	Fine             []string // small print: when posted, where else, whose
	WhyLabel, Why    string
}

// compose says in the reader's language what the mail has to say. The mail has been cleaned.
func compose(loc *locale, cfg Config, m Mail) page {
	w := loc.words(m.Letter.Kind, cfg, m)
	p := page{
		Lang: loc.tag, Subject: plain(w.subject, maxSubject), Preheader: w.preheader,
		Product: cfg.Product, Home: escapeURL(cfg.BaseURL),
		Heading: w.heading, Intro: w.intro, Outro: w.outro,
		MoreURL: m.MoreURL, Reason: w.reason,
		more: func(hidden int) string {
			if hidden += m.More; hidden > 0 {
				return loc.more(hidden)
			}
			return ""
		},
	}
	p.Button = loc.button(m, w.button)
	p.Foot = loc.foot(m)
	for line := range strings.Lines(cfg.PostalAddress) {
		if line = plain(line, maxLine); line != "" {
			p.Address = append(p.Address, line)
		}
	}
	if p.Alerts = loc.alerts(m); len(p.Alerts) > 0 {
		p.AlertsTitle = w.alerts
	}
	for _, j := range m.Jobs {
		p.Jobs = append(p.Jobs, loc.jobView(j))
	}
	if m.Letter.Kind == mailer.KindWelcome && len(p.Jobs) > 0 {
		p.JobsTitle = loc.sample
	}
	return p
}

// words picks the wording of the kind.
func (loc *locale) words(kind mailer.Kind, cfg Config, m Mail) wording {
	t := topic{
		product: cfg.Product, site: m.SourceSite,
		alert: loc.unnamedAlert, jobs: len(m.Jobs) + m.More, today: loc.day(m.Now.In(m.Zone)),
		now: loc.moment(m.Now.In(m.Zone)),
	}
	if len(m.Alerts) > 0 && m.Alerts[0].Name != "" {
		t.alert = m.Alerts[0].Name
	}
	if len(m.Jobs) > 0 {
		t.first = loc.job(loc.title(m.Jobs[0]), m.Jobs[0].Company)
	}
	switch kind {
	case mailer.KindConfirm:
		return loc.wording.confirm(t)
	case mailer.KindWelcome:
		return loc.wording.welcome(t)
	case mailer.KindAlert:
		return loc.wording.alert(t)
	case mailer.KindDigest:
		return loc.wording.digest(t)
	case mailer.KindManage:
		return loc.wording.manage(t)
	default:
		return loc.wording.reconfirm(t)
	}
}

func (loc *locale) title(j Job) string {
	if j.Title == "" {
		return loc.unnamedJob
	}
	return j.Title
}

// button leads to the manage page from a letter that was asked for to get there, and confirms in
// the others that have one.
func (loc *locale) button(m Mail, text string) *button {
	if text == "" {
		return nil
	}
	b := &button{link: link{text, m.Links.Confirm}, Copy: loc.copyLink}
	if m.Letter.Kind == mailer.KindManage {
		b.URL = m.Links.Manage
	}
	if !m.Until.IsZero() {
		b.Until = loc.validFor(loc.zoned(m.Until, m.Zone))
	}
	return b
}

// foot lists the ways out. Someone who may not have asked for the mail is offered one that lasts.
func (loc *locale) foot(m Mail) []link {
	var links []link
	switch m.Letter.Kind {
	case mailer.KindConfirm:
		links = []link{{loc.never, m.Links.UnsubscribeAll}}
	case mailer.KindManage: // its button leads there
	case mailer.KindAlert, mailer.KindDigest:
		links = []link{{loc.manage, m.Links.Manage}, {loc.unsubscribeThis, m.Links.Unsubscribe}, {loc.unsubscribeAll, m.Links.UnsubscribeAll}}
	default:
		links = []link{{loc.manage, m.Links.Manage}, {loc.unsubscribe, m.Links.Unsubscribe}}
	}
	return slices.DeleteFunc(links, func(l link) bool { return l.URL == "" })
}

// alerts shows filters in full where the reader is to check them, and not in every digest.
func (loc *locale) alerts(m Mail) []alertView {
	switch m.Letter.Kind {
	case mailer.KindAlert, mailer.KindDigest, mailer.KindManage:
		return nil
	}
	views := make([]alertView, len(m.Alerts))
	for i, a := range m.Alerts {
		views[i] = alertView{Name: a.Name, Cadence: a.Cadence, Filter: a.Filter}
		if a.Name == "" {
			views[i].Name = loc.unnamedAlert
		}
		switch {
		case m.Letter.Kind != mailer.KindWelcome:
		case a.Next.IsZero():
			views[i].Next = loc.nextAtOnce
		default:
			views[i].Next = loc.next(loc.zoned(a.Next, m.Zone))
		}
	}
	return views
}

func (loc *locale) jobView(j Job) jobView {
	v := jobView{
		Title: loc.title(j), URL: j.URL, View: loc.viewJob,
		Employer: joined(" · ", j.Company, j.Place), Pay: j.Pay, Facts: j.Facts,
		WhyLabel: loc.why, Why: j.Why,
	}
	if !j.Posted.IsZero() {
		v.Fine = append(v.Fine, loc.posted(loc.date(j.Posted.UTC())))
	}
	if len(j.AlsoAt) > 0 {
		v.Fine = append(v.Fine, loc.alsoAt(j.AlsoAt))
	}
	if j.Credit != "" {
		v.Fine = append(v.Fine, loc.credit(j.Credit))
	}
	return v
}

// zoned tells a moment on the reader's clock, and which clock that is.
func (loc *locale) zoned(t time.Time, zone *time.Location) string {
	return loc.moment(t.In(zone)) + " (" + zone.String() + ")"
}

// joined leaves out what is empty.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}
