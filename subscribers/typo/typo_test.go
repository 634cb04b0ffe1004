package typo

import (
	"os"
	"regexp"
	"testing"
)

func TestSuggest(t *testing.T) {
	for address, want := range map[string]string{
		"ann@gmial.com": "ann@gmail.com", "Ann@GMAIL.con": "Ann@gmail.com", "ann@hotmial.com": "ann@hotmail.com", "ann@gmail.co": "ann@gmail.com",
		"ann@yahoo.cmo": "ann@yahoo.com", "ann@outlok.fr": "ann@outlook.fr", "ann@company.con": "ann@company.com",
		// These are what they are.
		"ann@gmail.com": "", "ann@example.org": "", "ann@example.io": "", "ann@example.dev": "", "ann@hey.com": "", "ann@proton.me": "", "ann@mail.com": "",
		"ann@gmx.de": "", "ann@posteo.de": "", "ann@tu-berlin.de": "", "ann@orange.fr": "", "ann@fastmail.com": "", "ann@me.com": "",
		"ann@foo.co": "", "": "", "@": "", "ann@": "", "ann": "", "ann@com": "",
	} {
		got, ok := Suggest(address)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %t; want %q", address, got, ok, want)
		}
	}
}

// TestMailchecksOwnCases reads the cases from mailcheck's specification.
func TestMailchecksOwnCases(t *testing.T) {
	spec, err := os.ReadFile("../../../shared/data/corpora/mailcheck/spec/mailcheckSpec.js")
	if err != nil {
		t.Skip("mailcheck's specification is not there: ../shared/data/corpora/mailcheck beside the repository")
	}
	l := lists{
		domains: []string{"google.com", "gmail.com", "emaildomain.com", "comcast.net", "facebook.com", "msn.com"},
		seconds: seconds(), tops: []string{"co.uk", "com", "org", "info", "fr"},
	}
	cases := regexp.MustCompile(`mailcheck\.suggest\('([^']*)', domains[^)]*\)(?:\.domain\)\.toEqual\('([^']+)'\)|\)?[^;]*toBeFalsy)`)
	found := cases.FindAllSubmatch(spec, -1)
	if len(found) < 15 {
		t.Fatalf("only %d cases found", len(found))
	}
	for _, c := range found {
		got, ok := l.suggest(string(c[1]))
		if want := string(c[2]); ok != (want != "") || ok && got != "test@"+want {
			t.Errorf("%s: %q, %t; want %q", c[1], got, ok, want)
		}
	}
}
