// Package session is one SMTP session: a connection to a relay that go-mail has dialled, encrypted
// and authenticated, and that hands over finished mails one after the other.
//
// Send says exactly what became of a mail: not taken, taken, refused and by which words, or, where
// the connection died behind the final dot, unknown. After a refusal the session goes on; after
// anything that leaves the two sides out of step it is Broken.
//
// # Decisions
//
// Only go-mail's connections are used, not its messages: those are encoded afresh for each
// recipient and sent in four round trips (seven by default), and its writer passes a cut-off body
// for a whole one. The envelope is pipelined where the relay offers it (RFC 2920), in which case a
// mail takes two round trips. There is no NOOP: Exim hangs up after too many.
//
// A mail whose last write fails is in doubt only if every octet of it was handed to the connection;
// otherwise the relay cannot have seen the final dot.
//
// There is no opportunistic TLS: whoever can read the traffic can take STARTTLS out of it.
package session
