package app

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/needs"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// alone is the configuration of a daemon on one machine without set-up.
func alone(dir string) Options {
	cfg := config.Default()
	cfg.Redis.DataDir = dir
	cfg.Mail.Relays = []config.Relay{{Name: "nowhere", Host: "127.0.0.1", Port: 1, TLS: "none"}}
	return Options{Config: cfg, Logger: slog.New(slog.DiscardHandler)}
}

func openAlone(t *testing.T, dir string) *App {
	t.Helper()
	app, err := Open(t.Context(), alone(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

func saveJane(t *testing.T, app *App) subscribers.ID {
	t.Helper()
	address, err := mailer.ParseAddress("jane@example.com")
	if err != nil {
		t.Fatal(err)
	}
	sub := &subscribers.Subscriber{ID: subscribers.NewID(app.Store.Hash(address)), Address: address, State: subscribers.StatePending, Zone: "UTC"}
	if err := app.Store.Save(t.Context(), store.Save{Subscriber: sub}); err != nil {
		t.Fatal(err)
	}
	return sub.ID
}

func TestOneMachineNeedsNoSetUpAndKeepsWhatItAccepted(t *testing.T) {
	needs.Program(t, "redis-server", "redis-server")
	dir := filepath.Join(t.TempDir(), "data") // made by the daemon
	app := openAlone(t, dir)
	id := saveJane(t, app)

	tool := alone(dir)
	tool.Tool = true
	beside, err := Open(t.Context(), tool)
	if err != nil {
		t.Fatalf("a command beside the running daemon: %v", err)
	}
	if _, err := beside.Store.Get(t.Context(), id); err != nil {
		t.Errorf("a command beside the running daemon: %v", err)
	}
	if err := errors.Join(beside.Close(), app.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), tool); err == nil {
		t.Error("a command found a server after the daemon had ended")
	}
	again := openAlone(t, dir)
	if sub, err := again.Store.Get(t.Context(), id); err != nil || sub.Address.String() != "jane@example.com" {
		t.Errorf("after a restart: %v, %v", sub, err)
	}
}

func TestAServerThatIsKilledComesBackWithItsData(t *testing.T) {
	needs.Program(t, "redis-server", "redis-server")
	app := openAlone(t, t.TempDir())
	id := saveJane(t, app)
	info, err := app.redis.Info(t.Context(), "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	for line := range strings.Lines(info) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "process_id:"); ok {
			pid, _ = strconv.Atoi(rest)
		}
	}
	if pid == 0 {
		t.Fatal("the server does not tell its process id")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := redisd.Await(ctx, app.redis); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.Get(t.Context(), id); err != nil {
		t.Errorf("after kill -9 of the server: %v", err)
	}
}

func TestWithoutAnyRedisTheDaemonSaysWhatToDo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := exec.LookPath("redis-server"); err == nil {
		t.Fatal("PATH is not empty")
	}
	if _, err := Open(t.Context(), alone(t.TempDir())); !errors.Is(err, redisd.ErrNone) {
		t.Errorf("error = %v, want redisd.ErrNone", err)
	}
}

func TestAnotherMasterKeyIsNoticed(t *testing.T) {
	needs.Program(t, "redis-server", "redis-server")
	dir := t.TempDir()
	app := openAlone(t, dir)
	saveJane(t, app)
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	other := alone(dir)
	if err := other.Config.Keys.Secret.UnmarshalText([]byte("another master key, just as long as the first")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), other); !errors.Is(err, store.ErrKey) {
		t.Errorf("error = %v, want ErrKey", err)
	}
}
