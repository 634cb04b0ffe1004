// Package bounce reads the mails that come back to us and says what they mean: the address is dead
// (Hard), this mail did not arrive (Soft), the person wants no more of it (Complaint), nothing (None).
//
// It knows delivery status notifications (RFC 3464, RFC 6522, RFC 6533), feedback reports (RFC 5965),
// auto-replies (RFC 3834), receipts (RFC 8098) and the prose of mail systems that follow no
// standard. What those say is a table, phrases.txt; mending a wrong verdict should mean a line there.
//
// A mail can be forged by anyone. Whoever acts on a Report asks that its Letter be one we sent, to
// the person that is to be silenced; the Recipient is for those who read it.
//
// # Decisions
//
// A false Hard loses a person; a false Soft costs one more mail. So Hard needs proof: words that
// say the address or its domain does not exist, together with a status code of 5.1.x, a refusal that is
// known to answer RCPT TO, or the word of the very host that writes to us. "User unknown" in answer to the
// data of a mail is how some receivers hide a filter: Soft, as Filtered. So is a disabled or full
// mailbox, a refusal before anybody was named, a status of 4.x even when the other side has given
// up, and a notice whose halves contradict each other.
//
// What the table does not know goes to mailer.Classify, so that a refusal means the same whether
// the relay tells us at once or by mail. Two verdicts are more careful here, because here the
// address has often been refused by a host further on, for reasons that nobody can ask about:
// 5.2.1 and the words for a disabled account are Soft, and "user unknown" needs the proof above.
//
// Mails are taken apart by our own few lines instead of net/mail and mime/multipart: those
// stop at the first fault, and half of what is measured below has one. A mail's first 4 MiB, 64 parts and
// 8 levels are read, of a notice 32 KiB; no bytes make Read fail.
//
// A report of failed authentication (RFC 6591) counts as Complaint, since it comes from a feedback
// loop, but names nobody: whoever's mailbox a forger wrote to has not complained about us.
//
// A mailto unsubscribe that arrives here is a Complaint with the reason OptOut, which wants to be
// treated as one who leaves.
//
// # Figures
//
// On the half of github.com/sisimai/set-of-emails that was at hand (308 labelled reports in 287 mails of
// some 58 systems, labels of the sisimai project: hard, soft, complaint, or none for auto-replies and
// success): 303 agree (98.4 %), no false hard, hence 4 hard ones taken for soft; one label belongs to
// the second mail of a file. Judging by the status code alone: 85.7 %, 13 false hard. A mail takes
// 0.2 ms on average, 2 ms at most.
package bounce
