package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jobalertd/alerts"
)

// Decode reads a JSON response into v. A byte order mark is passed over. The error says where the
// response goes wrong and matches ErrNotThisFormat.
func Decode(body []byte, v any) error {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	err := json.Unmarshal(body, v)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("%w: %w at byte %d of %d", ErrNotThisFormat, err, syntax.Offset, len(body))
	}
	return fmt.Errorf("%w: %w", ErrNotThisFormat, err)
}

// List reads each element of the list that an answer of this format has, as Records does. Where there is
// none the answer is of another format: the error says so with what, and matches ErrNotThisFormat.
func List[T any](list *[]json.RawMessage, what string, read func(T) (Raw, bool)) (Page, error) {
	var page Page
	if list == nil {
		return page, fmt.Errorf("%w: %s", ErrNotThisFormat, what)
	}
	Records(&page, *list, read)
	return page, nil
}

// Records reads each element of a JSON list with read, and refuses the ones that fail: the page
// keeps the rest.
func Records[T any](page *Page, list []json.RawMessage, read func(T) (Raw, bool)) {
	for i, element := range list {
		var record T
		if err := json.Unmarshal(element, &record); err != nil {
			page.Refuse(i, err)
			continue
		}
		if raw, ok := read(record); ok {
			page.Add(i, raw)
		}
	}
}

// Text is a JSON string, or anything else that boards write in the place of one: a number or a
// truth value is its text, null is empty, lists and objects are empty.
type Text string

// UnmarshalJSON never fails on valid JSON.
func (t *Text) UnmarshalJSON(b []byte) error {
	switch {
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(strings.TrimSpace(s))
	case b[0] == '{' || b[0] == '[' || string(b) == "null":
		*t = ""
	default:
		*t = Text(b)
	}
	return nil
}

// Number is a JSON number, or a string that holds one: "61000", "$100,000". Anything else is 0.
type Number float64

// UnmarshalJSON never fails on valid JSON.
func (n *Number) UnmarshalJSON(b []byte) error {
	var t Text
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	s := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, string(t))
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f = 0
	}
	*n = Number(f)
	return nil
}

// Many is a JSON list, or a single value in its place. An element of another kind is left out.
type Many[T any] []T

// UnmarshalJSON never fails on valid JSON.
func (m *Many[T]) UnmarshalJSON(b []byte) error {
	*m = nil
	list := []json.RawMessage{b}
	if b[0] == '[' {
		list = nil
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
	}
	for _, element := range list {
		var v T
		if string(element) == "null" || json.Unmarshal(element, &v) != nil {
			continue
		}
		*m = append(*m, v)
	}
	return nil
}

// Lenient is a JSON object read into T; another kind of value leaves T empty.
type Lenient[T any] struct{ V T }

// UnmarshalJSON never fails on valid JSON.
func (l *Lenient[T]) UnmarshalJSON(b []byte) error {
	var v T
	if json.Unmarshal(b, &v) == nil {
		l.V = v
	}
	return nil
}

// Strings are the texts without the empty ones.
func Strings(list []Text) []string {
	var out []string
	for _, t := range list {
		if t != "" {
			out = append(out, string(t))
		}
	}
	return out
}

// layouts are the ways boards write a moment; those without a zone mean UTC.
func layouts() []string {
	return []string{
		time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05 MST",
		"2006-01-02 15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02", time.RFC1123Z,
		time.RFC1123, "January 2, 2006", "2006/01/02",
	}
}

// Time reads a moment as boards write them: RFC 3339 and its looser cousins, RFC 1123, or a bare
// date; seconds or milliseconds since 1970. What cannot be read, or lies outside the years 2000 to
// 2100, is the zero time: unknown.
func Time(s string) time.Time {
	s = strings.TrimSpace(s)
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		if seconds > 1e11 {
			return plausible(time.UnixMilli(seconds))
		}
		return plausible(time.Unix(seconds, 0))
	}
	for _, layout := range layouts() {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	return time.Time{}
}

func plausible(t time.Time) time.Time {
	if t.Year() < 2000 || t.Year() > 2100 {
		return time.Time{}
	}
	return t.UTC()
}

// Period reads the time that pay is for, as boards name it: "year", "annual", "PER_HOUR", "monthly",
// "per-year-salary". What is not understood is unknown.
func Period(word string) alerts.Period {
	words := map[string]alerts.Period{
		"year": alerts.PeriodYear, "yr": alerts.PeriodYear, "annual": alerts.PeriodYear, "annually": alerts.PeriodYear, "yearly": alerts.PeriodYear,
		"month": alerts.PeriodMonth, "monthly": alerts.PeriodMonth,
		"week": alerts.PeriodWeek, "weekly": alerts.PeriodWeek,
		"day": alerts.PeriodDay, "daily": alerts.PeriodDay,
		"hour": alerts.PeriodHour, "hr": alerts.PeriodHour, "hourly": alerts.PeriodHour,
	}
	parts := strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r < 'a' || r > 'z' })
	for _, part := range parts {
		if period, ok := words[part]; ok {
			return period
		}
	}
	return ""
}
