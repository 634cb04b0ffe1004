// Package inbox is the page on which a person who tries the demo reads the mails it has sent.
//
// It shows what a catcher has caught: a list, the newest first, which renews itself; and each mail
// as HTML, as text, its header fields, and its source, to read or to keep as a file.
//
// Mails are strangers' bytes, here as in any mail program. HTML is shown in a frame of its own,
// which its sandbox and its Content-Security-Policy forbid scripts, forms, and anything from
// elsewhere. Links in it open in a new tab, free of the sandbox, so that confirming and
// unsubscribing work as they would for a subscriber.
//
// # Decisions
//
// The pages need no script: the list renews itself by the refresh header field, and the policy of
// every page forbids scripts altogether.
//
// Beside the sender stands what a mail program offers there: the way to unsubscribe from the header,
// by one click where the mail says so (RFC 8058 §3.1), else as a link. It is shown only where it
// leads back to the demo, so that a mail cannot put a button to anywhere else on our page.
package inbox
