package app

import (
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"jobalertd/mailer/mailertest/needs"
	"jobalertd/mailer/mailertest/redistest"
)

// BenchmarkHookByWrk measures the hook from outside, with wrk instead of our own client, and beside it a
// bare SET with redis-benchmark, 64 clients each.
func BenchmarkHookByWrk(b *testing.B) {
	wrk := needs.Tool(b, "wrk", "install the Debian package wrk")
	bare := needs.Tool(b, "redis-benchmark", "install the Debian package redis-tools")
	for _, fsync := range []string{"always", "everysec"} {
		b.Run("appendfsync="+fsync, func(b *testing.B) {
			socket := redistest.Socket(b, "--appendonly", "yes", "--appendfsync", fsync)
			sets := bareByRedisBenchmark(b, bare, socket)
			_, handler := openOver(b, socket)
			server := httptest.NewServer(handler)
			b.Cleanup(server.Close)
			b.ResetTimer()
			report(b, sets, signupsByWrk(b, wrk, server.URL))
		})
	}
}

func run(b *testing.B, program string, args ...string) string {
	b.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

// bareByRedisBenchmark sets keys to values about as long as a subscriber's record.
func bareByRedisBenchmark(b *testing.B, program, socket string) measure {
	b.Helper()
	out := run(b, program, "-s", socket, "-c", strconv.Itoa(clients), "-n", "100000", "-r", "100000", "-d", "700", "-t", "set", "--csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 2 {
		b.Fatalf("redis-benchmark says %q, %v", out, err)
	}
	var m measure
	for i, column := range rows[0] {
		value, _ := strconv.ParseFloat(rows[1][i], 64)
		switch column {
		case "rps":
			m.rate = value
		case "p99_latency_ms":
			m.p99 = value
		}
	}
	return m
}

// signupsByWrk signs up somebody new with every request.
func signupsByWrk(b *testing.B, program, url string) measure {
	b.Helper()
	script := filepath.Join(b.TempDir(), "signup.lua")
	err := os.WriteFile(script, []byte(`
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local n = 0
function request()
  n = n + 1
  local body = '`+hookBody("person' .. id .. '-' .. n .. '@example.com")+`'
  return wrk.format("POST", "/api/v1/subscriptions", {["Content-Type"] = "application/json"}, body)
end
`), 0o600)
	if err != nil {
		b.Fatal(err)
	}
	out := run(b, program, "-t2", fmt.Sprint("-c", clients), "-d10s", "--latency", "-s", script, url)
	if strings.Contains(out, "Non-2xx") || strings.Contains(out, "Socket errors") {
		b.Fatalf("not every signup was accepted:\n%s", out)
	}
	found := regexp.MustCompile(`(?s)99%\s+(\S+).*Requests/sec:\s+(\S+)`).FindStringSubmatch(out)
	if found == nil {
		b.Fatalf("wrk says\n%s", out)
	}
	slowest, err := time.ParseDuration(found[1])
	rate, rateErr := strconv.ParseFloat(found[2], 64)
	if err != nil || rateErr != nil {
		b.Fatalf("wrk says\n%s", out)
	}
	return measure{rate, slowest.Seconds() * 1000}
}
