package record

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
)

func (c *coder) subscriber(s *subscribers.Subscriber) {
	c.moment(1, &s.CreatedAt)
	c.since = s.CreatedAt // the other times are told from here
	c.address(2, 3, &s.Address)
	text(c, 4, &s.Locale)
	text(c, 5, &s.Zone)
	list(c, 6, &s.Alerts, (*coder).alert)
	number(c, 7, &s.LastAlert)
	pointer(c, 8, &s.Proposal, (*coder).proposal)
	detail(c, 9, &s.Confirmed)
	c.moment(10, &s.PausedUntil)
	part(c, 11, &s.Consent, (*coder).consent)
	c.moment(12, &s.LinkMailedAt)
	c.moment(13, &s.ChangedAt)
	number(c, 14, &s.FeedSerial)
	pointer(c, 15, &s.Moving, (*coder).moving)
	pointer(c, 16, &s.Moved, (*coder).moved)
}

// address is two fields: of the domains, a few are most people's.
func (c *coder) address(local, domain wireNumber, a *mailer.Address) {
	name, host := "", ""
	if c.outline {
		detail(c, local, &name)
		detail(c, domain, &host)
		return
	}
	if !c.reading {
		name, host = strings.TrimSuffix(a.String(), "@"+a.Domain()), a.Domain()
	}
	text(c, local, &name)
	text(c, domain, &host)
	if c.reading && name+host != "" {
		c.failed(a.UnmarshalText([]byte(name + "@" + host)))
	}
}

func (c *coder) alert(a *subscribers.Alert) {
	text(c, 1, &a.ID)
	detail(c, 2, &a.Name)
	text(c, 3, &a.Cadence.Every)
	number(c, 4, &a.Cadence.Hour)
	text(c, 5, &a.Cadence.Weekday)
	part(c, 6, &a.Filter, (*coder).filter)
}

func (c *coder) filter(f *alerts.Filter) {
	text(c, 1, &f.ID)
	texts(c, 2, &f.Class)
	text(c, 3, &f.Query)
	texts(c, 4, &f.Skills.Any)
	texts(c, 5, &f.Skills.All)
	texts(c, 6, &f.Skills.None)
	list(c, 7, &f.Places, (*coder).place)
	texts(c, 8, &f.Workplace)
	texts(c, 9, &f.Seniority)
	texts(c, 10, &f.Employment)
	pointer(c, 11, &f.SalaryMin, (*coder).salary)
	text(c, 12, &f.SalaryUnlisted)
	texts(c, 13, &f.Companies.Any)
	texts(c, 14, &f.Companies.None)
	text(c, 15, &f.EducationMax)
	texts(c, 16, &f.Languages)
}

func (c *coder) place(p *alerts.Place) {
	text(c, 1, &p.Country)
	text(c, 2, &p.Region)
	text(c, 3, &p.City)
	c.amount(4, &p.RadiusKM)
}

func (c *coder) salary(s *alerts.SalaryMin) {
	c.amount(1, &s.Amount)
	text(c, 2, &s.Currency)
	text(c, 3, &s.Period)
}

func (c *coder) proposal(p *subscribers.Proposal) {
	text(c, 1, &p.ID)
	text(c, 2, &p.Locale)
	text(c, 3, &p.Zone)
	list(c, 4, &p.Alerts, (*coder).alert)
	part(c, 5, &p.Given, (*coder).consent)
	c.moment(6, &p.At)
	number(c, 7, &p.Mails)
	c.moment(8, &p.Since)
	text(c, 9, &p.Browser)
}

func (c *coder) moving(m *subscribers.Moving) {
	text(c, 1, &m.ID)
	c.address(2, 3, &m.Address)
	c.moment(4, &m.At)
	number(c, 5, &m.Mails)
	c.moment(6, &m.Since)
}

func (c *coder) moved(m *subscribers.Moved) {
	text(c, 1, &m.ID)
	c.address(2, 3, &m.From)
	c.moment(4, &m.At)
}

func (c *coder) consent(given *subscribers.Consent) {
	detail(c, 1, &given.TextVersion)
	detail(c, 2, &given.Source)
	c.moment(3, &given.At)
	detail(c, 4, &given.IPHash)
	c.moment(5, &given.ConfirmedAt)
	text(c, 6, &given.Via)
	c.moment(7, &given.RenewedAt)
	c.moment(8, &given.AnswerBy)
}
