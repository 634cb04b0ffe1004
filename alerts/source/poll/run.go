package poll

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/fetch"
)

// run is one poll under way.
type run struct {
	*Poller
	report   Report
	seen     map[string]bool // listings on the board
	visited  map[string]bool // addresses asked for in this run
	batch    []alerts.Posting
	refusals int
}

func (r *run) all(ctx context.Context) error {
	queue, err := r.format.Start(r.board)
	if err != nil {
		return err
	}
	for len(queue) > 0 {
		request := queue[0]
		queue = queue[1:]
		if r.visited[request.URL] || r.readBefore(request) {
			r.visited[request.URL] = true
			continue
		}
		if len(r.visited) >= maxPages {
			return fmt.Errorf("%w: it leads to more than %d pages", source.ErrNotThisFormat, maxPages)
		}
		r.visited[request.URL] = true
		follow, err := r.page(ctx, request)
		if err != nil {
			// What was read stays read; the poll has failed all the same.
			if flushed := r.flush(ctx); flushed != nil {
				return flushed
			}
			return err
		}
		queue = append(queue, follow...)
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	return r.close(ctx)
}

// readBefore says whether a request is for the page of a single listing that was read before and
// has not changed since.
func (r *run) readBefore(request source.Request) bool {
	stamp, ok := r.once[request.URL]
	return request.Once && ok && stamp == request.Stamp
}

// page fetches and reads one page, and says what to fetch next.
func (r *run) page(ctx context.Context, request source.Request) ([]source.Request, error) {
	before := r.pages[request.URL]
	response, err := r.get.Get(ctx, request, before.validators)
	r.report.Requests++
	if request.Once && errors.Is(err, fetch.ErrGone) {
		return nil, nil // closed since the list was made
	}
	if err != nil {
		return nil, err
	}
	if response.NotModified {
		r.report.Unchanged++
		r.see(before.present)
		r.refusals += before.refused
		return before.follow, nil
	}
	page, err := r.format.Parse(r.board, response.Body)
	if err != nil {
		return nil, err
	}
	now := memory{validators: response.Validators, follow: page.Follow, refused: len(page.Refused)}
	for _, id := range page.Present {
		now.present = append(now.present, r.id+":"+id)
	}
	for _, raw := range page.Postings {
		posting := r.norm.Posting(r.format.Name, r.board, raw)
		now.present = append(now.present, posting.ID)
		r.batch = append(r.batch, posting)
	}
	r.see(now.present)
	r.refusals += now.refused
	r.report.Refused = append(r.report.Refused, page.Refused...)
	if len(r.batch) >= batchSize {
		if err := r.flush(ctx); err != nil {
			return nil, err
		}
	}
	// Only a page whose postings are in the log may be passed over next time. Those still in the
	// batch are: a batch that fails ends the run, and forget undoes it.
	if request.Once {
		r.once[request.URL] = request.Stamp
	} else {
		r.pages[request.URL] = now
	}
	return page.Follow, nil
}

func (r *run) see(listings []string) {
	for _, id := range listings {
		r.seen[id] = true
	}
	r.report.Listings = len(r.seen)
}

// flush hands the batch to the log. Where the log fails, the pages are forgotten, so that the next
// poll reads them again instead of being told that nothing is new.
func (r *run) flush(ctx context.Context) error {
	for chunk := range slices.Chunk(r.batch, batchSize) {
		results, err := r.log.Commit(ctx, chunk)
		if err != nil {
			clear(r.pages)
			clear(r.once)
			return fmt.Errorf("%w: committing %d postings: %w", errLog, len(chunk), err)
		}
		r.report.Committed += len(chunk)
		for _, result := range results {
			r.report.Results[result]++
		}
	}
	r.batch = nil
	return nil
}

// close tells the log what a whole fetch showed, and forgets pages that are no longer led to.
func (r *run) close(ctx context.Context) error {
	if r.refusals > len(r.seen) {
		return fmt.Errorf("%w: %d refused, %d read; the first: %w", ErrMostRefused, r.refusals, len(r.seen), first(r.report.Refused))
	}
	maps.DeleteFunc(r.pages, func(url string, _ memory) bool { return !r.visited[url] })
	maps.DeleteFunc(r.once, func(url, _ string) bool { return !r.visited[url] })
	if !r.format.Whole {
		return nil
	}
	closed, err := r.log.Reconcile(ctx, r.id, slices.Sorted(maps.Keys(r.seen)))
	if err != nil {
		return fmt.Errorf("%w: reconciling: %w", errLog, err)
	}
	r.report.Closed = closed
	return nil
}

func first(errs []error) error {
	if len(errs) == 0 {
		return source.ErrNotThisFormat
	}
	return errs[0]
}
