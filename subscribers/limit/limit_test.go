package limit

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

// noon is when the tests begin.
func noon() time.Time { return time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC) }

func address(t *testing.T, text string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newBrakes(client redis.UniversalClient, cfg Config) *Brakes {
	return New(cfg, client, []byte("a secret for tests"), nil)
}

// taken is which brake refused a signup; empty for none.
func taken(t *testing.T, b *Brakes, ip, email string, at time.Time) By {
	t.Helper()
	refusal, err := b.Take(t.Context(), netip.MustParseAddr(ip), address(t, email), at)
	if err != nil {
		t.Fatal(err)
	}
	if (refusal.By == "") != (refusal.Wait == 0) {
		t.Errorf("refused by %q for %s", refusal.By, refusal.Wait)
	}
	return refusal.By
}

func TestEachBrakeLetsAnHoursNumberThrough(t *testing.T) {
	tests := []struct {
		name      string
		cfg       Config
		ip, email string // with a number in it where many are meant
		by        By
	}{
		{"from one IP address", Config{PerIP: 5}, "203.0.113.7", "a%d@b%[1]d.example", ByIP},
		{"from one network of IPv6", Config{PerIP: 5}, "2001:db8::%d", "a%d@b%[1]d.example", ByIP},
		{"for one domain", Config{PerDomain: 5}, "203.0.113.%d", "a%d@example.org", ByDomain},
		{"for one address", Config{PerAddress: 5}, "203.0.113.%d", "jane@example.org", ByAddress},
		{"for one address, spelled otherwise", Config{PerAddress: 5}, "203.0.113.%d", "Jane@Example.org", ByAddress},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
				b := newBrakes(client, test.cfg)
				text := func(pattern string, n int) string {
					if strings.Contains(pattern, "%") {
						return fmt.Sprintf(pattern, n)
					}
					return pattern
				}
				for n := range 5 {
					if by := taken(t, b, text(test.ip, n), text(test.email, n), noon()); by != "" {
						t.Errorf("number %d: refused by %s", n+1, by)
					}
				}
				if by := taken(t, b, text(test.ip, 5), text(test.email, 5), noon()); by != test.by {
					t.Errorf("one too many: refused by %q, want %q", by, test.by)
				}
				if by := taken(t, b, "198.51.100.1", "somebody@else.example", noon()); by != "" {
					t.Errorf("somebody else: refused by %s", by)
				}
			})
		})
	}
}

func TestWhoWasTooQuickMayComeBackWhenTold(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBrakes(client, Config{PerIP: 4})
		ip, jane := netip.MustParseAddr("203.0.113.7"), address(t, "jane@example.org")
		for range 4 {
			taken(t, b, ip.String(), jane.String(), noon())
		}
		refusal, err := b.Take(t.Context(), ip, jane, noon())
		if err != nil || refusal.Wait != 15*time.Minute {
			t.Fatalf("%+v, %v; want a quarter of an hour", refusal, err)
		}
		if by := taken(t, b, ip.String(), jane.String(), noon().Add(refusal.Wait-time.Millisecond)); by != ByIP {
			t.Error("let through before the time told")
		}
		if by := taken(t, b, ip.String(), jane.String(), noon().Add(refusal.Wait)); by != "" {
			t.Error("refused at the time told")
		}
	})
}

func TestABrakeCountsNothingBehindOneThatRefuses(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBrakes(client, Config{PerIP: 2, PerDomain: 4, PerAddress: 1})
		for n, want := range []By{"", ByAddress, ByIP, ByIP, ByIP, ByIP} {
			if by := taken(t, b, "203.0.113.7", "jane@example.org", noon()); by != want {
				t.Errorf("signup %d: refused by %q, want %q", n+1, by, want)
			}
		}
		// Of the domain's four, two are used: what the brake of the IP address refused does not count.
		for n, want := range []By{"", "", ByDomain} {
			if by := taken(t, b, fmt.Sprintf("198.51.100.%d", n), fmt.Sprintf("joe%d@example.org", n), noon()); by != want {
				t.Errorf("somebody else %d: refused by %q, want %q", n+1, by, want)
			}
		}
	})
}

