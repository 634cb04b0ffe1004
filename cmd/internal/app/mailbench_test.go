package app

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/wneessen/go-mail"

	"jobalertd/alerts"
	"jobalertd/cmd/internal/app/sending"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer"
	"jobalertd/mailer/deliver"
	"jobalertd/mailer/dkim"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

var (
	benchMails  = flag.Int("mails", 0, "how many mails TestBenchMail sends in each way")
	benchRounds = flag.Int("rounds", 3, "how often it repeats")
)

// connections is how many connections every sender of the benchmark uses.
const connections = 4

// TestBenchMail measures the way of a digest of ten jobs: Redis, rendering, SMTP, acknowledgement. In
// each round everybody sends once, so that what else the machine does falls on all; the ratios are
// medians of those within a round.
func TestBenchMail(t *testing.T) {
	if *benchMails == 0 {
		t.Skip("it is run by `make bench-mail`")
	}
	b := newMailBench(t)
	chunking, pipelining, plain := startSink(t, "PIPELINING,CHUNKING,STARTTLS"), startSink(t, "PIPELINING,STARTTLS"), startSink(t, "SIZE 0")
	t.Logf("a digest has %d bytes", b.finished.Size())
	many, some, few := *benchMails, max(1, *benchMails/4), max(1, *benchMails/10)
	const far = 10 * time.Millisecond
	base := contender{"go-mail Msg, a connection a worker", b.goMail(chunking, 0), some}
	b.race(base,
		contender{"jobalertd, CHUNKING", b.whole(chunking, deliver.TLSNone, 0), many},
		contender{"jobalertd, PIPELINING", b.whole(pipelining, deliver.TLSNone, 0), many},
		contender{"jobalertd, step by step", b.whole(plain, deliver.TLSNone, 0), many},
		contender{"jobalertd, CHUNKING, TLS", b.whole(chunking, deliver.TLSStart, 0), many},
		contender{"jobalertd, CHUNKING, DKIM Ed25519", b.whole(chunking, deliver.TLSNone, 0, b.ed25519), some},
		contender{"jobalertd, CHUNKING, TLS, DKIM RSA-2048", b.whole(chunking, deliver.TLSStart, 0, b.rsa), some},
		contender{"finished bytes, CHUNKING", b.pool(chunking, deliver.TLSNone, 0), many},
		contender{"finished bytes, PIPELINING", b.pool(pipelining, deliver.TLSNone, 0), many},
		contender{"finished bytes, CHUNKING, TLS", b.pool(chunking, deliver.TLSStart, 0), many},
		contender{"go-mail DialAndSend", b.goMailDial(chunking), some},
	)
	b.race(contender{"go-mail Msg at 10 ms", b.goMail(chunking, far), few},
		contender{"jobalertd at 10 ms, CHUNKING", b.whole(chunking, deliver.TLSNone, far), some},
		contender{"jobalertd at 10 ms, PIPELINING", b.whole(pipelining, deliver.TLSNone, far), few},
		contender{"finished bytes at 10 ms, CHUNKING", b.pool(chunking, deliver.TLSNone, far), some},
		contender{"finished bytes at 10 ms, PIPELINING", b.pool(pipelining, deliver.TLSNone, far), few},
		contender{"jobalertd at 10 ms, CHUNKING, TLS", b.whole(chunking, deliver.TLSStart, far), some},
	)
	if postfix, found := startSmtpSink(t); found {
		b.race(contender{"smtp-source to smtp-sink", b.smtpSource(postfix), many},
			contender{"jobalertd to smtp-sink", b.whole(postfix, deliver.TLSNone, 0), many},
			contender{"finished bytes to smtp-sink", b.pool(postfix, deliver.TLSNone, 0), many},
			contender{"go-mail Msg to smtp-sink", b.goMail(postfix, 0), some},
		)
	}
}

// contender is one way to send n mails. What ready does is not measured.
type contender struct {
	name  string
	ready func(n int) (send func())
	n     int
}

// atOnce is a way that needs nothing to be made ready.
func atOnce(send func(n int)) func(int) func() {
	return func(n int) func() { return func() { send(n) } }
}

