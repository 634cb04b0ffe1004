// Package adzuna reads Adzuna searches.
//
// Address: https://api.adzuna.com/v1/api/jobs/{country}/search/{page}, with a key
// (https://developer.adzuna.com): the board's user setting is the app_id, its key setting the
// app_key; the query settings are the service's own (what, what_exclude, where, max_days_old, …) and
// country, two letters. Terms (https://developer.adzuna.com/terms): show "Jobs by Adzuna" with a link.
// A poll reads the newest page, and nothing is closed by its absence.
//
// Traps that the tests hold:
//   - description is a snippet;
//   - salary_is_predicted is "1" for Adzuna's own estimate, which must not pass for the employer's
//     word;
//   - amounts are yearly, in the country's currency, which the answer does not name.
package adzuna

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Adzuna format.
func Format() source.Format {
	return source.Format{Name: "adzuna", Terms: source.Terms{Every: time.Hour, Credit: "Jobs by Adzuna (www.adzuna.com)"}, Start: start, Parse: Parse}
}

// currencies are those of the countries that Adzuna serves.
func currencies() map[string]string {
	return map[string]string{"gb": "GBP", "us": "USD", "at": "EUR", "au": "AUD", "be": "EUR", "br": "BRL", "ca": "CAD", "ch": "CHF", "de": "EUR", "es": "EUR",
		"fr": "EUR", "in": "INR", "it": "EUR", "mx": "MXN", "nl": "EUR", "nz": "NZD", "pl": "PLN", "sg": "SGD", "za": "ZAR"}
}

func start(board source.Board) ([]source.Request, error) {
	country := strings.ToLower(board.Query["country"])
	if board.User == "" || board.Key == "" {
		return nil, fmt.Errorf("%w: user (the app_id) and key (the app_key) are needed: https://developer.adzuna.com", source.ErrSetting)
	}
	if currencies()[country] == "" {
		return nil, fmt.Errorf("%w: query.country is %q; it must be a country that Adzuna serves, such as gb or us", source.ErrSetting, country)
	}
	values := url.Values{"app_id": {board.User}, "app_key": {string(board.Key)}, "results_per_page": {"50"}, "sort_by": {"date"}, "content-type": {"application/json"}}
	for key, value := range board.Query {
		if key != "country" {
			values.Set(key, value)
		}
	}
	return []source.Request{{URL: "https://api.adzuna.com/v1/api/jobs/" + country + "/search/1?" + values.Encode()}}, nil
}

type answer struct {
	Results *[]json.RawMessage `json:"results"`
}

type job struct {
	ID          source.Text           `json:"id"`
	Title       source.Text           `json:"title"`
	Description source.Text           `json:"description"`
	URL         source.Text           `json:"redirect_url"`
	Created     source.Text           `json:"created"`
	Time        source.Text           `json:"contract_time"`
	Type        source.Text           `json:"contract_type"`
	Min         source.Number         `json:"salary_min"`
	Max         source.Number         `json:"salary_max"`
	Predicted   source.Text           `json:"salary_is_predicted"`
	Lat         *float64              `json:"latitude"`
	Lon         *float64              `json:"longitude"`
	Company     source.Lenient[named] `json:"company"`
	Category    source.Lenient[named] `json:"category"`
	Location    source.Lenient[named] `json:"location"`
}

type named struct {
	Name  source.Text              `json:"display_name"`
	Label source.Text              `json:"label"`
	Area  source.Many[source.Text] `json:"area"`
}

// Parse reads a page of a search.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	return source.List(a.Results, "an Adzuna answer has a list named results", func(j job) (source.Raw, bool) { return j.raw(strings.ToLower(board.Query["country"])), true })
}

func (j job) raw(country string) source.Raw {
	raw := source.Raw{
		ID: string(j.ID), URL: string(j.URL), Title: string(j.Title), Company: string(j.Company.V.Name), HTML: string(j.Description),
		Departments: source.Strings([]source.Text{j.Category.V.Label}), PostedAt: source.Time(string(j.Created)),
	}
	for _, word := range source.Strings([]source.Text{j.Time, j.Type}) {
		raw.Employment = append(raw.Employment, strings.ReplaceAll(word, "_", " "))
	}
	place := source.Place{Text: string(j.Location.V.Name), Country: strings.ToUpper(country)}
	if area := j.Location.V.Area; len(area) > 1 {
		place.City = string(area[len(area)-1])
	}
	if j.Lat != nil && j.Lon != nil {
		place.Lat, place.Lon = j.Lat, j.Lon
	}
	raw.Places = []source.Place{place}
	if j.Min > 0 || j.Max > 0 {
		raw.Pay = []source.Pay{{Min: float64(j.Min), Max: float64(j.Max), Currency: currencies()[country], Period: alerts.PeriodYear, Predicted: j.Predicted == "1"}}
	}
	return raw
}
