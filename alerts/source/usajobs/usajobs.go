// Package usajobs reads the USAJOBS search of the United States government.
//
// Address: https://data.usajobs.gov/api/search, with a free key (https://developer.usajobs.gov):
// the board's user setting is the address the key was given to, its key setting the key; the query
// settings are the service's own (Keyword, JobCategoryCode, DatePosted, …). At most 10,000 rows a
// query. The terms ask for the User-Agent to be the address.
//
// Traps that the tests hold:
//   - amounts are strings, and RateIntervalCode names the period: PA, PH, PD, PW, BW, PM;
//     without compensation (WC) and piecework are no pay;
//   - moments have no zone and odd fractions ("2026-06-18T23:59:59.9970");
//   - city and state stand in one field: "Anchorage, Alaska";
//   - RemoteIndicator says remote; TeleworkEligible means some days at home, and is no workplace.
package usajobs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

const pageSize = 250

// Format is the USAJOBS format.
func Format() source.Format {
	return source.Format{Name: "usajobs", Terms: source.Terms{Every: time.Hour, Credit: "Found on USAJOBS (www.usajobs.gov)"}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.User == "" || board.Key == "" {
		return nil, fmt.Errorf("%w: user and key are needed: https://developer.usajobs.gov gives a key to a mail address", source.ErrSetting)
	}
	return []source.Request{request(board, 1)}, nil
}

func request(board source.Board, page int) source.Request {
	values := url.Values{"ResultsPerPage": {strconv.Itoa(pageSize)}, "Page": {strconv.Itoa(page)}}
	for key, value := range board.Query {
		values.Set(key, value)
	}
	return source.Request{
		URL:    "https://data.usajobs.gov/api/search?" + values.Encode(),
		Header: http.Header{"User-Agent": {board.User}, "Authorization-Key": {string(board.Key)}},
	}
}

type answer struct {
	Result *struct {
		Items []json.RawMessage `json:"SearchResultItems"`
		All   int               `json:"SearchResultCountAll"`
		User  struct {
			Pages source.Number `json:"NumberOfPages"`
		} `json:"UserArea"`
	} `json:"SearchResult"`
	Parameters struct {
		Page int `json:"Page"`
	} `json:"SearchParameters"`
}

type item struct {
	ID         source.Text `json:"MatchedObjectId"`
	Descriptor struct {
		Title        source.Text `json:"PositionTitle"`
		URI          source.Text `json:"PositionURI"`
		Organization source.Text `json:"OrganizationName"`
		Department   source.Text `json:"DepartmentName"`
		Summary      source.Text `json:"QualificationSummary"`
		Begins       source.Text `json:"PublicationStartDate"`
		Start        source.Text `json:"PositionStartDate"`
		End          source.Text `json:"ApplicationCloseDate"`
		PositionEnd  source.Text `json:"PositionEndDate"`
		Places       source.Many[struct {
			City    source.Text `json:"CityName"`
			Country source.Text `json:"CountryCode"`
			Lat     *float64    `json:"Latitude"`
			Lon     *float64    `json:"Longitude"`
		}] `json:"PositionLocation"`
		Schedule source.Many[struct {
			Name source.Text `json:"Name"`
		}] `json:"PositionSchedule"`
		Pay source.Many[struct {
			Min  source.Number `json:"MinimumRange"`
			Max  source.Number `json:"MaximumRange"`
			Code source.Text   `json:"RateIntervalCode"`
		}] `json:"PositionRemuneration"`
		Area struct {
			Details struct {
				Summary      source.Text              `json:"JobSummary"`
				Duties       source.Many[source.Text] `json:"MajorDuties"`
				Requirements source.Text              `json:"Requirements"`
				Education    source.Text              `json:"Education"`
				Remote       bool                     `json:"RemoteIndicator"`
			} `json:"Details"`
		} `json:"UserArea"`
	} `json:"MatchedObjectDescriptor"`
}

// Parse reads one page of a search.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var page source.Page
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return page, err
	}
	if a.Result == nil {
		return page, fmt.Errorf("%w: a USAJOBS answer has a SearchResult", source.ErrNotThisFormat)
	}
	source.Records(&page, a.Result.Items, func(i item) (source.Raw, bool) { return i.raw(), true })
	number := max(a.Parameters.Page, 1)
	if number < int(a.Result.User.Pages) && len(a.Result.Items) > 0 {
		page.Follow = []source.Request{request(board, number+1)}
	}
	return page, nil
}

func (i item) raw() source.Raw {
	d := i.Descriptor
	details := d.Area.Details
	parts := append([]string{string(details.Summary)}, source.Strings(details.Duties)...)
	parts = append(parts, string(d.Summary), string(details.Requirements), string(details.Education))
	raw := source.Raw{
		ID: string(i.ID), URL: string(d.URI), Title: string(d.Title), Company: string(d.Organization),
		Departments: source.Strings([]source.Text{d.Department}), Text: strings.TrimSpace(strings.Join(parts, "\n\n")),
		PostedAt: source.Time(either(d.Begins, d.Start)), Ends: source.Time(either(d.End, d.PositionEnd)), Language: "en",
	}
	if details.Remote {
		raw.Workplace = alerts.WorkplaceRemote
	}
	for _, p := range d.Places {
		city, region, _ := strings.Cut(string(p.City), ", ")
		raw.Places = append(raw.Places, source.Place{City: city, Region: region, Country: string(p.Country), Lat: p.Lat, Lon: p.Lon})
	}
	for _, s := range d.Schedule {
		raw.Employment = append(raw.Employment, string(s.Name))
	}
	for _, p := range d.Pay {
		pay := source.Pay{Min: float64(p.Min), Max: float64(p.Max), Currency: "USD", Period: period(string(p.Code))}
		if p.Code == "BW" || p.Code == "Bi-weekly" {
			// Two weeks are no period of ours; half the sum is paid for one.
			pay.Min, pay.Max, pay.Period = pay.Min/2, pay.Max/2, alerts.PeriodWeek
		}
		if pay.Period != "" && (pay.Min > 0 || pay.Max > 0) {
			raw.Pay = append(raw.Pay, pay)
		}
	}
	return raw
}

// period reads a rate code: PA is per annum, PH per hour; newer answers write it out.
func period(code string) alerts.Period {
	switch code {
	case "PA":
		return alerts.PeriodYear
	case "PM":
		return alerts.PeriodMonth
	case "PW":
		return alerts.PeriodWeek
	case "PD":
		return alerts.PeriodDay
	case "PH":
		return alerts.PeriodHour
	}
	return source.Period(code)
}

func either(a, b source.Text) string {
	if a != "" {
		return string(a)
	}
	return string(b)
}
