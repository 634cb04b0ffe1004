package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/render"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
	"jobalertd/subscribers/token"
)

const shards = 4

// office is a composer with the rooms it asks.
type office struct {
	*Composer
	desk *signup.Desk
	log  *postings.Log
}

// offers is the postings as the desk asks for them.
type offers struct{ log *postings.Log }

func (o offers) Head(ctx context.Context) (alerts.Seq, error) { return o.log.Head(ctx) }

func (offers) Samples(context.Context, []alerts.Filter, int) ([]string, error) { return nil, nil }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func address(t testing.TB, text string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(text)
	must(t, err)
	return a
}

func newOffice(t *testing.T) *office {
	client := redistest.Embedded(t)
	s := store.New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
	set, log := suppress.New(client, shards, nil), postings.New(client, nil)
	links, err := token.New([][]byte{[]byte("a key for links, long enough")})
	must(t, err)
	renderer, err := render.New(render.Config{Product: "Job alerts", From: address(t, "jobs@example.com"), BaseURL: "https://jobs.example.com"})
	must(t, err)
	cfg := Config{
		BaseURL: "https://jobs.example.com/", UnsubscribeMailbox: address(t, "leave@example.com"),
		Credit: func(format string) string { return "from the board " + format },
	}
	return &office{New(cfg, s, set, log, links, renderer), signup.New(s, set, offers{log}), log}
}

// asks is a weekly alert that asks for a word.
func asks(word string) subscribers.Alert {
	return subscribers.Alert{
		Name: "Jobs with " + word, Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"},
		Filter: alerts.Filter{Query: word},
	}
}

func (o *office) enrol(t testing.TB, wanted ...subscribers.Alert) signup.Enrolled {
	t.Helper()
	done, err := o.desk.Enrol(t.Context(), subscribers.Signup{
		Address: address(t, "jane@example.com"), Locale: "en", Zone: "Asia/Tokyo", Alerts: wanted,
		Consent: subscribers.Consent{Source: "careers.example.org"},
	}, time.Now())
	must(t, err)
	return done
}

// subscribe is Jane, who confirmed two alerts.
func (o *office) subscribe(t testing.TB) *subscribers.Subscriber {
	t.Helper()
	done := o.enrol(t, asks("golang"), asks("rustlang"))
	sub, err := o.desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, time.Now())
	must(t, err)
	return sub
}

// post commits the n-th job and returns its id.
func (o *office) post(t testing.TB, n int, words string) string {
	t.Helper()
	p := alerts.Posting{
		ID: fmt.Sprintf("test:acme:%d", n), Source: "test", URL: fmt.Sprintf("https://acme.example/job/%d", n), Title: fmt.Sprintf("Engineer %d", n),
		Company: "Acme", Class: alerts.ClassCore, Description: fmt.Sprintf("Job %d for %s people.", n, words), Workplace: alerts.WorkplaceHybrid,
		Locations: []alerts.Location{{City: "Berlin", Country: "DE"}},
		Salary:    &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear},
	}
	_, err := o.log.Commit(t.Context(), []alerts.Posting{p})
	must(t, err)
	return p.ID
}

// digest is the letter that the first alert owes for some postings.
func digest(sub *subscribers.Subscriber, ids ...string) mailer.Letter {
	return mailer.Letter{ID: "digest1", Kind: mailer.KindDigest, Subscriber: string(sub.ID), Alert: "1", Postings: ids, More: 3}
}

// seen is a mail as a reader sees it.
type seen struct {
	header mail.Header
	text   string // the plain text with its lines joined
	html   string
}

// anyDomain lets mails to all domains through.
func anyDomain(string) error { return nil }

// compose makes the mail of a letter and opens it.
func (o *office) compose(t testing.TB, l mailer.Letter) seen {
	t.Helper()
	return o.composeTo(t, "jane@example.com", l)
}

