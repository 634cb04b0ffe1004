package manage

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
)

// newAlert stands for an alert that is not there yet.
const newAlert = "new"

// editView is the page of one alert.
type editView struct {
	shell.Chrome
	Alert   string // its id, or newAlert
	New     bool
	Form    alertform.Form
	Preview *alertform.Preview // nil: not asked for yet
	Back    string             // the path of the manage page
}

// editPage shows the form of one alert.
func (m *Manage) editPage(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, id string) error {
	values := alertform.Blank()
	if id != newAlert {
		alert, ok := sub.Alert(id)
		if !ok {
			return subscribers.ErrNotFound
		}
		values = alertform.Fill(alert, m.Of(r))
		values.Set("filter.places["+strconv.Itoa(len(alert.Filter.Places))+"].country", "") // a row for one more
	}
	m.showEdit(w, r, http.StatusOK, id, values, nil, nil)
	return nil
}

func (m *Manage) showEdit(w http.ResponseWriter, r *http.Request, status int, id string, values url.Values, errs alerts.FieldErrors, p *alertform.Preview) {
	v := &editView{
		Alert: id, New: id == newAlert, Preview: p, Back: r.URL.Path,
		Form: alertform.Form{Values: values, Errs: errs, Texts: m.Of(r)},
	}
	v.Script = alertform.Script()
	m.Render(w, r, status, "edit", v)
}

// save keeps the form of one alert, new or changed, or shows what it would bring.
func (m *Manage) save(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	id, wanted := values.Get("alert"), slices.Clone(sub.Alerts)
	at := slices.IndexFunc(wanted, func(a subscribers.Alert) bool { return a.ID == id })
	if id == newAlert {
		at, wanted = len(wanted), append(wanted, subscribers.Alert{})
	}
	if at < 0 {
		return subscribers.ErrNotFound
	}
	t := m.Of(r)
	alert, errs := alertform.Parse(values, t, wanted[at])
	wanted[at] = alert
	errs = append(errs, alert.Validate()...)
	if len(wanted) > subscribers.MaxAlerts {
		errs.Addf("alerts", "%s", t.Say("alerts.problem", subscribers.MaxAlerts))
	}
	if len(errs) > 0 {
		m.showEdit(w, r, http.StatusUnprocessableEntity, id, values, errs, nil)
		return nil
	}
	if values.Get("action") == "preview" {
		found, status, err := alertform.Look(w, r, m.Postings, t, alert.Filter, now)
		if err != nil {
			return err
		}
		m.showEdit(w, r, status, id, values, nil, found)
		return nil
	}
	return m.change(w, r, sub, subscribers.Change{Alerts: &wanted}, now)
}

// move asks a new address whether the alerts shall come there.
func (m *Manage) move(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, values url.Values, now time.Time) error {
	to, err := mailer.ParseAddress(values.Get("move"))
	if err != nil {
		v := &view{Form: settings(sub, m.Of(r))}
		v.Form.Values.Set("move", values.Get("move"))
		v.Form.Errs.Addf("move", "%s", v.Form.Texts.Say("field.email.problem"))
		m.show(w, r, http.StatusUnprocessableEntity, sub, v)
		return nil
	}
	if err := m.Desk.Move(r.Context(), sub.ID, to, now); err != nil {
		return err
	}
	m.done(w, r)
	return nil
}

// drop leaves one alert, or everything.
func (m *Manage) drop(w http.ResponseWriter, r *http.Request, sub *subscribers.Subscriber, alert string, now time.Time) error {
	_, found := sub.Alert(alert)
	if alert != "" && !found {
		m.done(w, r) // removed in another window: it is gone, as was wished
		return nil
	}
	if err := m.Desk.Leave(r.Context(), sub.ID, alert, subscribers.ViaManage, now); err != nil {
		return err
	}
	m.Counter.Unsubscribe(subscribers.ViaManage)
	if alert == "" || len(sub.Alerts) == 1 {
		m.Render(w, r, http.StatusOK, "left", &unsubscribeView{})
		return nil
	}
	m.done(w, r)
	return nil
}
