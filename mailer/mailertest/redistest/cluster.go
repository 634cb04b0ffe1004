package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Cluster is a Redis Cluster of processes on the loopback address.
type Cluster struct {
	dir   string
	nodes []*clusterNode // the masters first
}

type clusterNode struct {
	addr, bus string
	cmd       *exec.Cmd
	client    *redis.Client
}

// StartCluster starts masters with the given number of replicas each, which live as long as the test, and
// waits until all is well. A master that dies is replaced after about two seconds.
func StartCluster(t testing.TB, masters, replicas int) *Cluster {
	t.Helper()
	Program(t)
	dir := t.TempDir()
	c, err := startCluster(dir, masters*(1+replicas))
	t.Cleanup(c.stop)
	if err == nil {
		err = c.form(t.Context(), masters)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Addrs are the addresses of all nodes.
func (c *Cluster) Addrs() []string {
	var addrs []string
	for _, n := range c.nodes {
		addrs = append(addrs, n.addr)
	}
	return addrs
}

// URL is the Cluster as the configuration names it.
func (c *Cluster) URL() string {
	return "redis://" + c.nodes[0].addr + "?addr=" + strings.Join(c.Addrs()[1:], "&addr=")
}

// Client is a client of the Cluster that hears of changes soon.
func (c *Cluster) Client(t testing.TB) redis.UniversalClient {
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: c.Addrs(), DisableIdentity: true, ClusterStateReloadInterval: time.Second, DialerRetries: 1,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Lose is kill -9 of the n-th master for good. The others are told to go on without it; by themselves they
// only do so until they have noticed.
func (c *Cluster) Lose(t testing.TB, n int) {
	t.Helper()
	for _, node := range c.nodes {
		if err := node.client.ConfigSet(t.Context(), "cluster-require-full-coverage", "no").Err(); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.nodes[n].cmd.Process.Kill()
	_ = c.nodes[n].cmd.Wait()
}

// KillMaster is kill -9 of the n-th master. It comes back, as a replica, when one of its own has taken its
// place: before that it would come back as an empty master.
func (c *Cluster) KillMaster(t testing.TB, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dead := c.nodes[n]
	_ = dead.cmd.Process.Kill()
	_ = dead.cmd.Wait()
	replaced := func() bool {
		for _, other := range c.nodes {
			view, _ := other.client.ClusterNodes(ctx).Result() // a line each: id, address@bus, flags, …
			if view != "" && !slices.ContainsFunc(strings.Split(view, "\n"), func(line string) bool {
				fields := strings.Fields(line)
				return len(fields) > 8 && strings.HasPrefix(fields[1], dead.addr+"@") && strings.Contains(fields[2], "master") // and has slots
			}) {
				return true
			}
		}
		return false
	}
	if err := until(ctx, replaced); err != nil {
		t.Fatalf("nobody takes the place of %s: %v", dead.addr, err)
	}
	dead.cmd = exec.Command(dead.cmd.Args[0], dead.cmd.Args[1:]...)
	if err := dead.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

func startCluster(dir string, n int) (*Cluster, error) {
	c := &Cluster{dir: dir}
	for range n {
		addr, bus, err := freePorts()
		if err != nil {
			return c, err
		}
		_, port, _ := net.SplitHostPort(addr)
		home := filepath.Join(dir, port)
		if err := os.Mkdir(home, 0o700); err != nil {
			return c, err
		}
		cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", bus,
			"--cluster-node-timeout", "1500", "--dir", home, "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0")
		if err := cmd.Start(); err != nil {
			return c, err
		}
		client := redis.NewClient(plain(&redis.Options{Addr: addr}))
		c.nodes = append(c.nodes, &clusterNode{addr: addr, bus: bus, cmd: cmd, client: client})
	}
	return c, nil
}

// freePorts are an address and a port for the bus that nobody listens on.
func freePorts() (addr, bus string, err error) {
	one, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer one.Close()
	two, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer two.Close()
	_, bus, _ = net.SplitHostPort(two.Addr().String())
	return one.Addr().String(), bus, nil
}

func (c *Cluster) stop() {
	for _, n := range c.nodes {
		_ = n.client.Close()
		_ = n.cmd.Process.Kill()
		_ = n.cmd.Wait()
	}
}

const slots = 16384

// form makes a Cluster of the nodes and waits until it takes writes.
func (c *Cluster) form(ctx context.Context, masters int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for i, n := range c.nodes {
		if err := until(ctx, func() bool { return n.client.Ping(ctx).Err() == nil }); err != nil {
			return fmt.Errorf("node %s does not answer: %w", n.addr, err)
		}
		if i < masters {
			if err := n.client.ClusterAddSlotsRange(ctx, slots*i/masters, slots*(i+1)/masters-1).Err(); err != nil {
				return err
			}
		}
		host, port, _ := net.SplitHostPort(n.addr)
		if err := c.nodes[0].client.Do(ctx, "CLUSTER", "MEET", host, port, n.bus).Err(); err != nil {
			return err
		}
	}
	for i, n := range c.nodes[masters:] {
		id, err := c.nodes[i%masters].client.Do(ctx, "CLUSTER", "MYID").Text()
		if err != nil {
			return err
		}
		if err := until(ctx, func() bool { return n.client.Do(ctx, "CLUSTER", "REPLICATE", id).Err() == nil }); err != nil {
			return fmt.Errorf("making %s a replica: %w", n.addr, err)
		}
	}
	return until(ctx, func() bool { return c.well(ctx, masters) })
}

// well reports whether every node sees a whole Cluster and every replica follows its master.
func (c *Cluster) well(ctx context.Context, masters int) bool {
	for i, n := range c.nodes {
		info, _ := n.client.ClusterInfo(ctx).Result()
		replication, _ := n.client.Info(ctx, "replication").Result()
		if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:"+strconv.Itoa(len(c.nodes))+"\r") ||
			i >= masters && !strings.Contains(replication, "master_link_status:up") {
			return false
		}
	}
	return true
}

// until asks until the answer is yes.
func until(ctx context.Context, yes func() bool) error {
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for !yes() {
		select {
		case <-pause.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// clusterVariable tells Each where a Cluster is.
const clusterVariable = "JOBALERT_TEST_CLUSTER"

// Main runs a package's tests with a Cluster of three masters for Each, where there is a redis-server:
//
//	func TestMain(m *testing.M) { os.Exit(redistest.Main(m)) }
func Main(m *testing.M) int {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "cluster")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	const masters = 3
	c, err := startCluster(dir, masters)
	defer c.stop()
	if err == nil {
		err = c.form(context.Background(), masters)
	}
	if err == nil {
		err = os.Setenv(clusterVariable, strings.Join(c.Addrs(), ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "starting a Redis Cluster:", err)
		return 1
	}
	return m.Run()
}

// shared is the Cluster that Main has started, emptied.
func shared(t testing.TB) redis.UniversalClient {
	t.Helper()
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: strings.Split(os.Getenv(clusterVariable), ","), DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	t.Cleanup(func() { _ = client.Close() })
	if err := client.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error { return node.FlushAll(ctx).Err() }); err != nil {
		t.Fatal(err)
	}
	return client
}

// Keys lists all keys, of every node where there are several.
func Keys(t testing.TB, client redis.UniversalClient) []string {
	t.Helper()
	var keys []string
	var mu sync.Mutex // a Cluster's nodes are asked at the same time
	list := func(ctx context.Context, node *redis.Client) error {
		found, err := node.Keys(ctx, "*").Result()
		mu.Lock()
		defer mu.Unlock()
		keys = append(keys, found...)
		return err
	}
	var err error
	switch c := client.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(t.Context(), list)
	case *redis.Client:
		err = list(t.Context(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// PauseReplicas stops all nodes but the first ones, the masters.
func (c *Cluster) PauseReplicas(masters int) { c.signal(masters, syscall.SIGSTOP) }

// ResumeReplicas lets them go on.
func (c *Cluster) ResumeReplicas(masters int) { c.signal(masters, syscall.SIGCONT) }

func (c *Cluster) signal(from int, signal syscall.Signal) {
	for _, n := range c.nodes[from:] {
		_ = n.cmd.Process.Signal(signal)
	}
}
