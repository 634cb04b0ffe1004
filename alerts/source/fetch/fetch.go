package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"jobalertd/alerts/source"
)

// Config says how to fetch. The zero value of a part means its default.
type Config struct {
	// UserAgent tells servers who asks and where to complain: jobalertd/1.0 (+https://example.org).
	UserAgent string
	// MaxBytes caps a response as it comes over the wire, MaxBody what it unpacks to.
	// Defaults: 16 MiB and 64 MiB.
	MaxBytes, MaxBody int64
	// Deadline is for one request with its redirects and its body. Default: 1 minute.
	Deadline time.Duration
	// Tries is how often a request is sent while its failure is temporary. Default: 3.
	Tries int
	// Backoff is the first pause between tries; each further one is twice as long. Default: 2 s.
	Backoff time.Duration
	// Patience is the longest pause that a call waits out; a server that asks for more is left
	// alone until then, and the call returns ErrHeldBack. Default: 30 s.
	Patience time.Duration
	// Redirects is how many are followed. Default: 5.
	Redirects int
	// Allow lists addresses that may be connected to although they are not public.
	Allow []netip.Prefix
	// Transport sends the requests. Default: one that connects to public addresses and Allow only.
	Transport http.RoundTripper
}

func (c Config) withDefaults() Config {
	c.UserAgent = cmp.Or(c.UserAgent, "jobalertd")
	c.MaxBytes = cmp.Or(c.MaxBytes, 16<<20)
	c.MaxBody = cmp.Or(c.MaxBody, 64<<20)
	c.Deadline = cmp.Or(c.Deadline, time.Minute)
	c.Tries = cmp.Or(c.Tries, 3)
	c.Backoff = cmp.Or(c.Backoff, 2*time.Second)
	c.Patience = cmp.Or(c.Patience, 30*time.Second)
	c.Redirects = cmp.Or(c.Redirects, 5)
	if c.Transport == nil {
		c.Transport = newTransport(c.Allow)
	}
	return c
}

func newTransport(allow []netip.Prefix) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: newGuard(allow).control}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    1,
		MaxResponseHeaderBytes: 64 << 10,
		// The compressed bytes are counted before they are unpacked, so unpacking is ours.
		DisableCompression: true,
	}
}

// Fetcher gets pages. It is safe for concurrent use.
type Fetcher struct {
	cfg    Config
	client *http.Client

	mu    sync.Mutex
	hosts map[string]*host
}

// host is what is remembered of a server.
type host struct {
	turn      chan struct{} // holds one token: whose turn it is
	notBefore time.Time     // guarded by the turn
	robots    *robots       // guarded by the turn; nil until asked for
}

// New makes a Fetcher.
func New(cfg Config) *Fetcher {
	cfg = cfg.withDefaults()
	f := &Fetcher{cfg: cfg, hosts: make(map[string]*host)}
	f.client = &http.Client{Transport: cfg.Transport, CheckRedirect: f.redirect}
	return f
}

// redirect limits how far, and to what, a request is led.
func (f *Fetcher) redirect(request *http.Request, via []*http.Request) error {
	if len(via) > f.cfg.Redirects {
		return ErrRedirects
	}
	if err := checkURL(request.URL); err != nil {
		return err
	}
	// A key is for the host it was given for.
	if request.URL.Host != via[0].URL.Host {
		for name := range via[0].Header {
			if name != "User-Agent" && name != "Accept" && name != "Accept-Encoding" {
				request.Header.Del(name)
			}
		}
	}
	return nil
}

func checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%w: %q", ErrScheme, u.Redacted())
	}
	return nil
}

// Validators are what a server gave to recognise a page by (RFC 9110 §8.8).
type Validators struct {
	ETag         string
	LastModified string
}

// Response is a page that was had.
type Response struct {
	// NotModified says that the page is the one that the validators were given with; Body is nil.
	NotModified bool
	Body        []byte
	Validators  Validators
}

// Get fetches a page, unless it is still the one known by its validators. A temporary failure is
// tried again within the call. The error is an *Error, or that of ctx.
func (f *Fetcher) Get(ctx context.Context, request source.Request, known Validators) (Response, error) {
	u, err := url.Parse(request.URL)
	if err == nil {
		err = checkURL(u)
	}
	if err != nil {
		return Response{}, &Error{URL: request.URL, Err: err}
	}
	h, done, err := f.turnAt(ctx, u.Host)
	if err != nil {
		return Response{}, err
	}
	defer done()
	if request.Robots {
		if err := f.askRobots(ctx, h, u); err != nil {
			return Response{}, err
		}
	}
	return f.retry(ctx, h, request, known)
}

// turnAt waits until no other request to the host is under way.
func (f *Fetcher) turnAt(ctx context.Context, name string) (*host, func(), error) {
	f.mu.Lock()
	h := f.hosts[name]
	if h == nil {
		h = &host{turn: make(chan struct{}, 1)}
		f.hosts[name] = h
	}
	f.mu.Unlock()
	select {
	case h.turn <- struct{}{}:
		return h, func() { <-h.turn }, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

func (f *Fetcher) retry(ctx context.Context, h *host, request source.Request, known Validators) (Response, error) {
	pause := f.cfg.Backoff
	for try := 1; ; try++ {
		if wait := time.Until(h.notBefore); wait > f.cfg.Patience {
			return Response{}, &Error{URL: redacted(request.URL), After: wait, Err: ErrHeldBack, temporary: true}
		} else if err := sleep(ctx, wait); err != nil {
			return Response{}, err
		}
		response, err := f.once(ctx, request, known)
		if err == nil {
			return response, nil
		}
		failure, ok := errors.AsType[*Error](err)
		if !ok || !failure.temporary {
			return Response{}, err
		}
		// Full jitter between half and the whole pause: replicas that failed together come back
		// apart.
		wait := max(failure.After, pause/2+rand.N(pause/2+1))
		pause *= 2
		h.notBefore = time.Now().Add(wait)
		if try == f.cfg.Tries {
			return Response{}, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// redacted is the address without what may be secret: user, password and the query, which is where
// some services want their key.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	u.RawQuery, u.User, u.Fragment = "", nil, ""
	return u.String()
}
