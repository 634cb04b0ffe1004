package render

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render/layout"
	"jobalertd/mailer/render/wording"
)

// speaker says in one language what a mail has to say.
type speaker struct {
	wording.Texts
	house *house
}

// house is what all pages say of who sends them.
type house struct {
	product, home string
	address       []string
}

func newHouse(cfg Config) house {
	h := house{product: cfg.Product, home: escapeURL(cfg.BaseURL)}
	for line := range strings.Lines(cfg.PostalAddress) {
		if line = plain(line, maxLine); line != "" {
			h.address = append(h.address, line)
		}
	}
	return h
}

// speaker is who speaks to the reader of a mail.
func (r *Renderer) speaker(m *Mail) speaker {
	return speaker{r.texts[locale.Negotiate(m.Locale)], &r.house}
}

// page is everything but the jobs of a mail that has been cleaned. first is its first job, if any.
func (s speaker) page(m *Mail, first Job) layout.Page {
	p := layout.Page{
		Kind: string(m.Letter.Kind), Lang: s.Locale.String(), Product: s.house.product, Home: s.house.home, Address: s.house.address,
		MoreURL: m.Links.More, Colon: s.Say("colon"),
	}
	s.words(&p, m, first)
	p.Subject = plain(p.Subject, maxSubject)
	p.Button = s.button(m)
	p.Foot = s.foot(m)
	if p.Alerts = s.alerts(m); len(p.Alerts) > 0 {
		p.AlertsTitle = s.Say(string(m.Letter.Kind) + ".alerts")
	}
	if m.Letter.Kind == mailer.KindWelcome && len(m.Jobs) > 0 {
		p.JobsTitle = s.Say("welcome.jobs")
	}
	return p
}

// textsOf is what the names of a mail's own texts begin with.
func textsOf(m *Mail) string {
	if m.Letter.Kind == mailer.KindMove && m.Taken {
		return "taken"
	}
	return string(m.Letter.Kind)
}

// words says what each kind of letter says of its own.
func (s speaker) words(p *layout.Page, m *Mail, first Job) {
	kind := textsOf(m)
	p.Reason = s.Say("reason", "product", s.house.product, "site", m.SourceSite)
	switch m.Letter.Kind {
	case mailer.KindAlert, mailer.KindDigest:
		s.news(p, m, s.subjectOf(first))
		return
	case mailer.KindConfirm, mailer.KindManage, mailer.KindMove, mailer.KindMoved:
		p.Reason = s.Say(kind+".reason", "site", m.SourceSite)
	case mailer.KindWelcome, mailer.KindReconfirm:
	}
	p.Subject, p.Preheader = s.Say(kind+".subject"), s.Say(kind+".preheader")
	p.Heading = p.Subject
	p.Intro = []string{s.Say(kind+".intro", "product", s.house.product, "site", m.SourceSite)}
	if m.Letter.Kind == mailer.KindManage {
		p.Heading = s.Say("manage.heading")
	}
	if m.Letter.Kind != mailer.KindWelcome {
		p.Outro = []string{s.Say(kind + ".outro")}
	} else if n := len(m.Jobs) + m.More; n > 0 {
		p.Preheader = s.Count("welcome.preheader.open", n)
	}
}

// news says how many jobs there are, the first of which is called job.
func (s speaker) news(p *layout.Page, m *Mail, job string) {
	n, now := len(m.Jobs)+m.More, m.Now.In(m.Zone)
	alert := s.named(m.Alerts[0])
	p.Heading = s.Count("news.heading", n, "alert", alert)
	if m.Letter.Kind == mailer.KindDigest {
		day := s.Locale.Day(now)
		p.Subject = s.Count("digest.subject", n, "job", job)
		p.Preheader = s.Say("digest.preheader", "alert", alert, "day", day)
		p.Intro = []string{sentence(day)}
		return
	}
	p.Subject = s.Say("alert.subject", "job", job)
	if n > 1 {
		p.Subject = s.Count("alert.subject.more", n-1, "job", job)
	}
	p.Preheader = s.Say("alert.preheader", "alert", alert)
	p.Intro = []string{s.Say("alert.intro", "moment", s.Locale.Moment(now))}
}

func (s speaker) named(a Alert) string {
	if a.Name == "" {
		return s.Say("alerts.unnamed")
	}
	return a.Name
}

func (s speaker) titled(j Job) string {
	if j.Title == "" {
		return s.Say("job.unnamed")
	}
	return j.Title
}

