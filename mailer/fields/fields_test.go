package fields

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func TestFieldsAreFoundInTheOrderTheyAreAskedFor(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		for _, set := range [][]string{{"a", "1", "a1"}, {"a", "2", "a2"}, {"b", "1", "b1"}} {
			if err := client.HSet(t.Context(), set[0], set[1], set[2]).Err(); err != nil {
				t.Fatal(err)
			}
		}
		names := []Name{{"b", "1"}, {"a", "2"}, {"none", "1"}, {"a", "none"}, {"a", "1"}, {"a", "2"}}
		want := []Value{{Text: "b1"}, {Text: "a2"}, {}, {}, {Text: "a1"}, {Text: "a2"}}
		if diff := cmp.Diff(want, Get(t.Context(), client, names)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestAnErrorIsOneHashesOwn(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		if err := client.Set(t.Context(), "text", "no hash", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if err := client.HSet(t.Context(), "hash", "1", "one").Err(); err != nil {
			t.Fatal(err)
		}
		got := Get(t.Context(), client, []Name{{"text", "1"}, {"hash", "1"}})
		if got[0].Err == nil || got[1] != (Value{Text: "one"}) {
			t.Errorf("got %+v, want an error and a value", got)
		}
	})
}
