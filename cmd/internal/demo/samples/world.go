package samples

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html/template"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jobalertd/alerts"
)

// Sizes of a World.
const (
	Initial    = 200 // openings there are from the beginning
	BoardLimit = 24  // openings on one board, before the oldest is closed
)

// seed is where all chance in a World comes from.
const seed = 20_261_123

// World holds what the fictional companies offer at the moment. It is safe for concurrent use.
type World struct {
	base string
	data *catalogue
	page *template.Template

	mu       sync.Mutex
	next     int // number of the next opening
	scripted int // how many openings were asked for by kind
	open     map[Board][]Opening
}

// New makes a World as it is at start: Initial openings, published one every five hours until then.
// base is where Handler will be reached, such as http://127.0.0.1:8080/boards; links in postings
// begin with it.
func New(start time.Time, base string) (*World, error) {
	data, err := load()
	if err != nil {
		return nil, err
	}
	w := &World{base: strings.TrimSuffix(base, "/"), data: data, page: newPage(), open: map[Board][]Opening{}}
	for i := range Initial {
		w.Publish(start.Add(time.Duration(i-Initial) * 5 * time.Hour))
	}
	return w, nil
}

// Boards lists every board, the companies that push among them, in a fixed order.
func (w *World) Boards() []Board {
	out := make([]Board, len(w.data.companies))
	for i, co := range w.data.companies {
		out[i] = co.board
	}
	return out
}

// Publish lets the next opening appear. One of format push must be handed to the daemon; the
// others are found on their boards.
func (w *World) Publish(now time.Time) Opening {
	return w.publish(now, w.data.plan)
}

// PublishMatching lets an opening appear, on a board, that matches a filter of class core, one of
// the skills go and rust, Berlin or remote from Germany, senior.
func (w *World) PublishMatching(now time.Time) Opening {
	return w.publish(now, w.scriptedPlan(func(r role) bool { return r.lang == "Go" || r.lang == "Rust" }, alerts.ClassCore))
}

// PublishOther lets an opening appear, on a board and at a company that PublishMatching uses, that
// such a filter rejects: front-end work.
func (w *World) PublishOther(now time.Time) Opening {
	return w.publish(now, w.scriptedPlan(func(r role) bool { return r.key == "frontend" }, alerts.ClassNo))
}

// scriptedPlan plans a senior job of the wanted kind in Berlin or remote from Germany. It goes round
// the companies, one round hybrid and the next remote.
func (w *World) scriptedPlan(wanted func(role) bool, class alerts.Class) func(int, *rand.Rand) plan {
	return func(_ int, rng *rand.Rand) plan {
		berlin := w.data.places["Berlin"]
		hiring := slices.DeleteFunc(slices.Clone(w.data.companies), func(co company) bool {
			return co.board.Format == FormatPush || co.language != "en" || !slices.Contains(co.places, berlin)
		})
		turn := w.scripted
		w.scripted++
		co := hiring[turn%len(hiring)]
		roles := slices.DeleteFunc(w.data.rolesFor(co, class), func(r role) bool { return !wanted(r) })
		p := plan{company: co, role: pick(rng, roles), level: alerts.SenioritySenior, places: []place{berlin}, workplace: alerts.WorkplaceHybrid}
		if turn/len(hiring)%2 == 1 {
			p.workplace = alerts.WorkplaceRemote
		}
		return w.data.settle(p, rng)
	}
}

// publish puts the next opening on its board and closes the oldest of a full board.
func (w *World) publish(now time.Time, planner func(int, *rand.Rand) plan) Opening {
	w.mu.Lock()
	defer w.mu.Unlock()
	rng := rand.New(rand.NewPCG(seed, uint64(w.next)))
	o := w.data.compose(w.next, planner(w.next, rng), rng, w.base, now)
	w.next++
	listed := append(w.open[o.Board], o)
	w.open[o.Board] = slices.Clone(listed[max(0, len(listed)-BoardLimit):])
	return o
}

// openings lists what is open on a board, the oldest first.
func (w *World) openings(b Board) []Opening {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open[b]
}

// Pushed lists the open postings of companies without a board, board by board.
func (w *World) Pushed() []alerts.Posting {
	var out []alerts.Posting
	for _, b := range w.Boards() {
		if b.Format != FormatPush {
			continue
		}
		for _, o := range w.openings(b) {
			out = append(out, o.Posting)
		}
	}
	return out
}

// Handler serves the boards at their usual paths, and a page for every opening:
//
//	GET /posting-api/job-board/{board}   Ashby
//	GET /v1/boards/{board}/jobs          Greenhouse
//	GET /jobs/{number}                   the page
func (w *World) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posting-api/job-board/{board}", w.serveBoard(FormatAshby, func(openings []Opening, r *http.Request) ([]byte, error) {
		return ashbyResponse(openings, asked(r, "includeCompensation"))
	}))
	mux.HandleFunc("GET /v1/boards/{board}/jobs", w.serveBoard(FormatGreenhouse, func(openings []Opening, r *http.Request) ([]byte, error) {
		return greenhouseResponse(openings, asked(r, "content"), asked(r, "pay_transparency"))
	}))
	mux.HandleFunc("GET /jobs/{number}", w.servePage)
	return mux
}

// asked reports whether a request sets a parameter to true.
func asked(r *http.Request, parameter string) bool {
	on, err := strconv.ParseBool(r.URL.Query().Get(parameter))
	return err == nil && on
}

// serveBoard answers with a board of the format; a board that is asked again before it has changed
// costs it a 304.
func (w *World) serveBoard(format string, render func([]Opening, *http.Request) ([]byte, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		boards := w.Boards()
		at := slices.IndexFunc(boards, func(b Board) bool { return b.Format == format && b.Name == r.PathValue("board") })
		if at < 0 {
			rw.Header().Set("Content-Type", "application/json")
			rw.WriteHeader(http.StatusNotFound)
			fmt.Fprintln(rw, `{"status":404,"error":"Board not found"}`)
			return
		}
		body, err := render(w.openings(boards[at]), r)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
		rw.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body)))
		http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(body))
	}
}
