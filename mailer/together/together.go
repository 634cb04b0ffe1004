package together

import (
	"context"
	"errors"
	"sync"
)

// Group asks questions of one kind. It can be shared.
type Group[Q, A any] struct {
	ask    func(ctx context.Context, questions []Q) ([]A, error)
	asking chan struct{} // holds one element while a round is being asked

	mu   sync.Mutex
	next *round[Q, A] // whom the next who come may join
}

// round is questions that are asked together.
type round[Q, A any] struct {
	questions []Q
	answers   []A
	err       error
	over      chan struct{}
}

// New makes a group. ask answers all questions, in order, or fails for all of them; it is called by one
// goroutine at a time, with the context of one of those who ask.
func New[Q, A any](ask func(ctx context.Context, questions []Q) ([]A, error)) *Group[Q, A] {
	return &Group[Q, A]{ask: ask, asking: make(chan struct{}, 1), next: &round[Q, A]{over: make(chan struct{})}}
}

// Ask is the answer to one question, which is asked after the call and never before. Its error is that of
// all who were asked for together, or the end of ctx.
func (g *Group[Q, A]) Ask(ctx context.Context, question Q) (A, error) {
	for {
		answer, own, err := g.join(ctx, question)
		// What ended may be the context of another who was asked for.
		ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
		if own || !ended || ctx.Err() != nil {
			return answer, err
		}
	}
}

// join has a question asked in the next round, and reports whether the context of that was ctx.
func (g *Group[Q, A]) join(ctx context.Context, question Q) (answer A, own bool, err error) {
	g.mu.Lock()
	r := g.next
	place := len(r.questions)
	r.questions = append(r.questions, question)
	g.mu.Unlock()
	if own = place == 0; own { // who comes first asks for all
		g.lead(ctx, r)
	}
	select {
	case <-r.over:
	default:
		select {
		case <-r.over:
		case <-ctx.Done():
			return answer, true, context.Cause(ctx)
		}
	}
	if r.err != nil {
		return answer, own, r.err
	}
	return r.answers[place], own, nil
}

// lead asks a round when the one before is over.
func (g *Group[Q, A]) lead(ctx context.Context, r *round[Q, A]) {
	g.asking <- struct{}{}
	g.mu.Lock()
	g.next = &round[Q, A]{over: make(chan struct{})}
	g.mu.Unlock()
	r.answers, r.err = g.ask(ctx, r.questions)
	<-g.asking
	close(r.over)
}
