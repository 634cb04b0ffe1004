package place

import (
	"strings"
	"sync"

	"golang.org/x/text/language"

	"jobalertd/alerts/gazetteer"
)

// Anywhere stands for every country.
const Anywhere = "*"

// groups are the groups of countries that a posting may name as the places its remote workers live
// in. North America is not among them: its usual letters, NA, are Namibia's.
var groups = sync.OnceValue(func() map[string]map[string]bool {
	const (
		eu        = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE "
		eea       = eu + "IS LI NO "
		europe    = eea + "AD AL BA BY CH FO GB GG GI IM JE MC MD ME MK RS SM UA VA XK "
		middle    = "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE "
		africa    = "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW "
		latin     = "AR BO BR BZ CL CO CR CU DO EC GT HN HT MX NI PA PE PR PY SV UY VE "
		caribbean = "AG BB BS DM GD GY JM KN LC SR TT VC "
		asia      = "AF BD BN BT CN HK ID IN JP KG KH KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TW UZ VN "
		oceania   = "AU FJ NZ PG SB TO VU WS "
	)
	listed := map[string]string{
		"EU": eu, "EEA": eea, "EUROPE": europe, "EMEA": europe + middle + africa, "MENA": middle + "DZ EG LY MA SD TN ",
		"AFRICA": africa, "APAC": asia + oceania, "LATAM": latin, "AMERICAS": latin + caribbean + "CA US ",
		"DACH": "AT CH DE ", "BENELUX": "BE LU NL ", "NORDICS": "DK FI IS NO SE ",
	}
	groups := map[string]map[string]bool{}
	for group, countries := range listed {
		groups[group] = map[string]bool{}
		for _, country := range strings.Fields(countries) {
			groups[group][country] = true
		}
	}
	return groups
})

// IsCountry reports whether s is an ISO 3166-1 alpha-2 code, in upper case. Withdrawn codes are not.
func IsCountry(s string) bool {
	r, err := language.ParseRegion(s)
	return err == nil && r.String() == s && r.IsCountry() && r == r.Canonicalize() && gazetteer.CountryName(s) != s
}

// IsGroup reports whether s names a group of countries, in upper case: EU, EMEA, DACH, …
func IsGroup(s string) bool {
	_, ok := groups()[s]
	return ok
}

// IsEligibility reports whether s is a country, a group or Anywhere, perhaps with a minus before it.
func IsEligibility(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s == Anywhere || IsGroup(s) || IsCountry(s)
}

// covers reports whether an entry without its minus names the country.
func covers(entry, country string) bool {
	return entry == Anywhere || entry == country || groups()[entry][country]
}

// Eligibility tells who may take a remote job.
type Eligibility struct {
	OK bool
	// By is the entry that decided; empty where none did.
	By string
	// Stated is false where the posting does not say who may take it.
	Stated bool
}

// Eligible tells whether somebody in the country may take a remote job. Each entry of from is a
// country, a group or Anywhere; one with a minus takes away, from everywhere if there are no others.
// Without entries the countries of the job's sites count, and without those everybody may take it,
// as far as it says.
func Eligible(from []string, sites []Site, country string) Eligibility {
	if len(from) == 0 {
		return eligibleBySite(sites, country)
	}
	result := Eligibility{Stated: true}
	onlyMinus := true
	for _, entry := range from {
		entry = strings.ToUpper(entry)
		if barred, minus := strings.CutPrefix(entry, "-"); minus {
			if covers(barred, country) {
				return Eligibility{By: entry, Stated: true}
			}
			continue
		}
		onlyMinus = false
		if !result.OK && covers(entry, country) {
			result.OK, result.By = true, entry
		}
	}
	result.OK = result.OK || onlyMinus
	return result
}

func eligibleBySite(sites []Site, country string) Eligibility {
	result := Eligibility{}
	for _, s := range sites {
		result.Stated = result.Stated || s.Country != ""
		result.OK = result.OK || s.Country != "" && s.Country == country
	}
	result.OK = result.OK || !result.Stated
	return result
}
