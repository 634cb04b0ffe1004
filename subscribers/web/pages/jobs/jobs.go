package jobs

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
)

// Desk is what the pages ask and change of a subscriber.
type Desk interface {
	Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error)
	Change(ctx context.Context, id subscribers.ID, c subscribers.Change, now time.Time) (*subscribers.Subscriber, error)
}

// Judged is a posting and what a filter says of it.
type Judged struct {
	Posting alerts.Posting
	Verdict alerts.Verdict
	Closed  bool
}

// Postings is what the pages ask of the posting log.
type Postings interface {
	alertform.Postings
	// Judge tells what a filter says of a posting, open or closed, by the id of one of its listings:
	// subscribers.ErrNotFound where there is none.
	Judge(ctx context.Context, f alerts.Filter, posting string) (Judged, error)
	// Between lists the open postings after one sequence number and up to another that a filter
	// matches, best first, at most limit, and says how many there are in all.
	Between(ctx context.Context, f alerts.Filter, after, upto alerts.Seq, limit int) ([]alerts.Match, int, error)
}

// Jobs serves the pages.
type Jobs struct {
	*shell.Shell
	Desk     Desk
	Postings Postings
	Tokens   *token.Minter
}

// Register adds the routes. A pattern for GET answers HEAD too.
func (j *Jobs) Register(mux *http.ServeMux) {
	mux.Handle("GET /more/{token}", j.Answer(j.more))
	mux.Handle("GET /why/{token}", j.Answer(j.whyPage))
	mux.Handle("POST /why/{token}", j.Answer(j.feedback))
}

// alert is the alert whose link was used, and its owner. Who has left hears of no jobs here either.
func (j *Jobs) alert(r *http.Request) (*subscribers.Subscriber, subscribers.Alert, error) {
	claims, err := j.Tokens.Check(token.News, r.PathValue("token"), time.Now())
	if err != nil {
		return nil, subscribers.Alert{}, err
	}
	sub, err := j.Desk.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return nil, subscribers.Alert{}, err
	}
	if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
		return nil, subscribers.Alert{}, subscribers.ErrState
	}
	found, ok := sub.Alert(claims.Alert)
	if !ok {
		return nil, subscribers.Alert{}, subscribers.ErrNotFound
	}
	return sub, found, nil
}

// mostListed is how many jobs one page lists.
const mostListed = 100

// moreView is the page that lists what a letter found.
type moreView struct {
	shell.Chrome
	Alert shell.Described
	Count string // how many jobs there are
	Jobs  []listed
	Rest  string // how many more there are than the page lists
}

// listed is a job with its reason.
type listed struct {
	alertform.Job
	Why  string // in a line
	More string // the path of the page that tells why at length
}

// more lists all that a letter found and that is still open, by the filter as it is now.
func (j *Jobs) more(w http.ResponseWriter, r *http.Request) error {
	_, a, err := j.alert(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	found, n, err := j.Postings.Between(r.Context(), a.Filter, sequence(query.Get("after"), 0), sequence(query.Get("upto"), 1<<63-1), mostListed)
	if err != nil {
		return err
	}
	t := j.Of(r)
	v := &moreView{Alert: t.Describe([]subscribers.Alert{a})[0], Count: t.Count("more.count", n)}
	for _, match := range found {
		v.Jobs = append(v.Jobs, listed{
			Job: alertform.NewJob(t, *match.Posting), Why: phrase.Why(t.Locale, match.Verdict),
			More: "/why/" + r.PathValue("token") + "?job=" + url.QueryEscape(match.ID()),
		})
	}
	if rest := n - len(found); rest > 0 {
		v.Rest = t.Count("more.rest", rest)
	}
	j.Render(w, r, http.StatusOK, "more", v)
	return nil
}

// sequence reads a sequence number of a link; what is none is the default.
func sequence(s string, otherwise alerts.Seq) alerts.Seq {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return otherwise
	}
	return alerts.Seq(n)
}
