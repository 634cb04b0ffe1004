// Package intake is the one path from what came back to what is done about it. Everything passes here:
// replies of relays, mails at our bounce address, reports of mail providers.
//
// What is done is decided by whoever keeps the people (People); here it is decided who is meant, and
// whether to believe it. Each method returns when the effect is kept, or with an error when it may not
// be; everything may be said again without harm.
//
// # Decisions
//
// Anybody can write a mail that looks like a bounce. So of a mail only its ticket counts, which we signed
// and which names the person; without one the mail is counted and nothing else. A provider that
// has proved who it is, however, is believed whom it names: it refused the address itself. If the
// same account also sends other mail, a complaint about that silences us too. That is the side to err on.
package intake
