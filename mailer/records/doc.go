// Package records is what the DNS must say for receivers to believe our mails: SPF (RFC 7208), DKIM
// (RFC 6376), DMARC (RFC 7489), and the names of the addresses they come from.
//
// Look compares the DNS with what is configured and gives each finding with the exact record that
// mends it. CheckFrom refuses the domains of mailbox providers, for which no record can.
//
// # Decisions
//
// Which relay leaves by which address only the relay knows, so SPF is not evaluated: a record that
// exists, is the only one, lets not everybody through, and names the provider where we know it, is fine.
//
// golang.org/x/net/publicsuffix says where organisations begin, which relaxed alignment turns on
// (RFC 7489 §3.2).
package records
