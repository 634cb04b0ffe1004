// Package session is one SMTP session: a connection to a relay that go-mail has dialled, encrypted
// and authenticated, and that hands over finished mails.
//
// Send says exactly what became of a mail: taken, not taken, refused and by which words, or, where
// the connection died behind its end, unknown. After a refusal the session goes on; after anything
// that leaves the two sides out of step it is Broken.
//
// How many round trips a mail takes depends on what the relay offers:
//
//	neither     MAIL, RCPT, DATA and the mail each wait for their reply: four
//	PIPELINING  the envelope goes in one piece, that of the next mail behind the final dot: one
//	CHUNKING    with PIPELINING: envelope and mail go in one piece, mails behind each other: less than one
//
// # Decisions
//
// Only go-mail's connections are used, not its messages: those are encoded afresh for each
// recipient and sent in four round trips (seven by default), and its writer passes a cut-off body
// for a whole one. There is no NOOP: Exim hangs up after too many.
//
// Many goroutines send over one session, instead of one that is handed many mails: each has its
// turn to write and then its turn to read, and returns with the fate of its own mail. Nothing runs
// between calls.
//
// A mail is in doubt only if every octet of it was handed to the connection, no reply said no, and
// none came to its end. In chunks that can be Window mails at once, step by step and pipelined one: an
// envelope that has no body yet was not taken. So that a relay that has silently gone costs no
// doubt, envelope and mail go in one piece only while it was heard within the last second.
//
// In chunks a RSET goes before each mail that is sent behind another. RFC 3030 does not say whether a
// refused BDAT ends its transaction; if it does not, the next mail would inherit it. Exim 4.96 does not
// count a RSET behind a mail it took, but those behind refused ones: at the eleventh it drops the
// connection, and the mails on it are in doubt. So a session is Spent after two refusals.
//
// What arrives is acknowledged at once on Linux (prompt_linux.go). Against postfix's smtp-sink, which leaves
// Nagle's algorithm on, one connection sent 75 mails a second before and 4,900 since.
//
// That no bare CR or LF goes over the wire is not looked at here: a mail consists of mailer.Lines, which nothing but
// their parser makes. Most of them are the same in many mails, and each was looked at once.
//
// There is no opportunistic TLS: whoever can read the traffic can take STARTTLS out of it.
package session
