package service

import (
	"context"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Ready tells the service manager that the daemon does its work.
func Ready() { notify(daemon.SdNotifyReady + "\nSTATUS=Serving") }

// Loading tells the service manager that the daemon is not ready yet, and that this is no fault.
func Loading() { notify(daemon.SdNotifyReloading + "\nSTATUS=Loading postings and subscribers") }

// Stopping tells the service manager that the daemon ends.
func Stopping() { notify(daemon.SdNotifyStopping + "\nSTATUS=Finishing the letters in hand") }

// notify sends a state where somebody listens; that nobody does is no fault, and neither is one who
// does not take it: whether we work does not hang on it.
func notify(state string) { _, _ = daemon.SdNotify(false, state) }

// Watch tells the service manager that the daemon is alive, as often as it asks for that
// (WatchdogSec=), for as long as alive gives nil; until ctx ends.
func Watch(ctx context.Context, alive func(context.Context) error) {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil || limit == 0 {
		return
	}
	tick := time.NewTicker(limit / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			probe, cancel := context.WithTimeout(ctx, limit/3)
			if alive(probe) == nil {
				notify(daemon.SdNotifyWatchdog)
			}
			cancel()
		}
	}
}
