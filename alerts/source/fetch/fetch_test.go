package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts/source"
)

// server answers requests in place of the Internet.
type server func(*http.Request) *http.Response

func (s server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	response := s(r)
	response.Request = r
	return response, nil
}

func answer(status int, body string, header ...string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func get(ctx context.Context, f *Fetcher, url string) (string, error) {
	response, err := f.Get(ctx, source.Request{URL: url}, Validators{})
	return string(response.Body), err
}

func TestAnUnchangedPageCostsOneConditionalRequest(t *testing.T) {
	f := New(Config{UserAgent: "jobalertd/1.0 (+https://alerts.example)", Transport: server(func(r *http.Request) *http.Response {
		if got := r.UserAgent(); got != "jobalertd/1.0 (+https://alerts.example)" {
			t.Errorf("User-Agent %q", got)
		}
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "yesterday" {
			return answer(http.StatusNotModified, "")
		}
		return answer(http.StatusOK, "jobs", "ETag", `"v1"`, "Last-Modified", "yesterday")
	})})
	request := source.Request{URL: "https://board.example/jobs"}
	first, err := f.Get(t.Context(), request, Validators{})
	if err != nil || string(first.Body) != "jobs" || first.NotModified {
		t.Fatalf("first: %+v, %v", first, err)
	}
	second, err := f.Get(t.Context(), request, first.Validators)
	if err != nil || !second.NotModified || second.Validators != first.Validators {
		t.Errorf("second: %+v, %v", second, err)
	}
}

func TestATemporaryFailureIsTriedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var at []time.Duration
		f := New(Config{Transport: server(func(*http.Request) *http.Response {
			at = append(at, time.Since(start))
			if len(at) < 3 {
				return answer(http.StatusBadGateway, "")
			}
			return answer(http.StatusOK, "jobs")
		})})
		if body, err := get(t.Context(), f, "https://board.example/"); err != nil || body != "jobs" {
			t.Fatal(body, err)
		}
		if first := at[1] - at[0]; first < time.Second || first > 2*time.Second {
			t.Errorf("the first pause was %s, want 1 s to 2 s", first)
		}
		if second := at[2] - at[1]; second < 2*time.Second || second > 4*time.Second {
			t.Errorf("the second pause was %s, want 2 s to 4 s", second)
		}
	})
}

func TestRetryAfterIsObeyedAcrossCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		f := New(Config{Transport: server(func(*http.Request) *http.Response {
			if asked++; asked == 1 {
				return answer(http.StatusTooManyRequests, "", "Retry-After", "3600")
			}
			return answer(http.StatusOK, "jobs")
		})})
		_, err := get(t.Context(), f, "https://board.example/a?key=s3cret")
		failure, ok := errors.AsType[*Error](err)
		if !ok || !failure.Temporary() || !errors.Is(err, ErrHeldBack) || failure.RetryAfter() != time.Hour {
			t.Fatalf("got %v", err)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error shows the query: %v", err)
		}
		time.Sleep(59 * time.Minute)
		if _, err := get(t.Context(), f, "https://board.example/b"); !errors.Is(err, ErrHeldBack) || asked != 1 {
			t.Errorf("the host was asked %d times within its hour: %v", asked, err)
		}
		time.Sleep(time.Minute)
		if body, err := get(t.Context(), f, "https://board.example/b"); err != nil || body != "jobs" {
			t.Errorf("after the hour: %q, %v", body, err)
		}
	})
}

func TestAnswersAreSortedIntoTemporaryAndPermanent(t *testing.T) {
	tests := []struct {
		status    int
		want      error
		temporary bool
		asked     int
	}{
		{http.StatusNotFound, ErrGone, false, 1},
		{http.StatusGone, ErrGone, false, 1},
		{http.StatusForbidden, ErrRefused, false, 1},
		{http.StatusUnauthorized, ErrRefused, false, 1},
		{http.StatusNoContent, ErrRefused, false, 1},
		{http.StatusInternalServerError, ErrUnavailable, true, 3},
		{http.StatusServiceUnavailable, ErrUnavailable, true, 3},
	}
	for _, test := range tests {
		t.Run(http.StatusText(test.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				f := New(Config{Transport: server(func(*http.Request) *http.Response { asked++; return answer(test.status, "sorry") })})
				_, err := get(t.Context(), f, "https://board.example/")
				failure, ok := errors.AsType[*Error](err)
				if !ok || !errors.Is(err, test.want) || failure.Temporary() != test.temporary || failure.Status != test.status || asked != test.asked {
					t.Errorf("got %v after %d requests, want %v after %d", err, asked, test.want, test.asked)
				}
			})
		})
	}
}

func TestOneHostIsAskedOneThingAtATimeAndOthersMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		busy, most := map[string]int{}, map[string]int{}
		f := New(Config{Transport: server(func(r *http.Request) *http.Response {
			mu.Lock()
			busy[r.URL.Host]++
			most[r.URL.Host] = max(most[r.URL.Host], busy[r.URL.Host])
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			busy[r.URL.Host]--
			mu.Unlock()
			return answer(http.StatusOK, "")
		})})
		start := time.Now()
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() { _, _ = get(t.Context(), f, fmt.Sprintf("https://%c.example/%d", 'a'+i%2, i)) })
		}
		all.Wait()
		if diff := cmp.Diff(map[string]int{"a.example": 1, "b.example": 1}, most); diff != "" {
			t.Error(diff)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("three requests to each of two hosts took %s, want 3 s", took)
		}
	})
}

