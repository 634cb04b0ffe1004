package main

import (
	"bufio"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"jobalertd/mailer/mailertest"
)

// Continuous integration soaks for a minute, `make soak` for an hour. Memory and lateness are judged from judged on; before, they are only told.
var (
	soak       = flag.Duration("soak", 0, "how long two replicas are under mixed load")
	soakPeople = flag.Int("soak.people", 120, "how many people the town begins with")
	soakJobs   = flag.Float64("soak.jobs", 1, "postings a second")
)

const (
	judged    = 10 * time.Minute
	scrapes   = 10 * time.Second
	onTime    = 5 * time.Second // promise 4: at p99
	inHand    = 2 * time.Second // how long a letter may be on its way that was checked just before its reader left
	redisAway = 3 * time.Second
	relayAway = 5 * time.Second
)

// fault is a time at which something was broken.
type fault struct {
	what       string
	from, upto time.Time
}

// sample is what one replica tells of itself.
type sample struct {
	at     time.Time
	values map[string]float64
}

// marathon is a soak under way.
type marathon struct {
	*town
	t       *testing.T
	store   *server
	began   time.Time
	faults  []fault
	samples [][]sample // by replica
}

// pace is how long after one fault the next one comes.
func pace() time.Duration { return min(2*time.Minute, *soak/4) }

// healing is how long after a fault letters may be late: what a dead replica had in hand is taken over after
// half a minute, a relay that was away is tried again after as long.
func healing() time.Duration { return min(45*time.Second, *soak/6) }

// clear reports whether all was well when a job was posted, and shortly before and after.
func (r *marathon) clear(at time.Time) bool {
	return !slices.ContainsFunc(r.faults, func(f fault) bool {
		return at.After(f.from.Add(-2*onTime)) && at.Before(f.upto.Add(healing()))
	})
}

// broke notes a fault that has ended.
func (r *marathon) broke(what string, from time.Time) {
	r.faults = append(r.faults, fault{what, from, time.Now()})
}

// breakOne breaks one thing, each in turn, and mends it. The first replica is spared: it is measured
// from the beginning to the end.
func (r *marathon) breakOne() {
	from := time.Now()
	switch len(r.faults) % 3 {
	case 0:
		r.replicas[1].kill()
		r.replicas[1].start()
		r.broke("killed -9", from)
	case 1:
		r.store.pause(redisAway)
		r.broke("Redis paused", from)
	case 2:
		r.catcher.SetScript(func(step mailertest.Step) mailertest.Fault {
			return mailertest.Fault{Close: step.Verb == mailertest.VerbConnect || step.Verb == mailertest.VerbMail}
		})
		<-time.After(relayAway)
		r.catcher.SetScript(r.relay)
		r.broke("relay gone", from)
	}
}

// scrape reads the metrics of a replica; none while it does not answer.
func (m *machine) scrape() map[string]float64 {
	resp, err := http.Get(m.ops + "/metrics")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	values := map[string]float64{}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			values[name] = number
		}
	}
	return values
}

func (r *marathon) scrapeAll() {
	for i, m := range r.replicas {
		if values := m.scrape(); values != nil {
			r.samples[i] = append(r.samples[i], sample{time.Now(), values})
		}
	}
}

// run has the town live and breaks things until the time is over, then waits for what is owed.
func (r *marathon) run() {
	var load, reading sync.WaitGroup
	stop, done := make(chan struct{}), make(chan struct{})
	every(50*time.Millisecond, &reading, done, func() { r.read(&reading) })
	for range *soakPeople {
		r.signUp()
	}
	every(time.Duration(float64(time.Second) / *soakJobs), &load, stop, r.push)
	every(3*time.Second, &load, stop, r.signUp)
	every(3*time.Second, &load, stop, r.part)
	every(time.Second, &load, stop, r.visit)
	scrape, breaks, end := time.NewTicker(scrapes), time.NewTicker(pace()), time.After(*soak)
	for running := true; running; {
		select {
		case <-scrape.C:
			r.scrapeAll()
		case <-breaks.C:
			if time.Since(r.began) < *soak-pace()/2 { // none at the very end
				r.breakOne()
			}
		case <-end:
			running = false
		}
	}
	close(stop)
	load.Wait()
	r.settled(r.clear)
	close(done)
	reading.Wait()
	r.scrapeAll()
}

