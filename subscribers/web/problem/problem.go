// Package problem is the one map from errors to HTTP statuses, and the form in which the API tells
// them: RFC 9457 problem details.
//
// A handler returns an error; From makes a Problem of it, which an API route writes as JSON and a
// page route as a page. What is inside an unexpected error stays inside: it is for the log.
package problem

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/request"
)

// Kind tells problems apart for programs. Its URI, the member "type", never changes.
type Kind string

// The kinds of problems.
const (
	Malformed   Kind = "malformed"    // the body is not what its Content-Type says
	Invalid     Kind = "invalid"      // it can be read, but some fields are wrong; they are named
	Unsigned    Kind = "unsigned"     // no key or signature, or a wrong one
	NotFound    Kind = "not-found"    // no such page, or a link that is not ours
	Method      Kind = "method"       // the path exists, but not for this method
	Gone        Kind = "gone"         // the link is too old
	Conflict    Kind = "conflict"     // not possible as things stand
	TooLarge    Kind = "too-large"    // the body is larger than we take
	MediaType   Kind = "media-type"   // we do not read this Content-Type
	CrossOrigin Kind = "cross-origin" // a form on another site sent this
	TooMany     Kind = "too-many"     // too many of these from there; not now
	KeyBusy     Kind = "key-busy"     // the request with this Idempotency-Key is still worked on
	KeyReused   Kind = "key-reused"   // another request had this Idempotency-Key
	Unavailable Kind = "unavailable"  // try again soon; nothing was kept
	Internal    Kind = "internal"     // our fault
)

// When a client should come back that is not told a time of its own.
const (
	retryAfter     = 10 * time.Second // after Unavailable
	retryAfterBusy = time.Second      // after KeyBusy
)

// status is the HTTP status of a kind, and its title.
func (k Kind) status() (int, string) {
	switch k {
	case Malformed:
		return http.StatusBadRequest, "The request cannot be read"
	case Invalid:
		return http.StatusUnprocessableEntity, "Some fields are not right"
	case Unsigned:
		return http.StatusUnauthorized, "The request is not signed"
	case NotFound:
		return http.StatusNotFound, "There is nothing here"
	case Method:
		return http.StatusMethodNotAllowed, "This cannot be done here"
	case Gone:
		return http.StatusGone, "The link has expired"
	case Conflict:
		return http.StatusConflict, "This is not possible now"
	case TooLarge:
		return http.StatusRequestEntityTooLarge, "The request is too large"
	case MediaType:
		return http.StatusUnsupportedMediaType, "This kind of content is not read here"
	case CrossOrigin:
		return http.StatusForbidden, "The request came from another site"
	case TooMany:
		return http.StatusTooManyRequests, "Too many at once"
	case KeyBusy:
		return http.StatusConflict, "The same request is still being worked on"
	case KeyReused:
		return http.StatusUnprocessableEntity, "Another request had this Idempotency-Key"
	case Unavailable:
		return http.StatusServiceUnavailable, "Please try again in a moment"
	default:
		return http.StatusInternalServerError, "Something went wrong on our side"
	}
}

// wait is how long to wait before the same may work; zero where it would not.
func (k Kind) wait() time.Duration {
	switch k {
	case Unavailable:
		return retryAfter
	case KeyBusy:
		return retryAfterBusy
	}
	return 0
}

// Problem is what went wrong, fit for strangers' eyes. It is an error, so that a handler can return
// one where no other error says it better.
type Problem struct {
	Kind   Kind
	Detail string
	// Fields are the faults of single fields.
	Fields alerts.FieldErrors
	// Results, where an API call is about several things, tells of each of them.
	Results any
	// Request is the id of the request, for a person to quote where it is our fault; Write sets it.
	Request string
	// Wait, where it is known, is how long a client should wait before it tries again.
	Wait time.Duration
}

