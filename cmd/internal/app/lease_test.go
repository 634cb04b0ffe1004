package app

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/cmd/internal/app/lease"
	"jobalertd/mailer"
	"jobalertd/mailer/outbox"
)

// pauser stops a process, as far as Redis can tell: from its first command that would owe a digest on,
// nothing reaches Redis for a while. It is a redis.Hook.
type pauser struct {
	pause time.Duration
	mu    sync.Mutex
	until time.Time
}

func (p *pauser) rest(cmds ...redis.Cmder) {
	p.mu.Lock()
	for _, cmd := range cmds {
		if p.until.IsZero() && strings.HasPrefix(cmd.Name(), "evalsha") && slices.ContainsFunc(cmd.Args(), isDigest) {
			p.until = time.Now().Add(p.pause)
		}
	}
	until := p.until
	p.mu.Unlock()
	time.Sleep(time.Until(until))
}

// isDigest reports whether what is given to a script is a digest that is to be owed.
func isDigest(arg any) bool {
	text, _ := arg.(string)
	letter, err := outbox.Decode(text)
	return err == nil && letter.Kind == mailer.KindDigest
}

func (p *pauser) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (p *pauser) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		p.rest(cmd)
		return next(ctx, cmd)
	}
}

func (p *pauser) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		p.rest(cmds...)
		return next(ctx, cmds)
	}
}

func TestALeaderThatWakesUpAfterItsLeaseSendsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Date(2000, 1, 3, 4, 1, 0, 0, time.UTC)
		time.Sleep(time.Until(begin))
		clients, p := embeddedRedises(t, 2), &pauser{pause: 3 * time.Minute} // no heartbeat falls into it
		clients[0].AddHook(p)
		led := func(o *Options) { o.Lease = time.Minute }
		w := newTown(t, clients[0], led)
		synctest.Wait()
		other, _ := w.start(clients[1], led)
		synctest.Wait()
		if !w.app.lease.Held() || other.lease.Held() {
			t.Fatal("the first daemon does not lead")
		}
		people := []string{"ada@example.com", "bob@example.com", "eve@example.com"}
		for _, email := range people {
			w.signUp(email, "UTC", alert(m{"every": "daily", "hour": 8}, m{}))
		}
		w.board.publish(1, "Senior Backend Engineer (Go)", "Berlin, Germany")
		eight := begin.Truncate(24 * time.Hour).Add(8 * time.Hour)
		time.Sleep(time.Until(eight.Add(time.Minute)))
		// The lease is over; miniredis does not let keys expire by itself.
		if err := clients[1].Del(t.Context(), lease.Key).Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(eight.Add(time.Hour)))
		synctest.Wait()
		if p.until.IsZero() {
			t.Fatal("the leader was never about to owe a digest")
		}
		got := map[string]int{}
		for _, mail := range w.mails() {
			if len(jobIDs(mail.text)) > 0 && !strings.HasPrefix(mail.Get("Subject"), "Thank you") {
				got[mail.to]++
			}
		}
		want := map[string]int{people[0]: 1, people[1]: 1, people[2]: 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("digests (-want +got):\n%s", diff)
		}
		for _, mail := range w.mails() {
			if len(jobIDs(mail.text)) > 0 && !mail.at.Before(p.until) {
				t.Error("the other did not send while the leader was stopped: nothing was tried")
			}
		}
	})
}
