package postings

import (
	"context"
	"crypto/sha1" //nolint:gosec // compared with redis.sha1hex, not a secret
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
)

// ErrNotFound: there is no such job.
var ErrNotFound = errors.New("no such posting")

// errMoved: the job changed between reading and writing.
var errMoved = errors.New("posting changed meanwhile")

// attempts is how often a change is tried again when somebody else was faster.
const attempts = 10

// Log is the posting log.
type Log struct {
	redis   redis.UniversalClient
	metrics *metrics
}

// New makes a log over redis.
func New(client redis.UniversalClient, reg prometheus.Registerer) *Log {
	l := &Log{redis: client, metrics: newMetrics(reg)}
	return l
}

// What became of a posting that was handed to Commit.
const (
	ResultNew       = "new"       // never seen: it will be announced
	ResultJoined    = "joined"    // a copy of a known job
	ResultUpdated   = "updated"   // known, and says something else now
	ResultUnchanged = "unchanged" // known, and says the same
	ResultReopened  = "reopened"  // known, and had been closed
	ResultEnded     = "ended"     // its stated end has passed: not taken in
)

// Commit takes postings in, one by one, and says what became of each. On an error, some have been
// taken in; committing all again is harmless. Known listings come first, so
// that a copy of a text that one of them has only now is told for one.
func (l *Log) Commit(ctx context.Context, postings []alerts.Posting) ([]string, error) {
	if len(postings) == 0 {
		return nil, nil
	}
	ids := make([]string, len(postings))
	for i := range postings {
		ids[i] = postings[i].ID
	}
	known, err := l.redis.HMGet(ctx, listingsKey, ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("looking up listings: %w", err)
	}
	results := make([]string, len(postings))
	for _, first := range []bool{true, false} {
		for i := range postings {
			value, isKnown := known[i].(string)
			if isKnown != first {
				continue
			}
			results[i], err = l.commit(ctx, &postings[i], value, time.Now())
			if err != nil {
				return nil, fmt.Errorf("committing posting %s: %w", postings[i].ID, err)
			}
			l.metrics.postings.WithLabelValues(postings[i].Source, results[i]).Inc()
		}
	}
	return results, nil
}

// commit takes one posting in. known is the listing's value as it stood a moment ago.
func (l *Log) commit(ctx context.Context, p *alerts.Posting, known string, now time.Time) (string, error) {
	content := contentHash(p)
	hash, jobID, _ := strings.Cut(known, " ")
	if hash == content {
		return ResultUnchanged, nil
	}
	fingerprint := alerts.Fingerprint(p)
	for range attempts {
		job := Job{Print: fingerprint}
		if jobID == "" {
			found, err := l.redis.HGet(ctx, printsKey, fingerprint).Result()
			if err != nil && !errors.Is(err, redis.Nil) {
				return "", err
			}
			jobID = found
		}
		if jobID == "" {
			jobID = p.ID
		} else {
			found, err := l.Get(ctx, jobID)
			switch {
			case errors.Is(err, ErrNotFound): // forgotten since: begin anew under its old name
			case err != nil:
				return "", err
			default:
				job = found
			}
		}
		if len(job.Listings) == 0 && ended(p, now) {
			return ResultEnded, nil
		}
		after, event := job.observe(*p, now)
		err := l.apply(ctx, jobID, job, after.learn(fingerprint), event, p.ID, content+" "+jobID, now)
		if errors.Is(err, errMoved) {
			jobID = ""
			continue
		}
		if err != nil {
			return "", err
		}
		return resultOf(event), nil
	}
	return "", errMoved
}

func resultOf(event Event) string {
	switch event {
	case EventNew:
		return ResultNew
	case EventJoin:
		return ResultJoined
	case EventOpen:
		return ResultReopened
	default:
		return ResultUpdated
	}
}

