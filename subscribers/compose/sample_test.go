package compose

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
	"jobalertd/subscribers"
)

func TestASampleOfEveryMailCanBeWrittenInEveryLanguage(t *testing.T) {
	o := newOffice(t)
	for _, kind := range mailer.Kinds() {
		for _, l := range locale.All() {
			m, err := Sample(kind, l, "https://jobs.example.com", time.Now())
			must(t, err)
			if err := o.renderer.Try(m); err != nil {
				t.Errorf("%s in %s: %v", kind, l, err)
			}
			for _, j := range m.Jobs {
				if j.Why == "" {
					t.Errorf("%s in %s: %q would not be in this mail: %q", kind, l, j.Title, j.Why)
				}
			}
		}
	}
}

func TestReadersAreWrittenToInTheirLanguage(t *testing.T) {
	o := newOffice(t)
	wanted := asks("golang")
	wanted.Cadence.Weekday = "tuesday"
	sub := o.subscribeIn(t, "de-AT", wanted)
	s := o.compose(t, digest(sub, o.post(t, 1, "golang")))
	s.tells(t, "4 neue Stellen für „Jobs with golang“", "Berlin, Deutschland", "80.000–95.000 € pro Jahr | Hybrid", "Warum diese Stelle: Backend; Suchwörter golang", "3 weitere Stellen")
	if got := s.header.Get("Content-Language"); got != "de" {
		t.Errorf("the mail says it is in %q", got)
	}
	s = o.compose(t, mailer.Letter{ID: "welcome1", Kind: mailer.KindWelcome, Subscriber: string(sub.ID)})
	s.tells(t, "Vielen Dank", "Art der Stelle: Backend", "Suchwörter: golang", "Jeden Dienstag um 08:00 Uhr")
}

// subscribeIn is Jane, who reads a language and confirmed some alerts.
func (o *office) subscribeIn(t testing.TB, tag string, wanted ...subscribers.Alert) *subscribers.Subscriber {
	t.Helper()
	done, err := o.desk.Enrol(t.Context(), subscribers.Signup{
		Address: address(t, "jane@example.com"), Locale: tag, Zone: "Europe/Vienna", Alerts: wanted,
	}, time.Now())
	must(t, err)
	sub, err := o.desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, time.Now())
	must(t, err)
	return sub
}

func TestAPreviewShowsTheNewestJobsAndIsNoKey(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	ids := []string{o.post(t, 1, "golang"), o.post(t, 2, "golang"), o.post(t, 3, "cobol"), o.post(t, 4, "golang"), o.post(t, 5, "rustlang")}
	m, err := o.Preview(t.Context(), mailer.KindDigest, sub.ID, "fr", ids, 2, time.Now())
	must(t, err)
	var titles []string
	for _, j := range m.Jobs {
		titles = append(titles, j.Title)
	}
	if diff := cmp.Diff([]string{"Engineer 4", "Engineer 2"}, titles); diff != "" || m.More != 1 {
		t.Errorf("%d more, and (-want +got)\n%s", m.More, diff)
	}
	if m.Locale != "fr" || m.Alerts[0].Filter[0] != "Type de poste\u00a0: backend" {
		t.Errorf("in %s: %q", m.Locale, m.Alerts)
	}
	if want := (render.Links{Manage: "https://jobs.example.com/manage/sample", Unsubscribe: "https://jobs.example.com/unsubscribe/sample", UnsubscribeAll: "https://jobs.example.com/unsubscribe/sample-all"}); m.Links != want {
		t.Errorf("the links are %v", m.Links)
	}
	for _, kind := range mailer.Kinds() {
		m, err := o.Preview(t.Context(), kind, sub.ID, "", ids, 2, time.Now())
		must(t, err)
		if err := o.renderer.Try(m); err != nil || m.Zone.String() != "Asia/Tokyo" {
			t.Errorf("%s: %v, in %s", kind, err, m.Zone)
		}
	}
}

func TestAPreviewForSomebodyWhoHasNotConfirmedShowsWhatTheyAskedFor(t *testing.T) {
	o := newOffice(t)
	done := o.enrol(t, asks("golang"))
	for _, kind := range []mailer.Kind{mailer.KindConfirm, mailer.KindWelcome} {
		m, err := o.Preview(t.Context(), kind, done.ID, "", nil, 2, time.Now())
		must(t, err)
		if len(m.Alerts) != 1 || m.Alerts[0].Name != "Jobs with golang" || m.SourceSite != "careers.example.org" {
			t.Errorf("%s: about %v from %s", kind, m.Alerts, m.SourceSite)
		}
	}
}
