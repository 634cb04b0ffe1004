package app

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/subscribers"
)

// simPerson is somebody who signs up, and what they must and must not hear.
type simPerson struct {
	email, zone string
	id          subscribers.ID
	eras        []*era
	welcome     time.Time // when they confirmed
	keeps       bool      // they answer when asked whether they still want it
}

// era is the time in which one alert asks for the same thing.
type era struct {
	alert   string // its id
	cadence alerts.Cadence
	city    string // "" for any
	from    time.Time
	// to is when it may have ended, sure when it has; zero while it goes on.
	to, sure time.Time
}

// end ends what goes on.
func (e *era) end(to, sure time.Time) {
	if e.to.IsZero() {
		e.to, e.sure = to, sure
	}
}

// filter asks for the jobs of a city.
func (e *era) filter() alerts.Filter {
	f := alerts.Filter{Class: []alerts.Class{alerts.ClassCore}}
	if e.city != "" {
		f.Places = []alerts.Place{{Country: map[string]string{cities()[0]: "DE", cities()[1]: "US"}[e.city]}}
	}
	return f
}

// insist does something that a fault may spoil until it is done. It returns when it was begun.
func (w *simTown) insist(do func() error) time.Time {
	w.t.Helper()
	begun := time.Now()
	var err error
	for range 200 {
		w.revive(time.Minute)
		if err = do(); err == nil && !w.life.mortal.isDead() {
			return begun
		}
		w.sleep(2 * time.Second)
	}
	w.t.Fatalf("it cannot be done: %v", err)
	return begun
}

// unhoped is what an answer says that is not the one hoped for.
type unhoped int

func (s unhoped) Error() string { return "status " + strconv.Itoa(int(s)) }

// request posts a form or JSON.
func (w *simTown) request(url, contentType, body string, want int) error {
	resp, err := w.http.Post(url, contentType, strings.NewReader(body))
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != want {
		return unhoped(resp.StatusCode)
	}
	return nil
}

const formType = "application/x-www-form-urlencoded"

// enrol signs somebody up through the hook and confirms by the link of the mail.
func (w *simTown) enrol(p *simPerson) {
	w.t.Helper()
	var asked []m
	for _, e := range p.eras {
		cadence := m{"every": string(e.cadence.Every)}
		if e.cadence.Every != alerts.EveryInstant {
			cadence["hour"] = e.cadence.Hour
		}
		if e.cadence.Weekday != "" {
			cadence["weekday"] = e.cadence.Weekday
		}
		asked = append(asked, m{"name": "backend", "cadence": cadence, "filter": e.filter()})
	}
	body, err := json.Marshal(m{"email": p.email, "locale": "en", "time_zone": p.zone, "alerts": asked, "consent": m{"text_version": "1", "source": "test"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.insist(func() error {
		return w.request(townURL+"/api/v1/subscriptions", "application/json", string(body), http.StatusAccepted)
	})
	for minutes := 0; w.link(p.email, "/confirm/") == ""; minutes++ {
		if minutes > 24*60 {
			w.t.Fatalf("%s got no mail to confirm within a day", p.email)
		}
		w.sleep(time.Minute)
		w.revive(time.Minute)
	}
	w.insist(func() error { // by the newest link: who had to sign up twice may get a mail for each
		return w.request(w.link(p.email, "/confirm/"), formType, "", http.StatusOK)
	})
	p.welcome = time.Now()
	w.insist(func() error {
		hash := w.app.Store.Hash(w.address(p.email))
		id, err := w.app.Store.Find(w.t.Context(), hash)
		p.id = id
		return err
	})
	for i, e := range p.eras {
		e.alert, e.from = strconv.Itoa(i+1), p.welcome
	}
}

// link is the last link of a kind that somebody was mailed.
func (w *simTown) link(email, path string) string {
	pattern := regexp.MustCompile(townURL + path + `[A-Za-z0-9_-]+`)
	all := w.catcher.Mails()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].To[0] == email {
			if link := pattern.FindString(w.open(all[i].Data)); link != "" {
				return link
			}
		}
	}
	return ""
}

// open is the body of a mail as its reader sees it.
func (w *simTown) open(data []byte) string {
	parsed, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// act lets somebody do something.
func (w *simTown) act(p *simPerson, what string) {
	if p.welcome.IsZero() || !p.on() {
		return
	}
	ends := func(begun time.Time) {
		for _, e := range p.eras {
			e.end(begun, time.Now())
		}
	}
	switch what {
	case "leave":
		link := w.link(p.email, "/unsubscribe/")
		if link == "" {
			return // no mail with the link yet
		}
		ends(w.insist(func() error {
			return w.request(link, formType, "List-Unsubscribe=One-Click", http.StatusOK)
		}))
		ends(w.insist(func() error { // whatever the link was about
			return w.app.Desk.Leave(w.t.Context(), p.id, "", subscribers.ViaManage, time.Now())
		}))
	case "complain":
		ends(w.insist(func() error {
			return w.app.Desk.Returned(w.t.Context(), string(p.id), intake.Event{Report: bounce.Report{Verdict: bounce.Complaint}, At: time.Now()}, time.Now())
		}))
	case "pause":
		w.pause(p, ends)
	case "change":
		w.change(p)
	}
}

// on reports whether any alert of somebody goes on.
func (p *simPerson) on() bool {
	for _, e := range p.eras {
		if e.to.IsZero() {
			return true
		}
	}
	return false
}

// pause pauses somebody for a day and some hours.
func (w *simTown) pause(p *simPerson, ends func(time.Time)) {
	yes, until := true, time.Now().Truncate(time.Hour).Add(27*time.Hour)
	begun := w.insist(func() error {
		_, err := w.app.Desk.Change(w.t.Context(), p.id, subscribers.Change{Pause: &yes, PausedUntil: until}, time.Now())
		return err
	})
	var resumed []*era
	for _, e := range p.eras {
		if e.to.IsZero() {
			again := *e
			again.from = until
			resumed = append(resumed, &again)
		}
	}
	ends(begun)
	p.eras = append(p.eras, resumed...)
}

// change lets somebody ask for another city.
func (w *simTown) change(p *simPerson) {
	if p.eras[len(p.eras)-1].from.After(time.Now()) {
		return // paused
	}
	var changed []*era
	var wanted []subscribers.Alert
	for _, e := range p.eras {
		if e.to.IsZero() {
			next := *e
			next.city = cities()[w.rng.IntN(2)]
			if next.city == e.city {
				next.city = ""
			}
			changed = append(changed, &next)
			wanted = append(wanted, subscribers.Alert{ID: e.alert, Name: "backend", Cadence: e.cadence, Filter: next.filter()})
		}
	}
	begun := w.insist(func() error {
		_, err := w.app.Desk.Change(w.t.Context(), p.id, subscribers.Change{Alerts: &wanted}, time.Now())
		return err
	})
	for _, e := range p.eras {
		e.end(begun, time.Now())
	}
	for _, e := range changed {
		e.from = time.Now()
	}
	p.eras = append(p.eras, changed...)
}
