package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The reasons why a page cannot be had.
var (
	ErrTooLarge    = errors.New("response is larger than allowed")
	ErrRedirects   = errors.New("too many redirects")
	ErrScheme      = errors.New("only http and https addresses are fetched")
	ErrRobots      = errors.New("robots.txt asks not to fetch this page")
	ErrGone        = errors.New("no such page")
	ErrRefused     = errors.New("the server refuses")
	ErrUnavailable = errors.New("the server is unavailable")
	ErrHeldBack    = errors.New("the server asked to wait")
)

// Error says why a page could not be had, and whether to try again.
type Error struct {
	URL    string
	Status int // the server's answer; 0 where there was none
	// After is how long the server asked to wait, or 0.
	After time.Duration
	Err   error

	temporary bool
}

// Error names the page and the reason.
func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("fetching %s: %d %s: %v", e.URL, e.Status, http.StatusText(e.Status), e.Err)
	}
	return fmt.Sprintf("fetching %s: %v", e.URL, e.Err)
}

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }

// Temporary says that the same request may succeed later.
func (e *Error) Temporary() bool { return e.temporary }

// RetryAfter is how long the server asked to wait, or 0.
func (e *Error) RetryAfter() time.Duration { return e.After }

// fromStatus is the error of an answer that is neither a page nor "not modified".
func fromStatus(url string, response *http.Response, now time.Time) *Error {
	e := &Error{URL: url, Status: response.StatusCode, After: retryAfter(response.Header.Get("Retry-After"), now)}
	switch code := response.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		e.Err = ErrGone
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500:
		e.Err, e.temporary = ErrUnavailable, true
	default:
		e.Err = ErrRefused
	}
	return e
}

// retryAfter reads the header of RFC 9110 §10.2.3: seconds or a date. What is not understood, or
// lies in the past, is 0; more than a day is a day, so that a slip there cannot silence a source.
func retryAfter(value string, now time.Time) time.Duration {
	const most = 24 * time.Hour
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), most)
	}
	if when, err := http.ParseTime(value); err == nil {
		return min(max(when.Sub(now), 0), most)
	}
	return 0
}
