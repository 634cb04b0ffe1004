package outbox

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

func TestALetterPutOffUntriedCountsNoAttempt(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := eager(client)
		owe(t, o, 0, 1)
		owe(t, o, 1, 2)
		for i, c := range claim(t, o, 20) {
			if i == 0 {
				must(t, o.Postpone(t.Context(), c, time.Now().Add(-time.Second)))
			} else {
				must(t, o.Retry(t.Context(), c, time.Now().Add(-time.Second), mailer.Outcome{}))
			}
		}
		attempts := map[int]int{}
		for _, c := range claim(t, o, 20) {
			attempts[c.Letter.Attempt]++
		}
		if attempts[0] != 1 || attempts[1] != 1 {
			t.Errorf("letters by attempts: %v", attempts)
		}
	})
}
