package app

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/subscribers/web/request"
)

// journal is the log of a daemon, as lines of JSON.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// lines is the lines of the log that hold a text, as grep finds them.
func (j *journal) lines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(j.String()) {
		if !strings.Contains(line, text) {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		found = append(found, fields)
	}
	return found
}

// said is the messages of lines, in order.
func said(lines []map[string]any) []string {
	var all []string
	for _, line := range lines {
		message, _ := line[slog.MessageKey].(string)
		all = append(all, message)
	}
	return all
}

const (
	loggedLocal = "wilhelmina.quagga77"
	loggedName  = "Zebrafink wishes"
	loggedWord  = "okapi" // of the filter
)

// loggedTown is a town whose daemon logs everything, and the answer to the signup of one person,
// who has confirmed and got an alert.
func loggedTown(t *testing.T, change ...func(*Options)) (w *town, log *journal, bounces *memnet.Listener, answer http.Header) {
	log, bounces = &journal{}, memnet.Listen()
	w = newTown(t, embeddedRedis(t), func(o *Options) {
		o.Logger = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Bounces = bounces
		o.Config.Bounce = config.Bounce{Listen: "127.0.0.1:2424"}
		o.Config.Mail.BounceDomain = "bounces.example.com"
		for _, change := range change {
			change(o)
		}
	})
	synctest.Wait()
	body, err := json.Marshal(m{"email": loggedLocal + "@example.com", "time_zone": "Europe/Berlin",
		"alerts": []m{{"name": loggedName, "cadence": m{"every": "instant"}, "filter": m{"query": "backend OR " + loggedWord}}}})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.http.Post(townURL+"/api/v1/subscriptions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("signing up: status %d", resp.StatusCode)
	}
	time.Sleep(time.Minute)
	confirm := regexp.MustCompile(townURL + `/confirm/[A-Za-z0-9_-]+`).FindString(w.lastTo(loggedLocal + "@example.com").text)
	if status := w.post(confirm, "application/x-www-form-urlencoded", ""); status != http.StatusOK {
		t.Fatalf("confirming: status %d", status)
	}
	time.Sleep(time.Minute)
	w.board.publish(1, "Senior Backend Engineer (Go)", "Berlin, Germany")
	time.Sleep(time.Hour)
	if n := len(w.mails()); n != 3 {
		t.Fatalf("%d mails, want one to confirm, a welcome and an alert", n)
	}
	return w, log, bounces, resp.Header
}

// letterID is the id of the letter that a mail was: what its Message-ID begins with.
func letterID(mail received) string { return strings.Trim(mail.Get("Message-ID"), "<>")[:20] }

func TestTheLogFollowsALetterFromTheSignupToItsReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, log, bounces, answer := loggedTown(t)
		mails := w.mails()

		confirm := letterID(mails[0])
		lines := log.lines(t, confirm)
		if got := said(lines); !slices.Equal(got, []string{"letter is owed", "signup taken in", "letter is sent"}) {
			t.Fatalf("of the letter to confirm the log says %q", got)
		}
		id := answer.Get(request.Header)
		if got := said(log.lines(t, id)); id == "" || !slices.Equal(got, []string{"letter is owed", "signup taken in", "request answered"}) {
			t.Errorf("of the request %q the log says %q", id, got)
		}
		person, _ := lines[0]["subscriber"].(string)
		for _, line := range lines {
			if line["subscriber"] != person || person == "" {
				t.Errorf("the subscriber is %v, and was %s", line["subscriber"], person)
			}
		}

		alert := letterID(mails[2])
		handOver(t, bounces, "", mails[2].from, deadMail(mails[2].from))
		lines = log.lines(t, alert)
		// It may be sent before whoever owed it has come to say so.
		slices.SortFunc(lines, func(a, b map[string]any) int { return strings.Compare(a["msg"].(string), b["msg"].(string)) })
		if got := said(lines); !slices.Equal(got, []string{"letter is owed", "letter is sent", "mail came back"}) {
			t.Fatalf("of the alert the log says %q", got)
		}
		owed, sent := lines[0], lines[1]
		if owed["kind"] != "alert" || owed["alert"] != "1" || owed["jobs"] != 1.0 || owed["subscriber"] != person {
			t.Errorf("owed: %v", owed)
		}
		outcome, _ := sent["outcome"].(map[string]any)
		if sent["result"] != "sent" || sent["attempt"] != 1.0 || outcome["relay"] != "catcher" || outcome["code"] != 250.0 {
			t.Errorf("sent: %v", sent)
		}
	})
}

// TestTheLogHoldsNobodysSecrets greps the log at level debug for what would tell who somebody is or what
// they ask for, or would let its reader act for them.
func TestTheLogHoldsNobodysSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, log, bounces, _ := loggedTown(t)
		email := loggedLocal + "@example.com"
		alert := w.lastTo(email)
		secrets := []string{loggedLocal, "quagga", loggedName, "zebrafink", loggedWord}
		link := regexp.MustCompile(`/(?:confirm|manage|unsubscribe|feed)/([A-Za-z0-9_-]{20,})`)
		for _, mail := range w.mails() {
			for _, found := range link.FindAllStringSubmatch(mail.text+mail.Get("List-Unsubscribe"), -1) {
				secrets = append(secrets, found[1])
			}
			ticket := strings.Trim(mail.Get("Message-ID"), "<>")[:46]
			secrets = append(secrets, ticket[33:]) // its seal, without which it opens nothing
		}
		// What people, and those who guess, send.
		for _, token := range secrets[5:] {
			for _, path := range []string{"/manage/", "/confirm/", "/unsubscribe/", "/feed/", "/nowhere/"} {
				if resp, err := w.http.Get(townURL + path + token + "?email=" + email); err != nil {
					t.Error(err)
				} else {
					_ = resp.Body.Close()
				}
			}
		}
		w.leave(email)
		w.post(townURL+"/api/v1/subscriptions", "application/json", `{"email":"`+email+`","time_zone":"`+loggedWord+`"}`)
		handOver(t, bounces, "", alert.from, strings.ReplaceAll(deadMail(alert.from), "ada@example.com", email))
		handOver(t, bounces, email, alert.from, "Subject: "+email+"\n\nI, "+email+", am away.\n")
		time.Sleep(time.Hour)
		text := strings.ToLower(log.String())
		if len(secrets) < 5+3*2 || !strings.Contains(text, "mail came back") {
			t.Fatalf("%d secrets in a log of %d octets", len(secrets), len(text))
		}
		for _, secret := range secrets {
			if at := strings.Index(text, strings.ToLower(secret)); at >= 0 {
				t.Errorf("the log holds %q: …%s…", secret, text[max(0, at-300):min(len(text), at+100)])
			}
		}
	})
}
