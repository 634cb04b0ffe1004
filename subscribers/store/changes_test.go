package store

import (
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

// changes appends changes to the stream of shard 0, with these entry ids.
func changes(t *testing.T, s *Store, ids ...string) {
	t.Helper()
	_, err := s.redis.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		for _, id := range ids {
			pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: changesKey(0), ID: id, Values: []string{"id", "someone"}})
		}
		return nil
	})
	must(t, err)
}

func TestAReaderIsToldWhenChangesAreGone(t *testing.T) {
	many := make([]string, keepChanges)
	for i := range many {
		many[i] = strconv.Itoa(i+1) + "-0"
	}
	tests := []struct {
		name     string
		entries  []string
		trim     string // drop entries before this one
		position Position
		want     bool
	}{
		{name: "nothing has changed yet", position: beginning},
		{name: "first changes", entries: []string{"5-0", "6-0"}, position: beginning},
		{name: "so many first changes that some may be gone", entries: many, position: beginning, want: true},
		{name: "the next change", entries: []string{"5-0", "6-0"}, position: "5-0"},
		{name: "trimmed up to where the reader is", entries: []string{"5-0", "6-0"}, trim: "5-0", position: "5-0"},
		{name: "trimmed past the reader", entries: []string{"5-0", "6-0", "7-0"}, trim: "6-0", position: "5-0", want: true},
		{name: "a failover has taken back what was read", entries: []string{"5-0", "6-0"}, position: "6-3", want: true},
		{name: "everything is gone", position: "5-0", want: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
				s := newStore(client)
				changes(t, s, test.entries...)
				if test.trim != "" {
					must(t, client.XTrimMinID(t.Context(), changesKey(0), test.trim).Err())
				}
				changed := s.Changes(t.Context(), []Position{test.position})
				must(t, changed[0].Err)
				if changed[0].Lost != test.want {
					t.Errorf("lost = %v, want %v", changed[0].Lost, test.want)
				}
			})
		})
	}
}