func TestManyAtOnceGetNoMoreThroughThanOne(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b, through := newBrakes(client, Config{PerIP: 10}), atomic.Int64{}
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if taken(t, b, "203.0.113.7", "jane@example.org", noon()) == "" {
					through.Add(1)
				}
			})
		}
		wg.Wait()
		if through.Load() != 10 {
			t.Errorf("%d got through, want 10", through.Load())
		}
	})
}

func TestWithoutLimitsAndWithoutAnIPAddressNothingIsBraked(t *testing.T) {
	client := redistest.Embedded(t)
	for range 100 {
		if by := taken(t, newBrakes(client, Config{}), "203.0.113.7", "jane@example.org", noon()); by != "" {
			t.Fatalf("refused by %s without a limit", by)
		}
		if r, err := newBrakes(client, Config{PerIP: 1}).Take(t.Context(), netip.Addr{}, address(t, "jane@example.org"), noon()); err != nil || r.By != "" {
			t.Fatalf("refused by %s without an IP address: %v", r.By, err)
		}
	}
}

func TestQuestionsHaveABrakeOfTheirOwn(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		reg := prometheus.NewRegistry()
		b := New(Config{PerIP: 1, Questions: 3}, client, []byte("a secret for tests"), reg)
		ip := netip.MustParseAddr("203.0.113.7")
		taken(t, b, ip.String(), "jane@example.org", noon())
		for n, want := range []By{"", "", "", ByQuestions} {
			refusal, err := b.Question(t.Context(), ip, noon())
			if err != nil || refusal.By != want {
				t.Errorf("question %d: refused by %q, %v", n+1, refusal.By, err)
			}
			if want != "" && refusal.Wait != 20*time.Minute {
				t.Errorf("it is to wait %s", refusal.Wait)
			}
		}
		if n := testutil.ToFloat64(b.metrics.previews); n != 1 {
			t.Errorf("%v are counted", n)
		}
	})
}

func TestRedisHoldsNobodyAndForgets(t *testing.T) {
	client, reg := redistest.Embedded(t), prometheus.NewRegistry()
	b := New(Config{PerIP: 1, PerDomain: 9, PerAddress: 9}, client, []byte("a secret for tests"), reg)
	taken(t, b, "203.0.113.7", "jane@example.org", noon())
	taken(t, b, "203.0.113.7", "jane@example.org", noon())
	keys := client.Keys(t.Context(), "*").Val()
	if len(keys) != 3 {
		t.Errorf("keys %q", keys)
	}
	for _, key := range keys {
		if strings.Contains(key, "jane") || strings.Contains(key, "example") || strings.Contains(key, "203") {
			t.Errorf("%s tells of a person", key)
		}
		if life := client.PTTL(t.Context(), key).Val(); life <= 0 || life > time.Hour {
			t.Errorf("%s lives %s", key, life)
		}
	}
	want := `
# HELP jobalert_signups_braked_total Signups of strangers that were not taken in because there were too many, by what there were too many of.
# TYPE jobalert_signups_braked_total counter
jobalert_signups_braked_total{by="address"} 0
jobalert_signups_braked_total{by="domain"} 0
jobalert_signups_braked_total{by="ip"} 1
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "jobalert_signups_braked_total"); err != nil {
		t.Error(err)
	}
}

func TestTheHashOfAnIPAddressNeedsTheSecret(t *testing.T) {
	ip := netip.MustParseAddr("203.0.113.7")
	ours, theirs := newBrakes(nil, Config{}), New(Config{}, nil, []byte("another secret"), nil)
	if h := ours.IPHash(ip); len(h) != 32 || h != ours.IPHash(ip) || h == theirs.IPHash(ip) || h == ours.IPHash(ip.Next()) {
		t.Errorf("hash %q", h)
	}
	if h := ours.IPHash(netip.Addr{}); h != "" {
		t.Errorf("no address has the hash %q", h)
	}
}
