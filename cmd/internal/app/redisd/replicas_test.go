package redisd

import (
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

// temporary reports whether an error asks to come back.
func temporary(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && t.Temporary()
}

func TestWhatReplicasDoNotHaveIsNotConfirmed(t *testing.T) {
	cluster := redistest.StartCluster(t, 1, 1)
	for name, url := range map[string]string{"Cluster": cluster.URL(), "single": "redis://" + cluster.Addrs()[0]} {
		t.Run(name, func(t *testing.T) {
			short := 0
			client, err := Open(Server{URL: url, Replicas: 1, Within: 200 * time.Millisecond, Short: func() { short++ }})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			client.AddHook(Judge{Failed: func(op string) { t.Errorf("%s counts as a command that failed", op) }})
			ctx := Confirmed(t.Context())
			script := redis.NewScript(`return redis.call('INCR', KEYS[1])`)
			say := map[string]func() error{
				"a script": func() error { return script.Run(ctx, client, []string{"a"}).Err() },
				"a read":   func() error { return client.Exists(ctx, "a").Err() },
				"a pipeline": func() error {
					_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error { p.Incr(ctx, "a"); return nil })
					return err
				},
			}
			for what, run := range say {
				if err := run(); err != nil {
					t.Errorf("%s, the replica well: %v", what, err)
				}
			}
			cluster.PauseReplicas(1)
			defer cluster.ResumeReplicas(1)
			// What the replica has already, it has: only what comes after it was stopped waits in vain.
			if err := script.Run(t.Context(), client, []string{"a"}).Err(); err != nil {
				t.Errorf("a script nobody waits for: %v", err)
			}
			for what, run := range say {
				if err := run(); !temporary(err) {
					t.Errorf("%s, the replica stopped: error = %v, want a temporary one", what, err)
				}
			}
			if short < len(say) { // the client of a Cluster may have asked something of its own
				t.Errorf("heard %d times of too few replicas, want %d at least", short, len(say))
			}
		})
	}
}
