package subscribers

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/mailer"
)

func address(t testing.TB, s string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnIDLivesInTheShardOfItsAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hash mailer.AddressHash
		copy(hash[:], rapid.SliceOfN(rapid.Byte(), len(hash), len(hash)).Draw(t, "hash"))
		id := NewID(hash)
		if n := len(id); n != 13 {
			t.Fatalf("%q has %d characters, want 13", id, n)
		}
		if got, err := ParseID(string(id)); got != id || err != nil {
			t.Errorf("ParseID(%q) = %q, %v", id, got, err)
		}
		shards := 1 << rapid.IntRange(0, 16).Draw(t, "shards")
		if got, want := id.Shard(shards), hash.Shard(shards); got != want {
			t.Errorf("the id is in shard %d of %d, its address in %d", got, shards, want)
		}
		if other := NewID(hash); other == id {
			t.Errorf("two people got the id %s", id)
		}
	})
}

func TestWhatIsNoIDIsInTheFirstShard(t *testing.T) {
	for _, id := range []ID{"", "abc", "ABCDEFGHIJKLM", "99999999"} {
		if got := id.Shard(64); got != 0 {
			t.Errorf("%q is in shard %d", id, got)
		}
	}
}

func TestWhatIsNoIDIsRefused(t *testing.T) {
	id := string(NewID(mailer.AddressHash{1, 2, 3}))
	for name, text := range map[string]string{
		"nothing":                 "",
		"one character too few":   id[:12],
		"one character too many":  id + "a",
		"capitals":                strings.ToUpper(id),
		"a line break inside":     id[:5] + "\n" + id[5:],
		"a path":                  "../../etc/pwd",
		"a spare bit that is set": "aaaaaaaaaaaab",
		"an address":              "jane@example.com",
	} {
		if got, err := ParseID(text); !errors.Is(err, ErrNotFound) || got != "" {
			t.Errorf("%s: ParseID(%q) = %q, %v; want ErrNotFound", name, text, got, err)
		}
	}
}

func TestALogNamesNoPerson(t *testing.T) {
	sub := &Subscriber{ID: "aaaaaaaaaaaaa", Address: address(t, "jane.doe@example.com"), State: StateActive, Zone: "Europe/Berlin"}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("changed", "subscriber", sub)
	if !strings.Contains(out.String(), `"subscriber":{"id":"aaaaaaaaaaaaa","state":"active"}`) {
		t.Errorf("the log does not name the subscriber by id and state: %s", &out)
	}
	if strings.Contains(out.String(), "jane") || strings.Contains(out.String(), "example") {
		t.Errorf("the log tells the address: %s", &out)
	}
}

func TestAnUnknownZoneIsUTC(t *testing.T) {
	for zone, want := range map[string]string{"Europe/Berlin": "Europe/Berlin", "": "UTC", "Mars/Olympus": "UTC"} {
		if got := (&Subscriber{Zone: zone}).Location().String(); got != want {
			t.Errorf("subscriber in %q: %s, want %s", zone, got, want)
		}
		if got := (&Proposal{Zone: zone}).Location().String(); got != want {
			t.Errorf("proposal in %q: %s, want %s", zone, got, want)
		}
	}
}

func daily(hour int) alerts.Cadence { return alerts.Cadence{Every: alerts.EveryDaily, Hour: hour} }

