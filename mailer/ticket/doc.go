// Package ticket signs the names that our mails go by: the local part of their envelope sender and
// of their Message-ID. Whoever returns a mail returns its ticket, and a ticket that Check accepts
// proves that we sent that letter to that person.
//
// A ticket is 46 lower-case letters and digits, so that no host that folds addresses can spoil it:
//
//	letter 20 (mailer.LetterID) · subscriber 13 · seal 13 (HMAC-SHA256, first 64 bits)
//
// # Decisions
//
// Nothing is stored for a ticket: a bounce may come after a week, and most letters never have one.
// What it proves is held by everybody who has seen the mail. All it opens is silence for that
// one person, which the unsubscribe link in the same mail does as well.
//
// 64 bits of seal keep the envelope sender at 53 characters, below the 64 that RFC 5321 §4.5.3.1.1
// allows. A guess costs a request, and there is no hint.
package ticket
