package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jobalertd/alerts"
	"jobalertd/subscribers/web/problem"
)

// Limits on bodies, in octets.
const (
	maxHook = 64 << 10
	maxPush = 10 << 20
)

// hookTime is how long the body of a signup may take to arrive. That of a push has as long as the
// server gives every request.
const hookTime = 10 * time.Second

// read reads a body of one of the media types, up to a limit.
func read(w http.ResponseWriter, r *http.Request, limit int64, types ...string) ([]byte, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(types, media) {
		return nil, problem.New(problem.MediaType, "send Content-Type: %s", strings.Join(types, " or "))
	}
	return readAny(w, r, limit)
}

// readAny reads a body of any media type, up to a limit.
func readAny(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	connection := http.NewResponseController(w) // a test may have none: then there is none to cut
	if limit <= maxHook {
		_ = connection.SetReadDeadline(time.Now().Add(hookTime))
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, err
	}
	if err != nil {
		return nil, problem.New(problem.Malformed, "the body ended before it was complete")
	}
	if limit <= maxHook {
		_ = connection.SetReadDeadline(time.Time{}) // the work may take longer
	}
	return body, nil
}

// decode reads a JSON body strictly, and tells what is no JSON at all from what does not fit.
func decode(body []byte, into any) error {
	err := alerts.DecodeStrict(body, into)
	if err == nil {
		return nil
	}
	if !utf8.Valid(body) {
		return problem.New(problem.Malformed, "the body is not UTF-8")
	}
	var any json.RawMessage
	if err := json.Unmarshal(body, &any); err != nil {
		return malformed(body, err)
	}
	return err
}

// malformed says where JSON breaks off.
func malformed(body []byte, err error) error {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return problem.New(problem.Malformed, "the body is not JSON: %v", err)
	}
	before := body[:min(max(syntax.Offset, 0), int64(len(body)))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return problem.New(problem.Malformed, "the body is not JSON: line %d, column %d: %v", line, column, err)
}

// write answers with JSON.
func write(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	send(w, status, body)
	return nil
}

// send answers with JSON that is ready.
func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that has gone needs no answer
}
