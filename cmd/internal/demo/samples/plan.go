package samples

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"jobalertd/alerts"
)

// classes is the order in which classes appear, one letter each for core, partly and no: of 20
// openings 9, 5 and 6.
const classes = "cpcncpnccncpcnpcnpcn"

// plan is what is decided about an opening before a word of it is written.
type plan struct {
	company    company
	role       role
	level      alerts.Seniority
	team       team
	places     []place
	workplace  alerts.Workplace
	employment alerts.Employment
	education  alerts.Education
	salary     *alerts.Salary
}

// plan decides about the opening of the given number.
func (c *catalogue) plan(number int, rng *rand.Rand) plan {
	letters := map[byte]alerts.Class{'c': alerts.ClassCore, 'p': alerts.ClassPartly, 'n': alerts.ClassNo}
	class := letters[classes[number%len(classes)]]
	round := number / len(c.companies)
	hires := rand.New(rand.NewPCG(uint64(round), 1)).Perm(len(c.companies))
	co := c.companies[hires[number%len(c.companies)]]

	// Each company goes through its roles in an order of its own before it repeats one.
	roles := c.rolesFor(co, class)
	order := rand.New(rand.NewPCG(hash(co.board.Name), hash(string(class)))).Perm(len(roles))
	p := plan{company: co, role: roles[order[round%len(roles)]]}
	p.level = pick(rng, p.role.levels)
	p.workplace = p.pickWorkplace(rng)
	p.places = p.pickPlaces(rng)
	return c.settle(p, rng)
}

// settle decides what follows from company, role, rung and place.
func (c *catalogue) settle(p plan, rng *rand.Rand) plan {
	p.team = pick(rng, p.company.teams)
	p.employment = cmp.Or(p.company.employment, p.role.employment, alerts.EmploymentFullTime)
	if p.level == alerts.SeniorityIntern {
		p.employment = alerts.EmploymentInternship
	}
	if !p.role.plain && p.employment != alerts.EmploymentInternship {
		stated := []alerts.Education{"", "", "", "", alerts.EducationNone, alerts.EducationBachelor}
		p.education = pick(rng, stated)
	}
	if p.company.pay == "always" || p.company.pay == "sometimes" && rng.IntN(2) == 0 {
		p.salary = c.salary(p, rng)
	}
	return p
}

// rolesFor lists the roles of a class that a company hires for.
func (c *catalogue) rolesFor(co company, class alerts.Class) []role {
	var out []role
	for _, r := range c.roles {
		if r.class == class && r.language == co.language &&
			r.contractor == (co.employment == alerts.EmploymentContract) &&
			(r.lang == "" || r.lang == co.lang || r.lang == co.second) {
			out = append(out, r)
		}
	}
	return out
}

// pickWorkplace follows the role, else the company; one opening in eight does not say.
func (p plan) pickWorkplace(rng *rand.Rand) alerts.Workplace {
	if p.role.workplace != "" {
		return p.role.workplace
	}
	if rng.IntN(8) == 0 && !slices.Equal(p.company.workplaces, []alerts.Workplace{alerts.WorkplaceRemote}) {
		return ""
	}
	return pick(rng, p.company.workplaces)
}

// pickPlaces is one office, or now and then every office of the company.
func (p plan) pickPlaces(rng *rand.Rand) []place {
	if p.workplace == alerts.WorkplaceHybrid && rng.IntN(6) == 0 {
		return p.company.places
	}
	return []place{pick(rng, p.company.places)}
}

// share is what a rung earns, compared with the middle one.
func share(level alerts.Seniority) float64 {
	switch level {
	case alerts.SeniorityIntern:
		return 0.4
	case alerts.SeniorityJunior:
		return 0.78
	case alerts.SenioritySenior:
		return 1.25
	case alerts.SeniorityLead:
		return 1.38
	case alerts.SeniorityStaff, alerts.SeniorityManager:
		return 1.5
	case alerts.SeniorityPrincipal:
		return 1.75
	default:
		return 1
	}
}

// salary is the pay range at the first place, in the period that is usual there for such a contract.
func (c *catalogue) salary(p plan, rng *rand.Rand) *alerts.Salary {
	there := c.countries[p.places[0].country]
	dollars := there.code == "US" || there.code == "CA" || there.code == "AU"
	yearly := 1.0
	if there.period == alerts.PeriodMonth {
		yearly = 12
	}
	period, perYear := there.period, yearly
	switch {
	case p.employment == alerts.EmploymentContract && dollars:
		period, perYear = alerts.PeriodHour, 1500
	case p.employment == alerts.EmploymentContract:
		period, perYear = alerts.PeriodDay, 180
	case p.employment == alerts.EmploymentPartTime, p.employment == alerts.EmploymentInternship && dollars:
		period, perYear = alerts.PeriodHour, 2080
	case p.employment == alerts.EmploymentInternship:
		period, perYear = alerts.PeriodMonth, 12
	}
	factor := yearly / perYear * share(p.level) * p.role.pay * (0.95 + rng.Float64()/8)
	return &alerts.Salary{Min: round(there.min * factor), Max: round(there.max * factor),
		Currency: there.currency, Period: period}
}

// round keeps two significant digits and a five after them, as pay ranges do: 61,500 and 130,000,
// but 31.
func round(amount float64) float64 {
	step := max(1, math.Pow(10, math.Floor(math.Log10(amount))-1)/2)
	return math.Round(amount/step) * step
}

// pick chooses one of several.
func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// hash spreads names over seeds.
func hash(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return h.Sum64()
}