// race has everybody send in each round, and compares them with the first.
func (b *mailBench) race(base contender, others ...contender) {
	all := append([]contender{base}, others...)
	rates, cpu, store := make([][]float64, len(all)), make([][]float64, len(all)), make([][]float64, len(all))
	for range *benchRounds {
		for i, c := range all {
			send := c.ready(c.n)
			began, asked, start := cpuTime(b.t), redisTime(b.t, b.redis), time.Now()
			send()
			rates[i] = append(rates[i], float64(c.n)/time.Since(start).Seconds())
			cpu[i] = append(cpu[i], float64((cpuTime(b.t)-began).Microseconds())/float64(c.n))
			store[i] = append(store[i], float64((redisTime(b.t, b.redis)-asked).Microseconds())/float64(c.n))
		}
	}
	b.t.Logf("%-42s %9s %8s %7s %9s", "", "mails/s", "x first", "us CPU", "in Redis")
	for i, c := range all {
		var ratios []float64
		for round := range *benchRounds {
			ratios = append(ratios, rates[i][round]/rates[0][round])
		}
		b.t.Logf("%-42s %9.0f %8.2f %7.1f %9.1f", c.name, median(rates[i]), median(ratios), median(cpu[i]), median(store[i]))
	}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// cpuTime is what this process has used; sinks and Redis are others.
func cpuTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// redisTime is what Redis has used, which is another process.
func redisTime(t *testing.T, client redis.UniversalClient) time.Duration {
	t.Helper()
	info, err := client.Info(t.Context(), "cpu").Result()
	if err != nil {
		t.Fatal(err)
	}
	var used float64
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_user" || name == "used_cpu_sys" {
			seconds, _ := strconv.ParseFloat(value, 64) // it is Redis that says so
			used += seconds
		}
	}
	return time.Duration(used * float64(time.Second))
}

// mailBench is a daemon with people and postings.
type mailBench struct {
	t            *testing.T
	app          *App
	redis        redis.UniversalClient
	people       []subscribers.ID
	postings     []string
	letters      int
	finished     mailer.Message
	text, html   string // of the same mail
	rsa, ed25519 dkim.Key
}

