package inbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// caught is a source of mails.
type caught []Message

func (c caught) Messages() []Message { return c }

// digest is a mail as the daemon sends it.
const digest = "From: \"Job Alerts\" <alerts@jobs.example>\r\n" +
	"To: robin@example.org\r\n" +
	"Subject: =?utf-8?q?2_new_jobs:_Caf=C3=A9_&?=\r\n =?utf-8?q?_more?=\r\n" +
	"List-Unsubscribe: <https://example.com/unsubscribe/u1>, <mailto:leave@jobs.example?subject=u1>\r\n" +
	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" +
	"Feedback-ID: digest:en:bulk:jobalertd\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=\"=_b\"\r\n" +
	"\r\n" +
	"--=_b\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n" +
	"\r\n" +
	"Backend Engineer, caf=C3=A9=\r\n terrace\r\n" +
	"--=_b\r\n" +
	"Content-Type: text/html; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: base64\r\n" +
	"\r\n" +
	"PCFkb2N0eXBlIGh0bWw+PGh0bWw+PGJvZHk+PGEgaHJlZj0iaHR0cHM6Ly9leGFtcGxlLmNvbS9t\r\n" +
	"YW5hZ2UiPm1hbmFnZTwvYT48L2JvZHk+PC9odG1sPg==\r\n" +
	"--=_b--\r\n"

// hostile is a mail by somebody who wants to run a script on our page.
const hostile = "From: <script>alert('from')</script>@example.net\r\n" +
	"Subject: <script>alert('subject')</script>\r\n" +
	"X-Evil: \"><img src=x onerror=alert('field')>\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n" +
	"\r\n" +
	"--b\r\n\r\n</pre><script>alert('text')</script>\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<script>document.title='owned'</script><p id=p>hello</p>\r\n" +
	"--b--\r\n"

func message(id int, raw string) Message {
	return Message{ID: id, From: "bounce+x1@jobs.example", To: []string{"robin@example.org"},
		At: time.Date(2026, 11, 23, 9, 14, id, 0, time.UTC), Raw: []byte(raw)}
}

// get asks for a path and demands a status.
func get(t *testing.T, h http.Handler, path string, status int) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != status {
		t.Fatalf("GET %s: status %d, want %d\n%s", path, w.Code, status, w.Body)
	}
	return w
}

func TestTheListShowsTheNewestMailFirst(t *testing.T) {
	h := New(Config{}, caught{message(1, digest), message(3, "Subject: third\r\n\r\nx"), message(2, "Feedback-ID: nonsense:a:b:c\r\n\r\nx")})
	w := get(t, h, "/mails/", http.StatusOK)
	var got []string
	for _, m := range regexp.MustCompile(`<a href="(/mails/\d+)">\s*<span class="subject">([^<]*)</span>\s*(?:<span class="kind \w+">(\w+)</span>)?`).FindAllStringSubmatch(w.Body.String(), -1) {
		got = append(got, strings.Join(m[1:], " "))
	}
	want := []string{"/mails/3 third ", "/mails/2 (no subject) ", "/mails/1 2 new jobs: Café &amp; more digest"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
	for _, want := range []string{"to robin@example.org", "23 Nov 09:14:03", "3 mails so far"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the list does not show %q", want)
		}
	}
	if w.Header().Get("Refresh") == "" {
		t.Error("the list does not renew itself")
	}
}

func TestAnEmptyListSaysHowToGetAMail(t *testing.T) {
	w := get(t, New(Config{Home: "/signup"}, caught{}), "/mails/", http.StatusOK)
	if body := w.Body.String(); !strings.Contains(body, "No mail yet") || !strings.Contains(body, `<a href="/signup">first page</a>`) {
		t.Errorf("no way to the signup page:\n%s", body)
	}
}

func TestALongListHasPages(t *testing.T) {
	var source caught
	for id := 1; id <= 2*pageSize+1; id++ {
		source = append(source, message(id, fmt.Sprintf("Subject: number %d.\r\n\r\n", id)))
	}
	h := New(Config{}, source)
	path, seen := "/mails/", map[string]bool{}
	for pages := 1; ; pages++ {
		w := get(t, h, path, http.StatusOK)
		for _, m := range regexp.MustCompile(`number \d+\.`).FindAllString(w.Body.String(), -1) {
			if seen[m] {
				t.Errorf("%s shows %s, which an earlier page showed", path, m)
			}
			seen[m] = true
		}
		if path != "/mails/" && w.Header().Get("Refresh") != "" {
			t.Error("a page of old mails renews itself under the reader's eyes")
		}
		older := regexp.MustCompile(`href="([^"]*)">Older`).FindStringSubmatch(w.Body.String())
		if older == nil {
			if pages != 3 || len(seen) != len(source) {
				t.Errorf("%d pages show %d mails, want 3 and %d", pages, len(seen), len(source))
			}
			return
		}
		path = older[1]
	}
}

