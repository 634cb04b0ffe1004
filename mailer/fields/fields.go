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

// Get reads fields, in order. Each has its own error, since hashes may lie on different servers.
func Get(ctx context.Context, client redis.UniversalClient, names []Name) []Value {
	places := map[string][]int{}
	for i, name := range names {
		places[name.Key] = append(places[name.Key], i)
	}
	pipe := client.Pipeline()
	replies := make(map[string]*redis.SliceCmd, len(places))
	for key, at := range places {
		fields := make([]string, len(at))
		for n, i := range at {
			fields[n] = names[i].Field
		}
		replies[key] = pipe.HMGet(ctx, key, fields...)
	}
	_, _ = pipe.Exec(ctx) // each reply has its own error
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
