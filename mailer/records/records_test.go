package records

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zone is a DNS in memory: what stands at a name, by type and name.
type zone map[string][]string

func (z zone) lookup(kind, name string) ([]string, error) {
	found, known := z[kind+" "+strings.TrimSuffix(name, ".")]
	switch {
	case !known:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case len(found) == 1 && found[0] == "broken":
		return nil, errors.New("server misbehaving")
	}
	return found, nil
}

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	return z.lookup("TXT", name)
}

func (z zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	hosts, err := z.lookup("MX", name)
	var all []*net.MX
	for _, host := range hosts {
		all = append(all, &net.MX{Host: host})
	}
	return all, err
}

func (z zone) LookupHost(_ context.Context, host string) ([]string, error) {
	return z.lookup("A", host)
}

func (z zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return z.lookup("PTR", addr)
}

// good is a DNS in which everything is right for us.
func good() zone {
	return zone{
		"TXT bounces.example.com":         {"other=1", "v=spf1 include:amazonses.com ~all"},
		"TXT r1._domainkey.example.com":   {"v=DKIM1; k=rsa;", " p=QUJD REVG"},
		"TXT _dmarc.example.com":          {"v=DMARC1; p=reject"},
		"MX bounces.example.com":          {"mx.example.com."},
		"A email-smtp.eu.amazonaws.com":   {"203.0.113.5", "10.0.0.1"},
		"PTR 203.0.113.5":                 {"mail5.amazonaws.com."},
		"A mail5.amazonaws.com":           {"203.0.113.5"},
		"TXT unrelated._domainkey.x.test": {"x"},
	}
}

func us() Sender {
	return Sender{
		From: "jobs.example.com", Bounce: "bounces.example.com", Relays: []string{"email-smtp.eu.amazonaws.com"},
		Keys: []Key{{"example.com", "r1._domainkey.example.com", "v=DKIM1; k=rsa; p=QUJDREVG"}},
	}
}

