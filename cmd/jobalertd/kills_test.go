package main

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/needs"
)

// Continuous integration kills in 10 rounds, `make nightly` in 200.
var killed = flag.Int("kill.rounds", 0, "in how many rounds something is killed at random")

// takeover is how soon others must have sent what a daemon that died had in hand.
const takeover = 30 * time.Second

// server is a redis-server that has every write on disk before it answers, and can be killed.
type server struct {
	t       *testing.T
	program string
	dir     string
	cmd     *exec.Cmd
}

func newServer(t *testing.T) *server {
	s := &server{t: t, program: needs.Program(t, "redis-server", "redis-server"), dir: t.TempDir()}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *server) socket() string { return filepath.Join(s.dir, "redis.sock") }

// start starts the server and waits until it has read its file.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.program, "--port", "0", "--unixsocket", s.socket(), "--dir", s.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: s.socket(), DisableIdentity: true})
	defer client.Close()
	for deadline := time.Now().Add(killWait); client.Ping(s.t.Context()).Err() != nil; {
		if time.Now().After(deadline) {
			s.t.Fatal("redis-server does not answer")
		}
	}
}

// pause has the server do nothing for so long, its connections open.
func (s *server) pause(d time.Duration) {
	_ = s.cmd.Process.Signal(syscall.SIGSTOP)
	<-time.After(d)
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// insist posts until it is taken: whoever pushes postings tries again when he is told to.
func (m *machine) insist(posting string) {
	m.t.Helper()
	pause := time.NewTicker(100 * time.Millisecond)
	defer pause.Stop()
	err := errors.New("never tried")
	for deadline := time.Now().Add(killWait); time.Now().Before(deadline); <-pause.C {
		var req *http.Request
		if req, err = http.NewRequestWithContext(m.t.Context(), http.MethodPost, m.url+"/api/v1/postings", strings.NewReader(posting)); err != nil {
			break
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+killKey)
		var resp *http.Response
		if resp, err = http.DefaultClient.Do(req); err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	m.t.Fatalf("the posting was never taken: %v", err)
}

// tally counts the mails of each job, by person.
type tally struct {
	catcher *mailertest.Catcher
	looked  int // mails
	jobs    map[string]map[string]int
}

// count looks at the mails that are new.
func (y *tally) count() {
	link := regexp.MustCompile(`https://example\.com/jobs/\d+/`)
	mails := y.catcher.Mails()
	for _, mail := range mails[y.looked:] {
		told := map[string]bool{}
		for _, url := range link.FindAllString(string(mail.Data), -1) {
			if told[url] {
				continue // the text and the HTML say the same
			}
			told[url] = true
			if y.jobs[url] == nil {
				y.jobs[url] = map[string]int{}
			}
			y.jobs[url][mail.To[0]]++
		}
	}
	y.looked = len(mails)
}

// reach waits until a job has reached n people.
func (y *tally) reach(t *testing.T, url string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), killWait)
	defer cancel()
	for y.count(); len(y.jobs[url]) < n; y.count() {
		seen := 0
		if _, err := y.catcher.Await(ctx, func(mailertest.Mail) bool { seen++; return seen > y.looked }); err != nil {
			t.Fatalf("%s reached %d people, want %d: %v", url, len(y.jobs[url]), n, err)
		}
	}
}

func TestKillingDaemonsAndRedisAtRandomLosesNothing(t *testing.T) {
	if *killed == 0 {
		t.Skip("it takes a minute and a half: say -kill.rounds 10, as continuous integration does")
	}
	store := newServer(t)
	catcher, relay := newRelay(t)
	replicas := []*machine{newReplica(t, "unix://"+store.socket(), catcher, relay), newReplica(t, "unix://"+store.socket(), catcher, relay)}
	for _, m := range replicas {
		m.env = append(m.env, "JOBALERT_HTTP_BASE_URL="+replicas[0].url) // whoever made the link
		m.start()
	}
	replicas[0].subscribe(killPeople)
	mails := &tally{catcher: catcher, jobs: map[string]map[string]int{}}
	rng := rand.New(rand.NewPCG(uint64(*killed), 1))
	kills, inFlight := map[string]int{}, 0
	for round := range *killed {
		posting, url := job(round)
		victim := rng.IntN(3)
		replicas[rng.IntN(2)].insist(posting)
		mails.reach(t, url, 1+rng.IntN(killPeople-1)) // somewhere in the middle of it
		if victim == 2 {
			kills["Redis"]++
			inFlight += 2 * killWorkers
			store.kill()
			store.start()
			continue
		}
		kills["daemon"]++
		inFlight += killWorkers
		replicas[victim].kill()
		replicas[victim].start()
	}
	// The last one dies and stays dead: the other takes over.
	posting, url := job(*killed)
	replicas[1].insist(posting)
	mails.reach(t, url, killPeople/4)
	replicas[0].kill()
	inFlight += killWorkers
	died := time.Now()
	mails.reach(t, url, killPeople)
	took := time.Since(died)
	for n := range *killed + 1 {
		_, url := job(n)
		mails.reach(t, url, killPeople)
	}
	replicas[1].settle()
	mails.count()
	twice := 0
	for n := range *killed + 1 {
		_, url := job(n)
		for _, times := range mails.jobs[url] {
			twice += times - 1
		}
	}
	if twice > inFlight {
		t.Errorf("%d mails came twice, more than the %d that were under way", twice, inFlight)
	}
	// How long it takes says something only of a machine that has nothing else to do.
	if *killed > 10 && took > takeover {
		t.Errorf("taking over took %s, more than %s", took, takeover)
	}
	t.Logf("killed %v, %d mails twice of at most %d, taken over in %s", kills, twice, inFlight, took.Round(time.Second))
}
