package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// opts compares subscribers.
func opts() cmp.Option { return cmp.AllowUnexported(mailer.Address{}) }

func address(t testing.TB, text string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// writtenByTheFirstProgram is a record as the first program wrote it, every field set. It must be read for ever.
const writtenByTheFirstProgram = `1{"a":"Jane.Doe+jobs@example.com","l":"de-AT","z":"Europe/Vienna","al":[{"id":"1","name":"Go in Wien","cadence":{"every":"weekly","hour":8,"weekday":"monday"},"filter":{"class":["core","partly"],"query":"\"distributed systems\" -php","skills":{"any":["go","rust"],"all":["postgresql"],"none":["php"]},"places":[{"country":"AT","city":"Wien","radius_km":50}],"workplace":["hybrid"],"seniority":["senior"],"employment":["full_time"],"salary_min":{"amount":72000.5,"currency":"EUR","period":"year"},"salary_unlisted":"exclude","companies":{"none":["Acme"]},"education_max":"bachelor","languages":["de","en"]}},{"id":"3","cadence":{"every":"instant"},"filter":{}}],"la":3,"p":{"id":"h7g6f5e4d3c2b","locale":"de","time_zone":"UTC","alerts":[{"cadence":{"every":"daily","hour":7},"filter":{}}],"given":{"text_version":"2026-01","source":"page","at":"2026-09-21T14:13:20Z"},"at":"2026-09-21T14:13:20Z","mails":2,"since":"2026-09-21T14:13:20Z"},"cf":"b2c3d4e5f6g7h","pu":"2026-09-22T14:13:20Z","co":{"text_version":"2025-12","source":"partner.example","at":"2026-09-21T13:13:20Z","ip_hash":"ab12","confirmed_at":"2026-09-21T14:13:20Z","via":"button"},"lm":"2026-09-21T14:14:20Z","cr":"2026-09-21T12:13:20Z","ch":"2026-09-21T14:13:21Z"}`

// writtenFirstInFields is the same subscriber in the first form of version 2. It must be read for ever as well.
const writtenFirstInFields = "3208c0fd88ab0d120d4a616e652e446f652b6a6f62731a0b6578616d706c652e636f6d20ae012870326f0800120a476f20696e205769656e1805201028063259100d100e1a1a2264697374726962757465642073797374656d7322202d7068702057205b2864305e3a0a08531a045769656e203240194813501b5a0d09000000000894f140103b182a602c720441636d657823800134800133320408021803380642350a0d683767366635653464336332621034184a22041804200e2a120a07323032362d303112047061676518c07030c070380440c0704a0d6232633364346535663667376850c0b60b5a280a07323032352d3132120f706172746e65722e6578616d706c6518a03822046162313228c070302d60b87168c270"

// jane is who those records tell of.
func jane(t testing.TB) *subscribers.Subscriber {
	at := time.Unix(1_790_000_000, 0).UTC()
	return &subscribers.Subscriber{
		Address: address(t, "Jane.Doe+jobs@example.com"), Locale: "de-AT", Zone: "Europe/Vienna", LastAlert: 3, Confirmed: "b2c3d4e5f6g7h",
		Alerts: []subscribers.Alert{{
			ID: "1", Name: "Go in Wien", Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"},
			Filter: alerts.Filter{
				Class: []alerts.Class{"core", "partly"}, Query: `"distributed systems" -php`,
				Skills: alerts.SkillSet{Any: []string{"go", "rust"}, All: []string{"postgresql"}, None: []string{"php"}},
				Places: []alerts.Place{{City: "Wien", Country: "AT", RadiusKM: 50}}, Workplace: []alerts.Workplace{"hybrid"},
				Seniority: []alerts.Seniority{"senior"}, Employment: []alerts.Employment{"full_time"},
				SalaryMin: &alerts.SalaryMin{Amount: 72000.5, Currency: "EUR", Period: "year"}, SalaryUnlisted: "exclude",
				Companies: alerts.CompanySet{None: []string{"Acme"}}, EducationMax: "bachelor", Languages: []string{"de", "en"},
			},
		}, {ID: "3", Cadence: alerts.Cadence{Every: alerts.EveryInstant}}},
		Proposal: &subscribers.Proposal{
			ID: "h7g6f5e4d3c2b", Locale: "de", Zone: "UTC", Alerts: []subscribers.Alert{{Cadence: alerts.Cadence{Every: alerts.EveryDaily, Hour: 7}}},
			Given: subscribers.Consent{TextVersion: "2026-01", Source: "page", At: at}, At: at, Mails: 2, Since: at,
		},
		PausedUntil:  at.Add(24 * time.Hour),
		Consent:      subscribers.Consent{TextVersion: "2025-12", Source: "partner.example", At: at.Add(-time.Hour), IPHash: "ab12", ConfirmedAt: at, Via: subscribers.ViaButton},
		LinkMailedAt: at.Add(time.Minute), CreatedAt: at.Add(-2 * time.Hour), ChangedAt: at.Add(time.Second),
	}
}

func TestRecordsOfEarlierProgramsAreReadForEver(t *testing.T) {
	fields, err := hex.DecodeString(writtenFirstInFields)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"JSON": []byte(writtenByTheFirstProgram), "fields": fields} {
		got, err := Decode(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(jane(t), got, opts()); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
	}
	if t.Failed() {
		t.Logf("today it is written %x", Encode(jane(t)))
	}
}

func TestTheWordsThatRecordsNumberKeepTheirNumbers(t *testing.T) {
	const count, want = 1422, "dac23cdc83068889"
	list := words().text
	if len(list) < count {
		t.Fatalf("%d words, there were %d", len(list), count)
	}
	sum := sha256.Sum256([]byte(strings.Join(list[:count], "\n")))
	if got := hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("the first %d words have changed (%s): words are added at the end only", count, got)
	}
	if len(words().number) != len(list) {
		t.Errorf("%d lines of words.txt, %d different words", len(list), len(words().number))
	}
}

