package once

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// How long claims and answers live.
const (
	// Lease is how long a claim lasts whose holder does not settle it: longer than any request.
	Lease = 2 * time.Minute
	// Keep is how long an answer is remembered.
	Keep = 24 * time.Hour
)

// Why a request is not worked on.
var (
	// ErrBusy: the same request is being worked on at this moment.
	ErrBusy = errors.New("the same request is being worked on")
	// ErrReused: the key was given to another request before.
	ErrReused = errors.New("the key belongs to another request")
)

// Memory remembers requests. It is safe for concurrent use.
type Memory struct{ redis redis.UniversalClient }

// New makes a memory in Redis.
func New(client redis.UniversalClient) *Memory { return &Memory{client} }

// Request names a request for the purpose of doing it once.
type Request struct {
	// Scope keeps the keys of different callers and routes apart.
	Scope string
	// Key is what the caller named the request.
	Key string
	// Body is what the request says; another one under the same key is another request.
	Body []byte
}

// Name is a hash of scope and key, the same whenever the request comes.
func (r Request) Name() [16]byte {
	sum := sha256.Sum256([]byte(r.Scope + "\x00" + r.Key))
	return [16]byte(sum[:16])
}

// Do works on a request, or says what was answered when it was worked on before. An answer without
// error is kept. ErrBusy, ErrReused: nothing was done.
func (m *Memory) Do(ctx context.Context, r Request, work func() ([]byte, error)) ([]byte, error) {
	token, fingerprint := rand.Text(), sha256.Sum256(r.Body)
	name := []string{key(r.Name())}
	found, err := claim.Run(ctx, m.redis, name, string(fingerprint[:]), token, Lease.Milliseconds()).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("claiming an idempotency key: %w", err)
	}
	switch found[0] {
	case "done":
		return []byte(found[1]), nil
	case "busy":
		return nil, ErrBusy
	case "other":
		return nil, ErrReused
	}
	answer, failed := work()
	if failed != nil {
		answer = nil
	}
	// The caller may have gone; whoever asks again needs the answer all the more.
	ctx = context.WithoutCancel(ctx)
	if err := settle.Run(ctx, m.redis, name, token, string(answer), Keep.Milliseconds()).Err(); err != nil && failed == nil {
		return nil, fmt.Errorf("keeping the answer to an idempotency key: %w", err)
	}
	return answer, failed
}
