package typo

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Suggest is the address that was probably meant, if the one given looks mistyped.
func Suggest(address string) (string, bool) {
	return lists{domains(), seconds(), tops()}.suggest(address)
}

// lists is the names that addresses are compared with.
type lists struct{ domains, seconds, tops []string }

func domains() []string {
	return []string{"msn.com", "bellsouth.net", "telus.net", "comcast.net", "optusnet.com.au", "earthlink.net", "qq.com", "sky.com",
		"icloud.com", "mac.com", "sympatico.ca", "googlemail.com", "att.net", "xtra.co.nz", "web.de", "cox.net", "gmail.com",
		"ymail.com", "aim.com", "rogers.com", "verizon.net", "rocketmail.com", "google.com", "optonline.net", "sbcglobal.net",
		"aol.com", "me.com", "btinternet.com", "charter.net", "shaw.ca"}
}

func seconds() []string { return []string{"yahoo", "hotmail", "mail", "live", "outlook", "gmx"} }

func tops() []string {
	return []string{"com", "com.au", "com.tw", "ca", "co.nz", "co.uk", "de", "fr", "it", "ru", "net", "org", "edu", "gov", "jp", "nl",
		"kr", "se", "eu", "ie", "co.il", "us", "at", "be", "dk", "hk", "es", "gr", "ch", "no", "cz", "in", "net", "net.au", "info",
		"biz", "mil", "co.jp", "sg", "hu", "uk"}
}

// suggest follows mailcheck's function of that name.
func (l lists) suggest(address string) (string, bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 {
		return "", false
	}
	local, domain := address[:at], strings.ToLower(address[at+1:])
	second, top, found := strings.Cut(domain, ".")
	if !found {
		second, top = "", domain
	}
	if slices.Contains(l.seconds, second) && slices.Contains(l.tops, top) {
		return "", false
	}
	if near, ok := nearest(domain, l.domains); ok {
		return local + "@" + near, near != domain
	}
	better := domain
	if near, ok := nearest(second, l.seconds); ok {
		better = strings.Replace(better, second, near, 1)
	}
	_, real := publicsuffix.PublicSuffix(domain)
	if near, ok := nearest(top, l.tops); ok && second != "" && (!real || better != domain || slices.Contains(l.seconds, second)) {
		better = strings.TrimSuffix(better, top) + near
	}
	return local + "@" + better, better != domain
}

// nearest is the name of the list that is close enough, itself included.
func nearest(name string, list []string) (string, bool) {
	best, least := "", far(name)+1
	if name == "" || slices.Contains(list, name) {
		return name, name != ""
	}
	for _, candidate := range list {
		if d := distance(name, candidate); d < least {
			best, least = candidate, d
		}
	}
	return best, best != ""
}

// far is how many slips a name of this length may hold. Short names are too alike.
func far(name string) int {
	if len(name) == 3 || len(name) > 8 {
		return 2
	}
	return 1
}

// distance is how many slips make b of a: a letter wrong, missing, too many, or two exchanged (the
// optimal string alignment distance).
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(b)]
}
