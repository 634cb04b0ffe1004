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
