package samples

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"jobalertd/alerts"
)

// greenhouseBoard is the answer of Greenhouse's job board API.
type greenhouseBoard struct {
	Jobs []greenhouseJob `json:"jobs"`
	Meta struct {
		Total int `json:"total"`
	} `json:"meta"`
}

type greenhouseJob struct {
	AbsoluteURL    string               `json:"absolute_url"`
	InternalJobID  int                  `json:"internal_job_id"`
	Location       greenhouseName       `json:"location"`
	Metadata       []greenhouseMetadata `json:"metadata"`
	ID             int                  `json:"id"`
	UpdatedAt      string               `json:"updated_at"`
	RequisitionID  string               `json:"requisition_id"`
	Title          string               `json:"title"`
	CompanyName    string               `json:"company_name"`
	FirstPublished string               `json:"first_published"`
	Language       string               `json:"language"`
	Deadline       *string              `json:"application_deadline"`
	Content        string               `json:"content,omitempty"`
	Departments    []greenhouseOffice   `json:"departments,omitempty"`
	Offices        []greenhouseOffice   `json:"offices,omitempty"`
	PayRanges      []greenhousePay      `json:"pay_input_ranges,omitempty"`
}

type greenhouseName struct {
	Name string `json:"name"`
}

type greenhouseMetadata struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Value string `json:"value"`
	Type  string `json:"value_type"`
}

// greenhouseOffice is an office or, without a location, a department.
type greenhouseOffice struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Location string `json:"location,omitempty"`
	ChildIDs []int  `json:"child_ids"`
	ParentID *int   `json:"parent_id"`
}

type greenhousePay struct {
	MinCents int64  `json:"min_cents"`
	MaxCents int64  `json:"max_cents"`
	Currency string `json:"currency_type"`
	Title    string `json:"title"`
}

// greenhouseResponse is the board's answer. The advert comes with content=true, pay as numbers with
// pay_transparency=true.
func greenhouseResponse(openings []Opening, content, pay bool) ([]byte, error) {
	board := greenhouseBoard{Jobs: make([]greenhouseJob, len(openings))}
	board.Meta.Total = len(openings)
	for i, o := range openings {
		board.Jobs[i] = o.greenhouse(content, pay)
	}
	return encode(board)
}

func (o Opening) greenhouse(content, pay bool) greenhouseJob {
	p := o.Posting
	eastern := time.FixedZone("", -4*60*60)
	job := greenhouseJob{
		AbsoluteURL: p.URL, InternalJobID: 3_100_000 + o.number, ID: 6_100_000 + o.number,
		Location: greenhouseName{o.where()}, Metadata: o.greenhouseMetadata(),
		FirstPublished: p.PostedAt.In(eastern).Format(time.RFC3339),
		UpdatedAt:      p.PostedAt.Add(41 * time.Minute).In(eastern).Format(time.RFC3339),
		RequisitionID:  "R-" + strconv.Itoa(1000+o.number),
		Title:          p.Title, CompanyName: p.Company, Language: p.Language,
	}
	if p.ValidThrough != nil {
		job.Deadline = new(p.ValidThrough.In(eastern).Format(time.RFC3339))
	}
	if content {
		job.Content = escape(o.greenhouseHTML())
		job.Departments = []greenhouseOffice{{ID: int(hash(o.department) % 100_000), Name: o.department, ChildIDs: []int{}}}
		for _, at := range p.Locations {
			job.Offices = append(job.Offices, greenhouseOffice{ID: int(hash(at.City) % 100_000), Name: at.City,
				Location: o.address(at), ChildIDs: []int{}})
		}
	}
	if pay && p.Salary != nil {
		job.PayRanges = []greenhousePay{{MinCents: int64(p.Salary.Min * 100), MaxCents: int64(p.Salary.Max * 100),
			Currency: p.Salary.Currency, Title: payTitle(p.Salary.Period)}}
	}
	return job
}

// where is the place in words, which is all this board has. Half of the hybrid jobs say so there.
func (o Opening) where() string {
	if names := o.remote(); len(names) > 0 {
		return "Remote - " + strings.Join(names, ", ")
	}
	var names []string
	for _, at := range o.Posting.Locations {
		names = append(names, at.City+", "+o.countries[at.Country].name)
	}
	name := strings.Join(names, "; ")
	if o.Posting.Workplace == alerts.WorkplaceHybrid && o.number%2 == 0 {
		return "Hybrid - " + name
	}
	return name
}

// greenhouseMetadata are the company's own fields; a quarter of the jobs state the workplace there.
func (o Opening) greenhouseMetadata() []greenhouseMetadata {
	employment := capital(strings.ReplaceAll(string(o.Posting.Employment[0]), "_", "-"))
	out := []greenhouseMetadata{{ID: 4_021, Name: "Employment Type", Value: employment, Type: "single_select"}}
	if o.number%4 == 0 && o.Posting.Workplace != "" {
		workplace := capital(string(o.Posting.Workplace))
		out = append(out, greenhouseMetadata{ID: 4_022, Name: "Workplace Type", Value: workplace, Type: "single_select"})
	}
	return out
}

// capital writes a word's first letter, an ASCII one, as a capital.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// address is an office's place in words.
func (o Opening) address(at alerts.Location) string {
	parts := []string{at.City, at.Region, o.countries[at.Country].name}
	if at.Region == "" || at.Region == at.City {
		parts = []string{at.City, o.countries[at.Country].name}
	}
	return strings.Join(parts, ", ")
}

// greenhouseHTML is the advert before the board escapes it: an introduction, the sections under bold
// lines, and in half of the adverts that tell the pay a box with it.
func (o Opening) greenhouseHTML() string {
	var b strings.Builder
	for i, s := range o.advert {
		if i == 0 {
			b.WriteString(`<div class="content-intro">`)
		}
		if s.heading != "" {
			fmt.Fprintf(&b, "<p><strong>%s</strong></p>\n", html.EscapeString(s.heading))
		}
		for _, text := range s.paragraphs {
			fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(text))
		}
		if len(s.items) > 0 {
			b.WriteString("<ul>\n")
			for _, item := range s.items {
				fmt.Fprintf(&b, "<li>%s</li>\n", html.EscapeString(item))
			}
			b.WriteString("</ul>\n")
		}
		if i == 0 {
			b.WriteString("</div>")
		}
	}
	if s := o.Posting.Salary; s != nil && o.number%2 == 0 {
		numbers := message.NewPrinter(language.Make(o.Posting.Language))
		b.WriteString(numbers.Sprintf(`<div class="content-pay-transparency"><div class="pay-input"><div class="title">%s</div>`+
			`<div class="pay-range"><span>%d</span><span class="divider">&mdash;</span><span>%d %s</span></div></div></div>`,
			payTitle(s.Period), int64(s.Min), int64(s.Max), s.Currency))
	}
	return b.String()
}

// payTitle names a pay range.
func payTitle(p alerts.Period) string {
	if p == alerts.PeriodYear {
		return "Annual Pay Range"
	}
	if p == alerts.PeriodDay {
		return "Daily Pay Range"
	}
	return capital(string(p)) + "ly Pay Range"
}

// escape turns HTML into the entity-escaped text that the board puts into its JSON.
func escape(markup string) string {
	return strings.ReplaceAll(html.EscapeString(markup), "&#34;", "&quot;")
}
