// Package render turns letters into finished mails: the bytes of a whole message, header, plain
// text and HTML, ready for the wire before a transaction opens.
//
// Every kind of letter is first composed into a page in the reader's language (compose.go, with the
// texts of package wording), and the page is written twice, as text and as HTML, by the templates of
// package layout. So both parts always say the same. What comes out depends on the Mail and the
// templates alone: rendering it again gives the same bytes, Message-ID and boundary included.
//
// The HTML is tables and inline styles no wider than 600 px, dark where the reader's screen is, and
// without images, foreign files or anything that reports back. It stays below 100 kB, because
// Gmail cuts off what is longer than about 102 kB, the unsubscribe link with it.
//
// Strings come from strangers: plain drops control characters and marks that reverse the direction
// of writing; html/template escapes; only http and https URLs become links; and every header value
// passes headerSafe, which refuses the whole mail rather than let a line break through.
//
// # Decisions
//
// The MIME writer is ours (mime.go), with quoted-printable of our own (layout/quoted.go), and not
// go-mail's: go-mail writes preformatted headers in random order and does not guard them, encodes
// the whole body again for each reader, and folds long Message-IDs. A multipart/alternative of two
// known parts needs none of the rest.
//
// The fragment of a job holds nothing personal, and the line that says why it matched is a fragment of
// its own. So each job is written and encoded once for a language, kept (cards.go), and joined for
// every reader who gets it.
//
// What surrounds the jobs is cut out once as well; see package layout. Our own links and texts that are
// plain already are only looked at, and not parsed and written anew: tests hold that to the long way.
//
// Such pieces are mailer.Lines: each was looked at when it was made, and is not looked at or copied again until
// it goes on the wire. What is written for one reader stands in memory that is used again for the next one when
// whoever sends it has said so (mailer.Message.Free).
//
// Text and HTML are checked by the Nu checker of the W3C where it is installed. It is a tool of its
// own (npm, Java), so every other test does without it, and its warnings about presentational
// attributes are ignored: Outlook on Windows reads those only.
//
// List-Unsubscribe-Post goes out only beside an https link, as RFC 8058 §3.1 demands. A daemon
// that is reached over plain http (the demo) sends List-Unsubscribe alone.
//
// Mail.Alerts is a list, because the welcome of a person with three alerts must name all three.
//
// An operator's template that fails on a mail is passed over for that mail, which the built-in templates
// then write: a letter that is tried again for 48 hours and given up helps nobody. The first failure of
// each is logged, all are counted. Try still refuses it, so that a fault a sample can show never gets here.
//
// github.com/emersion/go-message reads our mails in tests, as a second opinion beside net/mail.
package render