func TestASignupNamesEveryFault(t *testing.T) {
	good := func() Signup {
		return Signup{
			Address: address(t, "jane@example.com"), Zone: "Europe/Berlin",
			Alerts: []Alert{{Name: "Go in Berlin", Cadence: daily(8), Filter: alerts.Filter{Query: "go"}}},
		}
	}
	many := func(n int) (all []Alert) {
		for range n {
			all = append(all, Alert{Cadence: daily(8)})
		}
		return all
	}
	for _, test := range []struct {
		name   string
		change func(*Signup)
		fields []string
	}{
		{"nothing wrong", func(*Signup) {}, nil},
		{"as many alerts as there may be", func(s *Signup) { s.Alerts = many(MaxAlerts) }, nil},
		{"no address", func(s *Signup) { s.Address = mailer.Address{} }, []string{"email"}},
		{"no alert", func(s *Signup) { s.Alerts = nil }, []string{"alerts"}},
		{"too many alerts", func(s *Signup) { s.Alerts = many(MaxAlerts + 1) }, []string{"alerts"}},
		{"no zone", func(s *Signup) { s.Zone = "" }, []string{"time_zone"}},
		{"this machine's zone", func(s *Signup) { s.Zone = "Local" }, []string{"time_zone"}},
		{"a zone that is a path", func(s *Signup) { s.Zone = "../../etc/passwd" }, []string{"time_zone"}},
		{"an unknown zone", func(s *Signup) { s.Zone = "Europe/Atlantis" }, []string{"time_zone"}},
		{"a fault in the second alert", func(s *Signup) {
			s.Alerts = append(s.Alerts, Alert{Cadence: daily(24)})
		}, []string{"alerts[1].cadence.hour"}},
		{"a locale that is none", func(s *Signup) { s.Locale = "english!" }, []string{"locale"}},
		{"a consent with a line break", func(s *Signup) { s.Consent.Source = "a\nb" }, []string{"consent.source"}},
		{"a consent without end", func(s *Signup) { s.Consent.TextVersion = strings.Repeat("x", 201) }, []string{"consent.text_version"}},
		{"everything at once", func(s *Signup) {
			*s = Signup{Alerts: []Alert{{Name: "a\nb", Filter: alerts.Filter{Query: "(go"}}}}
		}, []string{"email", "time_zone", "alerts[0].name", "alerts[0].cadence.every", "alerts[0].filter.query"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := good()
			test.change(&s)
			if diff := cmp.Diff(test.fields, fields(s.Validate())); diff != "" {
				t.Errorf("fields at fault (-want +got):\n%s", diff)
			}
		})
	}
}

func fields(errs alerts.FieldErrors) (names []string) {
	for _, e := range errs {
		names = append(names, e.Field)
	}
	return names
}

func TestAnAlertNamesEveryFault(t *testing.T) {
	for _, test := range []struct {
		name   string
		alert  Alert
		fields []string
	}{
		{"without a name", Alert{Cadence: daily(8)}, nil},
		{"with the longest name", Alert{Name: strings.Repeat("ü", MaxNameLength), Cadence: daily(8)}, nil},
		{"with a name that is too long", Alert{Name: strings.Repeat("ü", MaxNameLength+1), Cadence: daily(8)}, []string{"name"}},
		{"with a line break in its name", Alert{Name: "Go\r\nBcc: joe@example.com", Cadence: daily(8)}, []string{"name"}},
		{"with a line break of Latin-1", Alert{Name: "Go\u0085jobs", Cadence: daily(8)}, []string{"name"}},
		{"with a line break of Unicode", Alert{Name: "Go\u2028jobs", Cadence: daily(8)}, []string{"name"}},
		{"without a cadence", Alert{}, []string{"cadence.every"}},
		{"weekly on no day", Alert{Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8}}, []string{"cadence.weekday"}},
		{"with a filter that is not understood", Alert{Cadence: daily(8), Filter: alerts.Filter{Class: []alerts.Class{"best"}, Languages: []string{"klingon"}}},
			[]string{"filter.class[0]", "filter.languages[0]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.fields, fields(test.alert.Validate())); diff != "" {
				t.Errorf("fields at fault (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnAlertIsFoundByItsID(t *testing.T) {
	sub := &Subscriber{Alerts: []Alert{{ID: "1", Name: "one"}, {ID: "3", Name: "three"}}}
	for id, want := range map[string]string{"1": "one", "3": "three", "2": "", "": ""} {
		if got, found := sub.Alert(id); got.Name != want || found != (want != "") {
			t.Errorf("Alert(%q) = %q, %v; want %q", id, got.Name, found, want)
		}
	}
}

func ExampleSignup_Validate() {
	s := Signup{Zone: "Berlin", Alerts: []Alert{{Cadence: alerts.Cadence{Every: "hourly"}}}}
	for _, fault := range s.Validate() {
		fmt.Println(fault)
	}
	// Output:
	// email: an address is needed, like name@example.com
	// time_zone: "Berlin" is not a time zone; use an IANA name like Europe/Berlin or UTC
	// alerts[0].cadence.every: "hourly" is not one of instant, daily, weekly
}
