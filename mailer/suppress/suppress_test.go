package suppress

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

const shards = 4

func hash(t testing.TB, address string) mailer.AddressHash {
	t.Helper()
	a, err := mailer.ParseAddress(address)
	must(t, err)
	return mailer.NewHasher([]byte("a key for tests")).Hash(a)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestASuppressedAddressStaysSoUntilItIsLifted(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := New(client, shards, nil)
		jane, joe := hash(t, "jane@example.com"), hash(t, "joe@example.com")
		at := time.Date(2027, 3, 1, 8, 30, 15, 0, time.FixedZone("", 3600))
		must(t, s.Add(t.Context(), jane, ReasonComplaint, at))
		must(t, s.Add(t.Context(), jane, ReasonBounce, at.Add(time.Hour)))
		got, found, err := New(client, shards, nil).Get(t.Context(), hash(t, "JANE@example.com"))
		if want := (Entry{ReasonComplaint, at.UTC()}); !found || got != want || err != nil {
			t.Errorf("Get = %v, %v, %v; want the first reason, %v", got, found, err, want)
		}
		if got, found, err := s.Get(t.Context(), joe); found || err != nil {
			t.Errorf("somebody else: %v, %v, %v; want nothing", got, found, err)
		}
		for _, want := range []bool{true, false} {
			if got, err := s.Remove(t.Context(), jane); got != want || err != nil {
				t.Errorf("Remove = %v, %v; want %v", got, err, want)
			}
		}
		if _, found, err := s.Get(t.Context(), jane); found || err != nil {
			t.Errorf("after it was lifted: %v, %v", found, err)
		}
	})
}

func TestAnUnknownReasonIsRefused(t *testing.T) {
	client := redistest.Embedded(t)
	err := New(client, shards, nil).Add(t.Context(), hash(t, "jane@example.com"), "boredom", time.Now())
	if !errors.Is(err, ErrReason) || !strings.Contains(err.Error(), `"boredom" is not one of bounce, unreachable, complaint, operator`) {
		t.Errorf("error = %v, want ErrReason and the legal ones", err)
	}
	if n := client.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys were written", n)
	}
}

func TestScriptsOfOtherRoomsSeeWhoIsSuppressed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		jane, joe := hash(t, "jane@example.com"), hash(t, "joe@example.com")
		must(t, New(client, shards, nil).Add(t.Context(), jane, ReasonBounce, time.Now()))
		ask := redis.NewScript(Lua + `return suppressed(KEYS[1], ARGV[1]) and 'yes' or 'no'`)
		for address, want := range map[mailer.AddressHash]string{jane: "yes", joe: "no"} {
			if got, err := ask.Run(t.Context(), client, []string{Key(address.Shard(shards))}, string(address[:])).Text(); got != want || err != nil {
				t.Errorf("suppressed = %s, %v; want %s", got, err, want)
			}
		}
	})
}

func TestRedisHoldsNoAddress(t *testing.T) {
	client := redistest.Embedded(t)
	jane := hash(t, "jane@example.com")
	must(t, New(client, shards, nil).Add(t.Context(), jane, ReasonUnreachable, time.Now()))
	for field, value := range client.HGetAll(t.Context(), Key(jane.Shard(shards))).Val() {
		if strings.Contains(field+value, "jane") || strings.Contains(field+value, "example") {
			t.Errorf("the set holds %q: %q", field, value)
		}
	}
}

func TestEachSuppressionIsCountedOnce(t *testing.T) {
	reg := prometheus.NewRegistry()
	s := New(redistest.Embedded(t), shards, reg)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.Add(t.Context(), hash(t, "jane@example.com"), ReasonBounce, time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(t, s.Add(t.Context(), hash(t, "joe@example.com"), ReasonComplaint, time.Now()))
	want := `
# HELP jobalert_suppressed_total Addresses that were suppressed, by reason.
# TYPE jobalert_suppressed_total counter
jobalert_suppressed_total{reason="bounce"} 1
jobalert_suppressed_total{reason="complaint"} 1
jobalert_suppressed_total{reason="operator"} 0
jobalert_suppressed_total{reason="unreachable"} 0
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(reg); len(problems) > 0 || err != nil {
		t.Errorf("lint: %v %v", problems, err)
	}
}

func TestAnErrorOfRedisIsToldAndNobodyCountsAsFree(t *testing.T) {
	s := New(redistest.Embedded(t), shards, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	jane := hash(t, "jane@example.com")
	if err := s.Add(ctx, jane, ReasonBounce, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("Add: %v", err)
	}
	if _, _, err := s.Get(ctx, jane); !errors.Is(err, context.Canceled) {
		t.Errorf("Get: %v", err)
	}
	if _, err := s.Remove(ctx, jane); !errors.Is(err, context.Canceled) {
		t.Errorf("Remove: %v", err)
	}
}
