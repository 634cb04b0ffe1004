// Package manage is what somebody who is signed up can do by a link, without an account: see and
// change their alerts, take a break, take their data along, leave, be forgotten, come back.
//
// # Decisions
//
// Whoever wants out is let out: a POST to an unsubscribe link counts, whatever its body is.
//
// An unsubscribe link works for ever and is forwarded with the mail, so it does not lead to the
// manage page: it offers to mail a manage link.
//
// Removing an alert on the manage page is leaving it, so the last one ends the subscription.
//
// Who has left and asks for a link gets one all the same, to a page where the alerts can be started
// again: the record is kept for some weeks for just that.
package manage
