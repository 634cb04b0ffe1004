// Package mailertest is a mail server that keeps what it is sent, for tests and for the demo.
//
// A Catcher speaks SMTP on any net.Listener: a real socket in the demo, memnet in tests. It offers
// STARTTLS or implicit TLS with a certificate made on the spot, AUTH PLAIN, PIPELINING and enhanced
// status codes, and records every mail it accepts. A Script makes it misbehave at any step of a
// session: refuse, hang, slow down, hang up, take a mail and lose the answer.
//
// # Decisions
//
// go-smtp speaks the protocol; the faults are put between it and the client, line by line (wire.go).
// Only there can every command go wrong in every way, DATA and the greeting included, and what a
// client wrote in one piece is still answered in its order. STARTTLS is done there too, so that
// scripts see the commands behind it. CHUNKING is therefore not offered.
//
// Nothing here imports testing: the demo is part of the product.
package mailertest
