package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/mailer/mailertest/redistest"
)

// TestFourWeeks runs the whole daemon for four simulated weeks over two clock changes and checks
// which mails went out when.
func TestFourWeeks(t *testing.T) {
	t.Run("miniredis", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { fourWeeks(t, embeddedRedis(t)) })
	})
	t.Run("redis-server", func(t *testing.T) {
		socket := redistest.Socket(t)
		synctest.Test(t, func(t *testing.T) { fourWeeks(t, realRedis(t, socket)) })
	})
}

// embeddedRedis is a Redis inside the bubble.
func embeddedRedis(t *testing.T) redis.UniversalClient { return embeddedRedises(t, 1)[0] }

// embeddedRedises is n clients of one Redis inside the bubble.
func embeddedRedises(t *testing.T, n int) []redis.UniversalClient {
	_, l := redistest.Serve(t)
	clients := make([]redis.UniversalClient, n)
	for i := range clients {
		clients[i] = redisd.Over(l.Dial)
	}
	t.Cleanup(func() {
		for _, client := range clients {
			_ = client.Close()
		}
	})
	return clients
}

// realRedis is a client in the bubble of a server outside. While a reply is under way the bubble's
// clock stands still, since a goroutine that waits for the network is not durably blocked. So nobody
// may wait for ever: see deaf.
func realRedis(t *testing.T, socket string) redis.UniversalClient {
	client := redis.NewClient(redisd.Tune(&redis.Options{
		Addr: "127.0.0.1:0", ReadTimeout: -1, WriteTimeout: -1,
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			conn, err := net.Dial("unix", socket)
			if err != nil {
				return nil, err
			}
			return &deaf{Conn: conn, closed: make(chan struct{})}, nil
		},
	}))
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// deaf is a connection that hears nothing once it has subscribed to a channel: the bell of other
// replicas, which are not there. Deadlines by the bubble's clock mean nothing outside it.
type deaf struct {
	net.Conn
	subscribed bool
	once       sync.Once
	closed     chan struct{}
}

func (d *deaf) SetDeadline(time.Time) error      { return nil }
func (d *deaf) SetReadDeadline(time.Time) error  { return nil }
func (d *deaf) SetWriteDeadline(time.Time) error { return nil }

func (d *deaf) Write(b []byte) (int, error) {
	d.subscribed = d.subscribed || bytes.Contains(bytes.ToLower(b), []byte("\r\nsubscribe\r\n"))
	return d.Conn.Write(b)
}

func (d *deaf) Read(b []byte) (int, error) {
	if d.subscribed {
		<-d.closed
		return 0, net.ErrClosed
	}
	return d.Conn.Read(b)
}

func (d *deaf) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.Conn.Close()
}

// town is the daemon and everybody around it, in one bubble.
type town struct {
	t       *testing.T
	app     *App
	http    *http.Client
	catcher *mailertest.Catcher
	smtp    *memnet.Listener
	board   *board
	opened  map[string]bool // mails that were looked at
	stops   map[*App]func() // asks a daemon to stop
}

const townURL = "http://jobs.example.com"

// newTown starts the daemon; edit may change what it is made of.
func newTown(t *testing.T, client redis.UniversalClient, edit ...func(*Options)) *town {
	catcher, err := mailertest.New(mailertest.Config{Chunking: true})
	if err != nil {
		t.Fatal(err)
	}
	smtp := memnet.Listen()
	serving := make(chan error, 1)
	go func() { serving <- catcher.Serve(smtp) }()
	t.Cleanup(func() {
		_ = catcher.Close()
		<-serving
	})
	w := &town{t: t, catcher: catcher, smtp: smtp, board: &board{}, opened: map[string]bool{}, stops: map[*App]func(){}}
	var public *memnet.Listener
	w.app, public = w.start(client, edit...)
	w.http = &http.Client{Transport: &http.Transport{DialContext: public.DialContext, DisableKeepAlives: true}}
	return w
}

// start starts a daemon in the town.
func (w *town) start(client redis.UniversalClient, edit ...func(*Options)) (*App, *memnet.Listener) {
	public, operator := memnet.Listen(), memnet.Listen()
	opts := Options{
		Config: townConfig(), Redis: client, Public: public, Operator: operator, DialSMTP: w.smtp.DialContext, Boards: w.board,
		// A few shards and long waits: an idle daemon shall not keep the test busy.
		Shards: 4, Lease: 10 * time.Minute, Sweep: 10 * time.Minute, Sample: time.Hour,
	}
	for _, e := range edit {
		e(&opts)
	}
	app, err := Open(w.t.Context(), opts)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(w.t.Context())
	w.stops[app] = stop
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Errorf("the daemon ended with %v", err)
		}
		if err := app.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return app, public
}

