package fields

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Name is one field of a hash.
type Name struct{ Key, Field string }

// Value is what a field holds, "" where it is not there, or why that cannot be told.
type Value struct {
	Text string
	Err  error
}

// Pipe is commands that are sent to Redis together.
type Pipe = redis.Pipeliner

// Get reads fields, in order. Each has its own error, since hashes may lie on different servers.
func Get(ctx context.Context, client redis.UniversalClient, names []Name) []Value {
	pipe := client.Pipeline()
	values := Ask(ctx, pipe, names)
	_, _ = pipe.Exec(ctx) // each field has its own error
	return values()
}

// Ask is Get for who asks Redis something else as well: what it returns gives the values when the pipeline has
// been executed.
func Ask(ctx context.Context, pipe Pipe, names []Name) (values func() []Value) {
	places := map[string][]int{}
	for i, name := range names {
		places[name.Key] = append(places[name.Key], i)
	}
	replies := make(map[string]*redis.SliceCmd, len(places))
	for key, at := range places {
		fields := make([]string, len(at))
		for n, i := range at {
			fields[n] = names[i].Field
		}
		replies[key] = pipe.HMGet(ctx, key, fields...)
	}
	return func() []Value {
		values := make([]Value, len(names))
		for key, at := range places {
			found, err := replies[key].Result()
			for n, i := range at {
				if values[i].Err = err; err == nil {
					values[i].Text, _ = found[n].(string) // nil where it is not there
				}
			}
		}
		return values
	}
}
