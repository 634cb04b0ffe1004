package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"jobalertd/mailer/mailertest"
)

const (
	soakSecret = "YSBzZWNyZXQgb2YgMjQgb2N0ZXRzIG9yIG1vcmU=" // of the generic webhook, in base64
	soakTopics = 4                                          // words that filters ask for; a posting has one of them
	soakOpen   = 3 * time.Minute                            // how long a posting stays open, so that memory can become flat
)

// habit is what a person of the town does.
type habit int

const (
	reads   habit = iota // gets each job at once; must not miss any
	digests              // gets them once a day
	leaves               // unsubscribes after a while
	bounces              // the mail provider says so after a while
	dies                 // the relay says so after a while
	slow                 // the relay asks to come back later, now and then
)

// habits is whom the town is made of: the first, so many, and whoever comes later. Those all leave again,
// so that the town does not grow.
func habits(n, first int) habit {
	if n < first {
		return []habit{reads, leaves, digests, reads, bounces, slow, reads, leaves, dies, reads}[n%10]
	}
	return []habit{leaves, bounces, dies}[n%3]
}

// citizen is somebody who has signed up.
type citizen struct {
	habit     habit
	topic     int
	accepted  bool      // the signup was answered with success
	confirmed time.Time // when that was answered; zero before
	leaving   time.Time // when they began to leave; zero before
	gone      time.Time // when that was answered
	unsub     string    // the link of their last mail
	dead      bool      // the relay knows them no more
	mails     int
}

// town is the people, the jobs, and what the relay has heard of both.
type town struct {
	replicas []*machine
	catcher  *mailertest.Catcher
	first    int // so many people stay; see habits

	mu      sync.Mutex
	people  map[string]*citizen
	byAge   []string
	jobs    []time.Time                     // when a job was begun to be posted
	taken   []bool                          // that was answered with success
	told    map[string]map[string]time.Time // job, then person: when the first time
	ids     map[string]string               // person and job: the Message-ID
	letters map[string]bool                 // person and Message-ID: has come
	again   int                             // requests that were tried again
	copies  int                             // letters that had come before
	retold  []string                        // jobs told again in another letter
	unasked []string                        // mails to people who had gone
	late    time.Duration                   // how long after they had gone the last of those in flight came
	counts  map[string]int                  // mails by what they are, answers by what was asked
	turn    int
}

func newTown(catcher *mailertest.Catcher, replicas []*machine, first int) *town {
	return &town{replicas: replicas, catcher: catcher, first: first, people: map[string]*citizen{}, told: map[string]map[string]time.Time{},
		ids: map[string]string{}, letters: map[string]bool{}, counts: map[string]int{}}
}

// relay is the script of the relay while all is well: slow, and knowing whom it does not know.
func (w *town) relay(step mailertest.Step) mailertest.Fault {
	switch step.Verb {
	case mailertest.VerbDot:
		return mailertest.Fault{Delay: 20 * time.Millisecond}
	case mailertest.VerbRcpt:
		w.mu.Lock()
		defer w.mu.Unlock()
		c := w.people[step.To]
		switch {
		case c != nil && c.dead:
			w.counts["refused by the relay"]++
			return mailertest.Fault{Code: 550, Enhanced: "5.1.1", Text: "user unknown"}
		case c != nil && c.habit == slow && c.mails > 2 && w.counts["seen by the relay"]%3 == 0:
			w.counts["put off by the relay"]++
			return mailertest.Fault{Code: 451, Enhanced: "4.7.1", Text: "greylisted, come back later"}
		}
		w.counts["seen by the relay"]++
	}
	return mailertest.Fault{}
}

// ask sends a request to one replica after the other until it is answered with the status.
func (w *town) ask(method, path, body string, header http.Header, want int) {
	token := regexp.MustCompile(`^(/confirm|/unsubscribe)/.*`)
	for {
		w.mu.Lock()
		w.turn++
		m := w.replicas[w.turn%len(w.replicas)]
		w.mu.Unlock()
		if m.t.Context().Err() != nil {
			return
		}
		status, text, err := m.once(method, path, body, header)
		w.mu.Lock()
		if err == nil && status == want {
			w.counts[method+" "+token.ReplaceAllString(path, "$1")]++
			w.mu.Unlock()
			return
		}
		w.again++
		w.mu.Unlock()
		if err == nil && status != http.StatusServiceUnavailable {
			m.t.Errorf("%s %s: status %d: %s", method, path, status, text)
			return
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-m.t.Context().Done():
		}
	}
}

