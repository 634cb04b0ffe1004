package manage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
	"jobalertd/subscribers/web/problem"
)

// Desk is what a subscriber can do.
type Desk interface {
	// Get reads a subscriber.
	Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error)
	// Change changes what a subscriber asks for. An alert without an id is a new one.
	Change(ctx context.Context, id subscribers.ID, c subscribers.Change, now time.Time) (*subscribers.Subscriber, error)
	// Leave ends one alert, or everything where alert is empty. It has taken effect when it returns.
	Leave(ctx context.Context, id subscribers.ID, alert string, via subscribers.Via, now time.Time) error
	// Return starts the alerts of somebody who had left again.
	Return(ctx context.Context, id subscribers.ID, now time.Time) (*subscribers.Subscriber, error)
	// Move mails a new address to ask whether the alerts shall come there. Its answer does not tell whether
	// that address is known.
	Move(ctx context.Context, id subscribers.ID, to mailer.Address, now time.Time) error
	// SendManageLink mails a fresh link to the manage page.
	SendManageLink(ctx context.Context, id subscribers.ID, now time.Time) error
}

// Privacy is what a person may ask about their data.
type Privacy interface {
	// Export is everything that is kept about a person, as JSON.
	Export(ctx context.Context, id subscribers.ID) ([]byte, error)
	// Erase removes everything that is kept about a person, but for the hash of a suppressed address.
	Erase(ctx context.Context, id subscribers.ID) error
}

// Counter hears of what happened, for the metrics.
type Counter interface {
	Unsubscribe(via subscribers.Via)
}

// Manage serves the pages of a subscription.
type Manage struct {
	*shell.Shell
	Desk     Desk
	Privacy  Privacy
	Postings alertform.Postings
	Tokens   *token.Minter
	Counter  Counter
}

// Register adds the routes. A pattern for GET answers HEAD too.
func (m *Manage) Register(mux *http.ServeMux) {
	mux.Handle("GET /manage/{token}", m.Answer(m.page))
	mux.Handle("POST /manage/{token}", m.Answer(m.do))
	mux.Handle("GET /manage/{token}/data", m.Answer(m.data))
	mux.Handle("GET /unsubscribe/{token}", m.Answer(m.unsubscribePage))
	mux.Handle("POST /unsubscribe/{token}", m.Answer(m.unsubscribe))
}

// view is the manage page.
type view struct {
	shell.Chrome
	Address string // redacted: the page may be opened by whoever holds the mail
	Alerts  []shell.Described
	Form    alertform.Form // the time zone, the language, the end of a pause
	Paused  string
	Tongues []shell.Choice
	CanAdd  bool
	Data    string // the path of the export
	// Tomorrow is the first day a pause can end on, as a date field takes it.
	Tomorrow string
}

// page shows all alerts, or with ?alert= the form of one.
func (m *Manage) page(w http.ResponseWriter, r *http.Request) error {
	sub, err := m.subscriber(r, time.Now())
	if err != nil {
		return err
	}
	t, id := m.Of(r), r.URL.Query().Get("alert")
	switch {
	case sub.State == subscribers.StateLeft:
		m.Render(w, r, http.StatusOK, "gone", &goneView{Alerts: t.Describe(sub.Alerts), Data: r.URL.Path + "/data"})
	case id == "":
		v := &view{Form: settings(sub, t)}
		v.Notice = t.Find("manage.done." + r.URL.Query().Get("done"))
		m.show(w, r, http.StatusOK, sub, v)
	default:
		return m.editPage(w, r, sub, id)
	}
	return nil
}

// goneView is the manage page of somebody who has left.
type goneView struct {
	shell.Chrome
	Alerts []shell.Described
	Data   string // the path of the export
}

// subscriber is whose manage link was used. Who never confirmed has nothing to manage.
func (m *Manage) subscriber(r *http.Request, now time.Time) (*subscribers.Subscriber, error) {
	claims, err := m.Tokens.Check(token.Manage, r.PathValue("token"), now)
	if err != nil {
		return nil, err
	}
	sub, err := m.Desk.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return nil, err
	}
	if sub.State == subscribers.StatePending {
		return nil, subscribers.ErrState
	}
	return sub, nil
}

// settings is the form of what holds for all alerts.
func settings(sub *subscribers.Subscriber, t *shell.Texts) alertform.Form {
	return alertform.Form{Values: url.Values{"time_zone": {sub.Zone}, "locale": {sub.Locale}}, Texts: t}
}

// dateForm is how a date field sends a day.
const dateForm = time.DateOnly

func (m *Manage) show(w http.ResponseWriter, r *http.Request, status int, sub *subscribers.Subscriber, v *view) {
	t := m.Of(r)
	v.Address = sub.Address.LogValue().String()
	v.Alerts = t.Describe(sub.Alerts)
	v.CanAdd = len(sub.Alerts) < subscribers.MaxAlerts
	v.Data = r.URL.Path + "/data"
	v.Tomorrow = time.Now().In(sub.Location()).AddDate(0, 0, 1).Format(dateForm)
	for _, other := range m.All() {
		v.Tongues = append(v.Tongues, shell.Choice{Lang: other.Lang(), Name: other.OwnName(), Current: other == m.Tongue(v.Form.Values.Get("locale"))})
	}
	for i, a := range sub.Alerts {
		link := m.Tokens.Mint(token.Claims{Purpose: token.Feed, Subscriber: sub.ID, Alert: a.ID, Serial: sub.FeedSerial}, time.Time{})
		v.Alerts[i].Feed = "/feed/" + link + ".atom"
	}
	if sub.State == subscribers.StatePaused {
		v.Paused = t.Say("manage.paused")
		if !sub.PausedUntil.IsZero() {
			v.Paused = t.Say("manage.paused.until", t.Locale.Date(sub.PausedUntil.In(sub.Location())))
		}
	}
	m.Render(w, r, status, "manage", v)
}

