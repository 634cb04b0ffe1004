// Package mailer is what leaves the house: addresses, letters, and what became of them.
//
// A Letter is a mail that is owed to one person, named by its kind and subject matter and not
// yet rendered. It waits in mailer/outbox, is rendered by mailer/render when it is about to be
// sent, goes out through mailer/deliver, and ends in an Outcome. What comes back of it later is taken
// in below mailer/bounce. An address that must not be written to stands in mailer/suppress.
//
// The promise: every letter reaches a relay at least once, and no letter reaches a suppressed
// address. A letter is repeated only where nobody can know better: between the relay's final 250
// and our record of it. Its Message-ID is the same each time.
//
// This package is pure: no Redis, no SMTP, no clock.
//
// # Decisions
//
// Domains are checked with golang.org/x/net/idna. It is the one import of a root beyond the
// standard library and golang.org/x/text: it is as pure as they are, and the rules for
// internationalised domains are not ours to write again.
package mailer