func newMailBench(t *testing.T) *mailBench {
	client := redistest.Server(t)
	cfg := config.Default()
	cfg.HTTP.BaseURL = "https://jobs.example.com"
	cfg.Keys.Secret = settings.NewSecret("a master key for tests, long enough")
	cfg.Mail.Relays = []config.Relay{{Name: "nowhere", Host: "127.0.0.1", Port: 1, TLS: "none"}}
	app, err := Open(t.Context(), Options{Config: cfg, Redis: client})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	b := &mailBench{t: t, app: app, redis: client}
	b.post(100)
	b.enrol(1000)
	if b.finished, err = app.Composer.Compose(t.Context(), b.letter(), func(string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	b.finished.Free = nil // it is sent again and again
	b.text, b.html = b.parts()
	if b.rsa, b.ed25519, err = benchKeys(); err != nil {
		t.Fatal(err)
	}
	return b
}

func benchKeys() (byRSA, byEd25519 dkim.Key, err error) {
	parse := func(key any, err error) (dkim.Key, error) {
		if err != nil {
			return dkim.Key{}, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return dkim.Key{}, err
		}
		return dkim.ParseKey("example.com", "s1", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	if byRSA, err = parse(rsa.GenerateKey(rand.Reader, 2048)); err != nil {
		return byRSA, byEd25519, err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	byEd25519, err = parse(key, err)
	return byRSA, byEd25519, err
}

// post commits n jobs that everybody wants.
func (b *mailBench) post(n int) {
	b.t.Helper()
	var jobs []alerts.Posting
	for i := range n {
		id := fmt.Sprintf("test:acme:%d", i)
		b.postings = append(b.postings, id)
		jobs = append(jobs, alerts.Posting{
			ID: id, Source: "test", URL: "https://careers.example.com/jobs/backend-" + fmt.Sprint(i), Title: fmt.Sprintf("Senior Backend Engineer (Go, Köln) %d", i),
			Company: fmt.Sprintf("Müller & Söhne %d", i), Class: alerts.ClassCore, Skills: []string{"go", "postgresql", "kafka"}, Workplace: alerts.WorkplaceHybrid,
			Description: fmt.Sprintf("Job %d. ", i) + strings.Repeat("You build and run our backend services in Go with PostgreSQL and Kafka. ", 40),
			Seniority:   []alerts.Seniority{alerts.SenioritySenior}, PostedAt: time.Now(), Locations: []alerts.Location{{City: "Köln", Country: "DE"}},
			Salary: &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear}, Language: "en",
		})
	}
	if _, err := b.app.Log.Commit(b.t.Context(), jobs); err != nil {
		b.t.Fatal(err)
	}
}

func (b *mailBench) enrol(n int) {
	b.t.Helper()
	for i := range n {
		address, err := mailer.ParseAddress(fmt.Sprintf("person%d@d%d.example", i, i%50))
		if err != nil {
			b.t.Fatal(err)
		}
		id := subscribers.NewID(b.app.Store.Hash(address))
		sub := &subscribers.Subscriber{
			ID: id, Address: address, State: subscribers.StateActive, Locale: "en", Zone: "Europe/Berlin",
			Alerts: []subscribers.Alert{{
				ID: "1", Name: "Go in Köln", Cadence: alerts.Cadence{Every: alerts.EveryDaily, Hour: 8},
				Filter: alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go"}}},
			}},
		}
		if err := b.app.Store.Save(b.t.Context(), store.Save{Subscriber: sub}); err != nil {
			b.t.Fatal(err)
		}
		b.people = append(b.people, id)
	}
}

// letter is the next digest of ten jobs.
func (b *mailBench) letter() mailer.Letter {
	b.letters++
	n := b.letters
	letter := mailer.Letter{
		ID: mailer.LetterID(fmt.Sprint(n)), Kind: mailer.KindDigest, Subscriber: string(b.people[n%len(b.people)]), Alert: "1", Owed: time.Now(), More: 3,
	}
	for i := range 10 {
		letter.Postings = append(letter.Postings, b.postings[(n*7+i)%len(b.postings)])
	}
	return letter
}

// parts is the text and HTML of the finished mail.
func (b *mailBench) parts() (text, html string) {
	b.t.Helper()
	parsed, err := netmail.ReadMessage(strings.NewReader(string(b.finished.Bytes())))
	if err != nil {
		b.t.Fatal(err)
	}
	_, boundary, _ := strings.Cut(parsed.Header.Get("Content-Type"), "boundary=")
	parts := multipart.NewReader(parsed.Body, strings.Trim(boundary, `"`))
	for _, body := range []*string{&text, &html} {
		part, err := parts.NextRawPart()
		if err != nil {
			b.t.Fatal(err)
		}
		data, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			b.t.Fatal(err)
		}
		*body = string(data)
	}
	return text, html
}

func (b *mailBench) newPool(s sink, tls deliver.TLS, away time.Duration) *deliver.Pool {
	b.t.Helper()
	dial := mailertest.Distant(new(net.Dialer).DialContext, away)
	pool, err := deliver.New(deliver.Config{Relays: []deliver.RelayConfig{{
		Name: "sink", Host: "127.0.0.1", Port: s.port, TLS: tls, RootCAs: s.roots, MaxConnections: connections,
	}}}, deliver.Deps{Dial: dial})
	if err != nil {
		b.t.Fatal(err)
	}
	return pool
}

// countedOutbox ends the courier when enough letters are done.
type countedOutbox struct {
	deliver.Outbox
	left   atomic.Int64
	enough context.CancelFunc
}

func (o *countedOutbox) Done(ctx context.Context, c mailer.Claim, result string) error {
	err := o.Outbox.Done(ctx, c, result)
	if err == nil && o.left.Add(-1) == 0 {
		o.enough()
	}
	return err
}

// whole sends letters all the way: they stand in Redis when the time begins, and are acknowledged
// there when it ends.
func (b *mailBench) whole(s sink, tls deliver.TLS, away time.Duration, keys ...dkim.Key) func(int) func() {
	return func(n int) func() {
		for range n {
			letter := b.letter()
			shard := subscribers.ID(letter.Subscriber).Shard(b.app.Store.Shards())
			if err := b.app.Outbox.Put(b.t.Context(), shard, letter); err != nil {
				b.t.Fatal(err)
			}
			b.app.Outbox.Ring(shard)
		}
		return func() {
			ctx, enough := context.WithCancel(b.t.Context())
			defer enough()
			counted := &countedOutbox{Outbox: b.app.Outbox, enough: enough}
			counted.left.Store(int64(n))
			pool := b.newPool(s, tls, away)
			defer pool.Close()
			courier := deliver.NewCourier(deliver.CourierConfig{}, counted, sending.Signing{Composer: b.app.Composer, Signer: dkim.New(keys...)}, b.app.Intake, pool, deliver.Deps{})
			if err := courier.Run(ctx); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// workers has so many goroutines send n mails between them.
func (b *mailBench) workers(workers, n int, work func(next func() bool)) {
	var left atomic.Int64
	left.Store(int64(n))
	var sending sync.WaitGroup
	for range workers {
		sending.Go(func() { work(func() bool { return left.Add(-1) >= 0 }) })
	}
	sending.Wait()
}

// pool sends a finished mail again and again.
func (b *mailBench) pool(s sink, tls deliver.TLS, away time.Duration) func(int) func() {
	return atOnce(func(n int) {
		pool := b.newPool(s, tls, away)
		defer pool.Close()
		b.workers(8*connections, n, func(next func() bool) {
			for next() {
				outcome, err := pool.Send(b.t.Context(), func(context.Context, deliver.Admit) (mailer.Message, error) { return b.finished, nil })
				if err != nil || outcome.Class != mailer.ClassSent {
					b.t.Errorf("%+v, %v", outcome, err)
				}
			}
		})
	})
}

// goMail is go-mail as its manual shows it, at its best: a connection for each worker, without NOOP
// and RSET. It is given text and HTML, and does nothing in Redis.
func (b *mailBench) goMail(s sink, away time.Duration) func(int) func() {
	return atOnce(func(n int) {
		b.workers(connections, n, func(next func() bool) {
			client := b.goMailClient(s, mail.WithDialContextFunc(mailertest.Distant(new(net.Dialer).DialContext, away)))
			conn, err := client.DialToSMTPClientWithContext(b.t.Context())
			if err != nil {
				b.t.Error(err)
				return
			}
			for next() {
				if err := client.SendWithSMTPClient(conn, b.goMailMsg()); err != nil {
					b.t.Error(err)
				}
			}
			_ = conn.Close()
		})
	})
}

func (b *mailBench) goMailDial(s sink) func(int) func() {
	return atOnce(func(n int) {
		b.workers(connections, n, func(next func() bool) {
			client := b.goMailClient(s)
			for next() {
				if err := client.DialAndSend(b.goMailMsg()); err != nil {
					b.t.Error(err)
				}
			}
		})
	})
}

func (b *mailBench) goMailClient(s sink, more ...mail.Option) *mail.Client {
	client, err := mail.NewClient("127.0.0.1", append(more, mail.WithPort(s.port), mail.WithTLSPolicy(mail.NoTLS), mail.WithoutNoop(), mail.WithoutRset())...)
	if err != nil {
		b.t.Error(err)
	}
	return client
}

func (b *mailBench) goMailMsg() *mail.Msg {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	for _, err := range []error{m.EnvelopeFrom(b.finished.ReturnPath), m.From("jobs@example.com"), m.To(b.finished.To.String())} {
		if err != nil {
			b.t.Error(err)
		}
	}
	m.Subject("13 neue Stellen für Go in Köln")
	m.SetMessageIDWithValue(b.finished.ID)
	m.SetGenHeader(mail.HeaderListUnsubscribe, "<https://jobs.example.com/unsubscribe/x>")
	m.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	m.SetBodyString(mail.TypeTextPlain, b.text)
	m.AddAlternativeString(mail.TypeTextHTML, b.html)
	return m
}

// smtpSource is postfix's own load generator: constant bytes, no reading, no rendering.
func (b *mailBench) smtpSource(s sink) func(int) func() {
	return atOnce(func(n int) {
		out, err := exec.Command("smtp-source", "-d", "-s", "8", "-l", fmt.Sprint(b.finished.Size()), "-m", fmt.Sprint(n),
			"-f", "a@example.com", "-t", "b@example.com", fmt.Sprintf("127.0.0.1:%d", s.port)).CombinedOutput()
		if err != nil {
			b.t.Errorf("smtp-source: %v\n%s", err, out)
		}
	})
}