func TestEveryFieldOfASubscriberIsKept(t *testing.T) {
	var s subscribers.Subscriber
	fill(t, reflect.ValueOf(&s).Elem())
	got, err := Decode(Encode(&s))
	if err != nil {
		t.Fatal(err)
	}
	s.ID, s.State, s.Version = "", "", 0 // stand beside the record
	if diff := cmp.Diff(&s, got, opts()); diff != "" {
		t.Errorf("a field has no line in fields.go (-written +read):\n%s", diff)
	}
}

// fill sets every field of a value to something.
func fill(t *testing.T, v reflect.Value) {
	switch known := v.Addr().Interface().(type) {
	case *mailer.Address:
		*known = address(t, "someone@example.org")
		return
	case *time.Time:
		*known = time.Unix(1_800_000_000, 0).UTC()
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case reflect.String:
		v.SetString("a text of its own")
	case reflect.Int, reflect.Int64:
		v.SetInt(-7)
	case reflect.Uint16:
		v.SetUint(60_000)
	case reflect.Float64:
		v.SetFloat(0.5)
	default:
		t.Fatalf("no example of a %s: teach it to this test and to the coder", v.Kind())
	}
}

func TestAFieldNotSetCostsNothing(t *testing.T) {
	if got := Encode(&subscribers.Subscriber{}); len(got) != 1 {
		t.Errorf("nobody is %x", got)
	}
	named := &subscribers.Subscriber{Confirmed: subscribers.NewProposalID()}
	if got, err := Decode(Encode(named)); err != nil || got.Confirmed != named.Confirmed || len(Encode(named)) != 1+1+8 {
		t.Errorf("an id of 13 letters has %d bytes and is read as %v, %v", len(Encode(named)), got, err)
	}
	if n, json := len(Encode(jane(t))), len(writtenByTheFirstProgram); n*4 > json {
		t.Errorf("a subscriber with everything has %d bytes, more than a quarter of the %d in JSON", n, json)
	}
}

func TestWhatANewerProgramWroteIsRefusedByName(t *testing.T) {
	now := Encode(&subscribers.Subscriber{Locale: "de"})
	alert := protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 1)
	tests := map[string][]byte{
		"a version to come":         {'3', 1, 2, 3},
		"a field to come":           append(bytes.Clone(now), alert...),
		"a field to come within":    protowire.AppendBytes(protowire.AppendTag([]byte{versionFields}, 6, protowire.BytesType), alert),
		"a word to come":            protowire.AppendVarint(protowire.AppendTag([]byte{versionFields}, 3, protowire.VarintType), 1<<20),
		"a field to come, in JSON":  []byte(`1{"a":"jane@example.com","xx":1}`),
		"a word to come, in a list": protowire.AppendBytes(protowire.AppendTag([]byte{versionFields}, 6, protowire.BytesType), protowire.AppendVarint(protowire.AppendTag(nil, 3, protowire.VarintType), 1<<20)),
	}
	for name, data := range tests {
		if _, err := Decode(data); !errors.Is(err, ErrNewer) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s: error = %v, want ErrNewer", name, err)
		}
	}
}

