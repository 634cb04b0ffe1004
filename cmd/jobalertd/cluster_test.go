package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"jobalertd/mailer/mailertest/redistest"
)

// asked is how often try asked before it was accepted.
type asked struct {
	mu    sync.Mutex
	again int
}

// try sends a request until it is accepted, as a client does that is told to come back.
func (a *asked) try(m *machine, path, body string) {
	for {
		req, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, m.url+strings.TrimPrefix(path, m.url), strings.NewReader(body))
		if err != nil {
			m.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+killKey)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			m.t.Error(err)
			return
		}
		text, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode < 300 {
			return
		}
		wait, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if resp.StatusCode != http.StatusServiceUnavailable || err != nil || wait < 1 {
			m.t.Errorf("%s: status %d, Retry-After %q: %s", path, resp.StatusCode, resp.Header.Get("Retry-After"), text)
			return
		}
		a.mu.Lock()
		a.again++
		a.mu.Unlock()
		// Sooner than it was told: a test need not be polite.
		select {
		case <-time.After(200 * time.Millisecond):
		case <-m.t.Context().Done():
			return
		}
	}
}

// signUp is the request of somebody who signs up for one alert.
func signUp(t *testing.T, email, zone string, cadence, filter map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"email": email, "time_zone": zone, "alerts": []any{map[string]any{"cadence": cadence, "filter": filter}}})
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

// jobAbout is a posting whose text has a word.
func jobAbout(n int, word string) string {
	return fmt.Sprintf(`{"id":"job%d","url":"https://example.com/jobs/%d","title":"Backend Engineer %d","company":"Acme","class":"core","description":"You build %s service %d in Go."}`, n, n, n, word, n)
}

// TestAMasterThatDiesTakesNothingWithItThatWasAccepted kills a master of a Cluster while people sign up, jobs
// come in and digests fall due.
func TestAMasterThatDiesTakesNothingWithItThatWasAccepted(t *testing.T) {
	t.Parallel()
	const masters, people, daily, late, jobs, early = 3, 45, 24, 45, 6, 2
	const apart = 200 * time.Millisecond // from one person's hour to the next one's
	cluster, hours := redistest.StartCluster(t, masters, 1), newZones(t)
	m := newMachineOn(t, cluster.URL(), hours.env(), "JOBALERT_REDIS_WAIT_REPLICAS=1", "JOBALERT_ALERTS_HEARTBEAT=@every 1s")
	m.start()
	var a asked
	instant := func(n int) {
		a.try(m, "/api/v1/subscriptions", signUp(t, fmt.Sprintf("person%d@example.com", n), "UTC", map[string]any{"every": "instant"}, map[string]any{}))
	}
	link := regexp.QuoteMeta(m.url) + `/confirm/[A-Za-z0-9_-]+`
	begun := time.Now()
	for n := range people {
		instant(n)
	}
	for _, links := range m.await(link, people) {
		m.post(links[0], "", http.StatusOK)
	}
	m.await("Thank you for subscribing", people)
	first := time.Now().Add(3*time.Second + 3*time.Since(begun)).Truncate(time.Second) // time enough to sign the others up
	for n := range daily {
		zone := fmt.Sprintf("Test%d", n)
		hour := hours.striking(zone, first.Add(time.Duration(n)*apart))
		a.try(m, "/api/v1/subscriptions", signUp(t, fmt.Sprintf("daily%d@example.com", n), zone, map[string]any{"every": "daily", "hour": hour}, map[string]any{"query": "early"}))
	}
	for email, links := range m.await(link, people+daily) {
		if strings.HasPrefix(email, "daily") {
			m.post(links[0], "", http.StatusOK)
		}
	}
	m.await("Thank you for subscribing", people+daily)
	for n := range early {
		m.post("/api/v1/postings", jobAbout(jobs+n, "early"), http.StatusOK)
	}
	if time.Now().After(first) {
		t.Fatal("the machine is too slow: the first digest was due before there was a job to tell of")
	}
	<-time.After(time.Until(first))

	var work sync.WaitGroup
	halfway := make(chan struct{})
	work.Go(func() {
		for n := range late {
			if n == late/3 {
				close(halfway)
			}
			instant(people + daily + n)
		}
	})
	work.Go(func() {
		for n := range jobs {
			a.try(m, "/api/v1/postings", jobAbout(n, "late"))
		}
	})
	<-halfway
	died := time.Now()
	cluster.KillMaster(t, 0)
	due := 0 // digests, while nobody had taken its place
	for n := range daily {
		if at := first.Add(time.Duration(n) * apart).Truncate(time.Second); at.After(died) && at.Before(time.Now()) {
			due++
		}
	}
	work.Wait()
	if t.Failed() {
		return
	}
	m.await(link, people+daily+late) // whoever was told "accepted" gets their mail
	total, twice := 0, 0
	for n := range jobs {
		for _, mails := range m.await(fmt.Sprintf(`https://example.com/jobs/%d\b`, n), people) {
			total++
			twice += len(mails) - 1
		}
	}
	digests := 0
	for n := range early {
		for _, mails := range m.await(fmt.Sprintf(`https://example.com/jobs/%d\b`, jobs+n), people+daily) {
			digests++
			twice += len(mails) - 1
		}
	}
	if digests != early*(people+daily) {
		t.Errorf("%d of %d of the jobs before were told, those in digests included", digests, early*(people+daily))
	}
	if total != people*jobs || twice > killWorkers {
		t.Errorf("%d of %d jobs told, %d mails twice (%d were under way)", total, people*jobs, twice, killWorkers)
	}
	t.Logf("%d people, %d jobs, one master killed while %d digests fell due: %d requests told to come back, %d mails twice", people+daily+late, jobs+early, due, a.again, twice)
}
