package signup

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// recorder is a redis.Hook that writes down the commands of each round trip.
type recorder struct{ trips []string }

func (r *recorder) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (r *recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		r.trips = append(r.trips, cmd.Name())
		return next(ctx, cmd)
	}
}

func (r *recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		var names []string
		for _, cmd := range cmds {
			names = append(names, cmd.Name())
		}
		r.trips = append(r.trips, strings.Join(names, "+"))
		return next(ctx, cmds)
	}
}

// people is how the desk can know somebody who signs up, each made from nothing.
func people() map[string]func(*testing.T, *bench) {
	suppressed := func(t *testing.T, b *bench) {
		set := suppress.New(b.redis, shards, nil)
		must(t, set.Add(t.Context(), b.store.Hash(address(t, "jane@example.com")), suppress.ReasonComplaint, start()))
	}
	return map[string]func(*testing.T, *bench){
		"nobody":              func(*testing.T, *bench) {},
		"pending":             func(t *testing.T, b *bench) { enrol(t, b, janes(t, asks("rust")), start()) },
		"the form sent twice": func(t *testing.T, b *bench) { enrol(t, b, janes(t, asks("go")), start()) },
		"over the day's limit": func(t *testing.T, b *bench) {
			for _, word := range []string{"a", "b", "c", "d", "e", "f"} {
				enrol(t, b, janes(t, asks(word)), start())
			}
		},
		"active": func(t *testing.T, b *bench) { active(t, b, "rust") },
		"paused": func(t *testing.T, b *bench) { pause(t, b, active(t, b, "rust").ID, true, time.Time{}) },
		"left": func(t *testing.T, b *bench) {
			must(t, b.Leave(t.Context(), active(t, b, "rust").ID, "", subscribers.ViaOneClick, start()))
		},
		"moved here from afar": func(t *testing.T, b *bench) { moveHome(t, b) },
		"suppressed, unknown":  suppressed,
		"suppressed, known":    func(t *testing.T, b *bench) { active(t, b, "rust"); suppressed(t, b) },
	}
}

// TestASignupAsksRedisTheSameWhoeverItIs holds the time of answers to one shape: the same commands in
// the same round trips, and something written that a disk may have to be waited for.
func TestASignupAsksRedisTheSameWhoeverItIs(t *testing.T) {
	client, seen := redistest.Server(t), &recorder{}
	client.AddHook(seen)
	enrol(t, newBench(client), janes(t, asks("go")), start()) // loads the scripts
	shape := func(know func(*testing.T, *bench), signUp func(*bench)) (trips []string, wrote bool) {
		must(t, client.FlushAll(t.Context()).Err())
		b := newBench(client)
		know(t, b)
		before := written(t, client)
		seen.trips = nil
		signUp(b)
		trips = seen.trips
		return trips, written(t, client) > before
	}
	signUp := func(b *bench) { enrol(t, b, janes(t, asks("go")), start().Add(30*time.Second)) }
	want, _ := shape(people()["nobody"], signUp)
	if len(want) < 2 {
		t.Fatalf("a signup sends only %q: nothing can be compared", want)
	}
	for name, know := range people() {
		if got, wrote := shape(know, signUp); !slices.Equal(want, got) || !wrote {
			t.Errorf("%s: %q, written: %v; want %q, and something written", name, got, wrote, want)
		}
	}
	// The test can fail: a desk that stops at whom it does not know.
	leaky := func(b *bench) {
		if _, err := b.store.Find(t.Context(), b.store.Hash(address(t, "jane@example.com"))); err == nil {
			signUp(b)
		}
	}
	known, _ := shape(people()["active"], leaky)
	if stranger, wrote := shape(people()["nobody"], leaky); slices.Equal(known, stranger) || wrote {
		t.Errorf("a leak goes unnoticed: %q and %q", known, stranger)
	}
}

// written is how many changes a redis-server has made.
func written(t *testing.T, client redis.UniversalClient) int {
	info, err := client.Info(t.Context(), "persistence").Result()
	must(t, err)
	for line := range strings.Lines(info) {
		if n, found := strings.CutPrefix(strings.TrimSpace(line), "rdb_changes_since_last_save:"); found {
			changes, err := strconv.Atoi(n)
			must(t, err)
			return changes
		}
	}
	t.Fatal("redis-server does not tell what it has written")
	return 0
}

func TestTheSameRequestAgainIsTheSameSignup(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		s := janes(t, asks("go"))
		s.Proposal = subscribers.ProposalIDOf([16]byte{1, 2, 3})
		e := enrol(t, b, s, start())
		// Who answered it the first time died before anybody knew.
		if again := enrol(t, b, s, start().Add(time.Hour)); again != e {
			t.Errorf("%+v, want %+v", again, e)
		}
		owes(t, b, mailer.KindConfirm)
		confirm(t, b, e, start().Add(2*time.Hour))
		enrol(t, b, s, start().Add(3*time.Hour))
		owes(t, b, mailer.KindConfirm, mailer.KindWelcome)
		if sub := stored(t, b, e.ID); sub.Proposal != nil {
			t.Errorf("confirmed, and proposed again: %+v", sub.Proposal)
		}
	})
}