// do does what a button of the manage page says.
func (m *Manage) do(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	values, err := shell.ParseForm(w, r)
	if err != nil {
		return err
	}
	action := values.Get("action")
	if claims, err := m.Tokens.Check(token.Manage, r.PathValue("token"), now); errors.Is(err, token.ErrExpired) && action == "send" {
		return m.sendLink(w, r, claims.Subscriber, now)
	}
	sub, err := m.subscriber(r, now)
	if err != nil {
		return err
	}
	switch {
	case action == "erase":
		return m.erase(w, r, sub)
	case action == "return":
		return m.comeBack(w, r, sub, now)
	case sub.State == subscribers.StateLeft:
		return subscribers.ErrState
	case action == "save" || action == "preview":
		return m.save(w, r, sub, values, now)
	case action == "remove":
		return m.drop(w, r, sub, values.Get("alert"), now)
	case action == "leave":
		return m.drop(w, r, sub, "", now)
	case action == "settings":
		return m.saveSettings(w, r, sub, values, now)
	case action == "move":
		return m.move(w, r, sub, values, now)
	case action == "feeds":
		return m.change(w, r, sub, subscribers.Change{RenewFeeds: true}, now)
	case action == "pause":
		return m.pause(w, r, sub, values, now)
	case action == "resume":
		pause := false
		return m.change(w, r, sub, subscribers.Change{Pause: &pause}, now)
	}
	return problem.New(problem.Malformed, "%q is not something this page does", action)
}

// change makes a change and shows the manage page afresh, so that reloading it repeats nothing.
func (m *Manage) change(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, c subscribers.Change, now time.Time) error {
	if _, err := m.Desk.Change(r.Context(), sub.ID, c, now); err != nil {
		return err
	}
	m.done(w, r)
	return nil
}

func (m *Manage) done(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path+"?done="+r.PostForm.Get("action"), http.StatusSeeOther)
}

// saveSettings keeps the time zone and the language of the mails.
func (m *Manage) saveSettings(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	zone := values.Get("time_zone")
	c := subscribers.Change{Zone: &zone}
	if lang := values.Get("locale"); values.Has("locale") && m.Tongue(lang) != m.Tongue(sub.Locale) {
		lang = m.Tongue(lang).Lang()
		c.Locale = &lang
		m.SetLanguage(w, lang)
	}
	if errs := subscribers.ValidateZone(zone); len(errs) > 0 {
		m.show(w, r, http.StatusUnprocessableEntity, sub, &view{Form: alertform.Form{Values: values, Errs: errs, Texts: m.Of(r)}})
		return nil
	}
	return m.change(w, r, sub, c, now)
}

// longestPause is how many days a pause with an end may last.
const longestPause = 366

// pause stops the mails for some days, until a day, or until the person comes back.
func (m *Manage) pause(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	pause := true
	c := subscribers.Change{Pause: &pause}
	days, err := strconv.Atoi(values.Get("days"))
	switch {
	case err == nil && days > 0:
		c.PausedUntil = now.AddDate(0, 0, min(days, longestPause))
	case err != nil:
		c.PausedUntil, err = time.ParseInLocation(dateForm, values.Get("until"), sub.Location())
		if err != nil || !c.PausedUntil.After(now) || c.PausedUntil.After(now.AddDate(0, 0, longestPause)) {
			v := &view{Form: settings(sub, m.Of(r))}
			v.Form.Values.Set("until", values.Get("until"))
			v.Form.Errs.Addf("until", "%s", v.Form.Texts.Say("until.problem"))
			m.show(w, r, http.StatusUnprocessableEntity, sub, v)
			return nil
		}
	}
	return m.change(w, r, sub, c, now)
}

// comeBack starts the alerts of somebody who had left again.
func (m *Manage) comeBack(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, now time.Time) error {
	if _, err := m.Desk.Return(r.Context(), sub.ID, now); err != nil {
		return err
	}
	m.done(w, r)
	return nil
}

// data is everything that is kept about the person, in one file.
func (m *Manage) data(w http.ResponseWriter, r *http.Request) error {
	sub, err := m.subscriber(r, time.Now())
	if err != nil {
		return err
	}
	export, err := m.Privacy.Export(r.Context(), sub.ID)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="job-alerts.json"`)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(export) // a client that has gone needs no answer
	return nil
}

// erase forgets the person.
func (m *Manage) erase(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber) error {
	if err := m.Privacy.Erase(r.Context(), sub.ID); err != nil && !errors.Is(err, subscribers.ErrNotFound) {
		return err
	}
	if sub.State != subscribers.StateLeft {
		m.Counter.Unsubscribe(subscribers.ViaManage)
	}
	m.Render(w, r, http.StatusOK, "erased", &goneView{})
	return nil
}
