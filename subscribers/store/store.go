package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store/record"
)

// DefaultShards is over how many shards new data is spread.
const DefaultShards = 64

// Store is the subscribers.
type Store struct {
	redis  redis.UniversalClient
	hasher mailer.Hasher
	shards int
	owed   Owed
}

// ErrKey: the data was made with another key for address hashes.
var ErrKey = errors.New("the master key is not the one this data was made with; put the former key last in keys.previous")

// Layout settles at the first start of all over how many shards the data is spread, and with which
// key addresses are hashed. Later it says what was settled, or ErrKey.
func Layout(ctx context.Context, client redis.UniversalClient, shards int, hasher mailer.Hasher) (int, error) {
	if shards < 1 || shards&(shards-1) != 0 || shards > 1<<16 {
		return 0, fmt.Errorf("%d shards: the number must be a power of two up to 65536", shards)
	}
	check := hasher.Hash(mailer.Address{}).String()
	pipe := client.Pipeline()
	pipe.HSetNX(ctx, layoutKey, "shards", shards)
	pipe.HSetNX(ctx, layoutKey, "key", check)
	settled := pipe.HMGet(ctx, layoutKey, "shards", "key")
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("settling the layout: %w", err)
	}
	if settled.Val()[1] != check {
		return 0, ErrKey
	}
	text, _ := settled.Val()[0].(string)
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("reading the layout: %w", err)
	}
	return n, nil
}

// Owed is told of each letter after it was put into a shard's outbox. It must not block.
type Owed func(ctx context.Context, shard int, l mailer.Letter)

// New makes a store over redis. shards is what Layout said. owed can see to it that a letter does not
// wait for the next sweep; it may be nil.
func New(client redis.UniversalClient, shards int, hasher mailer.Hasher, owed Owed) *Store {
	if owed == nil {
		owed = func(context.Context, int, mailer.Letter) {}
	}
	return &Store{redis: client, hasher: hasher, shards: shards, owed: owed}
}

// Shards is the number of shards.
func (s *Store) Shards() int { return s.shards }

// Hash is the keyed hash of an address.
func (s *Store) Hash(a mailer.Address) mailer.AddressHash { return s.hasher.Hash(a) }

// Stored is a subscriber as it stands in Redis, with the cursors of its alerts. Subscriber is nil where
// there is nobody, or nobody who can be read.
type Stored struct {
	*subscribers.Subscriber
	Unreadable *Unreadable // why the subscriber cannot be read; nil where that is not so
	cursors    string      // pairs of alert id and cursor, as the scripts write them
}

// Unreadable is the error of one subscriber whose record cannot be read: record.ErrNewer, record.ErrDamaged.
type Unreadable struct {
	ID  subscribers.ID
	err error
}

// Error names the subscriber, and what is wrong with the record.
func (u *Unreadable) Error() string { return fmt.Sprintf("reading subscriber %s: %v", u.ID, u.err) }

// Unwrap is what is wrong with the record.
func (u *Unreadable) Unwrap() error { return u.err }

// Cursors is the cursors of all alerts, by their ids.
func (s Stored) Cursors() map[string]alerts.Seq {
	all := map[string]alerts.Seq{}
	for alert, cursor := range pairs(s.cursors) {
		all[alert] = cursor
	}
	return all
}

// Cursor is the cursor of one alert, 0 where it has none.
func (s Stored) Cursor(alert string) alerts.Seq {
	for other, cursor := range pairs(s.cursors) {
		if other == alert {
			return cursor
		}
	}
	return 0
}

// pairs is alert ids and cursors.
func pairs(text string) iter.Seq2[string, alerts.Seq] {
	return func(yield func(string, alerts.Seq) bool) {
		for text != "" {
			var alert, cursor string
			alert, text, _ = strings.Cut(text, " ")
			cursor, text, _ = strings.Cut(text, " ")
			if n, _ := parseCursor(cursor); !yield(alert, n) { // a script wrote it
				return
			}
		}
	}
}

// Get reads a subscriber: subscribers.ErrNotFound where there is none.
func (s *Store) Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error) {
	stored, err := s.GetStored(ctx, id)
	if err != nil {
		return nil, err
	}
	return stored.Subscriber, nil
}

