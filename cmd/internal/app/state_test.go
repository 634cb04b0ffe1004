package app

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/needs"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
	"jobalertd/subscribers/store/record"
)

// How many people `make bench-state` makes up; how many of them are due at eight, in thousandths.
var (
	benchPeople = flag.Int("subscribers", 0, "people for TestBenchState; 0 leaves it out")
	benchSaved  = flag.Int("saved", 1_000_000, "how many of them are saved one by one; the others are written in bulk")
	benchDue    = flag.Int("due", 100, "thousandths of them due at eight")
)

// crowd makes up people much like those who sign up.
type crowd struct {
	*rand.Rand
	now time.Time
}

// pick chooses one of several: the first most often.
func pick[T any](c crowd, from ...T) T { return from[min(c.IntN(len(from)), c.IntN(len(from)))] }

func some[T any](c crowd, most int, from ...T) []T {
	var chosen []T
	for i := range from {
		if len(chosen) < most && c.IntN(len(from)) < most {
			chosen = append(chosen, from[i])
		}
	}
	return chosen
}

func (c crowd) filter() alerts.Filter {
	f := alerts.Filter{
		Skills:     alerts.SkillSet{Any: some(c, 3, "go", "java", "python", "kotlin", "rust", "typescript", "postgresql", "kafka", "kubernetes", "elixir")},
		Places:     []alerts.Place{{City: pick(c, "Berlin", "Munich", "London", "Amsterdam", "Paris", "New York", "Utrecht", "Ghent"), Country: pick(c, "DE", "GB", "NL", "FR", "US"), RadiusKM: pick(c, 50.0, 25, 100)}},
		Workplace:  some(c, 2, alerts.WorkplaceRemote, alerts.WorkplaceHybrid),
		Seniority:  some(c, 2, alerts.SenioritySenior, alerts.SeniorityMid, alerts.SeniorityStaff, alerts.SeniorityJunior),
		Employment: some(c, 1, alerts.EmploymentFullTime, alerts.EmploymentContract),
		Languages:  some(c, 2, "en", "de", "fr"),
	}
	if c.IntN(2) == 0 {
		f.SalaryMin = &alerts.SalaryMin{Amount: float64(40+c.IntN(12)*5) * 1000, Currency: pick(c, "EUR", "USD", "GBP"), Period: alerts.PeriodYear}
	}
	if c.IntN(4) == 0 {
		f.Query = pick(c, `"distributed systems" -php`, "payments OR fintech", `"event sourcing"`, "graphql -frontend")
	}
	if c.IntN(10) == 0 {
		f.Companies.None = []string{pick(c, "acme", "initech", "globex")}
	}
	return f
}

func (c crowd) alerts(due bool) []subscribers.Alert {
	n := 1
	if c.IntN(100) < 15 {
		n = 2 + c.IntN(4)/3
	}
	list := make([]subscribers.Alert, n)
	for i := range list {
		list[i] = subscribers.Alert{ID: strconv.Itoa(i + 1), Name: pick(c, "Backend", "Go in Berlin", "", "Senior backend jobs", "Remote"), Filter: c.filter(),
			Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 9, Weekday: pick(c, alerts.Weekdays()...)}}
		if i == 0 && c.IntN(2) == 0 {
			list[i].Cadence = alerts.Cadence{Every: alerts.EveryInstant}
		}
	}
	if due {
		list = list[:1]
		list[0].Cadence = alerts.Cadence{Every: alerts.EveryDaily, Hour: 8}
	}
	return list
}

