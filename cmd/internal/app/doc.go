// Package app puts the daemon together and runs it: it opens Redis, makes the rooms, joins their
// interfaces, and starts and stops what goes on for long.
//
// Every replica serves HTTP and sends letters. One of them, the leader, runs the cron jobs that poll
// sources, serve alerts and tidy up. The lease that elects it only saves work: what two leaders do at
// the same time is refused to one of them by the scripts.
//
// Replicas ring each other's bell through Redis when there is something to do. A bell that is not
// heard costs time until the next heartbeat or sweep, nothing else.
//
// # Decisions
//
// Stopping goes from the front to the back: first nothing new comes in (HTTP, cron), then the letters
// in hand are finished and the others given back, then the lease, then Redis. The other replicas are told of
// what was given back, so that they take it at once, not at their next sweep; the bell stops last.
package app
