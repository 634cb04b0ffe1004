package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Sentinel is a master with a replica, and a Sentinel that watches over them.
type Sentinel struct {
	addr   string
	master *exec.Cmd
}

// StartSentinel starts them; they live as long as the test. A master that dies is replaced after a second
// or two.
func StartSentinel(t testing.TB) *Sentinel {
	t.Helper()
	program, dir := Program(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start := func(name string, args ...string) (addr string, cmd *exec.Cmd) {
		addr, _, err := freePorts()
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(addr)
		home := filepath.Join(dir, name)
		if err := os.Mkdir(home, 0o700); err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command(program, append(args, "--port", port, "--bind", "127.0.0.1", "--dir", home)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		return addr, cmd
	}
	master, cmd := start("master", "--save", "", "--repl-diskless-sync-delay", "0")
	host, port, _ := net.SplitHostPort(master)
	replica, _ := start("replica", "--save", "", "--replicaof", host+" "+port)
	config := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor jobs %s %s 1\nsentinel down-after-milliseconds jobs 1000\nsentinel failover-timeout jobs 5000\n", host, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	follows := client(t, &redis.Options{Addr: replica})
	if err := until(ctx, func() bool {
		return strings.Contains(follows.Info(ctx, "replication").Val(), "master_link_status:up")
	}); err != nil {
		t.Fatal("the replica does not follow: ", err)
	}
	watcher, _ := start("sentinel", config, "--sentinel")
	asks := redis.NewSentinelClient(plain(&redis.Options{Addr: watcher}))
	defer asks.Close()
	if err := until(ctx, func() bool { return len(asks.Replicas(ctx, "jobs").Val()) == 1 }); err != nil {
		t.Fatal("the Sentinel does not know the replica: ", err)
	}
	return &Sentinel{addr: watcher, master: cmd}
}

// URL is the Sentinel as the configuration names it.
func (s *Sentinel) URL() string { return "redis://" + s.addr + "?master_name=jobs" }

// KillMaster is kill -9 of the master.
func (s *Sentinel) KillMaster() {
	_ = s.master.Process.Kill()
	_ = s.master.Wait()
}
