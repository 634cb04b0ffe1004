package suppress

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func TestAnAddressInTroubleIsGivenUpOnlyAfterALongTime(t *testing.T) {
	all := func(n, every int) (days []int) {
		for i := range n {
			days = append(days, i*every)
		}
		return days
	}
	for _, test := range []struct {
		name string
		days []int // on which mail comes back
		last bool  // whether the last of them is too much
	}{
		{"once", []int{0}, false},
		{"ten times in a day", make([]int, 10), false},
		{"every day of a week's holiday", all(8, 1), false},
		{"every day for ten days", all(10, 1), false},
		{"every day for more than ten", all(11, 1), true},
		{"four weeks running", all(4, 7), false},
		{"five weeks running", all(5, 7), true},
		{"once a fortnight for a year", all(26, 14), false},
		{"two bad weeks in a year, far apart", []int{0, 1, 2, 3, 4, 100, 101, 102, 103, 104}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, jane := New(redistest.Embedded(t), shards, nil), hash(t, "jane@example.com")
			for i, n := range test.days {
				at := time.Date(2027, 3, 1, 23, 59, 0, 0, time.UTC).Add(time.Duration(n) * day)
				got, err := s.Strike(t.Context(), jane, at, at)
				if want := test.last && i == len(test.days)-1; got != want || err != nil {
					t.Fatalf("day %d: given up %v, %v; want %v", n, got, err, want)
				}
			}
		})
	}
}

func TestADayIsCountedOnceHoweverLateOrOftenItIsReported(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s, jane := New(client, shards, nil), hash(t, "jane@example.com")
		now := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
		report := func(ago int, want bool) {
			t.Helper()
			if got, err := s.Strike(t.Context(), jane, now.Add(-time.Duration(ago)*day), now); got != want || err != nil {
				t.Errorf("a bounce of %d days ago: %v, %v; want %v", ago, got, err, want)
			}
		}
		for range 3 {
			for _, ago := range []int{29, 0, 14, 7} {
				report(ago, false)
			}
		}
		report(30, false)
		report(400, false)
		report(-400, false) // a clock ahead of ours: today
		report(3, true)
		for ahead, want := range map[int]int{0: 5, 1: 4, 29: 1, 30: 0} {
			if n, err := s.Strikes(t.Context(), jane, now.Add(time.Duration(ahead)*day)); n != want || err != nil {
				t.Errorf("after %d days: %d, %v; want %d", ahead, n, err, want)
			}
		}
		key := strikesKey(jane.Shard(shards), jane)
		if ttl := client.TTL(t.Context(), key).Val(); ttl <= 29*day || ttl > 30*day {
			t.Errorf("the days are kept for %v", ttl)
		}
	})
}

func TestTheCountBeginsAnewWhenAMailArrivedOrASuppressionWasLifted(t *testing.T) {
	for name, forget := range map[string]func(*Set) error{
		"arrived": func(s *Set) error { return s.Forgive(t.Context(), hash(t, "jane@example.com")) },
		"lifted": func(s *Set) error {
			_, err := s.Remove(t.Context(), hash(t, "jane@example.com"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := redistest.Embedded(t)
			s, jane := New(client, shards, nil), hash(t, "jane@example.com")
			at := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
			for n := range 4 {
				_, err := s.Strike(t.Context(), jane, at.Add(time.Duration(n*7-28)*day), at)
				must(t, err)
			}
			must(t, forget(s))
			if got, err := s.Strike(t.Context(), jane, at, at); got || err != nil {
				t.Errorf("given up %v, %v", got, err)
			}
		})
	}
}

func TestAStrikeThatCannotBeCountedIsToldOf(t *testing.T) {
	s := New(redistest.Embedded(t), shards, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Strike(ctx, hash(t, "jane@example.com"), time.Now(), time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("Strike: %v", err)
	}
	if _, err := s.Strikes(ctx, hash(t, "jane@example.com"), time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("Strikes: %v", err)
	}
	if err := s.Forgive(ctx, hash(t, "jane@example.com")); !errors.Is(err, context.Canceled) {
		t.Errorf("Forgive: %v", err)
	}
}