// growth are the medians of the first and the last third of what the first replica told, after a time to
// warm up.
func (r *marathon) growth(name string, factor float64) (first, last float64) {
	var values []float64
	for _, s := range r.samples[0] {
		if s.at.Sub(r.began) > min(5*time.Minute, *soak/4) && s.at.Sub(r.began) <= *soak {
			values = append(values, s.values[name]*factor)
		}
	}
	third := len(values) / 3
	if third == 0 {
		return 0, 0
	}
	return median(values[:third]), median(values[len(values)-third:])
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// judge prints the figures and fails for a broken promise.
func (r *marathon) judge() {
	lost, took := r.missing(r.clear)
	table := &strings.Builder{}
	row := func(name, format string, args ...any) {
		fmt.Fprintf(table, "  %-34s %s\n", name, fmt.Sprintf(format, args...))
	}
	row("ran", "%s, %d people, %g postings a second", *soak, len(r.byAge), *soakJobs)
	kinds := map[string]int{}
	for _, f := range r.faults {
		kinds[f.what]++
	}
	row("faults", "%v", kinds)
	for _, name := range slices.Sorted(maps.Keys(r.counts)) {
		row(name, "%d", r.counts[name])
	}
	row("requests tried again", "%d", r.again)
	row("jobs told, one person each", "%d", len(r.ids))
	half, p99 := quantile(took, .5), quantile(took, .99)
	row("posting to mail, all well", "half in %s, 99 %% in %s, the last %s (%d)", half, p99, quantile(took, 1), len(took))
	row("lost, told twice, unasked", "%d, %d, %d", len(lost), len(r.retold), len(r.unasked))
	row("copies of letters", "%d", r.copies)
	row("in flight when somebody left", "up to %s", r.late.Round(time.Millisecond))
	// go_memstats_next_gc_bytes is twice what was alive at the last collection: unlike heap_alloc it
	// has no garbage in it.
	grew := func(what, name string, factor, slack float64) {
		first, last := r.growth(name, factor)
		row(what, "%.1f in the first third, %.1f in the last", first, last)
		if *soak >= judged && last > 1.25*first+slack {
			r.t.Errorf("%s grew from %.1f to %.1f", what, first, last)
		}
	}
	grew("goroutines", "go_goroutines", 1, 10)
	grew("open files", "process_open_fds", 1, 5)
	grew("live heap, MB", "go_memstats_next_gc_bytes", .5e-6, 3)
	grew("resident memory, MB", "process_resident_memory_bytes", 1e-6, 20)
	r.t.Logf("\n%s", table)
	r.promises(lost, p99)
}

// promises fails for each that was broken.
func (r *marathon) promises(lost []string, p99 time.Duration) {
	for what, cases := range map[string][]string{"lost": lost, "told twice": r.retold, "told though they had gone": r.unasked} {
		if len(cases) > 0 {
			r.t.Errorf("%s: %d, such as %s", what, len(cases), strings.Join(cases[:min(5, len(cases))], "; "))
		}
	}
	if most := 2 * killWorkers * len(r.faults); r.copies > most {
		r.t.Errorf("%d copies of letters, more than the %d that were in flight at a fault", r.copies, most)
	}
	if *soak >= judged && p99 > onTime {
		r.t.Errorf("from posting to mail 99 %% took up to %s, more than %s", p99, onTime)
	}
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Round(time.Millisecond)
}

// TestSoak keeps two replicas under mixed load and breaks something now and then: nothing is lost or told
// twice, nobody who left is written to, mails are on time, and memory stays as it is.
func TestSoak(t *testing.T) {
	if *soak == 0 {
		t.Skip("it takes as long as it is told to: say -soak 60s, as continuous integration does")
	}
	store := newServer(t)
	catcher, relay := newRelay(t)
	redisURL := "unix://" + store.socket()
	more := []string{"JOBALERT_BOUNCE_SECRETS=whsec_" + soakSecret, "JOBALERT_ALERTS_MAX_JOBS=50"}
	replicas := []*machine{newReplica(t, redisURL, catcher, relay, more...), newReplica(t, redisURL, catcher, relay, more...)}
	r := &marathon{town: newTown(catcher, replicas, *soakPeople), t: t, store: store, samples: make([][]sample, len(replicas))}
	catcher.SetScript(r.relay)
	for _, m := range replicas {
		m.env = append(m.env, "JOBALERT_HTTP_BASE_URL="+replicas[0].url)
		m.start()
	}
	r.began = time.Now()
	r.run()
	r.judge()
}