// person makes somebody up, and where their alerts stand.
func (c crowd) person(n int, due bool, hash func(mailer.Address) mailer.AddressHash) (*subscribers.Subscriber, map[string]alerts.Seq) {
	text := fmt.Sprintf("%s%s%d@%s", pick(c, "anna.", "jan.", "maria.", "x", "tom-"), pick(c, "schmidt", "de.vries", "kowalska", "o.connor", "li"), n,
		pick(c, "gmail.com", "outlook.com", "web.de", "icloud.com", "mail.example.org", fmt.Sprintf("firma%d.example", n%5000)))
	address, err := mailer.ParseAddress(text)
	if err != nil {
		panic(err)
	}
	at := c.now.Add(-time.Duration(c.IntN(700*24)) * time.Hour)
	s := &subscribers.Subscriber{
		ID: subscribers.NewID(hash(address)), Address: address, State: subscribers.StateActive, Locale: pick(c, "en", "de", "fr", "nl-NL"), Zone: pick(c, "Europe/Berlin", "Europe/London", "America/New_York", "Europe/Amsterdam"),
		Alerts: c.alerts(due), Confirmed: subscribers.NewProposalID(), CreatedAt: at, ChangedAt: at.Add(time.Hour),
		Consent: subscribers.Consent{TextVersion: "en-1", Source: pick(c, "signup page", "partner.example"), At: at, ConfirmedAt: at.Add(time.Hour), Via: subscribers.ViaButton},
	}
	if due {
		s.Zone = "UTC"
	}
	s.LastAlert = len(s.Alerts)
	cursors := map[string]alerts.Seq{}
	for _, a := range s.Alerts {
		cursors[a.ID] = alerts.SeqAt(c.now.AddDate(1, 0, 0)) // nothing to say at eight
		if due {
			cursors[a.ID] = alerts.SeqAt(c.now)
		}
	}
	return s, cursors
}

// stateBench is a daemon and what is measured of it.
type stateBench struct {
	t     *testing.T
	app   *App
	calls map[string]int64
}

// info reads one number of INFO.
func (b *stateBench) info(section, name string) int64 {
	text, err := b.app.redis.Info(b.t.Context(), section).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	match := regexp.MustCompile(`(?m)^` + name + `:(\d+)`).FindStringSubmatch(text)
	if match == nil {
		b.t.Fatalf("INFO %s has no %s", section, name)
	}
	n, _ := strconv.ParseInt(match[1], 10, 64)
	return n
}

// commands tells which commands Redis has executed since the last call, per letter.
func (b *stateBench) commands(letters int) string {
	text, err := b.app.redis.Info(b.t.Context(), "commandstats").Result()
	if err != nil {
		b.t.Fatal(err)
	}
	since, now := map[string]int64{}, map[string]int64{}
	for _, match := range regexp.MustCompile(`(?m)^cmdstat_([^:]+):calls=(\d+)`).FindAllStringSubmatch(text, -1) {
		n, _ := strconv.ParseInt(match[2], 10, 64)
		now[match[1]] = n
		since[match[1]] = n - b.calls[match[1]]
	}
	b.calls = now
	var parts []string
	for _, name := range slices.SortedFunc(maps.Keys(since), func(x, y string) int { return int(since[y] - since[x]) }) {
		if each := float64(since[name]) / float64(max(letters, 1)); each >= 0.05 {
			parts = append(parts, fmt.Sprintf("%s %.1f", name, each))
		}
	}
	return strings.Join(parts, ", ")
}

// load saves n people by several writers at once.
func (b *stateBench) load(n int) {
	const writers = 16
	start, before := time.Now(), b.info("memory", "used_memory")
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			c := crowd{Rand: rand.New(rand.NewPCG(1, uint64(w))), now: start}
			for i := w; i < n; i += writers {
				sub, cursors := c.person(i, i%1000 < *benchDue, b.app.Store.Hash)
				if err := b.app.Store.Save(b.t.Context(), store.Save{Subscriber: sub, Cursors: cursors}); err != nil {
					b.t.Error(err)
					return
				}
				b.hear(c, sub)
			}
		})
	}
	wg.Wait()
	took, used := time.Since(start), b.info("memory", "used_memory")-before
	b.t.Logf("loaded %d people in %s: %.0f a second; %.0f bytes of Redis memory each", n, took.Round(time.Millisecond), float64(n)/took.Seconds(), float64(used)/float64(n))
}

