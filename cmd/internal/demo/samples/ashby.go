package samples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"

	"jobalertd/alerts"
)

// ashbyBoard is the answer of Ashby's posting API.
type ashbyBoard struct {
	Jobs       []ashbyJob `json:"jobs"`
	APIVersion string     `json:"apiVersion"`
}

type ashbyJob struct {
	ID                 string          `json:"id"`
	Title              string          `json:"title"`
	Department         string          `json:"department"`
	Team               string          `json:"team"`
	EmploymentType     string          `json:"employmentType"`
	Location           string          `json:"location"`
	DisplayPay         bool            `json:"shouldDisplayCompensationOnJobPostings"`
	SecondaryLocations []ashbyLocation `json:"secondaryLocations"`
	PublishedAt        string          `json:"publishedAt"`
	IsListed           bool            `json:"isListed"`
	IsRemote           *bool           `json:"isRemote"`
	WorkplaceType      string          `json:"workplaceType,omitempty"`
	Address            ashbyAddress    `json:"address"`
	JobURL             string          `json:"jobUrl"`
	ApplyURL           string          `json:"applyUrl"`
	DescriptionHTML    string          `json:"descriptionHtml"`
	DescriptionPlain   string          `json:"descriptionPlain"`
	Compensation       *ashbyPay       `json:"compensation,omitempty"`
}

type ashbyLocation struct {
	Location string       `json:"location"`
	Address  ashbyAddress `json:"address"`
}

type ashbyAddress struct {
	PostalAddress struct {
		Region   string `json:"addressRegion,omitempty"`
		Country  string `json:"addressCountry,omitempty"`
		Locality string `json:"addressLocality,omitempty"`
	} `json:"postalAddress"`
}

type ashbyPay struct {
	TierSummary   *string             `json:"compensationTierSummary"`
	SalarySummary *string             `json:"scrapeableCompensationSalarySummary"`
	Tiers         []ashbyTier         `json:"compensationTiers"`
	Summary       []ashbyPayComponent `json:"summaryComponents"`
}

type ashbyTier struct {
	ID         string              `json:"id"`
	Summary    string              `json:"tierSummary"`
	Components []ashbyPayComponent `json:"components"`
}

type ashbyPayComponent struct {
	Type     string  `json:"compensationType"`
	Interval string  `json:"interval"`
	Currency string  `json:"currencyCode"`
	Min      float64 `json:"minValue"`
	Max      float64 `json:"maxValue"`
}

// ashbyResponse is the board's answer; pay is told only to those who ask for it (includeCompensation=true).
func ashbyResponse(openings []Opening, pay bool) ([]byte, error) {
	board := ashbyBoard{Jobs: make([]ashbyJob, len(openings)), APIVersion: "1"}
	for i, o := range openings {
		board.Jobs[i] = o.ashby(pay)
	}
	return encode(board)
}

// encode leaves < and > as they are, as the boards do.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

func (o Opening) ashby(pay bool) ashbyJob {
	p := o.Posting
	job := ashbyJob{
		ID: o.id, Title: p.Title, Department: o.department, Team: o.team,
		EmploymentType: ashbyEmployment(p.Employment[0]),
		PublishedAt:    p.PostedAt.Format("2006-01-02T15:04:05.000-07:00"), IsListed: true,
		JobURL: p.URL, ApplyURL: p.URL,
		DescriptionHTML: ashbyHTML(o.advert), DescriptionPlain: plain(o.advert, strings.ToUpper),
	}
	o.ashbyPlaces(&job)
	if pay {
		job.Compensation = &ashbyPay{Tiers: []ashbyTier{}, Summary: []ashbyPayComponent{}}
		// A third of the boards leave the pay to the text.
		if job.DisplayPay = p.Salary != nil && o.number%3 != 0; job.DisplayPay {
			job.Compensation = o.ashbyPay()
		}
	}
	return job
}

// ashbyPlaces fills in where the job is. The workplaceType is a newer field that a quarter of the
// jobs lack, and isRemote is null where nobody has said.
func (o Opening) ashbyPlaces(job *ashbyJob) {
	var all []ashbyLocation
	for _, name := range o.remote() {
		at := ashbyLocation{Location: "Remote - " + name}
		if name != "EU" && name != "Worldwide" {
			at.Address.PostalAddress.Country = name
		}
		all = append(all, at)
	}
	for _, place := range o.Posting.Locations {
		at := ashbyLocation{Location: place.City}
		at.Address.PostalAddress.Country = o.countries[place.Country].name
		at.Address.PostalAddress.Region, at.Address.PostalAddress.Locality = place.Region, place.City
		all = append(all, at)
	}
	job.Location, job.Address, job.SecondaryLocations = all[0].Location, all[0].Address, all[1:]
	if o.Posting.Workplace != "" {
		job.IsRemote = new(o.Posting.Workplace == alerts.WorkplaceRemote)
		if o.number%4 != 0 {
			job.WorkplaceType = map[alerts.Workplace]string{alerts.WorkplaceRemote: "Remote",
				alerts.WorkplaceHybrid: "Hybrid", alerts.WorkplaceOnsite: "OnSite"}[o.Posting.Workplace]
		}
	}
}

func ashbyEmployment(e alerts.Employment) string {
	switch e {
	case alerts.EmploymentPartTime:
		return "PartTime"
	case alerts.EmploymentContract:
		return "Contract"
	case alerts.EmploymentTemporary:
		return "Temporary"
	case alerts.EmploymentInternship:
		return "Intern"
	default:
		return "FullTime"
	}
}

func (o Opening) ashbyPay() *ashbyPay {
	s := o.Posting.Salary
	sign := s.Currency
	for _, c := range o.countries {
		if c.currency == s.Currency {
			sign = c.sign
		}
	}
	component := ashbyPayComponent{Type: "Salary", Interval: "1 " + strings.ToUpper(string(s.Period)),
		Currency: s.Currency, Min: s.Min, Max: s.Max}
	low, high := sign+short(s.Min), sign+short(s.Max)
	return &ashbyPay{
		TierSummary: new(low + " – " + high), SalarySummary: new(low + " - " + high),
		Tiers: []ashbyTier{{ID: boardID(o.Board, -o.number), Summary: low + " – " + high,
			Components: []ashbyPayComponent{component}}},
		Summary: []ashbyPayComponent{component},
	}
}

// short is an amount as in a summary: 61.5K.
func short(amount float64) string {
	if amount < 10_000 {
		return strconv.FormatFloat(amount, 'f', -1, 64)
	}
	return strconv.FormatFloat(amount/1000, 'f', -1, 64) + "K"
}

// ashbyHTML is the advert as Ashby's editor leaves it.
func ashbyHTML(sections []section) string {
	const p = `<p style="min-height:1.5em">`
	var b strings.Builder
	for _, s := range sections {
		if s.heading != "" {
			fmt.Fprintf(&b, "<h2><strong>%s</strong></h2>", html.EscapeString(s.heading))
		}
		for _, text := range s.paragraphs {
			b.WriteString(p + html.EscapeString(text) + "</p>")
		}
		if len(s.items) > 0 {
			b.WriteString(`<ul style="min-height:1.5em">`)
			for _, item := range s.items {
				b.WriteString("<li>" + p + html.EscapeString(item) + "</p></li>")
			}
			b.WriteString("</ul>")
		}
	}
	return b.String()
}
