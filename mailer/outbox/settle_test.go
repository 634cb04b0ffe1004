package outbox

import (
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func TestLettersThatEndTogetherGoWhereEachIsTold(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		for n := range 6 {
			owe(t, o, 1, n)
		}
		claims := claim(t, o, 100)
		if len(claims) != 6 {
			t.Fatalf("claimed %d of 6 letters", len(claims))
		}
		end := func(n int, how string) ending {
			s, entry, err := o.parseReceipt(claims[n].Receipt)
			must(t, err)
			return ending{s, entry, how, claims[n].Text, "because", time.Now().Add(time.Hour)}
		}
		settle := func(ends ...ending) {
			failed, err := o.settleAll(t.Context(), ends)
			must(t, err)
			for _, err := range failed {
				must(t, err)
			}
		}
		settle(end(0, "done"), end(1, "retry"), end(2, "done"), end(3, "dead"))
		settle(end(0, "done"), end(2, "done")) // said again after a lost reply
		settle(end(2, "done"), end(4, "done"), end(1, "done"))
		if got := stats(t, o); got.Ready != 0 || got.InHand != 1 || got.Waiting != 1 || got.Dead != 1 {
			t.Errorf("%+v, want one in hand, one that waits and one dead", got)
		}
		recent, err := o.Recent(t.Context(), 10)
		must(t, err)
		var ids []string
		for _, r := range recent {
			ids = append(ids, r.Letter.ID)
		}
		for _, id := range []string{"letter0", "letter2", "letter4"} {
			if !slices.Contains(ids, id) {
				t.Errorf("%s is not among what was done last: %v", id, ids)
			}
		}
	})
}
