// Package recruitee reads Recruitee career sites.
//
// Address: https://{company}.recruitee.com/api/offers/, no key, the whole site in one answer.
// Documentation: https://docs.recruitee.com/reference/offers. No terms beyond courtesy.
//
// Traps that the tests hold:
//   - salary amounts are strings, and are present when empty;
//   - moments are written "2026-08-05 10:10:39 UTC";
//   - the requirements are a field of their own;
//   - remote, hybrid and on_site may all be set: a choice of workplaces, so none of them is taken;
//   - an offer whose status is not published is not for the public.
package recruitee

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Recruitee format.
func Format() source.Format {
	return source.Format{Name: "recruitee", Terms: source.Terms{Every: 15 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if !regexp.MustCompile(`^[a-zA-Z0-9-]+$`).MatchString(board.Name) {
		return nil, fmt.Errorf("%w: name %q is not the company in https://COMPANY.recruitee.com", source.ErrSetting, board.Name)
	}
	return []source.Request{{URL: "https://" + board.Name + ".recruitee.com/api/offers/"}}, nil
}

type answer struct {
	Offers *[]json.RawMessage `json:"offers"`
}

type offer struct {
	ID           source.Text `json:"id"`
	Title        source.Text `json:"title"`
	Status       source.Text `json:"status"`
	URL          source.Text `json:"careers_url"`
	Company      source.Text `json:"company_name"`
	Department   source.Text `json:"department"`
	Description  source.Text `json:"description"`
	Requirements source.Text `json:"requirements"`
	Employment   source.Text `json:"employment_type_code"`
	Experience   source.Text `json:"experience_code"`
	Education    source.Text `json:"education_code"`
	Published    source.Text `json:"published_at"`
	Closes       source.Text `json:"close_at"`
	Remote       bool        `json:"remote"`
	Hybrid       bool        `json:"hybrid"`
	OnSite       bool        `json:"on_site"`
	City         source.Text `json:"city"`
	State        source.Text `json:"state_name"`
	CountryCode  source.Text `json:"country_code"`
	Locations    source.Many[struct {
		City    source.Text `json:"city"`
		State   source.Text `json:"state"`
		Country source.Text `json:"country_code"`
	}] `json:"locations"`
	Salary source.Lenient[struct {
		Min      source.Number `json:"min"`
		Max      source.Number `json:"max"`
		Period   source.Text   `json:"period"`
		Currency source.Text   `json:"currency"`
	}] `json:"salary"`
}

// Parse reads the answer of a site.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	return source.List(a.Offers, "a Recruitee site has a list named offers", func(o offer) (source.Raw, bool) { return o.raw(), o.Status == "" || o.Status == "published" })
}

func (o offer) raw() source.Raw {
	raw := source.Raw{
		ID: string(o.ID), URL: string(o.URL), Title: string(o.Title), Company: string(o.Company), HTML: string(o.Description + o.Requirements),
		Departments: source.Strings([]source.Text{o.Department}), Employment: words(o.Employment), Seniority: words(o.Experience),
		Education: education(o.Education), PostedAt: source.Time(string(o.Published)), Ends: source.Time(string(o.Closes)),
		Workplace: o.workplace(),
	}
	for _, l := range o.Locations {
		raw.Places = append(raw.Places, source.Place{City: string(l.City), Region: string(l.State), Country: string(l.Country)})
	}
	if len(raw.Places) == 0 {
		raw.Places = []source.Place{{City: string(o.City), Region: string(o.State), Country: string(o.CountryCode)}}
	}
	if pay := o.Salary.V; pay.Min > 0 || pay.Max > 0 {
		raw.Pay = []source.Pay{{Min: float64(pay.Min), Max: float64(pay.Max), Currency: string(pay.Currency), Period: source.Period(string(pay.Period))}}
	}
	return raw
}

// words opens a code such as "fulltime_permanent".
func words(code source.Text) []string {
	if code == "" {
		return nil
	}
	return []string{strings.ReplaceAll(string(code), "_", " ")}
}

// education translates the codes that name a degree; "vocational" is a certificate.
func education(code source.Text) string {
	if code == "vocational" {
		return "professional certificate"
	}
	return strings.ReplaceAll(string(code), "_", " ")
}

func (o offer) workplace() alerts.Workplace {
	switch {
	case o.Remote && !o.Hybrid && !o.OnSite:
		return alerts.WorkplaceRemote
	case o.Hybrid && !o.Remote && !o.OnSite:
		return alerts.WorkplaceHybrid
	case o.OnSite && !o.Remote && !o.Hybrid:
		return alerts.WorkplaceOnsite
	}
	return ""
}