// composeTo is compose for a letter to another address.
func (o *office) composeTo(t testing.TB, to string, l mailer.Letter) seen {
	t.Helper()
	m, err := o.Compose(t.Context(), l, anyDomain)
	must(t, err)
	if m.To != address(t, to) || m.ID == "" || m.ReturnPath == "" {
		t.Errorf("message %q to %s, bounces to %q", m.ID, m.To, m.ReturnPath)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Bytes()))
	must(t, err)
	_, boundary, _ := strings.Cut(parsed.Header.Get("Content-Type"), "boundary=")
	parts := multipart.NewReader(parsed.Body, strings.Trim(strings.Split(boundary, ";")[0], `"`))
	s := seen{header: parsed.Header}
	for _, body := range []*string{&s.text, &s.html} {
		part, err := parts.NextRawPart()
		must(t, err)
		data, err := io.ReadAll(quotedprintable.NewReader(part))
		must(t, err)
		*body = strings.Join(strings.Fields(string(data)), " ")
	}
	return s
}

func (s seen) tells(t testing.TB, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(s.text, w) {
			t.Errorf("the mail does not tell %q:\n%s", w, s.text)
		}
	}
}

func (s seen) hides(t testing.TB, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(s.text+s.html, w) {
			t.Errorf("the mail tells %q:\n%s", w, s.text)
		}
	}
}