func TestAMailHasFourViews(t *testing.T) {
	h := New(Config{Prefix: "/demo/mails/"}, caught{message(6, "Subject: before\r\n\r\n"), message(7, digest), message(8, "Subject: after\r\n\r\n")})
	tests := []struct{ view, want string }{
		{"", `<iframe src="/demo/mails/7/frame" title="The mail as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox"`},
		{"", `<h1>2 new jobs: Café &amp; more</h1>`},
		{"", `<a href="/demo/mails/8" rel="prev">Newer</a>`},
		{"", `<a href="/demo/mails/6" rel="next">Older</a>`},
		{"", `<dd>&#34;Job Alerts&#34; &lt;alerts@jobs.example&gt;</dd>`},
		{"/text", `<pre class="text">Backend Engineer, café terrace</pre>`},
		{"/headers", `<dt>Subject</dt><dd>=?utf-8?q?2_new_jobs:_Caf=C3=A9_&amp;?= =?utf-8?q?_more?=</dd>`},
		{"/headers", `<dd>bounce&#43;x1@jobs.example</dd>`},
		{"/source", "Backend Engineer, caf=C3=A9="},
	}
	for _, test := range tests {
		t.Run(test.view+" "+test.want, func(t *testing.T) {
			if body := get(t, h, "/demo/mails/7"+test.view, http.StatusOK).Body.String(); !strings.Contains(body, test.want) {
				t.Errorf("missing in\n%s", body)
			}
		})
	}
	want := `<!doctype html><base target="_blank"><html><body><a href="https://example.com/manage">manage</a></body></html>`
	if got := get(t, h, "/demo/mails/7/frame", http.StatusOK).Body.String(); got != want {
		t.Errorf("frame:\n%s\nwant\n%s", got, want)
	}
}

func TestAMailCanBeKeptAsAFile(t *testing.T) {
	w := get(t, New(Config{}, caught{message(7, digest)}), "/mails/7/raw", http.StatusOK)
	if w.Body.String() != digest {
		t.Error("the file is not the mail that was caught")
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="mail-7.eml"` {
		t.Errorf("Content-Disposition %q", got)
	}
}

func TestAMailWithoutHTMLOpensAsText(t *testing.T) {
	body := get(t, New(Config{}, caught{message(1, "Subject: s\r\n\r\nplain words")}), "/mails/1", http.StatusOK).Body.String()
	if !strings.Contains(body, `<pre class="text">plain words</pre>`) || strings.Contains(body, "<iframe") || strings.Contains(body, ">HTML</a>") {
		t.Errorf("page:\n%s", body)
	}
}

func TestAMailThatIsNotThereIsNotFound(t *testing.T) {
	h := New(Config{}, caught{message(1, digest)})
	for _, path := range []string{"/mails/2", "/mails/2/text", "/mails/2/frame", "/mails/2/raw", "/mails/x", "/mails/1/other", "/mails/-1"} {
		get(t, h, path, http.StatusNotFound)
	}
}

func TestAnHostileMailStaysText(t *testing.T) {
	m := message(1, hostile)
	m.To = []string{"<script>alert('to')</script>@example.org"}
	h := New(Config{}, caught{m})
	for _, path := range []string{"/mails/", "/mails/1", "/mails/1/text", "/mails/1/headers", "/mails/1/source"} {
		body := get(t, h, path, http.StatusOK).Body.String()
		if strings.Contains(body, "<script") || strings.Contains(body, "<img") {
			t.Errorf("%s lets the mail's markup through:\n%s", path, body)
		}
		if !strings.Contains(body, "&lt;script&gt;") {
			t.Errorf("%s does not show what the mail says", path)
		}
	}
}

func TestEveryPageForbidsScripts(t *testing.T) {
	h := New(Config{}, caught{message(1, hostile)})
	for path, want := range map[string]string{
		"/mails/":          "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"/mails/1":         "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"/mails/1/frame":   "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
		"/mails/1/raw":     "default-src 'none'; sandbox",
		"/mails/style.css": "default-src 'none'",
	} {
		w := get(t, h, path, http.StatusOK)
		if got := w.Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q, want %q", path, got, want)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
}

func TestUnsubscribingIsOfferedAsTheHeaderSays(t *testing.T) {
	const oneClick = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
	tests := []struct{ name, header, want string }{
		{"by one click", "List-Unsubscribe: <https://example.com/unsubscribe/u1>\r\n" + oneClick, `<form class="leave" method="post" action="https://example.com/unsubscribe/u1"`},
		{"as a link where the mail promises no one-click", "List-Unsubscribe: <mailto:a@b>, <http://example.com/unsubscribe/u1>\r\n", `href="http://example.com/unsubscribe/u1"`},
		{"not where it leads elsewhere", "List-Unsubscribe: <https://elsewhere.example/u1>\r\n" + oneClick, ""},
		{"not where it hides another host", "List-Unsubscribe: <https://elsewhere.example@example.com/u1>\r\n" + oneClick, ""},
		{"not where it is a script", "List-Unsubscribe: <javascript://example.com/%0aalert(1)>\r\n" + oneClick, ""},
		{"not where there is none", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// httptest asks for the host example.com.
			body := get(t, New(Config{}, caught{message(1, test.header+"\r\nx")}), "/mails/1", http.StatusOK).Body.String()
			if test.want == "" && strings.Contains(body, "Unsubscribe") || !strings.Contains(body, test.want) {
				t.Errorf("want %q in\n%s", test.want, body)
			}
		})
	}
}

func TestOpenLinksOutside(t *testing.T) {
	const base = `<base target="_blank">`
	tests := []struct{ name, page, want string }{
		{"behind the doctype", "\n<!DOCTYPE html><html></html>", "<!DOCTYPE html>" + base + "<html></html>"},
		{"in front of anything else", "<p>x", base + "<p>x"},
		{"in front of a doctype that does not end", "<!doctype html", base + "<!doctype html"},
		{"in front of nothing", "", base},
		{"in front of a base of the mail's own", `<base target="_top">`, base + `<base target="_top">`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := openLinksOutside(test.page); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
