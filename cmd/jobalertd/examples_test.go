package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

// startWithin is a bound for a test that fails, not a measure.
const startWithin = 20 * time.Second

// exampleNode starts a redis-server with a file of deploy/redis, in which only addresses are ours.
func exampleNode(t *testing.T, file, master string, args ...string) *redis.Client {
	t.Helper()
	program, dir, addr := redistest.Program(t), t.TempDir(), free(t)
	text, err := os.ReadFile("../../deploy/redis/" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(addr)
	host, masterPort, _ := strings.Cut(master, ":")
	own := strings.NewReplacer("10.0.0.1 6379 2", host+" "+masterPort+" 1", "10.0.0.1 6379", host+" "+masterPort, "/var/lib/redis", dir,
		"port 6379", "port "+port, "port 26379", "port "+port, "bind * -::*", "bind 127.0.0.1").Replace(string(text))
	config := filepath.Join(dir, file)
	if err := os.WriteFile(config, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{config}, args...)...)
	cmd.Stdout = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	options := &redis.Options{Addr: addr, Password: "change-me", DisableIdentity: true}
	if file == "sentinel.conf" {
		options.Password = ""
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	until(t, file+" answers", func() bool { return client.Ping(t.Context()).Err() == nil })
	return client
}

// until asks until the answer is yes.
func until(t *testing.T, what string, yes func() bool) {
	t.Helper()
	pause := time.NewTicker(50 * time.Millisecond)
	defer pause.Stop()
	for deadline := time.Now().Add(startWithin); !yes(); <-pause.C {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened that %s", what)
		}
	}
}

// keeps checks what the operator's guide demands of a Redis.
func keeps(t *testing.T, file string, node *redis.Client) {
	t.Helper()
	for setting, want := range map[string]string{"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""} {
		if got := node.ConfigGet(t.Context(), setting).Val()[setting]; got != want {
			t.Errorf("%s: %s is %q, want %q", file, setting, got, want)
		}
	}
}

func TestTheDaemonRunsOnTheExampleOfSentinels(t *testing.T) {
	t.Parallel()
	master := exampleNode(t, "redis.conf", "")
	replica := exampleNode(t, "replica.conf", master.Options().Addr)
	keeps(t, "redis.conf", master)
	keeps(t, "replica.conf", replica)
	until(t, "the replica follows", func() bool {
		return strings.Contains(replica.Info(t.Context(), "replication").Val(), "master_link_status:up")
	})
	sentinel := exampleNode(t, "sentinel.conf", master.Options().Addr, "--sentinel")
	m := newMachineOn(t, "redis://"+sentinel.Options().Addr+"/0?master_name=jobs&username=default&password=change-me", "JOBALERT_REDIS_WAIT_REPLICAS=1")
	m.start()
	m.subscribe(1)
}

func TestTheDaemonRunsOnTheExampleOfACluster(t *testing.T) {
	t.Parallel()
	node := exampleNode(t, "cluster.conf", "")
	keeps(t, "cluster.conf", node)
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "the Cluster is well", func() bool { return strings.Contains(node.ClusterInfo(t.Context()).Val(), "cluster_state:ok") })
	addr := node.Options().Addr
	m := newMachineOn(t, "redis://default:change-me@"+addr+"?addr="+addr)
	m.start()
	m.subscribe(1)
}
