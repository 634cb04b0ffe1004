package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// minutes is a stranger who does what the README says, in a clean clone.
type minutes struct {
	*machine
	clone string
}

// chapter is what stands below a heading of the README.
func (m minutes) chapter(heading string) string {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(m.clone, "README.md"))
	if err != nil {
		m.t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		m.t.Fatalf("the README has no chapter %q", heading)
	}
	chapter, _, _ := strings.Cut(rest, "\n## ")
	return chapter
}

// blocks are the indented blocks of a chapter, without their indent.
func blocks(chapter string) []string {
	var all []string
	for _, paragraph := range regexp.MustCompile(`(?m)(^    .*\n|^\n)+`).FindAllString(chapter, -1) {
		if block := strings.TrimSpace(regexp.MustCompile(`(?m)^    `).ReplaceAllString(paragraph, "")); block != "" {
			all = append(all, block)
		}
	}
	return all
}

// block is the one that holds a text.
func (m minutes) block(heading, holds string) string {
	m.t.Helper()
	for _, b := range blocks(m.chapter(heading)) {
		if strings.Contains(b, holds) {
			return b
		}
	}
	m.t.Fatalf("the chapter %q has no block with %q", heading, holds)
	return ""
}

// shell runs commands in the clone, as they stand in the README, and returns what they print.
func (m minutes) shell(commands string) string {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), "bash", "-euo", "pipefail", "-c", commands)
	cmd.Dir = m.clone
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", commands, err, out)
	}
	return string(out)
}

// configure does what the README says in words: it sets what people see, the sender and the relay,
// and adds the boards. The ports are our own, since others may run here.
func (m minutes) configure(relay, board string) {
	m.t.Helper()
	path := filepath.Join(m.clone, "jobalertd.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	host, port, _ := strings.Cut(relay, ":")
	edited := string(text)
	for old, new := range map[string]string{
		`  listen: "127.0.0.1:8080"`:        fmt.Sprintf("  listen: %q", strings.TrimPrefix(m.url, "http://")),
		`  listen: "127.0.0.1:9090"`:        fmt.Sprintf("  listen: %q", strings.TrimPrefix(m.ops, "http://")),
		`base_url: "http://127.0.0.1:8080"`: fmt.Sprintf("base_url: %q", m.url),
		`from: "jobs@example.com"`:          `from: "jobs@jobs.example.org"`,
		"  relays: []":                      fmt.Sprintf("  relays: [{host: %q, port: %s, tls: none}]", host, port),
		"sources: []":                       "",
	} {
		if !strings.Contains(edited, old) {
			m.t.Fatalf("the example has no line %q", old)
		}
		edited = strings.Replace(edited, old, new, 1)
	}
	if err := os.WriteFile(path, []byte(edited+"\n"+board+"\n"), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// serve starts the daemon with the words of the README and the environment of the systemd unit.
func (m minutes) serve(command string) {
	m.t.Helper()
	unit, err := os.ReadFile(filepath.Join(m.clone, "deploy/systemd/jobalertd.service"))
	if err != nil {
		m.t.Fatal(err)
	}
	m.daemon = exec.Command("bash", "-c", "exec "+command)
	m.daemon.Dir, m.daemon.Stderr = m.clone, m.t.Output()
	m.daemon.Env = []string{"PATH=" + os.Getenv("PATH")}
	for _, set := range regexp.MustCompile(`(?m)^Environment=(.*)$`).FindAllStringSubmatch(string(unit), -1) {
		m.daemon.Env = append(m.daemon.Env, strings.ReplaceAll(set[1], "/var/lib/", m.clone+"/var-lib-"))
	}
	if err := m.daemon.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(m.kill)
	m.poll("/readyz", func(resp *http.Response) bool { return resp.StatusCode == http.StatusOK })
}

func (m minutes) stop() {
	m.t.Helper()
	m.signal(syscall.SIGTERM)
	if err := m.daemon.Wait(); err != nil {
		m.t.Fatalf("after SIGTERM: %v", err)
	}
}

// TestAStrangersTenMinutes follows the README to the letter: install, configure, check, serve, sign
// up, receive, scrape, upgrade, stop.
func TestAStrangersTenMinutes(t *testing.T) {
	if os.Getenv("JOBALERT_TEST_REQUIRE") != "1" {
		t.Skip("building a clean clone takes a while: set JOBALERT_TEST_REQUIRE=1, as continuous integration does, to run this test")
	}
	const production = "Ten minutes to production"
	m := minutes{newMachine(t), filepath.Join(t.TempDir(), "clone")}
	if out, err := exec.CommandContext(t.Context(), "git", "clone", "-q", "../..", m.clone).CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v\n%s", err, out)
	}
	// What apt installs is here already, or this test has been skipped.
	m.shell(strings.Replace(m.block(production, "make build"), "apt install", "command -v", 1))
	m.configure(m.relay, m.block(production, "format: greenhouse"))
	check, serve, found := strings.Cut(m.block(production, "check"), "\n")
	if !found {
		t.Fatal("the README does not say how to check and serve")
	}
	if out := m.shell(strings.ReplaceAll(check, "--online", "")); !strings.Contains(out, "no fault found") {
		t.Errorf("check says %s", out)
	}
	m.serve(serve)

	signup := strings.Replace(m.block("Signing people up from your own site", "curl"), "http://127.0.0.1:8080", m.url, 1)
	m.shell(signup)
	links := m.await(regexp.QuoteMeta(m.url)+`/confirm/[A-Za-z0-9_-]+`, 1)
	m.post(links["ada@example.com"][0], "", http.StatusOK)
	m.await("Thank you for subscribing", 1)
	m.metric(`jobalert_subscribers{state="active"} 1`)

	// An upgrade is another program in the same place, and a restart.
	m.stop()
	m.shell("make build VERSION=v999")
	m.serve(serve)
	m.metric(`jobalert_subscribers{state="active"} 1`)
	m.poll("/metrics", func(resp *http.Response) bool { return strings.Contains(readAll(resp), `version="v999"`) })
	m.stop()
	if mails := holding(m.catcher.Mails(), regexp.MustCompile("Thank you for subscribing")); len(mails["ada@example.com"]) != 1 {
		t.Errorf("the upgrade sent mails again: %v", mails)
	}
}