// GetStored reads a subscriber with the cursors.
func (s *Store) GetStored(ctx context.Context, id subscribers.ID) (Stored, error) {
	found, err := s.GetAll(ctx, id.Shard(s.shards), []subscribers.ID{id})
	if err != nil {
		return Stored{}, err
	}
	if found[0].Unreadable != nil {
		return Stored{}, found[0].Unreadable
	}
	if found[0].Subscriber == nil {
		return Stored{}, fmt.Errorf("subscriber %s: %w", id, subscribers.ErrNotFound)
	}
	return found[0], nil
}

// GetAll reads subscribers of one shard, in order. One that is not there is nil, as is one that is Unreadable.
func (s *Store) GetAll(ctx context.Context, shard int, ids []subscribers.ID) ([]Stored, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	fields, firstKeys := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		fields[i], firstKeys[i] = string(id), firstSubKey(shard, id)
	}
	// The first layout is asked along, whoever is found: the time must not tell who is known.
	pipe := s.redis.Pipeline()
	texts, first := pipe.HMGet(ctx, peopleKey(shard), fields...), pipe.MGet(ctx, firstKeys...)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("reading subscribers: %w", err)
	}
	found := make([]Stored, len(ids))
	for i, id := range ids {
		var err error
		text, _ := texts.Val()[i].(string)
		if old, _ := first.Val()[i].(string); text == "" && old != "" {
			if text, err = s.moved(ctx, shard, id, old); errors.As(err, &found[i].Unreadable) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		if text != "" {
			found[i] = read(id, text)
		}
	}
	return found, nil
}

// read takes apart what the scripts have written: a line for them, and the record.
func read(id subscribers.ID, text string) Stored {
	line, data, _ := strings.Cut(text, "\n")
	sub, err := record.Decode([]byte(data))
	return stored(id, line, sub, err)
}

// stored is a subscriber whose record was read, or why it was not, with what the line says.
func stored(id subscribers.ID, line string, sub *subscribers.Subscriber, err error) Stored {
	version, rest, _ := strings.Cut(line, " ")
	_, rest, _ = strings.Cut(rest, " ") // the nonce
	letter, cursors, _ := strings.Cut(rest, " ")
	state := stateOf(letter)
	if _, ok := id.Bytes(); err == nil && (state == "" || !ok) {
		err = record.ErrDamaged
	}
	if err != nil {
		return Stored{Unreadable: &Unreadable{id, err}}
	}
	sub.ID, sub.State = id, state
	sub.Version, _ = strconv.ParseInt(version, 10, 64) // a script wrote it
	return Stored{Subscriber: sub, cursors: cursors}
}

// letterOf is the state as the scripts know it.
func letterOf(state subscribers.State) string {
	switch state {
	case subscribers.StatePending:
		return "p"
	case subscribers.StateActive:
		return "a"
	case subscribers.StatePaused:
		return "h"
	case subscribers.StateLeft:
		return "l"
	}
	return ""
}

// stateOf is the state with a letter, empty where none has it.
func stateOf(letter string) subscribers.State {
	for _, state := range subscribers.States() {
		if letterOf(state) == letter {
			return state
		}
	}
	return ""
}

// cursorText is a cursor as the scripts compare it.
func cursorText(n alerts.Seq) string { return strconv.FormatUint(uint64(n), 36) }

func parseCursor(text string) (alerts.Seq, error) {
	n, err := strconv.ParseUint(text, 36, 64)
	return alerts.Seq(n), err
}

// Find finds the subscriber with an address: subscribers.ErrNotFound where there is none.
func (s *Store) Find(ctx context.Context, hash mailer.AddressHash) (subscribers.ID, error) {
	shard := hash.Shard(s.shards)
	// Both are asked at once, whatever the first one says: the time must not tell who is known.
	pipe := s.redis.Pipeline()
	now := pipe.HGet(ctx, addressesKey(shard, hash), addressField(hash))
	first := pipe.HGet(ctx, firstAddrKey(shard), string(hash[:]))
	_, _ = pipe.Exec(ctx) // each reply has its own error
	for _, reply := range []*redis.StringCmd{now, first} {
		if err := reply.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return "", fmt.Errorf("looking up an address: %w", err)
		}
	}
	switch {
	case now.Val() != "":
		return subscribers.ID(now.Val()), nil
	case first.Val() != "":
		id := subscribers.ID(first.Val())
		return id, s.move(ctx, shard, id, hash)
	}
	return "", subscribers.ErrNotFound
}

