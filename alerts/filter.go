package alerts

// Filter is what a candidate asks for: a conjunction of facets. A facet left out accepts
// everything. Its JSON form is the contract of `jobalertd match`, the signup hook and the preview.
type Filter struct {
	ID             string       `json:"id,omitempty"`
	Class          []Class      `json:"class,omitempty"` // default: core
	Query          string       `json:"query,omitempty"`
	Skills         SkillSet     `json:"skills,omitzero"`
	Places         []Place      `json:"places,omitempty"`
	Workplace      []Workplace  `json:"workplace,omitempty"`
	Seniority      []Seniority  `json:"seniority,omitempty"`
	Employment     []Employment `json:"employment,omitempty"`
	SalaryMin      *SalaryMin   `json:"salary_min,omitempty"`
	SalaryUnlisted Unlisted     `json:"salary_unlisted,omitempty"` // default: include; only of effect with SalaryMin
	Companies      CompanySet   `json:"companies,omitzero"`
	EducationMax   Education    `json:"education_max,omitempty"`
	Languages      []string     `json:"languages,omitempty"` // ISO 639-1
}

// SkillSet is asked of a posting's skills: at least one of Any, each of All, none of None.
type SkillSet struct {
	Any  []string `json:"any,omitempty"`
	All  []string `json:"all,omitempty"`
	None []string `json:"none,omitempty"`
}

// CompanySet is asked of a posting's company: one of Any where Any is given, none of None.
type CompanySet struct {
	Any  []string `json:"any,omitempty"`
	None []string `json:"none,omitempty"`
}

// Place is a country, a region of one, a city, or the surroundings of a city.
type Place struct {
	Country  string  `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Region   string  `json:"region,omitempty"`  // ISO 3166-2 without the country, or a name
	City     string  `json:"city,omitempty"`
	RadiusKM float64 `json:"radius_km,omitempty"` // kilometres around the city's centre; 0 is the city alone
}

// SalaryMin is the least a candidate wants to be paid.
type SalaryMin struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
	Period   Period  `json:"period"`
}

// Unlisted says what becomes of postings that state no salary.
type Unlisted string

// The choices for unlisted salaries.
const (
	UnlistedInclude Unlisted = "include"
	UnlistedExclude Unlisted = "exclude"
)

// Facet names a part of a filter, as in its JSON form.
type Facet string

// The facets, in the order they are explained.
const (
	FacetClass      Facet = "class"
	FacetQuery      Facet = "query"
	FacetSkills     Facet = "skills"
	FacetPlaces     Facet = "places"
	FacetWorkplace  Facet = "workplace"
	FacetSeniority  Facet = "seniority"
	FacetEmployment Facet = "employment"
	FacetSalary     Facet = "salary_min"
	FacetCompanies  Facet = "companies"
	FacetEducation  Facet = "education_max"
	FacetLanguages  Facet = "languages"
)

// Facets lists every facet in the order they are explained.
func Facets() []Facet {
	return []Facet{FacetClass, FacetQuery, FacetSkills, FacetPlaces, FacetWorkplace, FacetSeniority,
		FacetEmployment, FacetSalary, FacetCompanies, FacetEducation, FacetLanguages}
}

// Reason tells how one facet of a filter judged a posting.
type Reason struct {
	Facet Facet `json:"-"`
	Pass  bool  `json:"pass"`
	// Unknown is set where the posting does not say, and the facet's rule for that decided.
	Unknown bool `json:"unknown,omitempty"`
	// Words are the words of the posting that decided: its skills, its place, its salary.
	Words []string `json:"words,omitempty"`
	// Pay is the salary that decided, to be told in other words; nil on the other facets.
	Pay *Salary `json:"-"`
	// Missing is what the filter asked for and the posting does not have, where that decided.
	Missing []string `json:"missing,omitempty"`
}

// Verdict is the answer to "does this posting match this filter?", with a reason for every facet
// the filter sets, in the order of Facets.
type Verdict struct {
	Match   bool
	Reasons []Reason
}
