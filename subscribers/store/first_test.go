package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
)

// asFirst stores somebody as the first program did.
func asFirst(t *testing.T, s *Store, email string) (subscribers.ID, mailer.AddressHash) {
	t.Helper()
	address, err := mailer.ParseAddress(email)
	must(t, err)
	hash := s.Hash(address)
	id := subscribers.NewID(hash)
	shard := id.Shard(shards)
	must(t, s.redis.Set(t.Context(), firstSubKey(shard, id), `1{"a":"`+email+`","l":"en","z":"UTC","al":[{"id":"1","cadence":{"every":"instant"},"filter":{}},{"id":"2","cadence":{"every":"daily","hour":8},"filter":{}}],"la":2,"cr":"2026-09-21T12:13:20Z"}`, 0).Err())
	must(t, s.redis.HSet(t.Context(), firstHotKey(shard, id), "v", 5, "n", "NONCE", "st", "active", "c:1", "1700000000000010", "c:2", "1700000000000007").Err())
	must(t, s.redis.HSet(t.Context(), firstAddrKey(shard), string(hash[:]), string(id)).Err())
	return id, hash
}

func TestPeopleOfTheFirstLayoutAreMovedWhenTheyAreMet(t *testing.T) {
	meet := map[string]func(*testing.T, *Store, subscribers.ID, mailer.AddressHash){
		"by id": func(t *testing.T, s *Store, id subscribers.ID, _ mailer.AddressHash) {
			_, err := s.Get(t.Context(), id)
			must(t, err)
		},
		"by address": func(t *testing.T, s *Store, id subscribers.ID, hash mailer.AddressHash) {
			if found, err := s.Find(t.Context(), hash); err != nil || found != id {
				t.Errorf("Find = %v, %v", found, err)
			}
		},
		"by reading all": func(t *testing.T, s *Store, id subscribers.ID, _ mailer.AddressHash) {
			var seen []subscribers.ID
			_, err := s.Scan(t.Context(), id.Shard(shards), func(page []Stored) error {
				for _, stored := range page {
					seen = append(seen, stored.ID)
				}
				return nil
			})
			if diff := cmp.Diff([]subscribers.ID{id}, seen); diff != "" || err != nil {
				t.Errorf("read %v (-want +got):\n%s", err, diff)
			}
		},
	}
	for name, met := range meet {
		t.Run(name, func(t *testing.T) {
			redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
				s := newStore(client)
				id, hash := asFirst(t, s, "jane@example.com")
				met(t, s, id, hash)
				shard := id.Shard(shards)
				left, err := client.Exists(t.Context(), firstSubKey(shard, id)).Result()
				if err != nil || left != 0 {
					t.Errorf("%d of the old keys are left, %v", left, err)
				}
				got, err := s.GetStored(t.Context(), id)
				must(t, err)
				if got.State != subscribers.StateActive || got.Version != 5 || got.Address.String() != "jane@example.com" || len(got.Alerts) != 2 {
					t.Errorf("moved: %+v", got.Subscriber)
				}
				if diff := cmp.Diff(map[string]alerts.Seq{"1": 1_700_000_000_000_010, "2": 1_700_000_000_000_007}, got.Cursors()); diff != "" {
					t.Errorf("cursors (-want +got):\n%s", diff)
				}
				v := serving(got.Subscriber, 1_700_000_000_000_010, 1_700_000_000_000_020)
				v.Shared = true
				if served, err := s.Serve(t.Context(), hash, v); err != nil || served.Result != digest.ResultServed {
					t.Errorf("Serve = %v, %v", served, err)
				}
				must(t, s.Save(t.Context(), Save{Subscriber: got.Subscriber}))
				if _, err := s.Erase(t.Context(), got.Subscriber); err != nil {
					t.Error(err)
				}
				if _, err := s.Find(t.Context(), hash); !errors.Is(err, subscribers.ErrNotFound) {
					t.Errorf("after erasing: error = %v, want ErrNotFound", err)
				}
			})
		})
	}
}