func TestADamagedRecordIsRefused(t *testing.T) {
	whole := Encode(jane(t))
	tests := map[string][]byte{
		"nothing":             nil,
		"cut":                 whole[:len(whole)-1],
		"cut within an alert": whole[:60],
		"fields out of order": append(bytes.Clone(whole), whole[1:20]...),
		"no JSON":             []byte("1{"),
		"no address":          []byte(`1{"a":"nobody"}`),
		"a text as a number":  protowire.AppendFixed32(protowire.AppendTag([]byte{versionFields}, 3, protowire.Fixed32Type), 1),
	}
	for name, data := range tests {
		if _, err := Decode(data); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: error = %v, want ErrDamaged", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(writtenByTheFirstProgram))
	f.Add(Encode(jane(f)))
	f.Add(Encode(&subscribers.Subscriber{Address: address(f, "joe@example.com"), Alerts: make([]subscribers.Alert, 3)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Decode(data)
		sameOutline(t, data)
		if err != nil {
			if !errors.Is(err, ErrNewer) && !errors.Is(err, ErrDamaged) {
				t.Errorf("error = %v, want ErrNewer or ErrDamaged", err)
			}
			return
		}
		written := Encode(got)
		again, err := Decode(written)
		if err != nil {
			t.Fatalf("what was read cannot be written and read again: %v", err)
		}
		if !bytes.Equal(Encode(again), written) {
			t.Errorf("%q is read and written as %q, and that as %q", data, written, Encode(again))
		}
	})
}

// sameOutline checks the outline of a record against what Decode reads.
func sameOutline(t failer, data []byte) {
	t.Helper()
	whole, fault := Decode(data)
	brief := &subscribers.Subscriber{Zone: "of another", Alerts: []subscribers.Alert{{ID: "9", Name: "of another"}, {Filter: alerts.Filter{Query: "of another"}}}}
	err := DecodeOutline(data, brief)
	if err == nil && errors.Is(fault, mailer.ErrAddress) {
		return
	}
	for _, sentinel := range []error{ErrNewer, ErrDamaged} {
		if errors.Is(err, sentinel) != errors.Is(fault, sentinel) && !errors.Is(fault, mailer.ErrAddress) {
			t.Fatalf("%x: the outline's error is %v, that of the whole %v", data, err, fault)
		}
	}
	if err != nil || fault != nil {
		return
	}
	if diff := cmp.Diff(outline(whole), outline(brief), opts()); diff != "" {
		t.Fatalf("%x (-of the whole +outline):\n%s", data, diff)
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// outline clears what an outline may leave out.
func outline(s *subscribers.Subscriber) *subscribers.Subscriber {
	nameless := func(alerts []subscribers.Alert) {
		for i := range alerts {
			alerts[i].Name = ""
		}
	}
	unproved := func(c *subscribers.Consent) { c.TextVersion, c.Source, c.IPHash = "", "", "" }
	s.Address, s.Confirmed = mailer.Address{}, ""
	if len(s.Alerts) == 0 {
		s.Alerts = nil // an outline may have room for some
	}
	nameless(s.Alerts)
	unproved(&s.Consent)
	if s.Proposal != nil {
		nameless(s.Proposal.Alerts)
		unproved(&s.Proposal.Given)
	}
	if s.Moving != nil {
		s.Moving.Address = mailer.Address{}
	}
	if s.Moved != nil {
		s.Moved.From = mailer.Address{}
	}
	return s
}

func TestAnOutlineSaysWhatTheWholeRecordSays(t *testing.T) {
	for _, data := range [][]byte{[]byte(writtenByTheFirstProgram), Encode(jane(t))} {
		sameOutline(t, data)
	}
	rapid.Check(t, func(t *rapid.T) {
		var s subscribers.Subscriber
		draw(t, reflect.ValueOf(&s).Elem())
		data := Encode(&s)
		sameOutline(t, data)
		sameOutline(t, data[:rapid.IntRange(0, len(data)).Draw(t, "cut")])
	})
}

// draw sets some fields of a value, each to something it may be.
func draw(t *rapid.T, v reflect.Value) {
	if rapid.IntRange(0, 3).Draw(t, "left out") == 0 {
		return
	}
	switch known := v.Addr().Interface().(type) {
	case *mailer.Address:
		*known, _ = mailer.ParseAddress(rapid.SampledFrom([]string{"jane@example.com", "joe@gmail.com"}).Draw(t, "address"))
		return
	case *time.Time:
		*known = time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "time"), 0).UTC()
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			draw(t, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		draw(t, v.Elem())
	case reflect.Slice:
		n := rapid.IntRange(1, 3).Draw(t, "length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			draw(t, v.Index(i))
		}
	case reflect.String:
		v.SetString(rapid.SampledFrom([]string{"go", "berlin", "Europe/Berlin", "a text of its own", "aaaaaaaaaaaba"}).Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-9, 9).Draw(t, "number"))
	case reflect.Uint16:
		v.SetUint(uint64(rapid.Uint16().Draw(t, "number")))
	case reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{0.5, 50, -1}).Draw(t, "amount"))
	}
}

func BenchmarkDecode(b *testing.B) {
	data := Encode(jane(b))
	b.ReportMetric(float64(len(data)), "B/record")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	sub := jane(b)
	b.ReportAllocs()
	for b.Loop() {
		Encode(sub)
	}
}
