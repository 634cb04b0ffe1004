package outbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
)

// Done ends a claim for good; result says how: sent, dropped.
func (o *Outbox) Done(ctx context.Context, c mailer.Claim, result string) error {
	return o.end(ctx, c, "done", result, time.Time{})
}

// Retry puts the letter off until at, counting the attempt.
func (o *Outbox) Retry(ctx context.Context, c mailer.Claim, at time.Time, _ mailer.Outcome) error {
	c.Letter.Attempt++
	c.Text = Encode(c.Letter)
	return o.end(ctx, c, "retry", "", at)
}

// Postpone puts the letter off until at without counting an attempt.
func (o *Outbox) Postpone(ctx context.Context, c mailer.Claim, at time.Time) error {
	return o.end(ctx, c, "retry", "", at)
}

// Release gives an untouched claim back: the letter is owed as before.
func (o *Outbox) Release(ctx context.Context, c mailer.Claim) error {
	err := o.end(ctx, c, "back", "", time.Time{})
	if s, _, bad := o.parseReceipt(c.Receipt); err == nil && bad == nil {
		o.cfg.Back(o.shard(s))
	}
	return err
}

// Bury ends a claim as a dead letter, with the relay's last words.
func (o *Outbox) Bury(ctx context.Context, c mailer.Claim, outcome mailer.Outcome) error {
	reason := strings.TrimSpace(fmt.Sprintf("%s %d %s", outcome.Class, outcome.Code, outcome.Enhanced))
	return o.end(ctx, c, "dead", reason, time.Time{})
}

func (o *Outbox) end(ctx context.Context, c mailer.Claim, how, result string, at time.Time) error {
	if err := o.settle(ctx, c.Receipt, how, c.Text, result, at); err != nil {
		return fmt.Errorf("settling letter %s as %s: %w", c.Letter.ID, how, err)
	}
	return nil
}

// ending is what becomes of a claim.
type ending struct {
	stream              stream
	entry               string
	how, letter, result string
	at                  time.Time
}

func (o *Outbox) settle(ctx context.Context, name, how, text, result string, at time.Time) error {
	s, entry, err := o.parseReceipt(name)
	if err != nil {
		return err
	}
	end := ending{s, entry, how, text, result, at}
	o.mu.Lock()
	answers := o.answers(s)
	o.mu.Unlock()
	if !answers { // the others need not wait with it
		failed, _ := o.settleAll(ctx, []ending{end})
		return failed[0]
	}
	failed, err := o.ends.Ask(ctx, end)
	if err != nil {
		return err
	}
	return failed
}

// settleAll ends claims that are ended at the same time, those of one stream together. Each has its own error;
// the other one is the end of ctx.
func (o *Outbox) settleAll(ctx context.Context, ends []ending) ([]error, error) {
	places := map[stream][]int{}
	for i, e := range ends {
		places[e.stream] = append(places[e.stream], i)
	}
	pipe := o.redis.Pipeline()
	replies := make(map[stream]*redis.Cmd, len(places))
	for s, at := range places {
		keys, args := o.settling(s, ends, at)
		replies[s] = settle.EvalSha(ctx, pipe, keys, args...)
	}
	_, _ = pipe.Exec(ctx) // each reply has its own error
	failed, ended := make([]error, len(ends)), error(nil)
	for s, at := range places {
		err := replies[s].Err()
		if redis.HasErrorPrefix(err, "NOSCRIPT") {
			keys, args := o.settling(s, ends, at)
			err = settle.Eval(ctx, o.redis, keys, args...).Err()
		}
		if err != nil {
			ended = ctx.Err()
		}
		for _, i := range at {
			failed[i] = err
		}
	}
	return failed, ended
}

// settling is what the script wants to know of those ends that are at these places.
func (o *Outbox) settling(s stream, ends []ending, at []int) (keys []string, args []any) {
	shard := o.shard(s)
	args = append(make([]any, 0, 3+5*len(at)), group, o.cfg.KeepDead, o.cfg.KeepDone)
	for _, i := range at {
		e := &ends[i]
		args = append(args, e.entry, e.how, e.letter, e.result, e.at.UnixMilli())
	}
	return []string{o.key(s), o.retry(s), deadKey(shard), doneKey(shard)}, args
}
