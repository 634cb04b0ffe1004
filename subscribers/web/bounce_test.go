package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/bounce/provider"
)

func TestACallOfAMailProviderIsPassedOnAsItCame(t *testing.T) {
	s := setup(t)
	// SNS labels its JSON as text, and SendGrid signs every byte.
	w := s.do("POST", "/hooks/bounce/ses", " {\"Type\" :1}\n", "Content-Type", "text/plain; charset=UTF-8")
	if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"events":1}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{"ses text/plain; charset=UTF-8  {\"Type\" :1}\n"}, s.bounces.calls); diff != "" {
		t.Error(diff)
	}
}

func TestARefusedCallOfAMailProviderGetsAProblem(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		detail string
	}{
		{provider.ErrUnknown, 404, "not configured"},
		{fmt.Errorf("%w: no key of ours made it", provider.ErrSignature), 401, "no key of ours made it"},
		{fmt.Errorf("%w: it is empty", provider.ErrBody), 400, "it is empty"},
		{temporary{}, 503, "please try again"},
		{fmt.Errorf("a surprise about jane@example.org"), 500, "operator's log"},
	} {
		s := setup(t)
		s.bounces.fails = test.err
		w := s.json("/hooks/bounce/mailgun", "{}")
		if w.Code != test.status || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), test.detail) {
			t.Errorf("%v: %d %s", test.err, w.Code, w.Body)
		}
		if (w.Header().Get("Retry-After") != "") != (test.status == 503) || strings.Contains(w.Body.String(), "jane") {
			t.Errorf("%v: %v %s", test.err, w.Header(), w.Body)
		}
	}
	if w := setup(t).do("GET", "/hooks/bounce/ses", ""); w.Code != 405 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("GET: %d %v", w.Code, w.Header())
	}
}
