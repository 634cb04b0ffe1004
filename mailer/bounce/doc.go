// Package bounce reads the mails that come back to us and says what they mean: the address is dead
// (Hard), this mail did not arrive (Soft), the person wants no more of it (Complaint), nothing (None).
//
// It knows delivery status notifications (RFC 3464, RFC 6522, RFC 6533), feedback reports (RFC 5965),
// auto-replies (RFC 3834), receipts (RFC 8098) and the prose of mail systems that follow no standard.
// What those say is a table, phrases.txt; mending a wrong verdict should mean a line there.
//
// A mail can be forged by anyone. Whoever acts on a Report (package intake) asks that we signed its
// Ticket, and silences the person it names; the Recipient is for those who read the report. What mail
// providers report over HTTP is read by package provider; package lmtp takes mails in.
//
// # Decisions
//
// A false Hard loses a person; a false Soft costs one more mail. So Hard needs proof: words that say
// the address or its domain does not exist, together with a status of 5.1.x, a refusal that is known
// to answer RCPT TO, or the word of the very host that writes to us. "User unknown" in answer to the
// data of a mail is how some receivers hide a filter: Soft, as Filtered. So are a disabled or full
// mailbox, a refusal before anybody was named, a status of 4.x even when the other side has given
// up, and a notice whose halves contradict each other.
//
// What the table does not know goes to mailer.Classify, so that a refusal means the same whether the
// relay tells us at once or by mail. Some verdicts are more careful here, because here the refusal
// often comes from a host further on, and in words told by another: 5.2.1 and a disabled account are
// Soft, and "user unknown" needs the proof above. One is bolder: 5.4.4, for a domain that does not
// exist, is Hard.
//
// Mails are taken apart by a few lines of our own instead of net/mail and mime/multipart: those stop
// at the first fault, and what comes back is seldom without one. Of a mail the first 1 MiB, 64 parts
// and 8 levels are read, of a notice 32 KiB; no bytes make Read fail.
//
// A report of failed authentication (RFC 6591) counts as Complaint, since it comes from a feedback
// loop, but names nobody: whoever's mailbox a forger wrote to has not complained about us.
//
// A mailto unsubscribe that arrives here is a Complaint with the reason OptOut: somebody who leaves.
//
// A letter of ours has one recipient, so a mail about it has one verdict (Sum), the mildest it tells.
//
// # Figures
//
// On the half of github.com/sisimai/set-of-emails that was at hand (308 reports in 287 mails of some 58
// mail systems, labelled by the tests of the sisimai project as hard or not, feedback, vacation or
// delivered): 302 agree (98.1 %) and no Hard is false; five hard ones are taken for Soft, and one label
// belongs to the second mail of a file. The status code alone agrees on 85.7 % of the whole set, with
// 13 false hard. A mail takes 0.15 ms on average and 1.8 ms at most.
package bounce
