package alerts

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t *testing.T, zone, wall string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04 -0700", wall, zoneOf(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func zoneOf(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestNextKeepsTheLocalHour(t *testing.T) {
	tests := []struct {
		name, zone    string
		cadence       Cadence
		after, expect string
	}{
		{"daily, later today", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 8}, "2026-11-23 07:59 +0100", "2026-11-23 08:00 +0100"},
		{"daily, a slot is after itself tomorrow", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 8}, "2026-11-23 08:00 +0100", "2026-11-24 08:00 +0100"},
		{"spring forward keeps eight o'clock", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 8}, "2026-03-28 08:00 +0100", "2026-03-29 08:00 +0200"},
		{"autumn back keeps eight o'clock", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 8}, "2026-10-24 08:00 +0200", "2026-10-25 08:00 +0100"},
		{"a skipped hour moves to the end of the gap", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 2}, "2026-03-28 12:00 +0100", "2026-03-29 03:00 +0200"},
		{"a repeated hour comes the first time", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 2}, "2026-10-24 12:00 +0200", "2026-10-25 02:00 +0200"},
		{"a repeated hour comes once", "Europe/Berlin", Cadence{Every: EveryDaily, Hour: 2}, "2026-10-25 02:00 +0200", "2026-10-26 02:00 +0100"},
		{"midnight skipped", "America/Santiago", Cadence{Every: EveryDaily, Hour: 0}, "2026-09-05 12:00 -0400", "2026-09-06 01:00 -0300"},
		{"half-hour gap", "Australia/Lord_Howe", Cadence{Every: EveryDaily, Hour: 2}, "2026-10-03 12:00 +1030", "2026-10-04 02:30 +1100"},
		{"quarter-hour offset", "Asia/Kathmandu", Cadence{Every: EveryDaily, Hour: 6}, "2026-11-23 06:01 +0545", "2026-11-24 06:00 +0545"},
		{"weekly", "America/New_York", Cadence{Every: EveryWeekly, Hour: 9, Weekday: "monday"}, "2026-11-23 09:00 -0500", "2026-11-30 09:00 -0500"},
		{"weekly, today", "America/New_York", Cadence{Every: EveryWeekly, Hour: 9, Weekday: "monday"}, "2026-11-23 08:59 -0500", "2026-11-23 09:00 -0500"},
		{"a day that did not exist is passed over", "Pacific/Apia", Cadence{Every: EveryWeekly, Hour: 9, Weekday: "friday"}, "2011-12-23 09:00 -1000", "2012-01-06 09:00 +1400"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.cadence.Next(at(t, test.zone, test.after), zoneOf(t, test.zone))
			if want := at(t, test.zone, test.expect); !got.Equal(want) {
				t.Errorf("Next(%s) = %s, want %s", test.after, got, want)
			}
		})
	}
}

func TestLastAndNextAgree(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Auckland"}
	rapid.Check(t, func(t *rapid.T) {
		zone := zoneOf(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		cadence := Cadence{Every: rapid.SampledFrom([]Every{EveryDaily, EveryWeekly}).Draw(t, "every"), Hour: rapid.IntRange(0, 23).Draw(t, "hour")}
		if cadence.Every == EveryWeekly {
			cadence.Weekday = rapid.SampledFrom(Weekdays()).Draw(t, "weekday")
		}
		now := time.Unix(rapid.Int64Range(1.7e9, 2.0e9).Draw(t, "now"), 0)
		last, next := cadence.Last(now, zone), cadence.Next(now, zone)
		if last.After(now) || !next.After(now) {
			t.Fatalf("last %s, now %s, next %s", last, now, next)
		}
		if again := cadence.Next(last, zone); !again.Equal(next) {
			t.Fatalf("Next(Last) = %s, want %s: a slot was skipped or doubled", again, next)
		}
		if again := cadence.Last(next.Add(-time.Nanosecond), zone); !again.Equal(last) {
			t.Fatalf("Last just before the next slot = %s, want %s", again, last)
		}
	})
}

func TestCadenceNamesTheFault(t *testing.T) {
	tests := []struct {
		name    string
		cadence Cadence
		want    string
	}{
		{"instant", Cadence{Every: EveryInstant}, ""},
		{"daily", Cadence{Every: EveryDaily, Hour: 23}, ""},
		{"weekly", Cadence{Every: EveryWeekly, Weekday: "sunday"}, ""},
		{"no rhythm", Cadence{}, `every: "" is not one of instant, daily, weekly`},
		{"instant at an hour", Cadence{Every: EveryInstant, Hour: 8}, "every: an instant alert has no hour and no weekday; leave them out"},
		{"daily on a weekday", Cadence{Every: EveryDaily, Weekday: "monday"}, "weekday: a daily alert has no weekday; leave it out or choose weekly"},
		{"weekly on no day", Cadence{Every: EveryWeekly}, `weekday: "" is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday`},
		{"no hour", Cadence{Every: EveryDaily, Hour: 24}, "hour: 24 is not an hour from 0 to 23"},
		{"two faults", Cadence{Every: EveryWeekly, Hour: -1, Weekday: "Monday"}, `weekday: "Monday" is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday; hour: -1 is not an hour from 0 to 23`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := test.cadence.Validate().Err(); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestCadenceInWords(t *testing.T) {
	for want, cadence := range map[string]Cadence{
		"instant": {Every: EveryInstant}, "daily at 08:00": {Every: EveryDaily, Hour: 8},
		"weekly on monday at 18:00": {Every: EveryWeekly, Hour: 18, Weekday: "monday"},
	} {
		if got := cadence.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAnInstantAlertIsAlwaysDue(t *testing.T) {
	now := at(t, "UTC", "2026-11-23 08:01 +0000")
	instant := Cadence{Every: EveryInstant}
	if last, next := instant.Last(now, time.UTC), instant.Next(now, time.UTC); !last.Equal(now) || !next.Equal(now) {
		t.Errorf("last %s, next %s", last, next)
	}
}

func TestSeqIsAClock(t *testing.T) {
	moment := at(t, "UTC", "2026-11-23 08:01 +0000")
	if got := SeqAt(moment).Time(); !got.Equal(moment) {
		t.Errorf("got %s, want %s", got, moment)
	}
	if SeqAt(moment) >= SeqAt(moment.Add(time.Microsecond)) {
		t.Error("a later posting does not have a higher number")
	}
	if got := SeqAt(time.Time{}); got != 0 {
		t.Errorf("before 1970 the number is %d", got)
	}
}

func TestFieldErrorsNest(t *testing.T) {
	var inner, outer FieldErrors
	inner.Addf("hour", "is %d", 25)
	inner.Addf("", "is empty")
	outer.Nest("alerts[0]", inner)
	outer.Addf("", "is no signup")
	if got, want := outer.Error(), "alerts[0].hour: is 25; alerts[0]: is empty; is no signup"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if (FieldErrors)(nil).Err() != nil {
		t.Error("no faults are an error")
	}
}
