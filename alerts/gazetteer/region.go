package gazetteer

import (
	"strings"
	"sync"

	"jobalertd/alerts/gazetteer/internal/fold"
)

// regionIndex maps a folded code or name to the regions it may mean, each as "US.CA".
var regionIndex = sync.OnceValue(func() map[string][]string {
	index := map[string][]string{}
	for line := range strings.Lines(regionTable) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		country, code, names := f[0], f[1], f[3]
		for name := range strings.SplitSeq(code+"|"+names, "|") {
			key := fold.Name(name)
			index[key] = append(index[key], country+"."+code)
		}
	}
	return index
})

func regionsNamed(name string) []string {
	return regionIndex()[fold.Name(name)]
}

// Region reads a region of a country (US, CA, AU, DE, AT, CH, FR, GB, IN, NL) by code or name and
// gives its ISO 3166-2 code without the country: CA and California are both "CA". The country is a
// code or a name; it may be empty where only one country has a region of that name.
func Region(name, country string) (code string, ok bool) {
	regions := regionsNamed(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(name)), strings.ToUpper(country)+"-"))
	if country == "" {
		if len(regions) != 1 {
			return "", false
		}
		_, code, _ = strings.Cut(regions[0], ".")
		return code, true
	}
	iso, ok := Country(country)
	if !ok {
		return "", false
	}
	for _, r := range regions {
		if c, code, _ := strings.Cut(r, "."); c == iso {
			return code, true
		}
	}
	return "", false
}
