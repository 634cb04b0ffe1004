package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/redistest"
)

// asDaemon in the environment makes the test binary the program itself.
const asDaemon = "JOBALERT_TEST_AS_DAEMON=1"

const (
	killRounds  = 2
	killPeople  = 120
	killWorkers = 8
	killKey     = "a posting key for tests"
	killWait    = 2 * time.Minute // a bound for a test that fails, not a measure
)

// machine is a redis-server, a relay and a daemon that can be killed, all of them real processes but
// the relay.
type machine struct {
	t        *testing.T
	catcher  *mailertest.Catcher
	env      []string
	url, ops string
	relay    string // its address
	daemon   *exec.Cmd
}

func newMachine(t *testing.T) *machine { return newMachineOn(t, "unix://"+redistest.Socket(t)) }

// newMachineOn makes one with the Redis at the URL. more is further variables of its environment.
func newMachineOn(t *testing.T, redisURL string, more ...string) *machine {
	catcher, relay := newRelay(t)
	return newReplica(t, redisURL, catcher, relay, more...)
}

// newRelay starts a relay that takes its time, and names its address.
func newRelay(t *testing.T) (*mailertest.Catcher, string) {
	catcher, err := mailertest.New(mailertest.Config{Script: mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: 20 * time.Millisecond})})
	if err != nil {
		t.Fatal(err)
	}
	relay := listen(t)
	go func() { _ = catcher.Serve(relay) }()
	t.Cleanup(func() { _ = catcher.Close() })
	return catcher, relay.Addr().String()
}

// newReplica is a daemon that shares its Redis and its relay with others. start starts it.
func newReplica(t *testing.T, redisURL string, catcher *mailertest.Catcher, relay string, more ...string) *machine {
	public, operator := free(t), free(t)
	_, port, _ := net.SplitHostPort(relay)
	return &machine{t: t, catcher: catcher, relay: relay, url: "http://" + public, ops: "http://" + operator, env: slices.Concat(os.Environ(), more, []string{asDaemon,
		"JOBALERT_REDIS_URL=" + redisURL, "JOBALERT_KEYS_SECRET=a master key for tests, long enough",
		"JOBALERT_HTTP_LISTEN=" + public, "JOBALERT_HTTP_BASE_URL=http://" + public, "JOBALERT_OPS_LISTEN=" + operator,
		"JOBALERT_MAIL_FROM=jobs@jobs.example.org", "JOBALERT_MAIL_RELAYS_0_HOST=127.0.0.1", "JOBALERT_MAIL_RELAYS_0_PORT=" + port,
		"JOBALERT_MAIL_RELAYS_0_TLS=none", "JOBALERT_MAIL_RELAYS_0_HELO=jobs.example.org", "JOBALERT_POSTINGS_API_KEYS=" + killKey,
		fmt.Sprintf("JOBALERT_DELIVERY_WORKERS=%d", killWorkers), "JOBALERT_LOG_LEVEL=error"})}
}

func listen(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	l := listen(t)
	defer l.Close()
	return l.Addr().String()
}

// start starts the daemon and waits until it is ready.
func (m *machine) start() {
	m.t.Helper()
	m.daemon = exec.Command(os.Args[0], "serve")
	m.daemon.Env, m.daemon.Stderr = m.env, m.t.Output()
	if err := m.daemon.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(m.kill)
	m.poll("/readyz", func(resp *http.Response) bool { return resp.StatusCode == http.StatusOK })
}

// kill is kill -9.
func (m *machine) kill() {
	_ = m.daemon.Process.Kill()
	_ = m.daemon.Wait()
}