// claims reads the links of one kind that the mail shows.
func (o *office) claims(t testing.TB, s seen, path string, purpose token.Purpose) []token.Claims {
	t.Helper()
	var all []token.Claims
	for _, link := range regexp.MustCompile(`https://jobs\.example\.com/`+path+`/([A-Za-z0-9_-]+)`).FindAllStringSubmatch(s.text, -1) {
		c, err := o.links.Check(purpose, link[1], time.Now())
		if err != nil {
			t.Errorf("%s: %v", link[0], err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		t.Fatalf("the mail has no %s link:\n%s", path, s.text)
	}
	return all
}

func TestAConfirmMailShowsWhatWasAskedForInTheZoneOfTheSignup(t *testing.T) {
	o := newOffice(t)
	done := o.enrol(t, asks("golang"))
	s := o.compose(t, mailer.Letter{ID: "confirm1", Kind: mailer.KindConfirm, Subscriber: string(done.ID), Proposal: done.Proposal})
	s.tells(t, "Jobs with golang", "Every Monday at 08:00", "careers.example.org")
	got := o.claims(t, s, "confirm", token.Confirm)[0]
	if got.Subscriber != done.ID || got.Proposal != done.Proposal {
		t.Errorf("the link confirms %v", got)
	}
	// The mail knows Tokyo although the person is not confirmed yet: the link's last day is told there.
	sub, err := o.store.Get(t.Context(), done.ID)
	must(t, err)
	s.tells(t, sub.Proposal.At.Add(7*24*time.Hour).In(sub.Proposal.Location()).Format("15:04"))
	if list := s.header.Get("List-Unsubscribe-Post"); list != "" {
		t.Errorf("a confirm mail offers one click: %q", list)
	}
}

func TestAWelcomeMailShowsEveryAlertAndTheSamplesThatStillMatch(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	golang, rustlang, other := o.post(t, 1, "golang"), o.post(t, 2, "rustlang"), o.post(t, 3, "cobol")
	s := o.compose(t, mailer.Letter{ID: "welcome1", Kind: mailer.KindWelcome, Subscriber: string(sub.ID), Postings: []string{golang, rustlang, other}})
	s.tells(t, "Jobs with golang", "Jobs with rustlang", "Engineer 1", "Engineer 2")
	s.hides(t, "Engineer 3")
	if c := o.claims(t, s, "manage", token.Manage)[0]; c.Subscriber != sub.ID {
		t.Errorf("the manage link is %v", c)
	}
}

func TestADigestShowsItsJobsAndEndsItsAlertByOneClick(t *testing.T) {
	for _, kind := range []mailer.Kind{mailer.KindDigest, mailer.KindAlert} {
		o := newOffice(t)
		sub := o.subscribe(t)
		l := digest(sub, o.post(t, 1, "golang"), o.post(t, 2, "golang"))
		l.Kind, l.After, l.Upto = kind, 5, 9
		s := o.compose(t, l)
		s.tells(t, "?after=5&upto=9")
		for _, c := range o.claims(t, s, "more", token.News) {
			if c.Subscriber != sub.ID || c.Alert != "1" {
				t.Errorf("%s: the link to all jobs is %v", kind, c)
			}
		}
		s.tells(t, "Engineer 1", "Engineer 2", "Acme", "Berlin, Germany", "€80,000–95,000 a year", "Hybrid", "https://acme.example/job/1", "from the board test")
		s.hides(t, "Jobs with rustlang")
		for _, c := range o.claims(t, s, "unsubscribe", token.Unsubscribe) {
			if c.Subscriber != sub.ID || c.Alert != "1" && c.Alert != "" {
				t.Errorf("%s: an unsubscribe link is %v", kind, c)
			}
		}
		list := s.header.Get("List-Unsubscribe")
		web := regexp.MustCompile(`<https://jobs\.example\.com/unsubscribe/([^>]+)>`).FindStringSubmatch(list)
		byMail := regexp.MustCompile(`<mailto:leave@example\.com\?subject=unsubscribe%20([^>]+)>`).FindStringSubmatch(list)
		if web == nil || byMail == nil || s.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Fatalf("%s: List-Unsubscribe: %s", kind, list)
		}
		for _, text := range []string{web[1], byMail[1]} {
			if c, err := o.links.Check(token.Unsubscribe, text, time.Now()); err != nil || c.Subscriber != sub.ID || c.Alert != "1" {
				t.Errorf("%s: one click ends %v, %v; want alert 1", kind, c, err)
			}
		}
	}
}

func TestAManageMailReachesWhoAskedForItInAnyState(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	must(t, o.desk.Leave(t.Context(), sub.ID, "", subscribers.ViaManage, time.Now()))
	s := o.compose(t, mailer.Letter{ID: "manage1", Kind: mailer.KindManage, Subscriber: string(sub.ID)})
	if c := o.claims(t, s, "manage", token.Manage)[0]; c.Subscriber != sub.ID || time.Until(c.Expires) < 6*24*time.Hour {
		t.Errorf("the manage link is %v", c)
	}
}

func TestWhatHasChangedSinceTheLetterWasOwedCounts(t *testing.T) {
	change := func(t *testing.T, o *office, sub *subscribers.Subscriber, c subscribers.Change) {
		t.Helper()
		_, err := o.desk.Change(t.Context(), sub.ID, c, time.Now())
		must(t, err)
	}
	for _, test := range []struct {
		name   string
		happen func(*testing.T, *office, *subscribers.Subscriber)
		drop   string // "" where the mail goes out with the second job alone
	}{
		{"the person left", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			must(t, o.desk.Leave(t.Context(), sub.ID, "", subscribers.ViaOneClick, time.Now()))
		}, dropSilent},
		{"the person paused", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			yes := true
			change(t, o, sub, subscribers.Change{Pause: &yes})
		}, dropSilent},
		{"the address was suppressed", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			must(t, o.suppress.Add(t.Context(), o.store.Hash(sub.Address), suppress.ReasonComplaint, time.Now()))
		}, dropSuppressed},
		{"the alert was left", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			must(t, o.desk.Leave(t.Context(), sub.ID, "1", subscribers.ViaOneClick, time.Now()))
		}, dropGone},
		{"the person was erased", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			_, err := o.store.Erase(t.Context(), sub)
			must(t, err)
		}, dropGone},
		{"all its jobs have closed", func(t *testing.T, o *office, _ *subscribers.Subscriber) {
			for _, id := range []string{"test:acme:1", "test:acme:2"} {
				_, err := o.log.Close(t.Context(), id)
				must(t, err)
			}
		}, dropEmpty},
		{"one of its jobs has closed", func(t *testing.T, o *office, _ *subscribers.Subscriber) {
			_, err := o.log.Close(t.Context(), "test:acme:1")
			must(t, err)
		}, ""},
		{"one of its jobs is for others now", func(t *testing.T, o *office, _ *subscribers.Subscriber) { o.post(t, 1, "cobol") }, ""},
		{"the filter asks for more", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			sub.Alerts[0].Filter.Query = "golang berlin"
			change(t, o, sub, subscribers.Change{Alerts: &sub.Alerts})
		}, ""},
		{"the filter asks for something else", func(t *testing.T, o *office, sub *subscribers.Subscriber) {
			sub.Alerts[0].Filter.Query = "cobol"
			change(t, o, sub, subscribers.Change{Alerts: &sub.Alerts})
		}, dropEmpty},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t)
			sub := o.subscribe(t)
			l := digest(sub, o.post(t, 1, "golang"), o.post(t, 2, "golang and berlin"))
			o.compose(t, l).tells(t, "Engineer 1", "Engineer 2") // so that what is kept is kept
			test.happen(t, o, sub)
			if test.drop == "" {
				s := o.compose(t, l)
				s.tells(t, "Engineer 2")
				s.hides(t, "Engineer 1")
				return
			}
			_, err := o.Compose(t.Context(), l, anyDomain)
			if drop, ok := errors.AsType[*mailer.Drop](err); !ok || drop.Reason != test.drop {
				t.Errorf("error = %v, want to drop it as %s", err, test.drop)
			}
		})
	}
}

