package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

const hookSecret = "whsec_YSBzZWNyZXQgb2YgMjQgb2N0ZXRzIG9yIG1vcmU="

// mailTown is a town whose mails come back, with Ada in it.
func mailTown(t *testing.T) (*town, *memnet.Listener, *redistest.Cutter) {
	client, cutter, bounces := embeddedRedis(t), &redistest.Cutter{}, memnet.Listen()
	w := newTown(t, client, func(o *Options) {
		o.Bounces = bounces
		o.Config.Bounce = config.Bounce{Listen: "127.0.0.1:2424", Secrets: []config.Secret{settings.NewSecret(hookSecret)}}
		o.Config.Mail.BounceDomain = "bounces.example.com"
	})
	client.AddHook(cutter)
	synctest.Wait()
	w.signUp("ada@example.com", "Europe/Berlin", alert(m{"every": "daily", "hour": 8}, m{}))
	time.Sleep(time.Minute)
	return w, bounces, cutter
}

// handOver hands a mail over by LMTP, as a mail server does, and gives the last reply.
func handOver(t *testing.T, l *memnet.Listener, from, to, raw string) string {
	t.Helper()
	conn, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := textproto.NewConn(conn)
	reply := ""
	for _, line := range []string{"", "LHLO mx.example.com", "MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA", strings.ReplaceAll(raw, "\n", "\r\n") + "\r\n."} {
		if line != "" {
			if err := c.PrintfLine("%s", line); err != nil {
				t.Fatal(err)
			}
		}
		code, said, err := c.ReadResponse(0)
		if err != nil {
			t.Fatal(err)
		}
		if reply = said; code >= 500 {
			break
		}
	}
	return reply
}

// report calls the generic webhook.
func (w *town) report(kind, body string) *http.Response {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, townURL+"/hooks/bounce/generic", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(hookSecret, "whsec_"))
	if err != nil {
		w.t.Fatal(err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte("1." + stamp + "." + body))
	for name, value := range map[string]string{"Content-Type": kind, "Webhook-Id": "1", "Webhook-Timestamp": stamp, "Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))} {
		req.Header.Set(name, value)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp
}

// ada tells Ada's state, and why she is suppressed if she is.
func (w *town) ada() (subscribers.State, suppress.Reason) {
	w.t.Helper()
	address, err := mailer.ParseAddress("ada@example.com")
	if err != nil {
		w.t.Fatal(err)
	}
	hash := w.app.Store.Hash(address)
	entry, _, err := w.app.Suppress.Get(w.t.Context(), hash)
	if err != nil {
		w.t.Fatal(err)
	}
	id, err := w.app.Store.Find(w.t.Context(), hash)
	if err != nil {
		w.t.Fatal(err)
	}
	sub, err := w.app.Store.Get(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return sub.State, entry.Reason
}

// counted reads a counter from the registry.
func (w *town) counted(name, value string) float64 {
	w.t.Helper()
	families, err := w.app.registry.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range families {
		for _, metric := range f.GetMetric() {
			if f.GetName() == name && metric.GetLabel()[0].GetValue() == value {
				return metric.GetCounter().GetValue()
			}
		}
	}
	return -1
}

// deadMail is a bounce of the letter with this envelope sender.
func deadMail(sender string) string {
	return "From: MAILER-DAEMON@mx.example.net\nTo: " + sender + "\nSubject: Undelivered mail\n\n" +
		"<ada@example.com>: 550 5.1.1 user unknown (in reply to RCPT TO command)\n"
}

func TestAMailThatComesBackSilencesWhomItWasFor(t *testing.T) {
	for name, bring := range map[string]func(t *testing.T, w *town, l *memnet.Listener, sender string){
		"by the listener": func(t *testing.T, _ *town, l *memnet.Listener, sender string) {
			if reply := handOver(t, l, "", sender, deadMail(sender)); !strings.Contains(reply, "OK") {
				t.Errorf("reply %q", reply)
			}
		},
		"as a raw mail to the webhook": func(t *testing.T, w *town, _ *memnet.Listener, sender string) {
			if resp := w.report("message/rfc822", deadMail(sender)); resp.StatusCode != http.StatusOK {
				t.Errorf("status %d", resp.StatusCode)
			}
		},
		"as an event at the webhook": func(t *testing.T, w *town, _ *memnet.Listener, _ string) {
			if resp := w.report("application/json", `{"type":"hard","recipient":"ada@example.com"}`); resp.StatusCode != http.StatusOK {
				t.Errorf("status %d", resp.StatusCode)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, bounces, _ := mailTown(t)
				before := len(w.mails())
				for range 2 { // coming twice changes nothing
					bring(t, w, bounces, w.lastTo("ada@example.com").from)
					if state, reason := w.ada(); state != subscribers.StateLeft || reason != suppress.ReasonBounce {
						t.Errorf("Ada is %s, suppressed for %q", state, reason)
					}
				}
				w.board.publish(1, "Senior Backend Engineer (Go)", "Berlin, Germany")
				time.Sleep(48 * time.Hour)
				if n := len(w.mails()); n != before {
					t.Errorf("%d mails went out afterwards", n-before)
				}
				if got := w.counted("jobalert_bounces_total", "hard"); got != 2 {
					t.Errorf("%v bounces were counted", got)
				}
			})
		})
	}
}

