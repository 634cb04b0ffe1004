package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts/fault"
)

// Every is how often an alert writes.
type Every string

// The rhythms of an alert.
const (
	EveryInstant Every = "instant"
	EveryDaily   Every = "daily"
	EveryWeekly  Every = "weekly"
)

// Rhythms lists the values of Every from the most immediate.
func Rhythms() []Every { return []Every{EveryInstant, EveryDaily, EveryWeekly} }

// Cadence says when an alert is due, in the subscriber's own time zone.
type Cadence struct {
	Every Every `json:"every"`
	// Hour is the local hour, 0 to 23, of a daily or weekly alert.
	Hour int `json:"hour,omitempty"`
	// Weekday is the English day a weekly alert comes on: monday, tuesday, …
	Weekday string `json:"weekday,omitempty"`
}

// weekdays in the order of time.Weekday.
func weekdays() []string {
	return []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
}

// Weekdays lists the legal weekdays, the week beginning on Monday.
func Weekdays() []string {
	days := weekdays()
	return append(days[1:], days[0])
}

// Validate names every fault.
func (c Cadence) Validate() FieldErrors {
	var errs FieldErrors
	switch c.Every {
	case EveryInstant:
		if c.Hour != 0 || c.Weekday != "" {
			errs.Note("every", fault.New("cadence.instant", "an instant alert has no hour and no weekday; leave them out"))
		}
		return errs
	case EveryDaily:
		if c.Weekday != "" {
			errs.Note("weekday", fault.New("cadence.daily", "a daily alert has no weekday; leave it out or choose weekly"))
		}
	case EveryWeekly:
		if !slices.Contains(weekdays(), c.Weekday) {
			errs.Note("weekday", fault.New("weekday", "%s is not one of "+strings.Join(Weekdays(), ", "), fault.Value(c.Weekday)))
		}
	default:
		errs.Note("every", fault.New("cadence", "%s is not one of instant, daily, weekly", fault.Value(c.Every)))
		return errs
	}
	if c.Hour < 0 || c.Hour > 23 {
		errs.Note("hour", fault.New("hour", "%d is not an hour from 0 to 23", c.Hour))
	}
	return errs
}

// String is the cadence in words: instant; daily at 08:00; weekly on monday at 08:00.
func (c Cadence) String() string {
	switch c.Every {
	case EveryDaily:
		return fmt.Sprintf("daily at %02d:00", c.Hour)
	case EveryWeekly:
		return fmt.Sprintf("weekly on %s at %02d:00", c.Weekday, c.Hour)
	default:
		return string(c.Every)
	}
}

// Last is the latest slot at or before now: the moment this cadence was last due in zone. An
// instant alert is always due, so its slot is now. A local hour that a clock change skips moves
// forward to the first moment after the gap; one that a clock change repeats counts once, the
// first time.
func (c Cadence) Last(now time.Time, zone *time.Location) time.Time {
	if c.Every == EveryInstant {
		return now
	}
	local := now.In(zone)
	for back := 0; ; back++ {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 12, 0, 0, 0, zone)
		if slot := c.on(day, zone); !slot.IsZero() && !slot.After(now) {
			return slot
		}
	}
}

// Next is the first slot after t. An instant alert is due again at once.
func (c Cadence) Next(t time.Time, zone *time.Location) time.Time {
	if c.Every == EveryInstant {
		return t
	}
	local := t.In(zone)
	// No slot of an earlier day is after t, whose wall clock has passed all of that day.
	for ahead := 0; ; ahead++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 12, 0, 0, 0, zone)
		if slot := c.on(day, zone); !slot.IsZero() && slot.After(t) {
			return slot
		}
	}
}

// on is the slot on the local day that noon falls on, zero where the cadence skips that day.
func (c Cadence) on(noon time.Time, zone *time.Location) time.Time {
	if c.Every == EveryWeekly && weekdays()[noon.Weekday()] != c.Weekday {
		return time.Time{}
	}
	return localHour(noon.Year(), noon.Month(), noon.Day(), c.Hour, zone)
}

// localHour is the first instant of the given local day whose wall clock shows hour:00 or later.
// time.Date alone would not do: for a wall time that does not exist or exists twice it promises
// only one of the possible answers.
func localHour(year int, month time.Month, day, hour int, zone *time.Location) time.Time {
	want := time.Date(year, month, day, hour, 0, 0, 0, time.UTC)
	wall := func(t time.Time) time.Time {
		_, offset := t.In(zone).Zone()
		return t.UTC().Add(time.Duration(offset) * time.Second)
	}
	// No zone is further than 14 hours from UTC. Between the two ends lies the first instant whose
	// wall clock has reached the wanted time; clocks going back can make the wall clock pass it
	// twice, so look at each stretch of constant offset in turn.
	for from, end := want.Add(-15*time.Hour), want.Add(15*time.Hour); from.Before(end); {
		_, to := from.In(zone).ZoneBounds()
		if to.IsZero() || to.After(end) {
			to = end
		}
		if !wall(from).Before(want) {
			return from.In(zone)
		}
		if at := from.Add(want.Sub(wall(from))); at.Before(to) {
			return at.In(zone)
		}
		from = to
	}
	return want.In(zone)
}
