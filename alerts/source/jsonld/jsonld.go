// Package jsonld reads schema.org JobPosting markup from web pages, and the sitemaps that lead to
// them.
//
// Address: the board's url setting, a page or a sitemap. The pages are made for people, so their
// hosts' robots.txt is obeyed, and an unchanged page is asked for conditionally. Vocabulary: https://schema.org/JobPosting; what searchers require of it:
// https://developers.google.com/search/docs/appearance/structured-data/job-posting.
//
// Traps that the tests hold:
//   - several script blocks, @graph wrappers, @type lists, arrays where one object is meant;
//   - salaries as text ("$100,000"), unitText in small letters or as "annual";
//   - dates without a zone; descriptions escaped twice; control characters inside of strings;
//   - hiringOrganization as a string;
//   - a page without a JobPosting is not an error: sitemaps lead to others too.
package jsonld

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"time"

	nethtml "golang.org/x/net/html"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the format of pages with markup.
func Format() source.Format {
	return source.Format{Name: "jsonld", Terms: source.Terms{Every: time.Hour}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" || !strings.HasPrefix(board.URL, "https://") && !strings.HasPrefix(board.URL, "http://") {
		return nil, fmt.Errorf("%w: name and url are needed: the address of a page with JobPosting markup, or of a sitemap", source.ErrSetting)
	}
	return []source.Request{{URL: board.URL, Robots: true}}, nil
}

// Parse reads a sitemap or a page.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	head := bytes.TrimSpace(body[:min(len(body), 1024)])
	switch {
	case len(head) == 0:
		return source.Page{}, fmt.Errorf("%w: the body is empty", source.ErrNotThisFormat)
	case bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex")):
		return sitemap(body)
	}
	var page source.Page
	for i, block := range blocks(body) {
		found, err := postings(block)
		if err != nil {
			page.Refuse(i, err)
			continue
		}
		for _, p := range found {
			page.Add(i, p.Raw())
		}
	}
	return page, nil
}

func sitemap(body []byte) (source.Page, error) {
	var site struct {
		Pages []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
		Maps []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	var page source.Page
	if err := xml.Unmarshal(body, &site); err != nil {
		return page, fmt.Errorf("%w: sitemap: %w", source.ErrNotThisFormat, err)
	}
	for _, m := range site.Maps {
		page.Follow = append(page.Follow, source.Request{URL: strings.TrimSpace(m.Loc), Robots: true})
	}
	for _, p := range site.Pages {
		page.Follow = append(page.Follow, source.Request{URL: strings.TrimSpace(p.Loc), Robots: true})
	}
	return page, nil
}

// blocks are the contents of the page's ld+json scripts.
func blocks(body []byte) [][]byte {
	var out [][]byte
	tokens := nethtml.NewTokenizer(bytes.NewReader(body))
	inside := false
	for {
		switch tokens.Next() {
		case nethtml.ErrorToken:
			return out
		case nethtml.StartTagToken:
			name, more := tokens.TagName()
			inside = string(name) == "script" && more && scriptType(tokens) == "application/ld+json"
		case nethtml.TextToken:
			if inside {
				out = append(out, bytes.Clone(tokens.Text()))
			}
		case nethtml.EndTagToken:
			inside = false
		}
	}
}

func scriptType(tokens *nethtml.Tokenizer) string {
	for {
		key, value, more := tokens.TagAttr()
		if string(key) == "type" {
			return strings.ToLower(strings.TrimSpace(string(value)))
		}
		if !more {
			return ""
		}
	}
}

// postings finds the JobPostings of one block, however they are wrapped.
func postings(block []byte) ([]JobPosting, error) {
	// Raw line breaks and tabs inside of strings are common and mean nothing.
	clean := bytes.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, block)
	var found []JobPosting
	var walk func(element json.RawMessage, depth int)
	walk = func(element json.RawMessage, depth int) {
		var list source.Many[json.RawMessage]
		if depth > 4 || json.Unmarshal(element, &list) != nil {
			return
		}
		for _, one := range list {
			var node struct {
				Type  source.Many[source.Text] `json:"@type"`
				Graph json.RawMessage          `json:"@graph"`
			}
			if json.Unmarshal(one, &node) != nil {
				continue
			}
			for _, kind := range node.Type {
				var p JobPosting
				if strings.HasSuffix(string(kind), "JobPosting") && json.Unmarshal(one, &p) == nil {
					found = append(found, p)
				}
			}
			if node.Graph != nil {
				walk(node.Graph, depth+1)
			}
		}
	}
	if !json.Valid(clean) {
		return nil, fmt.Errorf("%w: the ld+json block is not JSON", source.ErrNotThisFormat)
	}
	walk(clean, 0)
	return found, nil
}

