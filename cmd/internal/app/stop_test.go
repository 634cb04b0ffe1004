package app

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer/mailertest"
)

// A daemon that stops hands over at once what it had in hand and not begun, and that it led. Nobody waits for a sweep
// or for the lease to end.
func TestADaemonThatStopsHandsOverAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people, workers, slow = 6, 2, 3 * time.Second
		clients := embeddedRedises(t, 2)
		few := func(o *Options) { o.Config.Delivery.Workers = workers }
		w := newTown(t, clients[0], few)
		for n := range people {
			w.signUp(fmt.Sprintf("person%d@example.com", n), "UTC", alert(m{"every": "instant"}, m{}))
		}
		time.Sleep(time.Hour)
		w.catcher.SetScript(mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: slow}))
		told := func() (n int) {
			for _, mail := range w.mails() {
				if mail.Get("Subject") != "" && len(jobIDs(mail.text)) > 0 && mail.at.After(time.Now().Add(-time.Hour)) {
					n++
				}
			}
			return n
		}
		w.board.publish(1, "Senior Backend Engineer (Go)", "Berlin, Germany")
		waiting := false // a letter in hand waits for those under way
		for until := time.Now().Add(time.Hour); !waiting && time.Now().Before(until); {
			time.Sleep(slow / 10)
			stats, err := w.app.Outbox.Stats(t.Context(), time.Now())
			waiting = err == nil && stats.InHand > workers
		}
		if !waiting {
			t.Fatal("no letter ever waited: nothing was tried")
		}
		other, _ := w.start(clients[1], few)
		time.Sleep(slow / 10)
		if !w.app.lease.Held() || other.lease.Held() {
			t.Fatal("the first daemon does not lead")
		}
		w.stops[w.app]()
		time.Sleep(slow)
		if !other.lease.Held() {
			t.Errorf("nobody leads %s after the leader was asked to stop", slow)
		}
		time.Sleep(2 * slow)
		if got := told(); got != people {
			t.Errorf("%d of %d people were told of a job %s after the daemon that told them was asked to stop", got, people, 3*slow)
		}
	})
}