func townConfig() config.Config {
	cfg := config.Default()
	cfg.HTTP.BaseURL = townURL
	cfg.Keys.Secret = settings.NewSecret("a master key for tests, long enough")
	cfg.Alerts.Heartbeat = "*/5 * * * *"
	cfg.Mail.Relays = []config.Relay{{Name: "catcher", Host: "relay.example.com", Port: 25, TLS: "none", HELO: "jobs.example.com"}}
	cfg.Sources = []config.Source{{Format: "greenhouse", Board: "acme", Company: "Acme", Schedule: "10,40 * * * *"}}
	return cfg
}

// board is the board of a company, as Greenhouse serves it.
type board struct {
	mu   sync.Mutex
	jobs []map[string]any
}

func (b *board) publish(id int, title, city string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, map[string]any{
		"id": id, "title": title, "absolute_url": fmt.Sprintf("https://example.com/jobs/%d", id),
		"location": map[string]any{"name": city}, "updated_at": time.Now().Format(time.RFC3339),
		"content": fmt.Sprintf("&lt;p&gt;You build and run our backend services and APIs in Go with PostgreSQL and Kafka. Project %d.&lt;/p&gt;", id),
	})
}

func (b *board) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(recorder).Encode(map[string]any{"jobs": b.jobs, "meta": map[string]any{"total": len(b.jobs)}})
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// post sends a request and gives the status. Whoever is asked to come back in a moment does.
func (w *town) post(url, contentType, body string) int {
	w.t.Helper()
	for {
		resp, err := w.http.Post(url, contentType, strings.NewReader(body))
		if err != nil {
			w.t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable {
			return resp.StatusCode
		}
		wait, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err != nil {
			w.t.Fatalf("503 without Retry-After: %v", err)
		}
		time.Sleep(time.Duration(wait) * time.Second)
	}
}

// signUp signs somebody up through the hook and confirms by the link of the mail.
func (w *town) signUp(email, zone string, alerts ...map[string]any) {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{
		"email": email, "locale": "en", "time_zone": zone, "alerts": alerts,
		"consent": map[string]any{"text_version": "1", "source": "test"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if status := w.post(townURL+"/api/v1/subscriptions", "application/json", string(body)); status != http.StatusAccepted {
		w.t.Fatalf("signing %s up: status %d", email, status)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Hour)
	defer cancel()
	if _, err := w.catcher.Await(ctx, func(m mailertest.Mail) bool { return m.To[0] == email }); err != nil {
		w.t.Fatalf("the confirmation for %s: %v", email, err)
	}
	link := regexp.MustCompile(townURL + `/confirm/[A-Za-z0-9_-]+`).FindString(w.lastTo(email).text)
	if link == "" {
		w.t.Fatalf("%s got no confirm link", email)
	}
	if status := w.post(link, "application/x-www-form-urlencoded", ""); status != http.StatusOK {
		w.t.Fatalf("confirming %s: status %d", email, status)
	}
	synctest.Wait()
}

// received is a mail as its reader has it.
type received struct {
	mail.Header
	to   string
	from string // of the envelope
	at   time.Time
	text string
}

func (w *town) mails() []received {
	w.t.Helper()
	var all []received
	for _, caught := range w.catcher.Mails() {
		m, err := mail.ReadMessage(bytes.NewReader(caught.Data))
		if err != nil {
			w.t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, received{m.Header, caught.To[0], caught.From, caught.At, string(text)})
	}
	return all
}

func (w *town) lastTo(email string) received {
	w.t.Helper()
	all := w.mails()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].to == email {
			return all[i]
		}
	}
	w.t.Fatalf("%s got no mail", email)
	return received{}
}

// diary is one line for each mail: when, in the reader's zone; to whom; which jobs.
func (w *town) diary(zones map[string]string) []string {
	w.t.Helper()
	var lines []string
	for _, m := range w.mails() {
		zone, err := time.LoadLocation(zones[m.to])
		if err != nil {
			w.t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Get("Subject"))
		if err != nil {
			w.t.Fatal(err)
		}
		what := ""
		switch {
		case strings.Contains(subject, "confirm"):
			what = "confirm"
		case strings.HasPrefix(subject, "Thank you"):
			what = "welcome"
		}
		if ids := jobIDs(m.text); len(ids) > 0 {
			what = strings.TrimSpace(what + " " + strings.Join(ids, " "))
		}
		lines = append(lines, m.at.In(zone).Format("Mon 02 Jan 15:04:05")+" "+m.to+" "+what)
	}
	return lines
}

// jobIDs is the jobs that a mail links to, in their order.
func jobIDs(text string) []string {
	var ids []string
	for _, m := range regexp.MustCompile(`https://example\.com/jobs/(\d+)`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	}
	slices.Sort(ids)
	return ids
}

func alert(cadence, filter map[string]any) map[string]any {
	return map[string]any{"name": "backend", "cadence": cadence, "filter": filter}
}

type m = map[string]any

// fourWeeks is the story: four people in four time zones, a job every weekday at 12:05 UTC, alternating
// between Berlin and Boston; the clocks change in Europe on 26 March and in America on 2 April 2000.
func fourWeeks(t *testing.T, client redis.UniversalClient) {
	begin := time.Date(2000, 3, 13, 0, 0, 0, 0, time.UTC) // a Monday
	time.Sleep(time.Until(begin))
	w := newTown(t, client)
	synctest.Wait()
	core := m{"class": []string{"core"}}
	w.signUp("berlin@example.com", "Europe/Berlin", alert(m{"every": "daily", "hour": 8}, m{"places": []m{{"country": "DE"}}}))
	w.signUp("newyork@example.com", "America/New_York", alert(m{"every": "weekly", "hour": 9, "weekday": "monday"}, core))
	w.signUp("tokyo@example.com", "Asia/Tokyo", alert(m{"every": "instant"}, m{"places": []m{{"country": "US"}}}))
	// Two alerts of one person: the instant one tells of Boston, the daily one of what is left.
	w.signUp("sydney@example.com", "Australia/Sydney",
		alert(m{"every": "instant"}, m{"places": []m{{"city": "Boston", "country": "US"}}}), alert(m{"every": "daily", "hour": 7}, core))
	for day := range 28 {
		morning := begin.AddDate(0, 0, day)
		if weekday := morning.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			continue
		}
		time.Sleep(time.Until(morning.Add(12*time.Hour + 5*time.Minute)))
		city := "Berlin, Germany"
		if day%2 == 1 {
			city = "Boston, MA"
		}
		w.board.publish(100+day, fmt.Sprintf("Senior Backend Engineer (Go), Project %d", day), city)
		if day == 18 {
			w.leave("tokyo@example.com")
		}
	}
	time.Sleep(time.Until(begin.AddDate(0, 0, 28)))
	synctest.Wait()
	zones := map[string]string{"berlin@example.com": "Europe/Berlin", "newyork@example.com": "America/New_York",
		"tokyo@example.com": "Asia/Tokyo", "sydney@example.com": "Australia/Sydney"}
	got := w.diary(zones)
	slices.Sort(got)
	want := expectedDiary(begin)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

// leave presses the unsubscribe link in the last mail somebody got.
func (w *town) leave(email string) {
	w.t.Helper()
	link, _, _ := strings.Cut(strings.TrimPrefix(w.lastTo(email).Get("List-Unsubscribe"), "<"), ">")
	if status := w.post(link, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"); status != http.StatusOK {
		w.t.Fatalf("unsubscribing %s: status %d", email, status)
	}
}

// expectedDiary works out by hand, from the story alone, what must have been sent.
func expectedDiary(begin time.Time) []string {
	var lines []string
	add := func(zone string, at time.Time, to, what string) {
		location, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		lines = append(lines, at.In(location).Format("Mon 02 Jan 15:04:05")+" "+to+"@example.com "+what)
	}
	for name, zone := range map[string]string{"berlin": "Europe/Berlin", "newyork": "America/New_York", "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney"} {
		add(zone, begin, name, "confirm")
		add(zone, begin, name, "welcome")
	}
	local := func(zone string, day time.Time, hour int) time.Time {
		location, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, location)
	}
	var week []string
	for day := range 28 {
		date := begin.AddDate(0, 0, day)
		id, polled := fmt.Sprint(100+day), date.Add(12*time.Hour+10*time.Minute) // the board is polled at ten past and twenty to
		weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		if weekend {
			continue
		}
		week = append(week, id)
		if date.Weekday() == time.Monday { // nine in New York is after the posting
			add("America/New_York", local("America/New_York", date, 9), "newyork", strings.Join(week, " "))
			week = nil
		}
		if day%2 == 1 { // Boston: told at once
			if day < 18 {
				add("Asia/Tokyo", polled, "tokyo", id)
			}
			add("Australia/Sydney", polled, "sydney", id)
			continue
		}
		// Berlin: in the next morning's digest, by each reader's own clock.
		next := date.AddDate(0, 0, 1)
		if day < 27 {
			add("Europe/Berlin", local("Europe/Berlin", next, 8), "berlin", id)
			add("Australia/Sydney", local("Australia/Sydney", next, 7), "sydney", id)
		}
	}
	return lines
}
