package redisd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNone: there is no Redis to use.
var ErrNone = errors.New("no Redis: redis.url is not set, and there is no redis-server on PATH; " +
	"install it (Debian, Ubuntu: apt install redis-server) or set redis.url")

// Child is a redis-server of our own, for one machine without set-up. It listens on a socket in the
// data directory only, and appends every write to a file there before it answers. (With everysec a
// server that is killed while the disk is slow loses up to two seconds of what it has answered: a test
// met it.)
type Child struct {
	program string
	dir     string
	logger  *slog.Logger
}

// maxSocketPath is the longest path a Unix socket may have on every system we run on.
const maxSocketPath = 100

// NewChild makes a server that keeps its data in dir, which is made if need be: ErrNone where there is no
// redis-server on PATH. Run starts it.
func NewChild(dir string, logger *slog.Logger) (*Child, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrNone
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("redis.data_dir: %w", err)
	}
	c := &Child{program: program, dir: dir, logger: logger}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("redis.data_dir: %w", err)
	}
	if len(c.socket()) > maxSocketPath {
		return nil, fmt.Errorf("redis.data_dir: the path %s is too long for a socket; choose a directory with a shorter one", dir)
	}
	return c, nil
}

func (c *Child) socket() string { return filepath.Join(c.dir, "redis.sock") }

// URL is where the server is reached.
func (c *Child) URL() string { return "unix://" + c.socket() }

// restartPause is how long to wait before a server that has ended is started again.
const restartPause = time.Second

// Run keeps a server running until ctx ends; then it lets it write its file out and end. A server
// that an earlier daemon left behind is used as it is.
func (c *Child) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if c.alive(ctx) {
			sleep(ctx, restartPause)
			continue
		}
		if err := c.serve(ctx); err != nil && ctx.Err() == nil {
			c.logger.Error("redis-server has ended; starting it again", "error", err)
			sleep(ctx, restartPause)
		}
	}
	return nil
}

// serve runs one server until it ends.
func (c *Child) serve(ctx context.Context) error {
	// The kernel tells the child of our death by the death of the thread that made it
	// (golang/go#27505), so this thread must last as long as we do.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, c.program,
		"--port", "0", "--unixsocket", c.socket(), "--unixsocketperm", "700", "--dir", c.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--save", "",
		"--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "warning")
	cmd.SysProcAttr = dieWithParent()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s: %w", c.program, err)
	}
	return errors.New("it ended by itself")
}

// listens reports whether anybody answers at the socket. A client would try for seconds before it said no.
func (c *Child) listens() bool {
	conn, err := net.Dial("unix", c.socket())
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// Listening waits until the server listens, or ctx ends.
func (c *Child) Listening(ctx context.Context) {
	for ctx.Err() == nil && !c.listens() {
		sleep(ctx, 20*time.Millisecond)
	}
}

func (c *Child) alive(ctx context.Context) bool {
	if !c.listens() {
		return false
	}
	client, err := Open(Server{URL: c.URL()})
	if err != nil {
		return false
	}
	defer client.Close()
	err = client.Ping(ctx).Err()
	// One that is still reading its file answers with an error of its own, and is alive.
	var answer redis.Error
	return err == nil || errors.As(err, &answer)
}

// startWithin is how long a server may take to read its file at the start.
const startWithin = 5 * time.Minute

// Await waits until Redis answers.
func Await(ctx context.Context, client redis.UniversalClient) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startWithin, errors.New("redis-server does not answer"))
	defer cancel()
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		sleep(ctx, 50*time.Millisecond)
	}
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
