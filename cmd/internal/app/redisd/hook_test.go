package redisd

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// answer is an error that Redis itself answers with.
type answer string

func (a answer) Error() string { return string(a) }
func (answer) RedisError()     {}

// A refusal that will pass must be told from a fault of ours: pages and hooks ask to come again after the one.
func TestWhatWillPassIsToldFromFaults(t *testing.T) {
	tests := []struct {
		err     error
		passing bool
		says    string
		counted bool
	}{
		{io.ErrUnexpectedEOF, true, "Redis does not answer: ", true},
		{answer("LOADING Redis is loading the dataset in memory"), true, "Redis refuses for now: ", true},
		{answer("READONLY You can't write against a read only replica."), true, "Redis refuses for now: ", true},
		{answer("CLUSTERDOWN The cluster is down"), true, "Redis refuses for now: ", true},
		{answer("MOVED 1493 127.0.0.1:42147"), true, "Redis refuses for now: ", true},
		{answer("ASK 1493 127.0.0.1:42147"), true, "Redis refuses for now: ", true},
		{answer("NOREPLICAS Not enough good replicas to write."), true, "Redis refuses for now: ", true},
		{answer("MISCONF Errors writing to the AOF file: No space left on device"), true, "Redis refuses for now: ", true},
		{answer("OOM command not allowed when used memory > 'maxmemory'."), true, "Redis refuses for now: ", true},
		{answer("WRONGTYPE Operation against a key holding the wrong kind of value"), false, "WRONGTYPE", true},
		{answer("NOPERM User jobalertd has no permissions to run the 'flushall' command"), false, "NOPERM", true},
		{answer("NOSCRIPT No matching script."), false, "NOSCRIPT", false},
		{redis.Nil, false, "redis: nil", false},
	}
	for _, test := range tests {
		counted := false
		judge := Judge{Failed: func(string) { counted = true }}
		pipelined := judge.ProcessPipelineHook(func(_ context.Context, cmds []redis.Cmder) error {
			cmds[0].SetErr(test.err)
			return test.err
		})
		single := judge.ProcessHook(func(context.Context, redis.Cmder) error { return test.err })
		for way, got := range map[string]error{
			"by itself":     single(t.Context(), redis.NewStatusCmd(t.Context(), "set")),
			"in a pipeline": pipelined(t.Context(), []redis.Cmder{redis.NewStatusCmd(t.Context(), "set")}),
		} {
			if temporary(got) != test.passing || !errors.Is(got, test.err) || !strings.HasPrefix(got.Error(), test.says) {
				t.Errorf("%s: %v becomes %v, passing %t", way, test.err, got, temporary(got))
			}
		}
		if counted != test.counted {
			t.Errorf("%v: counted %t", test.err, counted)
		}
	}
}