// subjectOf is how a subject calls a job.
func (s speaker) subjectOf(j Job) string {
	if j.Company == "" {
		return s.titled(j)
	}
	return s.Say("job.subject", "title", s.titled(j), "company", j.Company)
}

// button leads to the manage page from a letter that was asked for to get there, and confirms in
// the others that have one.
func (s speaker) button(m *Mail) *layout.Button {
	kind := textsOf(m)
	b := &layout.Button{Link: layout.Link{URL: m.Links.Confirm}, Copy: s.Say("copy")}
	switch m.Letter.Kind {
	case mailer.KindConfirm, mailer.KindReconfirm:
	case mailer.KindMove:
		if m.Taken {
			b.URL = m.Links.Manage
		}
	case mailer.KindMoved:
		b.URL = m.Links.Unsubscribe
	case mailer.KindManage:
		b.URL = m.Links.Manage
	default:
		return nil
	}
	b.Text = s.Say(kind + ".button")
	if !m.Until.IsZero() {
		b.Until = s.Say("valid", "moment", s.zoned(m.Until, m.Zone))
	}
	return b
}

// foot lists the ways out. Someone who may not have asked for the mail is offered one that lasts.
func (s speaker) foot(m *Mail) []layout.Link {
	manage := layout.Link{Text: s.Say("foot.manage"), URL: m.Links.Manage}
	var links []layout.Link
	switch m.Letter.Kind {
	case mailer.KindConfirm:
		links = []layout.Link{{Text: s.Say("foot.never"), URL: m.Links.UnsubscribeAll}}
	case mailer.KindManage, mailer.KindMove, mailer.KindMoved: // the button is all there is
	case mailer.KindAlert, mailer.KindDigest:
		links = []layout.Link{
			{Text: s.Say("foot.why"), URL: m.Links.More},
			manage,
			{Text: s.Say("foot.unsubscribe.this"), URL: m.Links.Unsubscribe},
			{Text: s.Say("foot.unsubscribe.all"), URL: m.Links.UnsubscribeAll},
		}
	case mailer.KindWelcome, mailer.KindReconfirm:
		links = []layout.Link{manage, {Text: s.Say("foot.unsubscribe"), URL: m.Links.Unsubscribe}}
	}
	return slices.DeleteFunc(links, func(l layout.Link) bool { return l.URL == "" })
}

// alerts shows filters in full where the reader is to check them, and not in every digest.
func (s speaker) alerts(m *Mail) []layout.Alert {
	switch m.Letter.Kind {
	case mailer.KindAlert, mailer.KindDigest, mailer.KindManage, mailer.KindMove, mailer.KindMoved:
		return nil
	case mailer.KindConfirm, mailer.KindWelcome, mailer.KindReconfirm:
	}
	views := make([]layout.Alert, len(m.Alerts))
	for i, a := range m.Alerts {
		views[i] = layout.Alert{Name: s.named(a), Cadence: a.Cadence, Filter: a.Filter}
		switch {
		case m.Letter.Kind != mailer.KindWelcome:
		case a.Next.IsZero():
			views[i].Next = s.Say("alerts.next.instant")
		default:
			views[i].Next = s.Say("alerts.next", "moment", s.zoned(a.Next, m.Zone))
		}
	}
	return views
}

// job is a cleaned job in words, the same for all readers of the language.
func (s speaker) job(j Job) layout.Job {
	v := layout.Job{
		Title: s.titled(j), URL: j.URL, View: s.Say("job.view"),
		Employer: joined(" · ", j.Company, j.Place), Pay: j.Pay, Facts: j.Facts,
	}
	if !j.Posted.IsZero() {
		v.Fine = append(v.Fine, s.Say("job.posted", "date", s.Locale.DayMonth(j.Posted.UTC())))
	}
	if len(j.AlsoAt) > 0 {
		v.Fine = append(v.Fine, s.Say("job.also", "places", strings.Join(j.AlsoAt, ", ")))
	}
	if j.Credit != "" {
		v.Fine = append(v.Fine, s.Say("job.credit", "source", j.Credit))
	}
	return v
}

// why is the line that tells this reader why a job is there.
func (s speaker) why(reason string) layout.Why {
	if reason = plain(reason, maxWhy); reason == "" {
		return layout.Why{}
	}
	return layout.Why{Label: s.Say("job.why"), Text: reason}
}

// zoned tells a moment on the reader's clock, and which clock that is.
func (s speaker) zoned(t time.Time, zone *time.Location) string {
	return s.Say("moment", "moment", s.Locale.Moment(t.In(zone)), "zone", zone.String())
}

// joined leaves out what is empty.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
