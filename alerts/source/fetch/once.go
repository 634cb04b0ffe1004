package fetch

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"jobalertd/alerts/source"
)

// once sends one request and reads its answer.
func (f *Fetcher) once(ctx context.Context, request source.Request, known Validators) (Response, error) {
	where := redacted(request.URL)
	limited, cancel := context.WithTimeout(ctx, f.cfg.Deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodGet, request.URL, nil)
	if err != nil {
		return Response{}, &Error{URL: where, Err: err}
	}
	f.dress(r, request.Header, known)
	response, err := f.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return Response{}, ctx.Err()
		}
		return Response{}, transportError(where, err)
	}
	defer response.Body.Close()

	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotModified:
		return Response{NotModified: true, Validators: known}, nil
	default:
		// Reading a little of the answer lets the connection be used again.
		_, _ = io.CopyN(io.Discard, response.Body, 4<<10)
		return Response{}, fromStatus(where, response, time.Now())
	}
	body, err := f.read(response)
	if err != nil {
		if ctx.Err() != nil {
			return Response{}, ctx.Err()
		}
		return Response{}, &Error{URL: where, Status: response.StatusCode, Err: err, temporary: !errors.Is(err, ErrTooLarge)}
	}
	return Response{
		Body:       body,
		Validators: Validators{ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified")},
	}, nil
}

// dress gives a request its headers.
func (f *Fetcher) dress(r *http.Request, own http.Header, known Validators) {
	r.Header.Set("User-Agent", f.cfg.UserAgent)
	r.Header.Set("Accept", "application/json, application/xml;q=0.9, */*;q=0.8")
	r.Header.Set("Accept-Encoding", "gzip")
	if known.ETag != "" {
		r.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		r.Header.Set("If-Modified-Since", known.LastModified)
	}
	for name, values := range own {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
}

// transportError is the error of a request that got no answer. Addresses that we do not go to stay
// forbidden; the rest is weather.
func transportError(where string, err error) *Error {
	e := &Error{URL: where, Err: err}
	// The client's own error repeats the whole address, with what may be secret in it.
	if inner := errors.Unwrap(err); inner != nil {
		e.Err = inner
	}
	e.temporary = !errors.Is(err, ErrForbiddenAddress) && !errors.Is(err, ErrScheme) && !errors.Is(err, ErrRedirects)
	return e
}

// read takes the body in, unpacking it where it is packed, within both caps.
func (f *Fetcher) read(response *http.Response) ([]byte, error) {
	if response.ContentLength > f.cfg.MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes are announced, %d allowed", ErrTooLarge, response.ContentLength, f.cfg.MaxBytes)
	}
	wire := &capped{r: response.Body, left: f.cfg.MaxBytes, what: "bytes on the wire", most: f.cfg.MaxBytes}
	var body io.Reader = wire
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		unpacked, err := gzip.NewReader(wire)
		if err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
		defer unpacked.Close()
		body = unpacked
	}
	b, err := io.ReadAll(&capped{r: body, left: f.cfg.MaxBody, what: "bytes unpacked", most: f.cfg.MaxBody})
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return b, nil
}

// capped reads up to its cap and fails beyond it; io.LimitReader would cut the body silently.
type capped struct {
	r    io.Reader
	left int64
	most int64
	what string
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, fmt.Errorf("%w: more than %d %s", ErrTooLarge, c.most, c.what)
	}
	// One byte more than is left tells an exact fit from an overrun.
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return n, fmt.Errorf("%w: more than %d %s", ErrTooLarge, c.most, c.what)
	}
	return n, err
}
