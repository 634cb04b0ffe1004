package suppress

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func TestATokenServesOneBodyAsOftenAsItIsSent(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := New(client, shards, nil)
		for _, use := range []struct {
			token, body string
			want        bool
		}{
			{"a", "jane bounced", true},
			{"a", "jane bounced", true},
			{"a", "joe bounced", false},
			{"b", "joe bounced", true},
			{"a", "jane bounced", true},
		} {
			if got, err := s.Once(t.Context(), use.token, []byte(use.body), time.Hour); got != use.want || err != nil {
				t.Errorf("%+v: %v, %v", use, got, err)
			}
		}
		keys := redistest.Keys(t, client)
		for _, key := range keys {
			if ttl := client.TTL(t.Context(), key).Val(); ttl <= 0 || ttl > time.Hour {
				t.Errorf("%s is kept for %v", key, ttl)
			}
		}
		if len(keys) != 2 {
			t.Errorf("%d keys", len(keys))
		}
	})
}

func TestATokenThatCannotBeLookedUpServesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ok, err := New(redistest.Embedded(t), shards, nil).Once(ctx, "a", nil, time.Hour); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", ok, err)
	}
}
