package name_test

import (
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts/name"
)

func TestCompany(t *testing.T) {
	for written, want := range map[string]string{
		"Acme": "acme", "ACME GmbH": "acme", "Acme GmbH & Co. KG": "acme", "Acme, Inc.": "acme", "Acme B.V.": "acme",
		"Acme S.A.": "acme", "Acme Sp. z o.o.": "acme", "Acme Pte. Ltd.": "acme", "Acme UG (haftungsbeschränkt)": "acme",
		"Acme S. de R.L. de C.V.": "acme s de r l de c v", "Müller & Söhne AG": "muller sohne", "N26": "n26", "C3.ai": "c3 ai",
		"SE": "se", "Limited Inc": "limited", "!!!": "!!!", "": "", "Acme Labs": "acme labs", "Coach": "coach",
	} {
		if got := name.Company(written); got != want {
			t.Errorf("Company(%q) = %q, want %q", written, got, want)
		}
	}
}

func TestTitle(t *testing.T) {
	tests := []struct {
		name, title string
		places      []string
		want        string
	}{
		{"case, accents and punctuation", "Sénior  Backend-Engineer", nil, "senior backend engineer"},
		{"everybody is meant", "Backend Engineer (m/w/d)", nil, "backend engineer"},
		{"without brackets", "Backend Engineer m/f/x Platform", nil, "backend engineer platform"},
		{"in French", "Développeur Go (H/F)", nil, "developpeur go"},
		{"all genders", "Backend Engineer (all genders)", nil, "backend engineer"},
		{"remote in brackets", "Backend Engineer [Remote]", nil, "backend engineer"},
		{"remote behind a dash", "Backend Engineer – Remote (US only)", nil, "backend engineer"},
		{"remote in front", "Remote | Backend Engineer", nil, "backend engineer"},
		{"its own place", "Backend Engineer - Berlin", []string{"Berlin", "DE"}, "backend engineer"},
		{"one of its places", "Backend Engineer (Berlin or Munich)", []string{"Berlin", "Munich"}, "backend engineer"},
		{"another part stays", "Backend Engineer - Payments", []string{"Berlin"}, "backend engineer payments"},
		{"a place inside the title stays", "Berlin Backend Engineer", []string{"Berlin"}, "berlin backend engineer"},
		{"a requisition number", "Backend Engineer (R12345)", nil, "backend engineer"},
		{"a requisition number behind", "Backend Engineer JR-104567", nil, "backend engineer"},
		{"a requisition number with a word", "Backend Engineer, Req #10456", nil, "backend engineer"},
		{"a product's number stays", "Dynamics 365 Developer", nil, "dynamics 365 developer"},
		{"a level stays", "Software Engineer - I", nil, "software engineer i"},
		{"languages stay", "Developer (C++/.NET)", nil, "developer c++ .net"},
		{"nothing else there", "Remote (m/w/d)", nil, "remote m w d"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := name.Title(test.title, test.places...); got != test.want {
				t.Errorf("Title(%q) = %q, want %q", test.title, got, test.want)
			}
		})
	}
}

func TestNormalFormsAreAtRest(t *testing.T) {
	part := rapid.SampledFrom([]string{"Acme", "GmbH", "Inc.", "S.A.", "Co", "&", "Senior", "(m/w/d)", "-", "Remote", "[", ")", "R123", "é", "Engineer"})
	rapid.Check(t, func(t *rapid.T) {
		var s string
		for _, p := range rapid.SliceOfN(part, 0, 6).Draw(t, "parts") {
			s += p + " "
		}
		if once := name.Company(s); name.Company(once) != once {
			t.Fatalf("Company(%q) = %q, and of that %q", s, once, name.Company(once))
		}
	})
}