// once sends one request.
func (m *machine) once(method, path, body string, header http.Header) (status int, text []byte, err error) {
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if header != nil {
		req.Header = header.Clone()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err = io.ReadAll(resp.Body)
	return resp.StatusCode, text, err
}

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// signUp has one more person sign up. Digests are asked for in zones whose hours begin at different minutes.
func (w *town) signUp() {
	w.mu.Lock()
	n := len(w.byAge)
	c := &citizen{habit: habits(n, w.first), topic: n / 10 % soakTopics}
	email := fmt.Sprintf("person%d@example.com", n)
	w.people[email], w.byAge = c, append(w.byAge, email)
	w.mu.Unlock()
	zone, cadence := "UTC", map[string]any{"every": "instant"}
	if c.habit == digests {
		zone = []string{"UTC", "Asia/Kolkata", "Asia/Kathmandu"}[n%3]
		cadence = map[string]any{"every": "daily", "hour": nextHour(zone, time.Now())}
	}
	body, _ := json.Marshal(map[string]any{"email": email, "time_zone": zone,
		"alerts": []any{map[string]any{"cadence": cadence, "filter": map[string]any{"query": fmt.Sprintf("topic%d", c.topic)}}}})
	w.ask(http.MethodPost, "/api/v1/subscriptions", string(body), jsonHeader(), http.StatusAccepted)
	w.mu.Lock()
	defer w.mu.Unlock()
	c.accepted = true
}

// nextHour is the local hour that comes next.
func nextHour(zone string, now time.Time) int {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return now.In(loc).Add(time.Hour).Hour()
}

// push posts one more job.
func (w *town) push() {
	w.mu.Lock()
	n := len(w.jobs)
	w.jobs, w.taken = append(w.jobs, time.Now()), append(w.taken, false)
	w.mu.Unlock()
	body, _ := json.Marshal(map[string]any{"id": fmt.Sprintf("job%d", n), "url": fmt.Sprintf("https://example.com/jobs/%d/", n),
		"title": fmt.Sprintf("Backend Engineer %d", n), "company": "Acme", "class": "core", "valid_through": time.Now().Add(soakOpen).UTC().Format(time.RFC3339),
		"description": fmt.Sprintf("You build service %d in Go for topic%d. %s", n, n%soakTopics, strings.Repeat("We are a friendly team. ", 60))})
	header := jsonHeader()
	header.Set("Authorization", "Bearer "+killKey)
	w.ask(http.MethodPost, "/api/v1/postings", string(body), header, http.StatusOK)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken[n] = true
}

// visit looks at the pages.
func (w *town) visit() {
	w.ask(http.MethodGet, "/", "", nil, http.StatusOK)
	w.ask(http.MethodPost, "/api/v1/preview", `{"filter":{"query":"topic1"}}`, jsonHeader(), http.StatusOK)
}

// part ends the subscription of the one who has waited longest, in the way that is theirs.
func (w *town) part() {
	w.mu.Lock()
	ready := func(email string) bool {
		c := w.people[email]
		return slices.Contains([]habit{leaves, bounces, dies}, c.habit) && c.unsub != "" && c.leaving.IsZero()
	}
	i := slices.IndexFunc(w.byAge, ready)
	if i < 0 {
		w.mu.Unlock()
		return
	}
	email := w.byAge[i]
	c := w.people[email]
	c.leaving = time.Now()
	c.dead = c.habit == dies
	link := c.unsub
	w.mu.Unlock()
	switch c.habit {
	case dies:
		return // at the next letter
	case bounces:
		w.report(email)
	default:
		w.ask(http.MethodPost, link, "List-Unsubscribe=One-Click", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, http.StatusOK)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c.gone = time.Now()
}

// report is a mail provider that knows the address no more.
func (w *town) report(email string) {
	body := fmt.Sprintf(`{"type":"hard","recipient":%q,"status":"5.1.1","diagnostic":"550 5.1.1 user unknown"}`, email)
	id, stamp := "msg_"+email, fmt.Sprint(time.Now().Unix())
	key, _ := base64.StdEncoding.DecodeString(soakSecret)
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + stamp + "." + body))
	header := jsonHeader()
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", stamp)
	header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	w.ask(http.MethodPost, "/hooks/bounce/generic", body, header, http.StatusOK)
}

