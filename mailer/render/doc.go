// Package render turns letters into finished mails: the bytes of a whole message, header, plain
// text and HTML, ready for the wire before a transaction opens.
//
// Every kind of letter is first composed into a page in the reader's language (compose.go and one
// locale_*.go file per language), and the page is written twice, as text (text.go) and as HTML
// (html.go, templates/). So both parts always say the same. What comes out depends on the Mail
// alone: rendering it again gives the same bytes, Message-ID and boundary included.
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
// The MIME writer is ours (mime.go), on mime/quotedprintable of the standard library, and not
// go-mail's: go-mail writes preformatted headers in random order and does not guard them, encodes
// the whole body again for each reader, and folds long Message-IDs. A multipart/alternative of two
// known parts needs none of the rest.
//
// Parts are encoded fragment by fragment, each beginning at a line start and ending in CRLF.
// Quoted-printable is line by line, so fragments can be joined after encoding. The fragment of a
// job holds nothing personal; the line that says why it matched is a fragment of its own. So the
// jobs of a batch of mails could be rendered once; without that, a digest of 20 jobs takes 1 ms.
//
// List-Unsubscribe-Post goes out only beside an https link, as RFC 8058 §3.1 demands. A daemon
// that is reached over plain http (the demo) sends List-Unsubscribe alone.
//
// Mail.Alerts is a list, because the welcome of a person with three alerts must name all three.
package render