func packed(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.String()
}

func TestBodiesAreCappedBeforeAndAfterUnpacking(t *testing.T) {
	tests := []struct {
		name string
		give *http.Response
		want error
	}{
		{"plain and small enough", answer(200, strings.Repeat("x", 1000)), nil},
		{"plain and one byte too long", answer(200, strings.Repeat("x", 1001)), ErrTooLarge},
		{"packed and small enough", answer(200, packed(strings.Repeat("x", 10_000)), "Content-Encoding", "gzip"), nil},
		{"a gzip bomb", answer(200, packed(strings.Repeat("x", 10_001)), "Content-Encoding", "gzip"), ErrTooLarge},
		{"announced too long", func() *http.Response { r := answer(200, ""); r.ContentLength = 1001; return r }(), ErrTooLarge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := New(Config{MaxBytes: 1000, MaxBody: 10_000, Transport: server(func(*http.Request) *http.Response { return test.give })})
			if _, err := get(t.Context(), f, "https://board.example/"); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestDamagedGzipIsWeather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Config{Tries: 1, Transport: server(func(*http.Request) *http.Response {
			return answer(200, "not gzip at all", "Content-Encoding", "gzip")
		})})
		_, err := get(t.Context(), f, "https://board.example/")
		if failure, ok := errors.AsType[*Error](err); !ok || !failure.Temporary() {
			t.Errorf("got %v", err)
		}
	})
}

func TestRedirectsAreLimitedAndTakeNoKeysElsewhere(t *testing.T) {
	hops, leaked := 0, ""
	f := New(Config{Redirects: 2, Transport: server(func(r *http.Request) *http.Response {
		switch r.URL.Path {
		case "/loop":
			hops++
			return answer(http.StatusFound, "", "Location", "/loop")
		case "/away":
			return answer(http.StatusFound, "", "Location", "https://elsewhere.example/end")
		case "/file":
			return answer(http.StatusFound, "", "Location", "file:///etc/passwd")
		}
		leaked = r.Header.Get("Authorization-Key")
		return answer(http.StatusOK, "end")
	})})
	if _, err := get(t.Context(), f, "https://board.example/loop"); !errors.Is(err, ErrRedirects) || hops != 3 {
		t.Errorf("%d hops, %v", hops, err)
	}
	if _, err := get(t.Context(), f, "https://board.example/file"); !errors.Is(err, ErrScheme) {
		t.Errorf("a redirect to a file gave %v", err)
	}
	request := source.Request{URL: "https://board.example/away", Header: http.Header{"Authorization-Key": {"s3cret"}}}
	if response, err := f.Get(t.Context(), request, Validators{}); err != nil || string(response.Body) != "end" || leaked != "" {
		t.Errorf("body %q, key %q, %v", response.Body, leaked, err)
	}
}

func TestOnlyWebAddressesAreFetched(t *testing.T) {
	f := New(Config{Transport: server(func(*http.Request) *http.Response { t.Error("a request was sent"); return answer(200, "") })})
	for _, url := range []string{"file:///etc/passwd", "gopher://x.example/", "//x.example/", "https://", "%zz"} {
		if _, err := get(t.Context(), f, url); err == nil {
			t.Errorf("%q was fetched", url)
		}
	}
}

func TestTheDeadlineEndsASlowAnswerAndCancellingEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Config{Tries: 1, Deadline: time.Minute, Transport: slow{}})
		start := time.Now()
		_, err := get(t.Context(), f, "https://board.example/")
		if failure, ok := errors.AsType[*Error](err); !ok || !failure.Temporary() || time.Since(start) != time.Minute {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := get(ctx, f, "https://other.example/"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// slow is a server that never answers.
type slow struct{}

func (slow) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTheDialerRefusesWhatIsNotPublic(t *testing.T) {
	f := New(Config{Tries: 1})
	for _, url := range []string{"http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/"} {
		_, err := get(t.Context(), f, url)
		failure, ok := errors.AsType[*Error](err)
		if !errors.Is(err, ErrForbiddenAddress) || !ok || failure.Temporary() {
			t.Errorf("%s gave %v", url, err)
		}
	}
}

func TestGuard(t *testing.T) {
	closed := newGuard(nil)
	for _, addr := range []string{
		"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1",
		"198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:db8::1", "2002:7f00:1::", "2001::1", "fc00::1", "fd00::1",
		"fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "3fff::1", "100::1",
	} {
		if err := closed.check(netip.MustParseAddr(addr)); !errors.Is(err, ErrForbiddenAddress) {
			t.Errorf("%s may be connected to", addr)
		}
	}
	for _, addr := range []string{"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"} {
		if err := closed.check(netip.MustParseAddr(addr)); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	open := newGuard([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")})
	if err := open.check(netip.MustParseAddr("10.0.0.7")); err != nil {
		t.Errorf("an allowed address: %v", err)
	}
	if err := open.check(netip.MustParseAddr("10.0.1.7")); err == nil {
		t.Error("an address beside the allowed ones may be connected to")
	}
}

func TestRetryAfterReadsSecondsAndDates(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "": 0, "soon": 0, "-5": 0, "Mon, 23 Nov 2026 12:01:00 GMT": time.Minute,
		"Mon, 23 Nov 2026 11:00:00 GMT": 0, "99999999": 24 * time.Hour, "999999999999999999": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
