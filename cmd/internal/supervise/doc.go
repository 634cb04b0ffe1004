// Package supervise runs the daemon from the first configuration to the last signal: a SIGHUP brings a
// new configuration, SIGTERM the end.
//
// # Decisions
//
// A reload stops the daemon and starts another in the same process, on the same sockets, instead of
// changing one that runs: everything may change then, in the one way that is tested with every start,
// and nothing can be half changed. Nothing is lost by it, since nothing is lost by any stop. It costs
// what a start costs: loading the copies of postings and people, and for a redis-server of our own
// its restart.
package supervise
