// Package memnet is a network inside the process: connections without sockets.
//
// A Listener serves whatever takes a net.Listener, and Dial reaches it. Both ends of a connection
// are buffered, keep deadlines and tell a closed peer from a silent one, as TCP does; net.Pipe,
// which blocks every write until it is read, dead-locks where two sides write first. Nothing here
// uses a real socket, a goroutine or a clock of its own, so everything made inside a
// testing/synctest bubble stays inside it.
//
// # Decisions
//
// Addresses are TCP addresses of the loopback interface: code that takes a remote address apart
// finds what it expects, and nothing claims a port.
//
// A write blocks once 64 MiB are unread. That is far more than any pipeline, and it turns a writer
// gone wild into a dead-lock that a bubble reports, in place of a machine without memory.
package memnet
