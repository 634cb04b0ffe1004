package fetch

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/alerts/source"
)

const robotsFile = `# a comment
User-agent: *
Disallow: /private
Allow: /private/jobs
Disallow: /*.pdf$

User-agent: other
User-agent: jobalertd
Disallow: /careers/internal   # not for us
Disallow:
`

func TestTheLongestRuleForUsDecides(t *testing.T) {
	tests := []struct {
		agent, path string
		want        bool
	}{
		{"someone/1", "/", true},
		{"someone/1", "/private", false},
		{"someone/1", "/private/x", false},
		{"someone/1", "/private/jobs/7", true},
		{"someone/1", "/a/b.pdf", false},
		{"someone/1", "/a/b.pdf?x=1", true},
		{"jobalertd/1.0 (+https://alerts.example)", "/private", true},
		{"jobalertd/1.0", "/careers/internal/7", false},
		{"jobalertd/1.0", "", true},
	}
	for _, test := range tests {
		r := &robots{rules: parseRobots([]byte(robotsFile), test.agent)}
		if got := r.allows(test.path); got != test.want {
			t.Errorf("%s may fetch %q: %v, want %v", test.agent, test.path, got, test.want)
		}
	}
}

func TestRobotsAreAskedOnceADayAndTheirAbsenceAllowsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, status := 0, http.StatusNotFound
		f := New(Config{Tries: 1, UserAgent: "jobalertd/1.0", Transport: server(func(r *http.Request) *http.Response {
			if r.URL.Path == "/robots.txt" {
				asked++
				return answer(status, robotsFile)
			}
			return answer(http.StatusOK, "page")
		})})
		page := source.Request{URL: "https://careers.example/careers/internal", Robots: true}
		for range 3 {
			if _, err := f.Get(t.Context(), page, Validators{}); err != nil {
				t.Fatal(err)
			}
		}
		if asked != 1 {
			t.Errorf("robots.txt was asked for %d times, want once", asked)
		}
		status = http.StatusOK
		time.Sleep(25 * time.Hour)
		if _, err := f.Get(t.Context(), page, Validators{}); !errors.Is(err, ErrRobots) || asked != 2 {
			t.Errorf("a day later: %v after %d readings", err, asked)
		}
	})
}

func TestRobotsThatCannotBeHadForNowForbidForNow(t *testing.T) {
	f := New(Config{Tries: 1, Transport: server(func(r *http.Request) *http.Response {
		if r.URL.Path != "/robots.txt" {
			t.Error("the page was fetched")
		}
		return answer(http.StatusBadGateway, "")
	})})
	_, err := f.Get(t.Context(), source.Request{URL: "https://careers.example/", Robots: true}, Validators{})
	if failure, ok := errors.AsType[*Error](err); !ok || !failure.Temporary() {
		t.Errorf("got %v", err)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte(robotsFile), "/private/jobs")
	f.Add([]byte("user-agent:*\ndisallow:*a*b*$"), "/aabb")
	f.Fuzz(func(t *testing.T, file []byte, path string) {
		r := &robots{rules: parseRobots(file, "jobalertd/1.0")}
		if first := r.allows(path); first != r.allows(path) {
			t.Error("the answer changes")
		}
	})
}
