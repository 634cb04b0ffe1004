package main

import (
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"jobalertd/mailer/mailertest"
)

const (
	upgradePeople = 40
	exitWithin    = 10 * time.Second // what we promise a service manager
	// A replica has four connections to a relay, so that with one more letter at its end on both
	// together each of them has one in hand.
	bothBusy = 5
)

// slowly is the script of a relay that takes two seconds to take a letter. busy is closed when both replicas
// have letters in hand.
func slowly() (script mailertest.Script, busy <-chan struct{}) {
	var under atomic.Int32
	var once sync.Once
	both := make(chan struct{})
	return func(step mailertest.Step) mailertest.Fault {
		if step.Verb == mailertest.VerbDot {
			if under.Add(1) >= bothBusy {
				once.Do(func() { close(both) })
			}
			time.AfterFunc(2*time.Second, func() { under.Add(-1) })
			return mailertest.Fault{Delay: 2 * time.Second}
		}
		return mailertest.Fault{}
	}, both
}

// stop is SIGTERM while letters are in hand.
func (m *machine) stop() {
	m.t.Helper()
	begun := time.Now()
	m.signal(syscall.SIGTERM)
	if err := m.daemon.Wait(); err != nil {
		m.t.Errorf("after SIGTERM: %v", err)
	}
	took := time.Since(begun)
	if took > exitWithin {
		m.t.Errorf("after SIGTERM it took %s, more than %s", took, exitWithin)
	}
	m.t.Logf("stopped with letters in hand in %s", took.Round(100*time.Millisecond))
}

// TestAnUpgradeOfOneReplicaAfterTheOtherLosesAndRepeatsNothing stops and starts two replicas in turn, as
// the operator's guide says, while people sign up and jobs come in.
func TestAnUpgradeOfOneReplicaAfterTheOtherLosesAndRepeatsNothing(t *testing.T) {
	store := newServer(t)
	catcher, relay := newRelay(t)
	redisURL := "unix://" + store.socket()
	replicas := []*machine{newReplica(t, redisURL, catcher, relay, "JOBALERT_ALERTS_MAX_JOBS=50"), newReplica(t, redisURL, catcher, relay, "JOBALERT_ALERTS_MAX_JOBS=50")}
	for _, m := range replicas {
		m.env = append(m.env, "JOBALERT_HTTP_BASE_URL="+replicas[0].url)
		m.start()
	}
	replicas[0].metric("jobalert_leader 1")
	w := newTown(catcher, replicas, 10*upgradePeople)
	var load, reading sync.WaitGroup
	stop, done := make(chan struct{}), make(chan struct{})
	every(50*time.Millisecond, &reading, done, func() { w.read(&reading) })
	for range upgradePeople {
		w.signUp()
	}
	every(150*time.Millisecond, &load, stop, w.push)
	every(200*time.Millisecond, &load, stop, w.signUp)

	for i, m := range replicas {
		slow, busy := slowly()
		catcher.SetScript(slow)
		<-busy
		m.stop()
		catcher.SetScript(nil)
		stopped := time.Now()
		replicas[1-i].metric("jobalert_leader 1")
		t.Logf("the other leads %s after that", time.Since(stopped).Round(100*time.Millisecond))
		m.start()
	}
	close(stop)
	load.Wait()
	w.settled(func(time.Time) bool { return true })
	replicas[0].settle() // and nothing is sent that need not be
	close(done)
	reading.Wait()

	lost, took := w.missing(func(time.Time) bool { return true })
	if len(lost) > 0 || len(w.retold) > 0 || w.copies > 0 || len(took) == 0 {
		t.Errorf("%d told, %d lost, %d told twice, %d copies of letters: %s", len(took), len(lost), len(w.retold), w.copies, strings.Join(append(lost, w.retold...), "; "))
	}
	t.Logf("%d people, %d jobs, %d told, %d requests tried again", len(w.byAge), len(w.jobs), len(took), w.again)
}
