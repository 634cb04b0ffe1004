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

// TestAMasterThatDiesTakesNothingWithItThatWasAccepted kills a master of a Cluster while people sign up and
// jobs come in.
func TestAMasterThatDiesTakesNothingWithItThatWasAccepted(t *testing.T) {
	t.Parallel()
	const masters, people, late, jobs = 3, 45, 45, 6
	cluster := redistest.StartCluster(t, masters, 1)
	m := newMachineOn(t, cluster.URL(), "JOBALERT_REDIS_WAIT_REPLICAS=1")
	m.start()
	var a asked
	signUp := func(n int) {
		body, err := json.Marshal(map[string]any{"email": fmt.Sprintf("person%d@example.com", n), "time_zone": "UTC",
			"alerts": []any{map[string]any{"cadence": map[string]any{"every": "instant"}, "filter": map[string]any{}}}})
		if err != nil {
			t.Error(err)
			return
		}
		a.try(m, "/api/v1/subscriptions", string(body))
	}
	link := regexp.QuoteMeta(m.url) + `/confirm/[A-Za-z0-9_-]+`
	for n := range people {
		signUp(n)
	}
	for _, links := range m.await(link, people) {
		m.post(links[0], "", http.StatusOK)
	}
	m.await("Thank you for subscribing", people)

	var work sync.WaitGroup
	halfway := make(chan struct{})
	work.Go(func() {
		for n := range late {
			if n == late/3 {
				close(halfway)
			}
			signUp(people + n)
		}
	})
	work.Go(func() {
		for n := range jobs {
			a.try(m, "/api/v1/postings", fmt.Sprintf(`{"id":"job%d","url":"https://example.com/jobs/%d","title":"Backend Engineer %d","company":"Acme","class":"core","description":"You build service %d in Go."}`, n, n, n, n))
		}
	})
	<-halfway
	cluster.KillMaster(t, 0)
	work.Wait()
	if t.Failed() {
		return
	}
	m.await(link, people+late) // whoever was told "accepted" gets their mail
	total, twice := 0, 0
	for n := range jobs {
		for _, mails := range m.await(fmt.Sprintf(`https://example.com/jobs/%d\b`, n), people) {
			total++
			twice += len(mails) - 1
		}
	}
	if total != people*jobs || twice > killWorkers {
		t.Errorf("%d of %d jobs told, %d mails twice (%d were under way)", total, people*jobs, twice, killWorkers)
	}
	t.Logf("%d people, %d jobs, one master killed: %d requests told to come back, %d mails twice", people+late, jobs, a.again, twice)
}