// New makes a problem of one kind with a detail that says what to mend.
func New(kind Kind, format string, args ...any) Problem {
	return Problem{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// Error is the title and the detail.
func (p Problem) Error() string {
	if p.Detail == "" {
		return p.Title()
	}
	return p.Title() + ": " + p.Detail
}

// Status is the HTTP status.
func (p Problem) Status() int {
	status, _ := p.Kind.status()
	return status
}

// Title is the same for every problem of the kind.
func (p Problem) Title() string {
	_, title := p.Kind.status()
	return title
}

// From finds the problem in an error. It is the only place where an error becomes a status.
func From(err error) Problem {
	if p, ok := errors.AsType[Problem](err); ok {
		return p
	}
	if fields, ok := errors.AsType[alerts.FieldErrors](err); ok {
		return Problem{Kind: Invalid, Detail: count(len(fields)), Fields: fields}
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return New(TooLarge, "the body may have %d octets", tooLarge.Limit)
	}
	for _, known := range sentinels() {
		if errors.Is(err, known.err) {
			return Problem{Kind: known.kind, Detail: known.detail}
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Problem{Kind: Unavailable, Detail: "it took too long; please try again"}
	}
	if t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && t.Temporary() {
		return Problem{Kind: Unavailable, Detail: "it may not have been kept; please try again"}
	}
	return Problem{Kind: Internal, Detail: "nothing more can be said about it here; the operator's log has it"}
}

type sentinel struct {
	err    error
	kind   Kind
	detail string
}

func sentinels() []sentinel {
	return []sentinel{
		{token.ErrMalformed, NotFound, "the link is incomplete; copy it from the mail as a whole"},
		{token.ErrForged, NotFound, "the link is not one of ours"},
		{token.ErrExpired, Gone, "links work for seven days only"},
		{subscribers.ErrExpired, Gone, "the signup is too old, or a newer one took its place"},
		{subscribers.ErrNotFound, NotFound, "there is no such subscription any more"},
		{subscribers.ErrConflict, Conflict, "it was changed in the meantime; please look again and repeat"},
		{subscribers.ErrState, Conflict, "the subscription has ended; sign up again"},
		{subscribers.ErrSuppressed, Conflict, "the subscription has ended"},
		{once.ErrBusy, KeyBusy, "ask again in a moment to hear its answer"},
		{once.ErrReused, KeyReused, "a key names one request; give each request its own"},
	}
}

func count(n int) string {
	if n == 1 {
		return "1 field is not right"
	}
	return strconv.Itoa(n) + " fields are not right"
}

// SetHeaders sets the headers that belong to the problem whatever form it is told in.
func (p Problem) SetHeaders(h http.Header) {
	if wait := cmp.Or(p.Wait, p.Kind.wait()); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if p.Kind == Unsigned {
		// RFC 9110 §11.6.1: a 401 must name a scheme.
		h.Set("WWW-Authenticate", "Bearer")
	}
}

// MarshalJSON is RFC 9457 §3.1, with extension members (§3.2): "errors" for the fields, "results" for
// single items, and "request_id".
func (p Problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type    string             `json:"type"`
		Title   string             `json:"title"`
		Status  int                `json:"status"`
		Detail  string             `json:"detail,omitempty"`
		Errors  alerts.FieldErrors `json:"errors,omitempty"`
		Results any                `json:"results,omitempty"`
		Request string             `json:"request_id,omitempty"`
	}{"urn:jobalertd:problem:" + string(p.Kind), p.Title(), p.Status(), p.Detail, p.Fields, p.Results, p.Request})
}

// Write answers an API request with the problem. It never fails in a way the client could be told.
func (p Problem) Write(w http.ResponseWriter) {
	if p.Status() >= http.StatusInternalServerError {
		p.Request = w.Header().Get(request.Header)
	}
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, p.Title(), p.Status())
		return
	}
	p.SetHeaders(w.Header())
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status())
	_, _ = w.Write(append(body, '\n')) // a client that has gone needs no answer
}
