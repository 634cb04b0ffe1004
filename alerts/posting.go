package alerts

import "time"

// Class says whether a posting is a backend-developer job.
type Class string

// The classes of postings.
const (
	ClassCore   Class = "core"   // the main work is server-side services, APIs, data stores
	ClassPartly Class = "partly" // full-stack, platform, backend-leaning data, hands-on leads of such teams
	ClassNo     Class = "no"     // anything else
)

// Seniority is a rung of the ladder.
type Seniority string

// The rungs.
const (
	SeniorityIntern    Seniority = "intern"
	SeniorityJunior    Seniority = "junior"
	SeniorityMid       Seniority = "mid"
	SenioritySenior    Seniority = "senior"
	SeniorityStaff     Seniority = "staff"
	SeniorityPrincipal Seniority = "principal"
	SeniorityLead      Seniority = "lead"
	SeniorityManager   Seniority = "manager"
)

// Workplace says where the work is done. The empty value means the posting does not say.
type Workplace string

// The workplaces.
const (
	WorkplaceRemote Workplace = "remote"
	WorkplaceHybrid Workplace = "hybrid"
	WorkplaceOnsite Workplace = "onsite"
)

// Employment is a kind of contract.
type Employment string

// The kinds of contract.
const (
	EmploymentFullTime   Employment = "full_time"
	EmploymentPartTime   Employment = "part_time"
	EmploymentContract   Employment = "contract"
	EmploymentTemporary  Employment = "temporary"
	EmploymentInternship Employment = "internship"
)

// Education is the degree a posting requires, in rising order. The empty value means it does not say.
type Education string

// The degrees.
const (
	EducationNone        Education = "none"
	EducationCertificate Education = "certificate"
	EducationAssociate   Education = "associate"
	EducationBachelor    Education = "bachelor"
	EducationMaster      Education = "master"
	EducationDoctorate   Education = "doctorate"
)

// Period is the time a salary is paid for.
type Period string

// The periods.
const (
	PeriodHour  Period = "hour"
	PeriodDay   Period = "day"
	PeriodWeek  Period = "week"
	PeriodMonth Period = "month"
	PeriodYear  Period = "year"
)

// Classes lists the classes, from the most a backend job to the least.
func Classes() []Class { return []Class{ClassCore, ClassPartly, ClassNo} }

// Seniorities lists the rungs from the lowest.
func Seniorities() []Seniority {
	return []Seniority{SeniorityIntern, SeniorityJunior, SeniorityMid, SenioritySenior,
		SeniorityStaff, SeniorityPrincipal, SeniorityLead, SeniorityManager}
}

// Workplaces lists the workplaces.
func Workplaces() []Workplace {
	return []Workplace{WorkplaceRemote, WorkplaceHybrid, WorkplaceOnsite}
}

// Employments lists the kinds of contract.
func Employments() []Employment {
	return []Employment{EmploymentFullTime, EmploymentPartTime, EmploymentContract,
		EmploymentTemporary, EmploymentInternship}
}

// Educations lists the degrees from the lowest.
func Educations() []Education {
	return []Education{EducationNone, EducationCertificate, EducationAssociate, EducationBachelor,
		EducationMaster, EducationDoctorate}
}

// Periods lists the periods from the shortest.
func Periods() []Period {
	return []Period{PeriodHour, PeriodDay, PeriodWeek, PeriodMonth, PeriodYear}
}

// PerYear is how many of the period a working year has: 2,080 hours, 260 days, 52 weeks, 12 months;
// 0 for what is no period.
func (p Period) PerYear() float64 {
	switch p {
	case PeriodHour:
		return 2080
	case PeriodDay:
		return 260
	case PeriodWeek:
		return 52
	case PeriodMonth:
		return 12
	case PeriodYear:
		return 1
	}
	return 0
}

// Location is a place a job is at. Each part may be unknown.
type Location struct {
	City    string `json:"city,omitempty"`
	Region  string `json:"region,omitempty"`  // ISO 3166-2 without the country, or a name
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2, upper case
	// Lat and Lon are in degrees; both or neither are set.
	Lat *float64 `json:"lat,omitempty"`
	Lon *float64 `json:"lon,omitempty"`
}

// Salary is what a posting says it pays. An amount of 0 is not stated.
type Salary struct {
	Min       float64 `json:"min,omitempty"`
	Max       float64 `json:"max,omitempty"`
	Currency  string  `json:"currency"` // ISO 4217, upper case
	Period    Period  `json:"period"`
	Predicted bool    `json:"predicted"` // a board's estimate, not the employer's word
}

// Origin tells where normalisation read a fact.
type Origin string

// The origins.
const (
	FromField Origin = "field" // the board said so in a field of its own
	FromText  Origin = "text"  // it was read in the title or description
)

// Posting is one job offered, in our normal form, whatever board it came from. An absent part
// means that the posting does not say. Its JSON form is the contract of `jobalertd normalize`,
// `jobalertd match` and POST /api/v1/postings.
type Posting struct {
	// ID names the listing: source, board and the board's own id, such as greenhouse:acme:123.
	ID           string       `json:"id"`
	Source       string       `json:"source"` // the format, such as greenhouse
	URL          string       `json:"url"`
	Title        string       `json:"title"`
	Company      string       `json:"company"`
	Description  string       `json:"description"` // plain text
	PostedAt     time.Time    `json:"posted_at,omitzero"`
	ValidThrough *time.Time   `json:"valid_through"`
	Class        Class        `json:"class"`
	Skills       []string     `json:"skills"` // canonical names of the vocabulary, sorted
	Seniority    []Seniority  `json:"seniority"`
	Workplace    Workplace    `json:"workplace,omitempty"`
	Locations    []Location   `json:"locations"`
	RemoteFrom   []string     `json:"remote_from"` // ISO 3166-1 countries, groups such as EU, or * for anywhere; a minus excludes
	Employment   []Employment `json:"employment"`
	Salary       *Salary      `json:"salary,omitempty"`
	Education    Education    `json:"education,omitempty"`
	Language     string       `json:"language,omitempty"` // ISO 639-1, of the text
	// From tells for each fact above, by its JSON name, where it was read.
	From map[string]Origin `json:"from,omitempty"`
}