func TestLettersThatHaveLostTheirReasonAreDropped(t *testing.T) {
	o := newOffice(t)
	first := o.enrol(t, asks("golang"))
	confirm := mailer.Letter{ID: "confirm1", Kind: mailer.KindConfirm, Subscriber: string(first.ID), Proposal: first.Proposal}
	welcome := mailer.Letter{ID: "welcome1", Kind: mailer.KindWelcome, Subscriber: string(first.ID)}
	dropped := func(l mailer.Letter, when, want string) {
		t.Helper()
		_, err := o.Compose(t.Context(), l, anyDomain)
		if drop, ok := errors.AsType[*mailer.Drop](err); !ok || drop.Reason != want {
			t.Errorf("a %s letter %s: %v, want to drop it as %s", l.Kind, when, err, want)
		}
	}
	dropped(welcome, "before the confirmation", dropSilent)
	second := o.enrol(t, asks("rustlang"))
	dropped(confirm, "whose signup was replaced", dropGone)
	confirm.Proposal = second.Proposal
	_, err := o.desk.Confirm(t.Context(), second.ID, second.Proposal, subscribers.ViaButton, time.Now())
	must(t, err)
	dropped(confirm, "that was confirmed already", dropGone)
	must(t, o.desk.Leave(t.Context(), first.ID, "", subscribers.ViaOneClick, time.Now()))
	dropped(welcome, "after leaving", dropSilent)
}

func TestTheQuestionAfterAYearHasALinkThatAnswersItUntilItIsAnswered(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	by := time.Now().Add(30 * 24 * time.Hour).UTC().Truncate(time.Second)
	sub.Consent.AnswerBy = by
	must(t, o.store.Save(t.Context(), store.Save{Subscriber: sub}))
	l := mailer.Letter{ID: "reconfirm1", Kind: mailer.KindReconfirm, Subscriber: string(sub.ID), Proposal: sub.Question()}
	s := o.compose(t, l)
	s.tells(t, "Jobs with golang", "Jobs with rustlang", by.In(sub.Location()).Format("15:04"))
	claims := o.claims(t, s, "confirm", token.Confirm)[0]
	if !claims.Expires.Equal(by) {
		t.Errorf("the link works until %s, want %s", claims.Expires, by)
	}
	_, err := o.desk.Confirm(t.Context(), claims.Subscriber, claims.Proposal, subscribers.ViaButton, time.Now())
	must(t, err)
	_, err = o.Compose(t.Context(), l, anyDomain)
	if drop, ok := errors.AsType[*mailer.Drop](err); !ok || drop.Reason != dropGone {
		t.Errorf("after the answer: %v, want to drop it", err)
	}
}

