package api

import (
	"context"
	"errors"
	"net/http"
	"net/textproto"
	"time"

	"jobalertd/mailer/bounce/provider"
	"jobalertd/subscribers/web/problem"
)

// Bounces takes in what mail providers report. Package provider implements it.
type Bounces interface {
	// Take checks a call and acts on all it reports. It returns how many events there were, or one of
	// the errors of package provider.
	Take(ctx context.Context, name string, c provider.Call, now time.Time) (int, error)
}

// bounced is the webhook of mail providers. What it answers with 200 has had its effect.
func (a *API) bounced(w http.ResponseWriter, r *http.Request) error {
	body, err := readAny(w, r, provider.MaxBody)
	if err != nil {
		return err
	}
	call := provider.Call{Header: textproto.MIMEHeader(r.Header), Body: body}
	events, err := a.Bounces.Take(r.Context(), r.PathValue("provider"), call, time.Now())
	switch {
	case errors.Is(err, provider.ErrUnknown):
		return problem.New(problem.NotFound, "%v", err)
	case errors.Is(err, provider.ErrSignature):
		return problem.New(problem.Unsigned, "%v", err)
	case errors.Is(err, provider.ErrBody):
		return problem.New(problem.Malformed, "%v", err)
	case err != nil:
		return err
	}
	// 200 and not 204: Postmark and Mailgun take nothing else.
	return write(w, http.StatusOK, map[string]int{"events": events})
}