func (m *machine) post(path, body string, want int) {
	m.t.Helper()
	url := path
	if strings.HasPrefix(path, "/") {
		url = m.url + path
	}
	req, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	if strings.HasPrefix(path, "/api/") {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+killKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != want {
		m.t.Fatalf("%s: status %d: %s", path, resp.StatusCode, text)
	}
}

// await waits until n people have a mail that holds what the pattern finds, and returns what was found,
// by person.
func (m *machine) await(pattern string, n int) map[string][]string {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), killWait)
	defer cancel()
	for {
		mails := m.catcher.Mails()
		found := holding(mails, regexp.MustCompile(pattern))
		if len(found) >= n {
			return found
		}
		looked := 0
		if _, err := m.catcher.Await(ctx, func(mailertest.Mail) bool { looked++; return looked > len(mails) }); err != nil {
			m.t.Fatalf("%d of %d people got a mail with %s: %v", len(found), n, pattern, err)
		}
	}
}

// holding is what a pattern finds in mails, by person.
func holding(mails []mailertest.Mail, pattern *regexp.Regexp) map[string][]string {
	found := map[string][]string{}
	for _, mail := range mails {
		text, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(mail.Data)))
		if match := pattern.Find(text); match != nil {
			found[mail.To[0]] = append(found[mail.To[0]], string(match))
		}
	}
	return found
}

// settle waits until nothing is owed any more.
func (m *machine) settle() {
	m.t.Helper()
	idle := regexp.MustCompile(`jobalert_outbox_letters\{state="in_hand"\} 0\n(.*\n)*jobalert_outbox_letters\{state="ready"\} 0\n`)
	m.poll("/metrics", func(resp *http.Response) bool {
		text, err := io.ReadAll(resp.Body)
		return err == nil && idle.Match(text)
	})
}

// poll asks the operator listener until it is content with the answer.
func (m *machine) poll(path string, content func(*http.Response) bool) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), killWait)
	defer cancel()
	pause := time.NewTicker(50 * time.Millisecond)
	defer pause.Stop()
	for {
		if resp, err := http.Get(m.ops + path); err == nil {
			done := content(resp)
			_ = resp.Body.Close()
			if done {
				return
			}
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			m.t.Fatalf("%s does not answer as it should", path)
		}
	}
}

// subscribe signs people up for everything, at once, and confirms.
func (m *machine) subscribe(people int) {
	m.t.Helper()
	for n := range people {
		body, err := json.Marshal(map[string]any{"email": fmt.Sprintf("person%d@example.com", n), "time_zone": "UTC",
			"alerts": []any{map[string]any{"cadence": map[string]any{"every": "instant"}, "filter": map[string]any{}}}})
		if err != nil {
			m.t.Fatal(err)
		}
		m.post("/api/v1/subscriptions", string(body), http.StatusAccepted)
	}
	for _, links := range m.await(regexp.QuoteMeta(m.url)+`/confirm/[A-Za-z0-9_-]+`, people) {
		m.post(links[0], "", http.StatusOK)
	}
	m.await("Thank you for subscribing", people)
}

// job is the n-th posting, and the address that mails show for it.
func job(n int) (posting, url string) {
	url = fmt.Sprintf("https://example.com/jobs/%d/", n)
	return fmt.Sprintf(`{"id":"job%d","url":%q,"title":"Backend Engineer %d","company":"Acme","class":"core","description":"You build service %d in Go."}`, n, url, n, n), url
}

func TestKillingTheDaemonLosesNothingAndDoublesWhatWasUnderWay(t *testing.T) {
	m := newMachine(t)
	m.start()
	m.subscribe(killPeople)
	for round := range killRounds {
		posting, url := job(round)
		m.post("/api/v1/postings", posting, http.StatusOK)
		m.await(url, killPeople/4) // in the middle of it
		m.kill()
		m.start()
		m.await(url, killPeople)
		m.settle()
		mails := 0
		for _, found := range m.await(url, killPeople) {
			mails += len(found)
		}
		if twice := mails - killPeople; twice > killWorkers {
			t.Errorf("round %d: %d mails came twice, more than the %d that were under way", round, twice, killWorkers)
		} else {
			t.Logf("round %d: %d people, %d mails twice", round, killPeople, twice)
		}
	}
}