func TestWhatTheDNSSays(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(zone, *Sender)
		want   []Finding // what is not fine
	}{
		{"all is well", func(zone, *Sender) {}, nil},
		{"no SPF", func(z zone, _ *Sender) { delete(z, "TXT bounces.example.com") },
			[]Finding{{Warn, "SPF: bounces.example.com says nothing about who may send for it", "bounces.example.com", "v=spf1 include:amazonses.com ~all"}}},
		{"SPF of another provider", func(z zone, _ *Sender) { z["TXT bounces.example.com"] = []string{"v=spf1 mx -all"} },
			[]Finding{{Warn, "SPF: the record of bounces.example.com does not name the relay's provider", "bounces.example.com", "v=spf1 include:amazonses.com mx -all"}}},
		{"SPF for everybody", func(z zone, _ *Sender) { z["TXT bounces.example.com"] = []string{"v=spf1 +all"} },
			[]Finding{{Fault, "SPF: the record of bounces.example.com lets everybody send for it", "bounces.example.com", "v=spf1 include:amazonses.com ~all"}}},
		{"SPF twice", func(z zone, _ *Sender) { z["TXT bounces.example.com"] = []string{"v=spf1 -all", "v=spf1 mx"} },
			[]Finding{{Fault, "SPF: bounces.example.com has 2 records, so that none counts (RFC 7208 §4.5); leave one", "", ""}}},
		{"bounces go elsewhere", func(z zone, s *Sender) {
			s.Bounce = "bounces.example.net"
			z["TXT bounces.example.net"], z["MX bounces.example.net"] = z["TXT bounces.example.com"], z["MX bounces.example.com"]
		}, []Finding{{Warn, "SPF: bounces.example.net does not align with jobs.example.com, so that SPF counts nothing for DMARC; set mail.bounce_domain to a name under example.com", "", ""}}},
		{"no record of the key", func(z zone, _ *Sender) { delete(z, "TXT r1._domainkey.example.com") },
			[]Finding{{Fault, "DKIM: the key's record is missing", "r1._domainkey.example.com", "v=DKIM1; k=rsa; p=QUJDREVG"}}},
		{"the record of another key", func(z zone, _ *Sender) { z["TXT r1._domainkey.example.com"] = []string{"v=DKIM1; p=QUJD"} },
			[]Finding{{Fault, "DKIM: the record r1._domainkey.example.com belongs to another key", "r1._domainkey.example.com", "v=DKIM1; k=rsa; p=QUJDREVG"}}},
		{"nobody signs", func(_ zone, s *Sender) { s.Keys = nil },
			[]Finding{{Warn, "DKIM: we do not sign, so the relay must, as example.com or a name under it; or set mail.dkim", "", ""}}},
		{"nobody vouches under a strict policy", func(z zone, s *Sender) {
			s.Keys = nil
			delete(z, "TXT bounces.example.com")
		}, []Finding{
			{Warn, "SPF: bounces.example.com says nothing about who may send for it", "bounces.example.com", "v=spf1 include:amazonses.com ~all"},
			{Warn, "DKIM: we do not sign, so the relay must, as example.com or a name under it; or set mail.dkim", "", ""},
			{Fault, "DMARC: jobs.example.com asks receivers to refuse what neither SPF nor DKIM vouches for, and neither does, unless the relay signs", "", ""},
		}},
		{"no DMARC", func(z zone, _ *Sender) { delete(z, "TXT _dmarc.example.com") },
			[]Finding{{Warn, "DMARC: jobs.example.com has no policy, which Gmail and Yahoo ask of everybody who sends much", "_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:postmaster@example.com"}}},
		{"bounces reach nobody", func(z zone, _ *Sender) { delete(z, "MX bounces.example.com") },
			[]Finding{{Warn, "MX: no server takes mail for bounces.example.com, so that bounces are lost, and some receivers refuse the letters", "", ""}}},
		{"an address without a name", func(z zone, _ *Sender) { delete(z, "PTR 203.0.113.5") },
			[]Finding{{Warn, "PTR: the address 203.0.113.5 of email-smtp.eu.amazonaws.com has no name; if it delivers to receivers itself, have its network add one", "", ""}}},
		{"a name that leads elsewhere", func(z zone, _ *Sender) { z["A mail5.amazonaws.com"] = []string{"203.0.113.6"} },
			[]Finding{{Warn, "PTR: the name mail5.amazonaws.com of the address 203.0.113.5 does not lead back to it", "", ""}}},
		{"a DNS that does not answer", func(z zone, _ *Sender) { z["TXT _dmarc.jobs.example.com"] = []string{"broken"} },
			[]Finding{{Warn, "_dmarc.jobs.example.com could not be looked up: server misbehaving", "", ""}}},
		{"a relay on this machine", func(_ zone, s *Sender) { s.Relays = []string{"127.0.0.1"} }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			z, sender := good(), us()
			test.change(z, &sender)
			var bad []Finding
			for _, f := range Look(t.Context(), z, sender) {
				if f.Level != Fine {
					bad = append(bad, f)
				}
			}
			if diff := cmp.Diff(test.want, bad); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhoseDomainOneMaySendFrom(t *testing.T) {
	for domain, mine := range map[string]bool{
		"gmail.com": false, "GMAIL.com": false, "yahoo.com": false, "yahoo.co.uk": false, "outlook.com": false, "hotmail.fr": false,
		"web.de": false, "mail.yahoo.com": false, "example.com": true, "jobs.example.co.uk": true, "notgmail.com": true, "yahoo-jobs.com": true,
		"gmail.com.example.org": true, "live.example.org": true,
	} {
		if err := CheckFrom(domain); (err == nil) != mine {
			t.Errorf("%s: %v", domain, err)
		}
	}
}

func TestWhichDomainsAlign(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"example.com", "example.com", true}, {"jobs.example.com", "bounces.example.com", true}, {"example.co.uk", "mail.example.co.uk", true},
		{"example.com", "example.net", false}, {"a.co.uk", "b.co.uk", false}, {"Example.com.", "example.COM", true},
	} {
		if got := Aligned(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %t", test.a, test.b, got)
		}
	}
}

func TestALongRecordIsWrittenInPieces(t *testing.T) {
	got := Quote(strings.Repeat("x", 300))
	if want := `"` + strings.Repeat("x", 255) + `" "` + strings.Repeat("x", 45) + `"`; got != want {
		t.Errorf("%s", got)
	}
}