// TestAComplaintAboutAMailAsItWasSentSilencesItsReader wraps a mail of ours into a feedback report that
// names nobody, as those of large providers do not.
func TestAComplaintAboutAMailAsItWasSentSilencesItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := mailTown(t)
		ours := w.catcher.Mails()[len(w.mails())-1].Data
		feedback := "From: feedback@provider.example\nTo: abuse@example.com\nMIME-Version: 1.0\n" +
			"Content-Type: multipart/report; report-type=feedback-report; boundary=f\n\n--f\nContent-Type: text/plain\n\nSomebody pressed a button.\n" +
			"--f\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--f\nContent-Type: message/rfc822\n\n" + string(ours) + "\n--f--\n"
		if resp := w.report("message/rfc822", feedback); resp.StatusCode != http.StatusOK {
			t.Errorf("status %d", resp.StatusCode)
		}
		if state, reason := w.ada(); state != subscribers.StateLeft || reason != suppress.ReasonComplaint {
			t.Errorf("Ada is %s, suppressed for %q", state, reason)
		}
	})
}

func TestAForgedBounceSilencesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, bounces, _ := mailTown(t)
		good := w.lastTo("ada@example.com").from
		forged := good[:40] + "aaaaaaaaaaaaa" + good[strings.IndexByte(good, '@'):]
		if reply := handOver(t, bounces, "", forged, deadMail(forged)); !strings.Contains(reply, "No such address") {
			t.Errorf("reply %q", reply)
		}
		if resp := w.report("message/rfc822", deadMail(forged)); resp.StatusCode != http.StatusOK {
			t.Errorf("status %d", resp.StatusCode)
		}
		if state, reason := w.ada(); state != subscribers.StateActive || reason != "" {
			t.Errorf("Ada is %s, suppressed for %q", state, reason)
		}
		if got := w.counted("jobalert_bounces_total", "hard"); got != 1 {
			t.Errorf("%v bounces were counted", got)
		}
		if status := w.post(townURL+"/hooks/bounce/generic", "application/json", `{"type":"hard","recipient":"ada@example.com"}`); status != http.StatusUnauthorized {
			t.Errorf("unsigned: status %d", status)
		}
		if status := w.post(townURL+"/hooks/bounce/ses", "text/plain", "{}"); status != http.StatusNotFound {
			t.Errorf("a provider that is not configured: status %d", status)
		}
	})
}

func TestAMailToTheUnsubscribeAddressLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, bounces, cutter := mailTown(t)
		ways := w.lastTo("ada@example.com").Get("List-Unsubscribe")
		_, to, _ := strings.Cut(ways, "<mailto:")
		link, err := url.Parse("mailto:" + strings.TrimSuffix(to, ">"))
		if err != nil || !strings.HasSuffix(link.Opaque, "@bounces.example.com") {
			t.Fatalf("%s: %v", ways, err)
		}
		leave := func() string { return handOver(t, bounces, "ada@example.com", link.Opaque, "Subject: unsubscribe\n\n") }
		wishes := 0
		for k := 1; ; k++ { // others use Redis too, so it takes a few tries to cut what this mail needs
			cutter.Arm(k, true)
			if strings.Contains(leave(), "try again") {
				break
			}
			if wishes++; wishes > 50 {
				t.Fatal("a mail is taken whatever happens to Redis")
			}
		}
		cutter.Disarm()
		for range 2 {
			if reply := leave(); !strings.Contains(reply, "OK") {
				t.Errorf("reply %q", reply)
			}
			wishes++
			if state, reason := w.ada(); state != subscribers.StateLeft || reason != "" {
				t.Errorf("Ada is %s, suppressed for %q", state, reason)
			}
		}
		if got := w.counted("jobalert_unsubscribes_total", "mailto"); int(got) != wishes {
			t.Errorf("%v wishes were counted, want %d", got, wishes)
		}
	})
}

// TestAReportIsAnsweredOnlyWhenItIsKept cuts each Redis command of a call: what was not answered with
// 200 is sent again, and what was has had its effect.
func TestAReportIsAnsweredOnlyWhenItIsKept(t *testing.T) {
	var statuses []int
	redistest.EveryCut(t, func(k int, after bool) (cut bool) {
		synctest.Test(t, func(t *testing.T) {
			w, _, cutter := mailTown(t)
			cutter.Arm(k, after)
			resp := w.report("application/json", `{"type":"complaint","recipient":"ada@example.com"}`)
			cut = cutter.Disarm()
			statuses = append(statuses, resp.StatusCode)
			if resp.StatusCode == http.StatusServiceUnavailable {
				if resp.Header.Get("Retry-After") == "" {
					t.Error("503 without Retry-After")
				}
				resp = w.report("application/json", `{"type":"complaint","recipient":"ada@example.com"}`)
			}
			if resp.StatusCode != http.StatusOK {
				t.Errorf("cut at command %d (executed: %v): status %d", k, after, resp.StatusCode)
			}
			if state, reason := w.ada(); state != subscribers.StateLeft || reason != suppress.ReasonComplaint {
				t.Errorf("cut at command %d (executed: %v): Ada is %s, suppressed for %q", k, after, state, reason)
			}
		})
		return cut
	})
	if !slices.Contains(statuses, http.StatusServiceUnavailable) {
		t.Errorf("no call was refused: %v", statuses)
	}
}