// Save is a change to keep.
type Save struct {
	// Subscriber is what shall be; its Version is that of what was read, 0 for a new subscriber.
	Subscriber *subscribers.Subscriber
	// Cursors sets the cursors of these alerts. Alerts of Forget lose theirs.
	Cursors map[string]alerts.Seq
	Forget  []string
	// Letter is owed together with the change; nil for none.
	Letter *mailer.Letter
}

// nonceLength is the length of the nonce that tells a call said again from another's: it only has to
// differ from those who change the same version of the same person at the same time.
const nonceLength = 5

// Save keeps a change, all of it or nothing. subscribers.ErrConflict: read again and repeat.
// subscribers.ErrSuppressed: the letter cannot be owed to this address, nothing was changed.
func (s *Store) Save(ctx context.Context, c Save) error {
	sub := c.Subscriber
	hash, shard := s.Hash(sub.Address), sub.ID.Shard(s.shards)
	letter, kind, asked := "", mailer.Kind(""), hash
	if c.Letter != nil {
		kind, letter = c.Letter.Kind, outbox.Encode(*c.Letter)
	}
	if kind == mailer.KindMove { // goes to another address than the person's, which may be dead for all that
		asked = s.Hash(sub.Recipient(kind))
	}
	nonce := rand.Text()[:nonceLength]
	args := []any{string(sub.ID), sub.Version, nonce, letterOf(sub.State), record.Encode(sub), string(asked[:]), s.fieldIn(shard, hash), letter, keepChanges}
	for _, alert := range slices.Sorted(maps.Keys(c.Cursors)) {
		if alert == "" || strings.ContainsAny(alert, " \n") {
			return fmt.Errorf("saving subscriber %s: %q cannot be an alert's id", sub.ID, alert)
		}
		args = append(args, alert, cursorText(c.Cursors[alert]))
	}
	for _, alert := range c.Forget {
		args = append(args, alert, "")
	}
	keys := []string{peopleKey(shard), addressesKey(shard, hash), changesKey(shard), outbox.Key(shard, kind), suppress.Key(shard)}
	n, err := save.Run(ctx, s.redis, keys, args...).Int()
	if err != nil {
		return fmt.Errorf("saving subscriber %s: %w", sub.ID, err)
	}
	switch n {
	case 0, -1:
		return fmt.Errorf("saving subscriber %s: %w", sub.ID, subscribers.ErrConflict)
	case -2:
		return fmt.Errorf("saving subscriber %s: %w", sub.ID, subscribers.ErrSuppressed)
	}
	sub.Version++
	if c.Letter != nil {
		s.owed(ctx, shard, *c.Letter)
	}
	return nil
}

// Erase removes a subscriber and reports whether there was one. subscribers.ErrConflict: they were
// changed since they were read; read again and decide anew.
func (s *Store) Erase(ctx context.Context, sub *subscribers.Subscriber) (bool, error) {
	hash, shard := s.Hash(sub.Address), sub.ID.Shard(s.shards)
	keys := []string{peopleKey(shard), addressesKey(shard, hash), heardKey(shard, sub.ID), changesKey(shard)}
	n, err := erase.Run(ctx, s.redis, keys, string(sub.ID), s.fieldIn(shard, hash), keepChanges, sub.Version).Int()
	if err != nil {
		return false, fmt.Errorf("erasing subscriber %s: %w", sub.ID, err)
	}
	if n < 0 {
		return false, fmt.Errorf("erasing subscriber %s: %w", sub.ID, subscribers.ErrConflict)
	}
	for _, address := range elsewhere(sub) {
		if err := s.Release(ctx, address, sub.ID); err != nil {
			return false, err
		}
	}
	return n == 1, nil
}
