package once

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func request(key, body string) Request { return Request{Scope: "test", Key: key, Body: []byte(body)} }

// counter is work that counts how often it is done.
type counter struct {
	sync.Mutex
	n     int
	fails error
}

func (c *counter) work() ([]byte, error) {
	c.Lock()
	defer c.Unlock()
	c.n++
	return []byte("answer " + strconv.Itoa(c.n)), c.fails
}

func TestARequestIsWorkedOnOnce(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		m, c := New(client), &counter{}
		for range 3 {
			answer, err := m.Do(t.Context(), request("k", "body"), c.work)
			if err != nil || string(answer) != "answer 1" {
				t.Errorf("%s, %v; want the first answer", answer, err)
			}
		}
		if _, err := m.Do(t.Context(), request("k", "another body"), c.work); !errors.Is(err, ErrReused) {
			t.Errorf("another body: %v, want ErrReused", err)
		}
		if c.n != 1 {
			t.Errorf("worked on %d times", c.n)
		}
		other := request("k", "body")
		other.Scope = "another caller"
		if answer, err := m.Do(t.Context(), other, c.work); err != nil || string(answer) != "answer 2" {
			t.Errorf("another caller's key: %s, %v", answer, err)
		}
	})
}

func TestWhoComesMeanwhileIsToldSo(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		m, c := New(client), &counter{}
		_, err := m.Do(t.Context(), request("k", "body"), func() ([]byte, error) {
			if _, err := m.Do(t.Context(), request("k", "body"), c.work); !errors.Is(err, ErrBusy) {
				t.Errorf("the same request meanwhile: %v, want ErrBusy", err)
			}
			if _, err := m.Do(t.Context(), request("k", "another"), c.work); !errors.Is(err, ErrReused) {
				t.Errorf("another request meanwhile: %v, want ErrReused", err)
			}
			return c.work()
		})
		if err != nil || c.n != 1 {
			t.Errorf("worked on %d times, %v", c.n, err)
		}
	})
}

func TestOfManyAtOnceOneWorks(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		m, c := New(client), &counter{}
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				answer, err := m.Do(t.Context(), request("k", "body"), c.work)
				if !errors.Is(err, ErrBusy) && string(answer) != "answer 1" {
					t.Errorf("%s, %v", answer, err)
				}
			})
		}
		wg.Wait()
		if c.n != 1 {
			t.Errorf("worked on %d times", c.n)
		}
	})
}

func TestARefusedRequestMayBeMendedAndSentAgain(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		m, c := New(client), &counter{fails: errors.New("not like this")}
		if _, err := m.Do(t.Context(), request("k", "body"), c.work); !errors.Is(err, c.fails) {
			t.Fatal(err)
		}
		c.fails = nil
		if _, err := m.Do(t.Context(), request("k", "mended"), c.work); err != nil || c.n != 2 {
			t.Errorf("worked on %d times, %v", c.n, err)
		}
	})
}

func TestTheAnswerIsKeptThoughTheCallerHasGone(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		m, c := New(client), &counter{}
		gone, hangUp := context.WithCancel(t.Context())
		_, _ = m.Do(gone, request("k", "body"), func() ([]byte, error) {
			hangUp()
			return c.work()
		})
		if answer, err := m.Do(t.Context(), request("k", "body"), c.work); err != nil || string(answer) != "answer 1" {
			t.Errorf("asked again: %s, %v", answer, err)
		}
	})
}

func TestWhoDiesLeavesTheRequestToTheNext(t *testing.T) {
	redistest.EveryCut(t, func(k int, after bool) bool {
		client, cutter, c := redistest.Embedded(t), &redistest.Cutter{}, &counter{}
		m := New(client)
		client.AddHook(cutter)
		cutter.Arm(k, after)
		_, _ = m.Do(t.Context(), request("k", "body"), c.work)
		cut := cutter.Disarm()
		names := client.Keys(t.Context(), "*").Val()
		for _, name := range names {
			life := client.PTTL(t.Context(), name).Val()
			if life <= 0 {
				t.Errorf("cut at %d: %s stays for ever", k, name)
			}
			if life <= Lease {
				client.Del(t.Context(), name) // as if that time had passed
			}
		}
		if answer, err := m.Do(t.Context(), request("k", "body"), c.work); err != nil || len(answer) == 0 || c.n > 2 {
			t.Errorf("cut at %d: %s, %v, worked on %d times", k, answer, err, c.n)
		}
		return cut
	})
}

func TestKeysHoldNoWordsOfTheCaller(t *testing.T) {
	client, c := redistest.Embedded(t), &counter{}
	if _, err := New(client).Do(t.Context(), request("signup of jane@example.com", "body"), c.work); err != nil {
		t.Fatal(err)
	}
	names := client.Keys(t.Context(), "*").Val()
	if len(names) != 1 || strings.Contains(names[0], "jane") {
		t.Errorf("keys %q", names)
	}
	if life := client.TTL(t.Context(), names[0]).Val(); life <= Keep-time.Minute || life > Keep {
		t.Errorf("kept for %s", life)
	}
}
