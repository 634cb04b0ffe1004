package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/problem"
)

// newAlert stands for an alert that is not there yet.
const newAlert = "new"

// manageView is the manage page.
type manageView struct {
	chrome
	Address string // redacted: the page may be opened by whoever holds the mail
	Alerts  []described
	Form    form // the time zone
	Paused  string
	CanAdd  bool
}

// editView is the page of one alert.
type editView struct {
	chrome
	Alert string // its id, or newAlert
	New   bool
	Form  form
	Back  string // the path of the manage page
}

// managePage shows all alerts, or with ?alert= the form of one.
func (p *Pages) managePage(w http.ResponseWriter, r *http.Request) error {
	sub, err := p.manager(r, time.Now())
	if err != nil {
		return err
	}
	t := p.languages.of(r).table
	id := r.URL.Query().Get("alert")
	if id == "" {
		notice := t["manage.done."+r.URL.Query().Get("done")]
		p.showManage(w, r, http.StatusOK, sub, form{values: url.Values{"time_zone": {sub.Zone}}, table: t}, notice)
		return nil
	}
	values := blank()
	if id != newAlert {
		alert, ok := sub.Alert(id)
		if !ok {
			return subscribers.ErrNotFound
		}
		values = fill(alert)
		values.Set(placeName(len(alert.Filter.Places), "country"), "") // a row for one more
	}
	p.render(w, r, http.StatusOK, "edit", &editView{
		Alert: id, New: id == newAlert, Form: form{values: values, table: t}, Back: r.URL.Path,
	})
	return nil
}

// manager is the subscriber whose manage link was used.
func (p *Pages) manager(r *http.Request, now time.Time) (*subscribers.Subscriber, error) {
	claims, err := p.Tokens.Check(token.Manage, r.PathValue("token"), now)
	if err != nil {
		return nil, err
	}
	sub, err := p.Signup.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return nil, err
	}
	if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
		return nil, subscribers.ErrState
	}
	return sub, nil
}

func (p *Pages) showManage(w http.ResponseWriter, r *http.Request, status int, sub *subscribers.Subscriber, f form, notice string) {
	v := manageView{
		Address: sub.Address.LogValue().String(),
		Alerts:  p.languages.of(r).describe(sub.Alerts),
		Form:    f,
		CanAdd:  len(sub.Alerts) < subscribers.MaxAlerts,
	}
	v.Notice = notice
	for i, a := range sub.Alerts {
		v.Alerts[i].Feed = "/feed/" + p.Tokens.Mint(token.Claims{Purpose: token.Feed, Subscriber: sub.ID, Alert: a.ID}, time.Time{}) + ".atom"
	}
	if sub.State == subscribers.StatePaused {
		v.Paused = f.table.say("manage.paused")
		if !sub.PausedUntil.IsZero() {
			v.Paused = f.table.say("manage.paused.until", sub.PausedUntil.In(sub.Location()).Format("2 January 2006"))
		}
	}
	p.render(w, r, status, "manage", &v)
}

// manage does what a button of the manage page says.
func (p *Pages) manage(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	values, err := parseForm(w, r)
	if err != nil {
		return err
	}
	action := values.Get("action")
	if claims, err := p.Tokens.Check(token.Manage, r.PathValue("token"), now); errors.Is(err, token.ErrExpired) && action == "send" {
		return p.sendLink(w, r, claims.Subscriber, now)
	}
	sub, err := p.manager(r, now)
	if err != nil {
		return err
	}
	switch action {
	case "save":
		return p.save(w, r, sub, values, now)
	case "remove":
		return p.drop(w, r, sub, values.Get("alert"), now)
	case "leave":
		return p.drop(w, r, sub, "", now)
	case "zone":
		return p.saveZone(w, r, sub, values, now)
	case "pause":
		pause := true
		change := subscribers.Change{Pause: &pause}
		if days, err := strconv.Atoi(values.Get("days")); err == nil && days > 0 {
			change.PausedUntil = now.AddDate(0, 0, min(days, 366))
		}
		return p.change(w, r, sub, change, now)
	case "resume":
		pause := false
		return p.change(w, r, sub, subscribers.Change{Pause: &pause}, now)
	}
	return problem.New(problem.Malformed, "%q is not something this page does", action)
}

// change makes a change and shows the manage page afresh, so that reloading it repeats nothing.
func (p *Pages) change(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, c subscribers.Change, now time.Time) error {
	if _, err := p.Signup.Change(r.Context(), sub.ID, c, now); err != nil {
		return err
	}
	p.done(w, r)
	return nil
}

func (p *Pages) done(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path+"?done="+r.PostForm.Get("action"), http.StatusSeeOther)
}

// saveZone changes the time zone.
func (p *Pages) saveZone(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	zone := values.Get("time_zone")
	if errs := subscribers.ValidateZone(zone); len(errs) > 0 {
		f := form{values: values, errs: errs, table: p.languages.of(r).table}
		p.showManage(w, r, http.StatusUnprocessableEntity, sub, f, "")
		return nil
	}
	return p.change(w, r, sub, subscribers.Change{Zone: &zone}, now)
}

// save keeps the form of one alert, new or changed.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	id, wanted := values.Get("alert"), slices.Clone(sub.Alerts)
	at := slices.IndexFunc(wanted, func(a subscribers.Alert) bool { return a.ID == id })
	if id == newAlert {
		at, wanted = len(wanted), append(wanted, subscribers.Alert{})
	}
	if at < 0 {
		return subscribers.ErrNotFound
	}
	t := p.languages.of(r).table
	alert, errs := parseAlert(values, t, wanted[at])
	wanted[at] = alert
	errs = append(errs, alert.Validate()...)
	if len(wanted) > subscribers.MaxAlerts {
		errs.Addf("alerts", "%d alerts are more than the %d one person may have", len(wanted), subscribers.MaxAlerts)
	}
	if len(errs) > 0 {
		p.showEdit(w, r, id, form{values: values, errs: errs, table: t})
		return nil
	}
	return p.change(w, r, sub, subscribers.Change{Alerts: &wanted}, now)
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, id string, f form) {
	p.render(w, r, http.StatusUnprocessableEntity, "edit", &editView{Alert: id, New: id == newAlert, Form: f, Back: r.URL.Path})
}

// drop leaves one alert, or everything.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, alert string, now time.Time) error {
	_, found := sub.Alert(alert)
	if alert != "" && !found {
		p.done(w, r) // removed in another window: it is gone, as was wished
		return nil
	}
	if err := p.Signup.Leave(r.Context(), sub.ID, alert, subscribers.ViaManage, now); err != nil {
		return err
	}
	p.Counter.Unsubscribe(subscribers.ViaManage)
	if alert == "" || len(sub.Alerts) == 1 {
		p.render(w, r, http.StatusOK, "left", &unsubscribeView{})
		return nil
	}
	p.done(w, r)
	return nil
}