func TestAnErrorOfRedisDropsNothing(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	l := digest(sub, o.post(t, 1, "golang"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.Compose(ctx, l, anyDomain)
	if _, drop := errors.AsType[*mailer.Drop](err); drop || !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want the one of Redis", err)
	}
}

func TestADomainThatGetsEnoughIsAskedBeforeAMailIsWritten(t *testing.T) {
	o := newOffice(t)
	sub := o.subscribe(t)
	var asked []string
	full := errors.New("the domain gets enough")
	admit := func(domain string) error { asked = append(asked, domain); return full }
	// A mail about a job that cannot be looked up would fail otherwise.
	_, err := o.Compose(t.Context(), digest(sub, "no:such:job"), admit)
	if !errors.Is(err, full) || len(asked) != 1 || asked[0] != "example.com" {
		t.Errorf("error = %v after asking for %q", err, asked)
	}
	asked = nil
	_, err = o.Compose(t.Context(), mailer.Letter{ID: "lost", Kind: mailer.KindDigest, Subscriber: string(sub.ID), Alert: "99"}, admit)
	if drop, ok := errors.AsType[*mailer.Drop](err); !ok || len(asked) != 0 {
		t.Errorf("a letter without a reason is %v (%v) after asking for %q", err, drop, asked)
	}
}

func TestAMoveIsAskedAtTheNewAddressAndToldAtTheFormerOne(t *testing.T) {
	o := newOffice(t)
	sub, to, now := o.subscribe(t), address(t, "jane@new.example"), time.Now()
	owed := mailer.Letter{ID: "manage1", Kind: mailer.KindManage, Subscriber: string(sub.ID)} // before the move, sent after it
	must(t, o.desk.Move(t.Context(), sub.ID, to, now))
	waiting, err := o.desk.Get(t.Context(), sub.ID)
	must(t, err)
	ask := mailer.Letter{ID: "move1", Kind: mailer.KindMove, Subscriber: string(sub.ID), Proposal: waiting.Moving.ID}
	tell := mailer.Letter{ID: "moved1", Kind: mailer.KindMoved, Subscriber: string(sub.ID), Proposal: waiting.Moving.ID}
	goesTo := func(l mailer.Letter, want string) {
		t.Helper()
		m, err := o.Compose(t.Context(), l, anyDomain)
		var drop *mailer.Drop
		switch {
		case want == "" && (!errors.As(err, &drop) || drop.Reason != dropGone):
			t.Errorf("the %s letter: %v, want it dropped", l.Kind, err)
		case want != "" && (err != nil || m.To.String() != want):
			t.Errorf("the %s letter goes to %s, %v; want %s", l.Kind, m.To, err, want)
		}
	}
	goesTo(ask, "jane@new.example")
	goesTo(tell, "")
	goesTo(owed, "jane@example.com")
	if c := o.claims(t, o.composeTo(t, "jane@new.example", ask), "confirm", token.Confirm)[0]; c.Subscriber != sub.ID || c.Proposal != waiting.Moving.ID {
		t.Errorf("the link confirms %+v", c)
	}
	_, err = o.desk.Confirm(t.Context(), sub.ID, waiting.Moving.ID, subscribers.ViaButton, now)
	must(t, err)
	goesTo(ask, "")
	goesTo(tell, "jane@example.com")
	goesTo(owed, "jane@new.example")
	if c := o.claims(t, o.compose(t, tell), "unsubscribe", token.Unsubscribe)[0]; c.Subscriber != sub.ID || c.Alert != "" {
		t.Errorf("the way out ends %+v", c)
	}
}

func TestAnAddressWithAlertsOfItsOwnIsToldSoInsteadOfAsked(t *testing.T) {
	o := newOffice(t)
	sub, to := o.subscribe(t), address(t, "joe@new.example")
	done, err := o.desk.Enrol(t.Context(), subscribers.Signup{Address: to, Locale: "en", Zone: "UTC", Alerts: []subscribers.Alert{asks("cobol")}}, time.Now())
	must(t, err)
	must(t, o.desk.Move(t.Context(), sub.ID, to, time.Now()))
	waiting, err := o.desk.Get(t.Context(), sub.ID)
	must(t, err)
	letter := mailer.Letter{ID: "move1", Kind: mailer.KindMove, Subscriber: string(sub.ID), Proposal: waiting.Moving.ID}
	var drop *mailer.Drop
	if _, err := o.Compose(t.Context(), letter, anyDomain); !errors.As(err, &drop) {
		t.Errorf("a move to an address that has yet to confirm: %v", err)
	}
	_, err = o.desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, time.Now())
	must(t, err)
	s := o.composeTo(t, "joe@new.example", letter)
	if c := o.claims(t, s, "manage", token.Manage)[0]; c.Subscriber != done.ID {
		t.Errorf("the link opens the alerts of %s, want those of %s", c.Subscriber, done.ID)
	}
	if strings.Contains(s.text, "/confirm/") || !strings.Contains(s.text, "has its own job alerts") {
		t.Errorf("the mail says\n%s", s.text)
	}
	s.hides(t, "jane", "golang", "careers.example.org")
	for lang, says := range map[string]string{
		"de": "Diese Adresse hat eigene Job-Benachrichtigungen", "fr": "Cette adresse a déjà ses propres alertes", "es": "Esta dirección ya tiene sus propias alertas",
	} {
		_, err := o.desk.Change(t.Context(), done.ID, subscribers.Change{Locale: &lang}, time.Now())
		must(t, err)
		o.composeTo(t, "joe@new.example", letter).tells(t, says)
	}
}
