package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"jobalertd/cmd/internal/app"
	"jobalertd/mailer/mailertest/redistest"
)

// run runs a command of the program beside the daemon and returns what it says.
func (m *machine) run(args ...string) string {
	m.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env, cmd.Stderr = m.env, m.t.Output()
	out, err := cmd.Output()
	if err != nil {
		m.t.Errorf("jobalertd %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// TestTheRuleThatIsPrintedForRedisSuffices plays the whole story with a Redis user that may do what
// `jobalertd config --redis-acl` says and nothing else, on a server where nobody else may do anything.
func TestTheRuleThatIsPrintedForRedisSuffices(t *testing.T) {
	t.Parallel()
	socket := redistest.Socket(t)
	m := newMachineOn(t, "unix://jobalertd:secret@"+socket)
	rule := strings.Fields(m.run("config", "--redis-acl"))
	admin := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, Username: "admin", Password: "admin"})
	defer admin.Close()
	first := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	defer first.Close()
	for _, user := range [][]any{{"admin", "on", ">admin", "~*", "&*", "+@all"}, {"default", "off"}} {
		if err := first.Do(t.Context(), append([]any{"ACL", "SETUSER"}, user...)...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	ours := []any{"ACL", "SETUSER", "jobalertd", "on", ">secret"}
	for _, word := range rule {
		ours = append(ours, word)
	}
	if err := admin.Do(t.Context(), ours...).Err(); err != nil {
		t.Fatal(err)
	}

	m.start()
	m.post("/api/v1/subscriptions", `{"email":"ada@example.com","time_zone":"UTC","alerts":[{"cadence":{"every":"instant"},"filter":{}},{"cadence":{"every":"daily","hour":8},"filter":{}}]}`, http.StatusAccepted)
	m.post(m.await(regexp.QuoteMeta(m.url)+`/confirm/[A-Za-z0-9_-]+`, 1)["ada@example.com"][0], "", http.StatusOK)
	m.await("Thank you for subscribing", 1)
	for n := range 2 {
		m.post("/api/v1/postings", fmt.Sprintf(`{"id":"job%d","url":"https://example.com/jobs/%d","title":"Backend Engineer %d","company":"Acme","class":"core","description":"You build service %d in Go."}`, n, n, n, n), http.StatusOK)
		m.await(fmt.Sprintf("https://example.com/jobs/%d", n), 1)
	}
	m.settle()
	list := m.run("subscribers", "list", "--json")
	id := regexp.MustCompile(`[a-z2-7]{13}`).FindString(list)
	if id == "" {
		t.Fatalf("subscribers list: %q", list)
	}
	job := regexp.MustCompile(`"id":\s*"([^"]*job0)"`).FindStringSubmatch(m.run("postings", "list", "--json"))
	if job == nil {
		t.Fatal("postings list does not list job0")
	}
	backup := filepath.Join(t.TempDir(), "backup.ndjson")
	for _, args := range [][]string{
		{"subscribers", "show", id}, {"subscribers", "export", id}, {"subscribers", "suppress", "bob@example.com"},
		{"postings", "show", job[1]}, {"postings", "close", job[1]},
		{"outbox", "stats"}, {"outbox", "dead"}, {"outbox", "retry", "--all"}, {"check", "--online"},
		{"digest", "--at", "2027-01-01T08:00:00Z", "--dry-run"}, {"subscribers", "erase", id}, {"backup", backup},
	} {
		m.run(args...)
	}
	m.kill()
	if err := admin.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	m.run("restore", backup)
	denied, err := admin.Do(t.Context(), "ACL", "LOG").Slice()
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range denied {
		t.Errorf("refused: %v", entry)
	}
}

// TestTheRuleAllowsWhatScriptsDo finds what no story comes by.
func TestTheRuleAllowsWhatScriptsDo(t *testing.T) {
	allowed := strings.Fields(app.RedisRule())
	var files []string
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.Name() == "scripts.go" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 6 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`redis\.call\('([A-Z]+)'`).FindAllSubmatch(text, -1) {
			if command := "+" + strings.ToLower(string(call[1])); !slices.Contains(allowed, command) {
				t.Errorf("%s calls %s, which the rule does not allow", file, call[1])
			}
		}
	}
}