// JobPosting is the markup of one job.
type JobPosting struct {
	Title        source.Text              `json:"title"`
	Description  source.Text              `json:"description"`
	URL          source.Text              `json:"url"`
	DatePosted   source.Text              `json:"datePosted"`
	ValidThrough source.Text              `json:"validThrough"`
	Employment   source.Many[source.Text] `json:"employmentType"`
	LocationType source.Text              `json:"jobLocationType"`
	Locations    source.Many[place]       `json:"jobLocation"`
	Reach        source.Many[area]        `json:"applicantLocationRequirements"`
	Salary       source.Lenient[monetary] `json:"baseSalary"`
	Estimated    source.Many[monetary]    `json:"estimatedSalary"`
	Currency     source.Text              `json:"salaryCurrency"`
	Organization json.RawMessage          `json:"hiringOrganization"`
	Identifier   json.RawMessage          `json:"identifier"`
	Education    json.RawMessage          `json:"educationRequirements"`
	Skills       source.Many[source.Text] `json:"skills"`
}

type place struct {
	Address source.Lenient[struct {
		Locality source.Text     `json:"addressLocality"`
		Region   source.Text     `json:"addressRegion"`
		Country  json.RawMessage `json:"addressCountry"`
	}] `json:"address"`
}

type area struct {
	Name source.Text `json:"name"`
}

type monetary struct {
	Currency source.Text   `json:"currency"`
	Min      source.Number `json:"minValue"`
	Max      source.Number `json:"maxValue"`
	Unit     source.Text   `json:"unitText"`
	Value    source.Lenient[struct {
		Value source.Number `json:"value"`
		Min   source.Number `json:"minValue"`
		Max   source.Number `json:"maxValue"`
		Unit  source.Text   `json:"unitText"`
	}] `json:"value"`
}

// Raw is the record of the markup.
func (j JobPosting) Raw() source.Raw {
	raw := source.Raw{
		URL: string(j.URL), Title: html.UnescapeString(string(j.Title)), Company: name(j.Organization), HTML: markup(string(j.Description)),
		Employment: source.Strings(j.Employment), Tags: source.Strings(j.Skills), Education: credential(j.Education),
		PostedAt: source.Time(string(j.DatePosted)), Ends: source.Time(string(j.ValidThrough)),
	}
	raw.ID = name(j.Identifier)
	if raw.ID == "" && raw.URL != "" {
		raw.ID = identity(raw.URL)
	}
	if raw.ID == "" {
		raw.ID = identity(raw.Company + "\n" + raw.Title + "\n" + string(j.DatePosted))
	}
	if strings.EqualFold(string(j.LocationType), "TELECOMMUTE") {
		raw.Workplace = alerts.WorkplaceRemote
	}
	for _, l := range j.Locations {
		a := l.Address.V
		raw.Places = append(raw.Places, source.Place{City: string(a.Locality), Region: string(a.Region), Country: name(a.Country)})
	}
	for _, r := range j.Reach {
		if r.Name != "" {
			raw.RemoteFrom = append(raw.RemoteFrom, string(r.Name))
		}
	}
	if pay, ok := j.Salary.V.pay(j.Currency, false); ok {
		raw.Pay = append(raw.Pay, pay)
	}
	for _, m := range j.Estimated {
		if pay, ok := m.pay(j.Currency, true); ok {
			raw.Pay = append(raw.Pay, pay)
		}
	}
	return raw
}

// markup opens a description whose own tags are escaped.
func markup(s string) string {
	if !strings.Contains(s, "<") && strings.Contains(s, "&lt;") {
		return html.UnescapeString(s)
	}
	return s
}

// name reads what may be a text, a number, or an object with a name or value.
func name(element json.RawMessage) string {
	if len(element) == 0 {
		return ""
	}
	var list source.Many[json.RawMessage]
	if json.Unmarshal(element, &list) != nil || len(list) == 0 {
		return ""
	}
	var thing struct {
		Name  source.Text `json:"name"`
		Value source.Text `json:"value"`
	}
	if json.Unmarshal(list[0], &thing) == nil {
		if thing.Value != "" {
			return string(thing.Value)
		}
		return string(thing.Name)
	}
	var text source.Text
	if json.Unmarshal(list[0], &text) != nil {
		return ""
	}
	return string(text)
}

func credential(element json.RawMessage) string {
	var thing source.Many[struct {
		Category source.Text `json:"credentialCategory"`
	}]
	if len(element) > 0 && json.Unmarshal(element, &thing) == nil && len(thing) > 0 {
		return string(thing[0].Category)
	}
	return name(element)
}

func (m monetary) pay(currency source.Text, predicted bool) (source.Pay, bool) {
	v := m.Value.V
	pay := source.Pay{
		Min:      float64(cmp.Or(v.Min, m.Min, v.Value)),
		Max:      float64(cmp.Or(v.Max, m.Max, v.Value)),
		Currency: string(cmp.Or(m.Currency, currency)),
		Period:   source.Period(string(cmp.Or(v.Unit, m.Unit))), Predicted: predicted,
	}
	return pay, pay.Min > 0 || pay.Max > 0
}

// identity is a short id for what has only an address.
func identity(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
