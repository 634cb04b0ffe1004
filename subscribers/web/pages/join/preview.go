package join

import (
	"encoding/json"
	"net/http"
	"time"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
)

// previewPage shows the form again with what it would bring, for those without JavaScript.
func (j *Join) previewPage(w http.ResponseWriter, r *http.Request, v *signupView, now time.Time) error {
	f, errs := readFilter(&v.Form)
	if v.Form.Errs = errs; len(errs) > 0 {
		j.show(w, r, http.StatusUnprocessableEntity, v)
		return nil
	}
	found, status, err := alertform.Look(w, r, j.Postings, v.Form.Texts, f, now)
	if err != nil {
		return err
	}
	v.Preview = found
	j.show(w, r, status, v)
	return nil
}

// readFilter reads the part of a form that a preview needs.
func readFilter(f *alertform.Form) (alerts.Filter, alerts.FieldErrors) {
	alert, errs := alertform.Parse(f.Values, f.Texts, subscribers.Alert{})
	var faults alerts.FieldErrors
	faults.Nest("filter", alert.Filter.Validate())
	return alert.Filter, append(errs, faults...)
}

// livePreview is what the script puts in place while somebody fills in a form. A part that is empty
// stays as it is.
type livePreview struct {
	Preview string  `json:"preview"`
	Fields  string  `json:"fields,omitempty"` // where the line was edited
	Line    *string `json:"line,omitempty"`   // where the fields were
	Mail    string  `json:"mail"`             // about an address that looks mistyped
}

// preview answers the script of a form. Faults are named when the form is sent, not while it is
// being filled in.
func (j *Join) preview(w http.ResponseWriter, r *http.Request) error {
	values, err := shell.ParseForm(w, r)
	if err != nil {
		return err
	}
	f, edited := alertform.Form{Values: values, Texts: j.Of(r)}, alertform.LineEdited(values)
	filter, errs := readFilter(&f)
	var answer livePreview
	view, status := &signupView{Form: f}, http.StatusOK
	if len(errs) == 0 {
		if view.Preview, status, err = alertform.Look(w, r, j.Postings, f.Texts, filter, time.Now()); err != nil {
			return err
		}
		line := f.Line().Value
		if answer.Line = &line; edited {
			if answer.Fields, err = f.Texts.Part("signup", "fields", f); err != nil {
				return err
			}
		}
	}
	if answer.Preview, err = f.Texts.Part("signup", "preview", view); err != nil {
		return err
	}
	if better, ok := meant(values.Get("email")); ok {
		answer.Mail = f.Texts.Say("field.email.meant", better)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(answer)
}