// fill writes people from one number up to another straight into Redis, as saving them would leave them: ten
// millions would take a quarter of an hour to save.
func (b *stateBench) fill(from, to int) {
	if from == to {
		return
	}
	const writers, together = 4, 500
	start := time.Now()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			c := crowd{Rand: rand.New(rand.NewPCG(2, uint64(w))), now: start}
			pipe := b.app.redis.Pipeline()
			for i := from + w; i < to; i += writers {
				b.put(pipe, c, i)
				if pipe.Len() < together && i+writers < to {
					continue
				}
				if _, err := pipe.Exec(b.t.Context()); err != nil {
					b.t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.t.Logf("filled in people up to %d in %s", to, time.Since(start).Round(time.Millisecond))
}

// put writes one person.
func (b *stateBench) put(pipe redis.Pipeliner, c crowd, i int) {
	sub, cursors := c.person(i, i%1000 < *benchDue, b.app.Store.Hash)
	line := "1 ABCDE a"
	for _, a := range sub.Alerts {
		line += " " + a.ID + " " + strconv.FormatUint(uint64(cursors[a.ID]), 36)
	}
	shard, hash := sub.ID.Shard(b.app.Store.Shards()), b.app.Store.Hash(sub.Address)
	pipe.HSet(b.t.Context(), mailer.ShardKey(shard, "people"), string(sub.ID), line+"\n"+string(record.Encode(sub)))
	pipe.HSet(b.t.Context(), mailer.ShardKey(shard, fmt.Sprintf("addresses:%d", hash[2])), string(hash[3:11]), string(sub.ID))
}

// hear lets half of those with several alerts have heard of a few jobs by one of them.
func (b *stateBench) hear(c crowd, sub *subscribers.Subscriber) {
	if len(sub.Alerts) < 2 || c.IntN(2) == 0 {
		return
	}
	key := mailer.ShardKey(sub.ID.Shard(b.app.Store.Shards()), "heard:"+string(sub.ID))
	for range 1 + c.IntN(6) {
		seq := alerts.SeqAt(c.now) - alerts.Seq(c.Int64N(1e12))
		if err := b.app.redis.ZAdd(b.t.Context(), key, redis.Z{Score: float64(seq), Member: fmt.Sprintf("greenhouse:acme%d:%d", c.IntN(900), c.IntN(9_000_000))}).Err(); err != nil {
			b.t.Error(err)
		}
	}
}

// breakdown tells what each kind of key costs a person.
func (b *stateBench) breakdown(people int) {
	kinds, keys := map[string]int64{}, b.app.redis.Scan(b.t.Context(), 0, "jobalert:*", 1000).Iterator()
	named := regexp.MustCompile(`^[^}]*}?:?([a-z]+)`)
	for keys.Next(b.t.Context()) {
		size, err := b.app.redis.MemoryUsage(b.t.Context(), keys.Val(), 0).Result()
		if err != nil {
			b.t.Fatal(err)
		}
		kinds[named.FindStringSubmatch(keys.Val())[1]] += size
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		b.t.Logf("  %-10s %6.1f bytes a person (MEMORY USAGE)", kind, float64(kinds[kind])/float64(people))
	}
}

// restart ends the daemon and its redis-server and times how long both take to be ready again.
func (b *stateBench) restart(dir string, relay string) {
	b.settle()
	if err := b.app.Close(); err != nil {
		b.t.Fatal(err)
	}
	start := time.Now()
	opts := alone(dir)
	_, port, _ := net.SplitHostPort(relay)
	number, _ := strconv.Atoi(port)
	opts.Config.Mail.Relays = []config.Relay{{Name: "catcher", Host: "127.0.0.1", Port: number, TLS: "none", HELO: "jobs.example.com", MaxConnections: 8}}
	opts.Config.Delivery.Workers = 32
	app, err := Open(b.t.Context(), opts)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = app.Close() })
	b.app = app
	redisUp, worked, served := time.Since(start), processorTime(), redisTime(b.t, app.redis)
	if err := app.Runner.Refresh(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	took := time.Since(start) - redisUp
	worked, served = processorTime()-worked, redisTime(b.t, app.redis)-served
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	people := app.Roster.Progress()
	b.t.Logf("restarted: Redis answers after %s, loaded %s after that; %d MB of Go heap", redisUp.Round(time.Millisecond), took.Round(time.Millisecond), memory.HeapAlloc>>20)
	b.t.Logf("  loading took %s of processor time, %s for each of %d people with %d filters; Redis took %s", worked.Round(time.Millisecond), worked/time.Duration(max(people.People, 1)), people.People, people.Filters, served.Round(time.Millisecond))
}

// settle has Redis write its log anew, as it has by itself where millions did not sign up within minutes: else it
// does so while it is asked for all of them, and takes a processor for it.
func (b *stateBench) settle() {
	atWork := func() bool {
		return b.info("persistence", "aof_rewrite_in_progress")+b.info("persistence", "aof_rewrite_scheduled") > 0
	}
	wait := func() {
		for tick := time.NewTicker(100 * time.Millisecond); atWork(); {
			<-tick.C
		}
	}
	wait()
	if err := b.app.redis.BgRewriteAOF(b.t.Context()).Err(); err != nil {
		b.t.Fatal(err)
	}
	wait()
}

// processorTime is what this process has used, which other work on the machine changes little.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// eight owes and sends everything that is due at the next eight o'clock.
func (b *stateBench) eight() {
	now := time.Now().UTC()
	eight := time.Date(now.Year(), now.Month(), now.Day()+1, 8, 0, 1, 0, time.UTC)
	b.commands(0)
	start := time.Now()
	owed, err := b.app.Runner.Run(b.t.Context(), eight)
	if err != nil {
		b.t.Fatal(err)
	}
	took := time.Since(start)
	b.t.Logf("eight o'clock: %d letters owed in %s, %.0f a second; Redis commands a letter: %s", owed, took.Round(time.Millisecond), float64(owed)/took.Seconds(), b.commands(owed))
	b.t.Logf("  Redis holds %d MB with all of them owed", b.info("memory", "used_memory")>>20)
	ctx, stop := context.WithCancel(b.t.Context())
	defer stop()
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { _ = b.app.Pool.Run(ctx) })
	running.Go(func() { _ = b.app.courier.Run(ctx) })
	start = time.Now()
	for tick := time.NewTicker(time.Second); ; <-tick.C {
		stats, err := b.app.Outbox.Stats(ctx, time.Now())
		if err != nil {
			b.t.Fatal(err)
		}
		if stats.Ready+stats.InHand == 0 {
			b.t.Logf("  sent in %s, %.0f a second; %d wait for another try, %d dead", time.Since(start).Round(time.Millisecond), float64(owed)/time.Since(start).Seconds(), stats.Waiting, stats.Dead)
			break
		}
	}
	b.t.Logf("  Redis commands a letter: %s", b.commands(owed))
}

