package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// Config is how long data is kept.
type Config struct {
	// Unconfirmed is how long a signup waits that nobody confirms. Default 7 days.
	Unconfirmed time.Duration
	// Left is how long the record of somebody who left is kept, should they come back. Default 28 days.
	Left time.Duration
}

// Keeper looks after people's data.
type Keeper struct {
	cfg      Config
	store    *store.Store
	suppress *suppress.Set
	people   People
}

// People tells who is in which state.
type People interface {
	In(state subscribers.State) []subscribers.ID
}

// Resumer ends a pause.
type Resumer interface {
	Change(ctx context.Context, id subscribers.ID, c subscribers.Change, now time.Time) (*subscribers.Subscriber, error)
}

// New makes a keeper.
func New(cfg Config, s *store.Store, set *suppress.Set, people People) *Keeper {
	if cfg.Unconfirmed <= 0 {
		cfg.Unconfirmed = 7 * 24 * time.Hour
	}
	if cfg.Left <= 0 {
		cfg.Left = 28 * 24 * time.Hour
	}
	return &Keeper{cfg: cfg, store: s, suppress: set, people: people}
}

// export is everything that is kept about a person, in words they can read.
type export struct {
	Subscriber *subscribers.Subscriber `json:"subscriber"`
	// ServedUpTo is how far in the posting log each alert has been served, by alert id.
	ServedUpTo map[string]time.Time `json:"served_up_to,omitempty"`
	// Told is the jobs that one alert has told of and another may meet again.
	Told        []string        `json:"told,omitempty"`
	Suppression *suppress.Entry `json:"suppression,omitempty"`
}

// Export is everything that is kept about a person, as JSON.
func (k *Keeper) Export(ctx context.Context, id subscribers.ID) ([]byte, error) {
	stored, err := k.store.GetStored(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("exporting: %w", err)
	}
	e := export{Subscriber: stored.Subscriber, ServedUpTo: map[string]time.Time{}}
	for alert, cursor := range stored.Cursors {
		e.ServedUpTo[alert] = cursor.Time()
	}
	heard, err := k.store.Heard(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("exporting: %w", err)
	}
	e.Told = slices.Sorted(maps.Keys(heard))
	entry, found, err := k.suppress.Get(ctx, k.store.Hash(stored.Address))
	if err != nil {
		return nil, fmt.Errorf("exporting: %w", err)
	}
	if found {
		e.Suppression = &entry
	}
	return json.MarshalIndent(e, "", "  ")
}

// Erase removes everything that is kept about a person. If their address was suppressed, its keyed
// hash stays, so that they are not written to again.
func (k *Keeper) Erase(ctx context.Context, id subscribers.ID) error {
	var sub *subscribers.Subscriber
	var err error
	for range attempts {
		if sub, err = k.store.Get(ctx, id); err != nil {
			return fmt.Errorf("erasing: %w", err)
		}
		if _, err = k.store.Erase(ctx, sub); !errors.Is(err, subscribers.ErrConflict) {
			return err
		}
	}
	return err
}

// attempts is how often an erasure is tried again when the person was changed meanwhile.
const attempts = 10

// Sweep erases whose time is over: signups that nobody confirmed, and people who left. It ends the
// pauses that were to end by now. It returns how many records it changed or erased.
func (k *Keeper) Sweep(ctx context.Context, desk Resumer, now time.Time) (int, error) {
	n := 0
	for _, state := range []subscribers.State{subscribers.StatePending, subscribers.StateLeft, subscribers.StatePaused} {
		for _, id := range k.people.In(state) {
			done, err := k.tend(ctx, desk, id, now)
			if err != nil {
				return n, fmt.Errorf("looking after subscriber %s: %w", id, err)
			}
			if done {
				n++
			}
		}
	}
	return n, nil
}

func (k *Keeper) tend(ctx context.Context, desk Resumer, id subscribers.ID, now time.Time) (bool, error) {
	sub, err := k.store.Get(ctx, id)
	if errors.Is(err, subscribers.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch {
	case sub.State == subscribers.StatePending && now.Sub(sub.ChangedAt) >= k.cfg.Unconfirmed,
		sub.State == subscribers.StateLeft && now.Sub(sub.ChangedAt) >= k.cfg.Left:
		erased, err := k.store.Erase(ctx, sub)
		if errors.Is(err, subscribers.ErrConflict) {
			return false, nil // they have just come back
		}
		return erased, err
	case sub.State == subscribers.StatePaused && !sub.PausedUntil.IsZero() && !now.Before(sub.PausedUntil):
		resume := false
		_, err := desk.Change(ctx, id, subscribers.Change{Pause: &resume}, now)
		return err == nil, err
	}
	return false, nil
}