// apply writes the job if it still stands as before says. listing may be empty.
func (l *Log) apply(ctx context.Context, id string, before, after Job, event Event, listing, value string, now time.Time) error {
	data, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("encoding: %w", err)
	}
	learnt, forgotten := missing(after.Later, before.Later), missing(before.Later, after.Later)
	if event == EventNew {
		learnt = after.Print
	}
	keys := []string{logKey, jobsKey, listingsKey, printsKey, openKey, boardKey(Board(listing))}
	seq, err := apply.Run(ctx, l.redis, keys, id, sha1Hex(before.raw), data, string(event), listing, value, learnt, now.UnixMicro(), forgotten).Text()
	if err == nil && seq == "" {
		return errMoved
	}
	return err
}

// missing is the first of all that some have not; empty where they have every one.
func missing(all, some []string) string {
	i := slices.IndexFunc(all, func(s string) bool { return !slices.Contains(some, s) })
	if i < 0 {
		return ""
	}
	return all[i]
}

func sha1Hex(raw string) string {
	if raw == "" {
		return ""
	}
	sum := sha1.Sum([]byte(raw)) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}

// contentHash tells whether a listing says something else than before. When it was posted does not
// count: boards touch their dates without a change.
func contentHash(p *alerts.Posting) string {
	said := *p
	said.PostedAt = time.Time{}
	data, err := json.Marshal(said)
	if err != nil {
		return "" // a posting holds nothing that cannot be encoded
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// Get finds a job by its id.
func (l *Log) Get(ctx context.Context, id string) (Job, error) {
	jobs, err := l.GetAll(ctx, []string{id})
	if err != nil {
		return Job{}, err
	}
	if jobs[0].Seq == 0 {
		return Job{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return jobs[0], nil
}

// GetAll finds jobs by their ids, in order. One that is not there has Seq 0.
func (l *Log) GetAll(ctx context.Context, ids []string) ([]Job, error) {
	values, err := l.read(ctx, ids)
	if err != nil {
		return nil, err
	}
	jobs := make([]Job, len(ids))
	for i, raw := range values {
		if raw == "" {
			continue
		}
		if jobs[i], err = decodeJob(raw); err != nil {
			return nil, fmt.Errorf("reading posting %s: %w", ids[i], err)
		}
	}
	return jobs, nil
}

// read gives jobs as they stand in Redis, in order; "" for one that is not there.
func (l *Log) read(ctx context.Context, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	values, err := l.redis.HMGet(ctx, jobsKey, ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("reading postings: %w", err)
	}
	texts := make([]string, len(ids))
	for i, value := range values {
		texts[i], _ = value.(string)
	}
	return texts, nil
}

func decodeJob(raw string) (Job, error) {
	number, data, _ := strings.Cut(raw, "\n")
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return Job{}, fmt.Errorf("sequence number: %w", err)
	}
	job := Job{raw: raw}
	if err := json.Unmarshal([]byte(data), &job); err != nil {
		return Job{}, err
	}
	job.Seq = alerts.Seq(seq)
	return job, nil
}

// Find finds a job by its own id or that of any of its listings.
func (l *Log) Find(ctx context.Context, id string) (Job, error) {
	value, err := l.redis.HGet(ctx, listingsKey, id).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return Job{}, fmt.Errorf("looking up listing %s: %w", id, err)
	}
	if _, jobID, found := strings.Cut(value, " "); found {
		id = jobID
	}
	return l.Get(ctx, id)
}

// Head is the newest sequence number in the log, 0 for an empty one. A posting committed later gets
// a later number.
func (l *Log) Head(ctx context.Context) (alerts.Seq, error) {
	last, err := l.redis.XRevRangeN(ctx, logKey, "+", "-", 1).Result()
	if err != nil {
		return 0, fmt.Errorf("reading the head of the posting log: %w", err)
	}
	var head alerts.Seq
	for _, entry := range last {
		head = seqOf(entry.ID)
	}
	return head, nil
}

func seqOf(entry string) alerts.Seq {
	number, _, _ := strings.Cut(entry, "-")
	n, _ := strconv.ParseUint(number, 10, 64) // Redis made it: always a number
	return alerts.Seq(n)
}