// benchJobs is a job in each of some cities.
func benchJobs() []alerts.Posting {
	var jobs []alerts.Posting
	for i, city := range []string{"Berlin", "Munich", "London", "Amsterdam", "Paris", "New York"} {
		jobs = append(jobs, alerts.Posting{ID: fmt.Sprintf("push:%d", i), URL: "https://example.com/" + city, Title: "Senior Backend Engineer, " + city, Company: "Acme", Class: alerts.ClassCore,
			Description: "You build distributed systems in Go, Java, Python, Kotlin, Rust, TypeScript and Elixir on PostgreSQL, Kafka and Kubernetes.",
			Locations:   []alerts.Location{{City: city}}, Workplace: alerts.WorkplaceRemote, RemoteFrom: []string{"*"}, Language: "en"})
	}
	return jobs
}

// TestBenchState measures a store of many people: `make bench-state`.
func TestBenchState(t *testing.T) {
	if *benchPeople == 0 {
		t.Skip("a measurement: make bench-state")
	}
	needs.Program(t, "redis-server", "redis-server")
	catcher, err := mailertest.New(mailertest.Config{Keep: 1})
	if err != nil {
		t.Fatal(err)
	}
	relay, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = catcher.Serve(relay) }()
	t.Cleanup(func() { _ = catcher.Close() })
	dir := t.TempDir()
	b := &stateBench{t: t, app: openAlone(t, dir)}
	saved := min(*benchPeople, *benchSaved)
	b.load(saved)
	b.breakdown(saved)
	b.fill(saved, *benchPeople)
	if _, err := b.app.Push(t.Context(), benchJobs()); err != nil {
		t.Fatal(err)
	}
	b.restart(dir, relay.Addr().String())
	b.eight()
}