// read reads what the relay has taken since, and follows the links to confirm.
func (w *town) read(work *sync.WaitGroup) {
	confirm := regexp.MustCompile(`/confirm/[A-Za-z0-9_-]+`)
	for _, m := range w.catcher.Take() {
		text := bytes.ReplaceAll(m.Data, []byte("=\r\n"), nil) // quoted-printable breaks long lines
		letter, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			continue
		}
		w.note(m, letter.Header, string(text))
		w.mu.Lock()
		known := !w.people[m.To[0]].confirmed.IsZero()
		w.mu.Unlock()
		if link := confirm.Find(text); link != nil && !known {
			work.Go(func() {
				w.ask(http.MethodPost, string(link), "", nil, http.StatusOK)
				w.mu.Lock()
				defer w.mu.Unlock()
				if c := w.people[m.To[0]]; c.confirmed.IsZero() {
					c.confirmed = time.Now()
				}
			})
		}
	}
}

// note notes one mail.
func (w *town) note(m mailertest.Mail, header mail.Header, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	email, id := m.To[0], header.Get("Message-ID")
	c := w.people[email]
	c.mails++
	w.counts["mails"]++
	if w.letters[email+id] {
		w.copies++
	}
	w.letters[email+id] = true
	if !c.gone.IsZero() && m.At.After(c.gone) {
		if after := m.At.Sub(c.gone); after < inHand {
			w.late = max(w.late, after)
		} else {
			w.unasked = append(w.unasked, fmt.Sprintf("%s, %s after they had gone", email, after))
		}
	}
	if match := regexp.MustCompile(`/unsubscribe/[A-Za-z0-9_-]+`).FindString(header.Get("List-Unsubscribe")); match != "" {
		c.unsub = match
	}
	links := regexp.MustCompile(`https://example\.com/jobs/\d+/`).FindAllString(text, -1)
	slices.Sort(links)
	for _, url := range slices.Compact(links) {
		w.tell(url, email, id, m.At)
	}
	if c.habit == digests && len(links) > 0 {
		w.counts["digests and welcomes with jobs"]++
	}
}

// tell notes that somebody was told of a job.
func (w *town) tell(url, email, id string, at time.Time) {
	if w.told[url] == nil {
		w.told[url] = map[string]time.Time{}
	}
	before, known := w.ids[email+url]
	if !known {
		w.ids[email+url], w.told[url][email] = id, at
	} else if before != id {
		w.retold = append(w.retold, fmt.Sprintf("%s heard of %s in %s and in %s", email, url, before, id))
	}
}

// every does something at a steady rate until stop, also while earlier ones wait for an answer.
func every(pause time.Duration, work *sync.WaitGroup, stop <-chan struct{}, what func()) {
	work.Go(func() {
		beat := time.NewTicker(pause)
		defer beat.Stop()
		for {
			select {
			case <-beat.C:
				work.Go(what)
			case <-stop:
				return
			}
		}
	})
}

// settled waits until nobody is missing a job, or it has been too long.
func (w *town) settled(clear func(time.Time) bool) {
	pause := time.NewTicker(200 * time.Millisecond)
	defer pause.Stop()
	for deadline := time.Now().Add(killWait); time.Now().Before(deadline); <-pause.C {
		if lost, _ := w.missing(clear); len(lost) == 0 {
			return
		}
	}
}

// missing is who has got no mail at all, or has not been told of which job; and how long the others took, for jobs that clear says
// were posted when all was well.
func (w *town) missing(clear func(time.Time) bool) (lost []string, took []time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, email := range w.byAge {
		if c := w.people[email]; c.accepted && c.mails == 0 {
			lost = append(lost, email+" of the mail to confirm")
		}
	}
	for n, posted := range w.jobs {
		url := fmt.Sprintf("https://example.com/jobs/%d/", n)
		for _, email := range w.byAge {
			c := w.people[email]
			if !w.taken[n] || c.habit != reads || c.topic != n%soakTopics || c.confirmed.IsZero() || c.confirmed.After(posted) {
				continue
			}
			at, told := w.told[url][email]
			switch {
			case !told:
				lost = append(lost, email+" of "+url)
			case clear(posted):
				took = append(took, at.Sub(posted))
			}
		}
	}
	slices.Sort(took)
	return lost, took
}
