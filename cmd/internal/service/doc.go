// Package service is how the daemon gets along with whoever runs it as a service: it takes listening
// sockets from systemd, tells it when it is ready, reloading and stopping, and that it is alive.
// Without systemd it opens the sockets itself, and tells nobody.
//
// # Decisions
//
// The protocols of sd_notify(3) and sd_listen_fds(3) are spoken by coreos/go-systemd, which has no
// dependency of its own.
//
// Sockets outlive the daemon that serves them: a reload starts a new one on the same sockets, and
// who connects in between waits for it instead of being refused.
package service
