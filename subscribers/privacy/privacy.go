package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/alerts"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// Keeper looks after people's data.
type Keeper struct {
	terms    subscribers.Terms
	store    *store.Store
	suppress *suppress.Set
	people   People
	postings Postings
	metrics  *metrics
}

// People tells who has a step due.
type People interface {
	Due(now time.Time) []subscribers.ID
}

// Postings tells how far the posting log has come.
type Postings interface {
	// Head is the newest sequence number.
	Head(ctx context.Context) (alerts.Seq, error)
}

// New makes a keeper.
func New(terms subscribers.Terms, s *store.Store, set *suppress.Set, people People, p Postings, reg prometheus.Registerer) *Keeper {
	return &Keeper{terms: terms, store: s, suppress: set, people: people, postings: p, metrics: newMetrics(reg)}
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
	for alert, cursor := range stored.Cursors() {
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
		if err = k.erase(ctx, sub); !errors.Is(err, subscribers.ErrConflict) {
			return err
		}
	}
	return err
}

// erase removes somebody as they were read. The bounces of their address go first: once the person is
// gone, nobody knows whose they are.
func (k *Keeper) erase(ctx context.Context, sub *subscribers.Subscriber) error {
	if err := k.suppress.Forgive(ctx, k.store.Hash(sub.Address)); err != nil {
		return fmt.Errorf("erasing: %w", err)
	}
	_, err := k.store.Erase(ctx, sub)
	return err
}

// attempts is how often an erasure is tried again when the person was changed meanwhile.
const attempts = 10
