package backup

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts/postings"
)

// page is about how many fields or entries stand in one line.
const page = 500

// Write writes a backup of all that is in Redis and returns how many keys it holds. progress is told how
// many of how many keys are done; it may be nil.
func Write(ctx context.Context, client redis.UniversalClient, out io.Writer, now time.Time, progress func(done, all int)) (int, error) {
	keys, err := list(ctx, client)
	if err != nil {
		return 0, fmt.Errorf("listing what there is: %w", err)
	}
	groups := map[string][]string{}
	for _, key := range keys {
		if key != restoringKey {
			groups[tag(key)] = append(groups[tag(key)], key)
		}
	}
	log := groups[postingsTag]
	delete(groups, postingsTag)
	postings.CopyOrder(log)
	w := newWriter(out)
	if err := w.line(header{Format: Format, At: now.UTC()}); err != nil {
		return 0, fmt.Errorf("writing: %w", err)
	}
	done := 0
	report := func(n int) {
		if done += n; progress != nil {
			progress(done, len(keys))
		}
	}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		if err := w.shard(ctx, client, groups[group]); err != nil {
			return done, fmt.Errorf("reading shard %s: %w", group, err)
		}
		report(len(groups[group]))
	}
	for _, key := range log {
		if err := w.large(ctx, client, key); err != nil {
			return done, fmt.Errorf("reading %s: %w", key, err)
		}
		report(1)
	}
	if err := w.end(); err != nil {
		return done, fmt.Errorf("writing: %w", err)
	}
	return done, nil
}

// list is all our keys, sorted, each once.
func list(ctx context.Context, client redis.UniversalClient) ([]string, error) {
	var mu sync.Mutex
	found := map[string]bool{}
	scan := func(ctx context.Context, node *redis.Client) error {
		keys := node.Scan(ctx, 0, everything, 10*page).Iterator()
		for keys.Next(ctx) {
			mu.Lock()
			found[keys.Val()] = true
			mu.Unlock()
		}
		return keys.Err()
	}
	var err error
	switch c := client.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(ctx, scan)
	case *redis.Client:
		err = scan(ctx, c)
	default:
		err = fmt.Errorf("a %T cannot be listed", client)
	}
	return slices.Sorted(maps.Keys(found)), err
}

// shard writes keys of one hash tag as they stand in one moment.
func (w *writer) shard(ctx context.Context, client redis.UniversalClient, keys []string) error {
	replies, err := dump.Run(ctx, client, keys).Slice()
	if err != nil {
		return err
	}
	for i, reply := range replies {
		parts, _ := reply.([]any)
		if len(parts) != 2 {
			continue
		}
		kind, _ := parts[0].(string)
		held, _ := parts[1].([]any)
		if kind == "stream" {
			err = w.entries(keys[i], streamOf(held))
		} else {
			err = w.values(keys[i], kind, flat(held))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// large writes one key a page at a time.
func (w *writer) large(ctx context.Context, client redis.UniversalClient, key string) error {
	kind, err := client.Type(ctx, key).Result()
	if err != nil {
		return err
	}
	switch kind {
	case "hash":
		fields := client.HScan(ctx, key, 0, "", page).Iterator()
		return w.pages(ctx, key, kind, fields)
	case "zset":
		members := client.ZScan(ctx, key, 0, "", page).Iterator()
		return w.pages(ctx, key, kind, members)
	case "stream":
		return w.stream(ctx, client, key)
	default:
		return w.shard(ctx, client, []string{key})
	}
}

// pages writes what an iterator finds, pair by pair.
func (w *writer) pages(ctx context.Context, key, kind string, it *redis.ScanIterator) error {
	var values [][]byte
	for it.Next(ctx) {
		if values = append(values, []byte(it.Val())); len(values) == 2*page {
			if err := w.values(key, kind, values); err != nil {
				return err
			}
			values = values[:0]
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	return w.values(key, kind, values)
}

func (w *writer) stream(ctx context.Context, client redis.UniversalClient, key string) error {
	for from := "-"; ; {
		found, err := client.XRangeN(ctx, key, from, "+", page).Result()
		if err != nil || len(found) == 0 {
			return err
		}
		entries := make([]entry, len(found))
		for i, e := range found {
			entries[i].ID = e.ID
			for _, field := range slices.Sorted(maps.Keys(e.Values)) {
				text, _ := e.Values[field].(string)
				entries[i].Values = append(entries[i].Values, []byte(field), []byte(text))
			}
		}
		if err := w.entries(key, entries); err != nil {
			return err
		}
		from = "(" + found[len(found)-1].ID
	}
}

// values writes what a key holds, pairs kept together.
func (w *writer) values(key, kind string, values [][]byte) error {
	for part := range slices.Chunk(values, 2*page) {
		if err := w.line(item{Key: key, Type: kind, Values: part}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) entries(key string, entries []entry) error {
	for part := range slices.Chunk(entries, page) {
		if err := w.line(item{Key: key, Type: "stream", Entries: part}); err != nil {
			return err
		}
	}
	return nil
}

// flat is a reply as bytes.
func flat(reply []any) [][]byte {
	values := make([][]byte, len(reply))
	for i, v := range reply {
		switch v := v.(type) {
		case string:
			values[i] = []byte(v)
		case float64: // a score
			values[i] = strconv.AppendFloat(nil, v, 'g', -1, 64)
		}
	}
	return values
}

// streamOf is the reply of XRANGE.
func streamOf(reply []any) []entry {
	entries := make([]entry, len(reply))
	for i, e := range reply {
		parts, _ := e.([]any)
		if len(parts) == 2 {
			entries[i].ID, _ = parts[0].(string)
			fields, _ := parts[1].([]any)
			entries[i].Values = flat(fields)
		}
	}
	return entries
}
